// SPDX-License-Identifier: MIT

extension LedgerFact {
    /// What a line says, read whole: the judge of every line that the fast reader does not understand.
    package init(_ entry: LedgerEntry) {
        switch entry.content {
        case .run(let record):
            if let member = record.impossibleCount {
                self = .damaged(DamagedLine(file: entry.file, line: entry.line, problem: .invalid(member: member)))
            } else {
                self = .run(RunSummary(record))
            }
        case .damaged(let line, _): self = .damaged(line)
        case .other(let type, let bytes):
            do throws(RecordError) {
                self = try Self.other(type, bytes)
            } catch {
                self = .damaged(DamagedLine(file: entry.file, line: entry.line, problem: error))
            }
        }
    }

    private static func other(_ type: String, _ bytes: [UInt8]) throws(RecordError) -> LedgerFact {
        switch type {
        case "check": .check(CheckSummary(try CheckRecord(line: bytes)))
        case "maintenance": .maintenance(try MaintenanceRecord(line: bytes))
        case "note": .note(try NoteRecord(line: bytes))
        case "alarm": .alarm(try AlarmRecord(line: bytes))
        case "drill": .drill(try DrillRecord(line: bytes))
        default: .other(type: type)
        }
    }
}

extension RunRecord {
    /// The member that holds a count no run can have: it would spoil every sum it goes into. nil: none.
    fileprivate var impossibleCount: String? {
        let telemetry = measures.telemetry.map { [$0.pointsPosted, $0.pointsDropped] } ?? []
        let members = [
            ("counts", [counts.returned, counts.new, counts.revised, counts.unchanged, counts.rejected]),
            ("feed_calls", [feedCalls]), ("measures.feed_outcomes", ["ok"].compactMap { measures.feedOutcomes[$0] }),
            ("measures.puts", ["ok", "denied", "error"].compactMap { measures.puts[$0] }),
            ("measures.bytes_put", [measures.bytesPut]),
            ("measures.telemetry", telemetry),
        ]
        return members.first { _, values in values.contains { !(0..<1_000_000_000_000).contains($0) } }?.0
    }
}

extension RunSummary {
    /// What service levels need of a record.
    package init(_ record: RunRecord) {
        self.init(
            runID: record.runID, command: record.command, startedAt: record.startedAt, endedAt: record.endedAt,
            outcome: record.outcome, version: record.version, configSHA: record.configSHA, host: record.host)
        plannedAt = record.plannedAt
        skipReason = record.skipReason
        errorType = record.error?.type
        errorStage = record.error?.stage
        answerClass = record.answer?.answerClass
        counts = record.counts
        feedCalls = record.feedCalls
        feedAnswers = record.measures.feedOutcomes["ok"] ?? 0
        feedSeconds = record.measures.feedSeconds
        putsDone = record.measures.puts["ok"] ?? 0
        putsFailed = (record.measures.puts["denied"] ?? 0) + (record.measures.puts["error"] ?? 0)
        bytesPut = record.measures.bytesPut
        pointsPosted = record.measures.telemetry?.pointsPosted
        pointsDropped = record.measures.telemetry?.pointsDropped
    }
}

extension CheckSummary {
    /// What service levels need of a record.
    package init(_ record: CheckRecord) {
        self.init(
            checkedAt: record.checkedAt, vantage: record.vantage, state: record.state, isStale: record.isStale,
            isAlarming: record.isAlarming)
    }
}
