// SPDX-License-Identifier: MIT

import FoundationEssentials

/// Reads lines of checks that are written the way this program writes them.
struct CheckLineReader {
    /// In the order of `CheckRecord.json`; also those that are passed over, as they are found at the first look so.
    private enum Member: String, CaseIterable {
        case schema, type
        case checkedAt = "checked_at"
        case job, environment, vantage, state, since
        case isStale = "stale"
        case isAlarming = "alarming"
        case ageSeconds = "age_seconds"
        case dataAgeSeconds = "data_age_seconds"
        case lastSuccessAt = "last_success_at"
        case cause, sources
        case schedulerProblem = "scheduler_problem"
        case noticesWaiting = "notices_waiting"
        case host, version
    }

    /// What such a line begins with.
    static let head = Array(#"{"schema":1,"type":"check""#.utf8)
    private static let table = NameTable<Member>(required: [.checkedAt, .state, .isStale])

    private var vantage = LastText()
    private var state = LastText()

    /// - Parameter line: one that begins with `head`, without its LF.
    mutating func read(_ line: Span<UInt8>) throws(NotPlain) -> CheckSummary {
        var cursor = PlainCursor(at: Self.head.count)
        var walk = MemberWalk(behind: 2)
        var check = CheckSummary(
            checkedAt: Date(timeIntervalSince1970: 0), vantage: "", state: "", isStale: false, isAlarming: false)
        var isAlarming: Bool?
        while let index = try walk.next(of: Self.table, &cursor, line) {
            switch Self.table.names[index] {
            case .schema, .type: throw NotPlain()
            case .checkedAt: check.checkedAt = try cursor.instant(line)
            case .vantage: check.vantage = try vantage.read(&cursor, line)
            case .state: check.state = try state.read(&cursor, line)
            case .isStale: check.isStale = try cursor.bool(line)
            case .isAlarming: isAlarming = try cursor.bool(line)
            case .job, .environment, .since, .ageSeconds, .dataAgeSeconds, .lastSuccessAt, .cause, .sources,
                .schedulerProblem, .noticesWaiting, .host, .version:
                try cursor.skipValue(line)
            }
        }
        try cursor.end(line)
        check.isAlarming = isAlarming ?? check.isStale
        return check
    }
}
