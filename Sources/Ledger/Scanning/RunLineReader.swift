// SPDX-License-Identifier: MIT

import FoundationEssentials

/// Reads lines of runs that are written the way this program writes them.
struct RunLineReader {
    /// What such a line begins with.
    static let head = Array(#"{"schema":1,"type":"run""#.utf8)
    private static let table = NameTable<RunMember>(required: RunMember.required)

    private var version = LastText()
    private var configSHA = LastText()
    private var host = LastText()
    private var parts = RunPartReader()

    /// - Parameter line: one that begins with `head`, without its LF.
    mutating func read(_ line: Span<UInt8>) throws(NotPlain) -> RunSummary {
        var cursor = PlainCursor(at: Self.head.count)
        var walk = MemberWalk(behind: 2)
        var run = Self.blank
        while let index = try walk.next(of: Self.table, &cursor, line) {
            try read(Self.table.names[index], &cursor, line, into: &run)
        }
        try cursor.end(line)
        return run
    }

    private static let blank: RunSummary = {
        let epoch = Date(timeIntervalSince1970: 0)
        return RunSummary(
            runID: RunID(at: epoch, hash: []), command: .collect, startedAt: epoch, endedAt: epoch, outcome: .failed)
    }()

    private mutating func read(
        _ member: RunMember, _ cursor: inout PlainCursor, _ line: Span<UInt8>, into run: inout RunSummary
    ) throws(NotPlain) {
        switch member {
        case .schema, .type: throw NotPlain()
        case .runID: run.runID = try cursor.runID(line)
        case .job, .environment, .invocationID: try cursor.skipString(line)
        case .command: run.command = try parts.command(&cursor, line)
        case .plannedAt: run.plannedAt = try cursor.instant(line)
        case .startedAt: run.startedAt = try cursor.instant(line)
        case .endedAt: run.endedAt = try cursor.instant(line)
        case .outcome: run.outcome = try parts.outcome(&cursor, line)
        case .stages: try parts.stages(&cursor, line)
        case .error: try parts.error(&cursor, line, into: &run)
        case .skipReason: run.skipReason = try parts.skipReason(&cursor, line)
        case .answer: run.answerClass = try parts.answer(&cursor, line)
        case .counts: run.counts = try parts.counts(&cursor, line)
        case .commits: try parts.commits(&cursor, line)
        case .objectsPut, .requests, .retries, .peakMemory: _ = try cursor.int(line)
        case .feedCalls: run.feedCalls = try cursor.int(line)
        case .version: run.version = try version.read(&cursor, line)
        case .configSHA: run.configSHA = try configSHA.read(&cursor, line)
        case .host: run.host = try host.read(&cursor, line)
        case .cpuSeconds: try cursor.skipNumber(line)
        case .exec: try parts.execution(&cursor, line)
        case .measures: try parts.measures(&cursor, line, into: &run)
        case .notes: try parts.notes(&cursor, line)
        }
    }
}

/// Members of a run's record, in the order of `RunRecord.json`.
enum RunMember: String, CaseIterable {
    case schema, type
    case runID = "run_id"
    case job, environment, command
    case plannedAt = "planned_at"
    case startedAt = "started_at"
    case endedAt = "ended_at"
    case outcome, stages, error
    case skipReason = "skip_reason"
    case answer, counts, commits
    case objectsPut = "objects_put"
    case feedCalls = "feed_calls"
    case requests, retries, version
    case configSHA = "config_sha"
    case host
    case invocationID = "invocation_id"
    case cpuSeconds = "cpu_seconds"
    case peakMemory = "peak_memory_bytes"
    case exec, measures, notes

    /// Those without which the exact reader refuses a record.
    static let required: [RunMember] = [
        .runID, .job, .environment, .command, .startedAt, .endedAt, .outcome, .version, .configSHA, .host,
    ]
}
