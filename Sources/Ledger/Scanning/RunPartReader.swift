// SPDX-License-Identifier: MIT

/// Reads what is inside a run's record, as far as it is written the way this program writes it.
struct RunPartReader {
    private enum CountMember: String, CaseIterable { case returned, new, revised, unchanged, rejected }
    private enum StageMember: String, CaseIterable { case stage, seconds }
    private enum AnswerMember: String, CaseIterable { case answerClass = "class" }
    private enum ProgramMember: String, CaseIterable { case program }
    private enum ErrorMember: String, CaseIterable {
        case type, message, stage
        case exitCode = "exit_code"
    }
    private enum MeasureMember: String, CaseIterable {
        case feedOutcomes = "feed_outcomes"
        case feedSeconds = "feed_seconds"
        case puts
        case bytesPut = "bytes_put"
        case telemetry
    }
    private enum FeedMember: String, CaseIterable { case ok }
    private enum PutMember: String, CaseIterable { case ok, denied, error }
    private enum TelemetryMember: String, CaseIterable {
        case posted = "points_posted_total"
        case dropped = "points_dropped_total"
    }

    private static let commandTable = NameTable<RunRecord.Command>()
    private static let outcomeTable = NameTable<RunRecord.Outcome>()
    private static let stageTable = NameTable<RunRecord.Stage>()
    private static let skipTable = NameTable<RunRecord.SkipReason>()
    private static let countTable = NameTable<CountMember>()
    private static let stageMemberTable = NameTable<StageMember>(required: StageMember.allCases)
    private static let answerTable = NameTable<AnswerMember>(required: AnswerMember.allCases)
    private static let programTable = NameTable<ProgramMember>(required: ProgramMember.allCases)
    private static let errorTable = NameTable<ErrorMember>(required: [.type, .message, .exitCode])
    private static let measureTable = NameTable<MeasureMember>()
    private static let feedTable = NameTable<FeedMember>()
    private static let putTable = NameTable<PutMember>()
    private static let telemetryTable = NameTable<TelemetryMember>(required: TelemetryMember.allCases)

    private var errorType = LastText()
    private var answerClass = LastText()

    func command(_ cursor: inout PlainCursor, _ line: Span<UInt8>) throws(NotPlain) -> RunRecord.Command {
        Self.commandTable.names[try Self.commandTable.value(at: &cursor, line)]
    }

    func outcome(_ cursor: inout PlainCursor, _ line: Span<UInt8>) throws(NotPlain) -> RunRecord.Outcome {
        Self.outcomeTable.names[try Self.outcomeTable.value(at: &cursor, line)]
    }

    func skipReason(_ cursor: inout PlainCursor, _ line: Span<UInt8>) throws(NotPlain) -> RunRecord.SkipReason {
        Self.skipTable.names[try Self.skipTable.value(at: &cursor, line)]
    }

    /// Durations of stages are not needed, but have to be there.
    func stages(_ cursor: inout PlainCursor, _ line: Span<UInt8>) throws(NotPlain) {
        var expected = 0
        try elements(&cursor, line) { cursor, line throws(NotPlain) in
            var walk = try MemberWalk(&cursor, line)
            while let index = try walk.next(of: Self.stageMemberTable, &cursor, line) {
                switch Self.stageMemberTable.names[index] {
                case .stage: expected = try Self.stageTable.value(at: &cursor, line, expected: expected) + 1
                case .seconds: try cursor.skipNumber(line)
                }
            }
        }
    }

    func commits(_ cursor: inout PlainCursor, _ line: Span<UInt8>) throws(NotPlain) {
        try elements(&cursor, line) { cursor, line throws(NotPlain) in _ = try cursor.int(line) }
    }

    func notes(_ cursor: inout PlainCursor, _ line: Span<UInt8>) throws(NotPlain) {
        try elements(&cursor, line) { cursor, line throws(NotPlain) in try cursor.skipString(line) }
    }

    private func elements(
        _ cursor: inout PlainCursor, _ line: Span<UInt8>,
        _ element: (inout PlainCursor, Span<UInt8>) throws(NotPlain) -> Void
    ) throws(NotPlain) {
        try cursor.expect(0x5B, line)
        if cursor.consume(0x5D, line) { return }
        repeat {
            try element(&cursor, line)
        } while cursor.consume(0x2C, line)
        try cursor.expect(0x5D, line)
    }

    mutating func error(
        _ cursor: inout PlainCursor, _ line: Span<UInt8>, into run: inout RunSummary
    ) throws(NotPlain) {
        var walk = try MemberWalk(&cursor, line)
        while let index = try walk.next(of: Self.errorTable, &cursor, line) {
            switch Self.errorTable.names[index] {
            case .type: run.errorType = try errorType.read(&cursor, line)
            case .message: try cursor.skipString(line)
            case .stage: run.errorStage = Self.stageTable.names[try Self.stageTable.value(at: &cursor, line)]
            case .exitCode: _ = try cursor.int(line)
            }
        }
    }

    mutating func answer(_ cursor: inout PlainCursor, _ line: Span<UInt8>) throws(NotPlain) -> String? {
        var found: String?
        var walk = try MemberWalk(&cursor, line)
        while try walk.next(of: Self.answerTable, &cursor, line) != nil { found = try answerClass.read(&cursor, line) }
        return found
    }

    func counts(_ cursor: inout PlainCursor, _ line: Span<UInt8>) throws(NotPlain) -> RunRecord.Counts {
        var counts = RunRecord.Counts()
        var walk = try MemberWalk(&cursor, line)
        while let index = try walk.next(of: Self.countTable, &cursor, line) {
            let count = try cursor.int(line)
            switch Self.countTable.names[index] {
            case .returned: counts.returned = count
            case .new: counts.new = count
            case .revised: counts.revised = count
            case .unchanged: counts.unchanged = count
            case .rejected: counts.rejected = count
            }
        }
        return counts
    }

    func execution(_ cursor: inout PlainCursor, _ line: Span<UInt8>) throws(NotPlain) {
        var walk = try MemberWalk(&cursor, line)
        while try walk.next(of: Self.programTable, &cursor, line) != nil { try cursor.skipString(line) }
    }

    func measures(_ cursor: inout PlainCursor, _ line: Span<UInt8>, into run: inout RunSummary) throws(NotPlain) {
        var walk = try MemberWalk(&cursor, line)
        while let index = try walk.next(of: Self.measureTable, &cursor, line) {
            switch Self.measureTable.names[index] {
            case .feedOutcomes:
                var outcomes = try MemberWalk(&cursor, line)
                while try outcomes.next(of: Self.feedTable, &cursor, line) != nil {
                    run.feedAnswers = try cursor.int(line)
                }
            case .feedSeconds: run.feedSeconds = try cursor.double(line)
            case .puts: try puts(&cursor, line, into: &run)
            case .bytesPut: run.bytesPut = try cursor.int(line)
            case .telemetry: try telemetry(&cursor, line, into: &run)
            }
        }
    }

    private func puts(
        _ cursor: inout PlainCursor, _ line: Span<UInt8>, into run: inout RunSummary
    ) throws(NotPlain) {
        var walk = try MemberWalk(&cursor, line)
        while let index = try walk.next(of: Self.putTable, &cursor, line) {
            let count = try cursor.int(line)
            switch Self.putTable.names[index] {
            case .ok: run.putsDone = count
            case .denied, .error: run.putsFailed += count
            }
        }
    }

    private func telemetry(
        _ cursor: inout PlainCursor, _ line: Span<UInt8>, into run: inout RunSummary
    ) throws(NotPlain) {
        var walk = try MemberWalk(&cursor, line)
        while let index = try walk.next(of: Self.telemetryTable, &cursor, line) {
            let count = try cursor.int(line)
            switch Self.telemetryTable.names[index] {
            case .posted: run.pointsPosted = count
            case .dropped: run.pointsDropped = count
            }
        }
    }
}
