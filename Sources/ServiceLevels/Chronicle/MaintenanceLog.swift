// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

/// Planned work as it was written down.
struct MaintenanceLog: Sendable {
    /// Of each id, in the ledger's order.
    private var records: [String: [MaintenanceRecord]] = [:]

    mutating func add(_ record: MaintenanceRecord) { records[record.id, default: []].append(record) }

    /// Those that had begun before a minute, by their start.
    ///
    /// The newest record of an id counts, whenever it was written: what people add on Monday about Saturday is meant
    /// for the report of that week. `isBackdated` says where they did.
    func spans(until minute: Int) -> [MaintenanceSpan] {
        records.values.compactMap { Self.span($0, until: minute) }.sorted {
            ($0.span.start, $0.span.end, $0.id) < ($1.span.start, $1.span.end, $1.id)
        }
    }

    private static func span(_ records: [MaintenanceRecord], until minute: Int) -> MaintenanceSpan? {
        guard let newest = records.last, !newest.isCancelled else { return nil }
        let start = newest.startsAt.milliseconds
        let end = newest.endsAt?.milliseconds ?? .max
        let limit = minute * 60_000
        guard start < end, start < limit else { return nil }
        return MaintenanceSpan(
            id: newest.id,
            span: MinuteSpan(start: start.minuteAtOrBefore, end: min(end, limit).minuteAtOrAfter),
            reason: newest.reason, author: newest.author, isBackdated: isBackdated(records, newest),
            isOpen: end >= limit)
    }

    /// Whether nobody had announced it, or so early a start, when it began; a minute later is as good as then.
    private static func isBackdated(_ records: [MaintenanceRecord], _ newest: MaintenanceRecord) -> Bool {
        !records.contains {
            $0.startsAt <= newest.startsAt && $0.recordedAt <= newest.startsAt.addingTimeInterval(60)
        }
    }
}
