// SPDX-License-Identifier: MIT

import FoundationEssentials
import Freshness
import Systemd
import Transport

/// What journald threw away of what this program's units logged: it does not tell the sender.
enum Suppression {
    static let units = ["polisen-collector.service", "polisen-freshness.service"]

    /// Entries of the last 24 hours.
    static var lastDay: Int? { count(since: TimeSource.live.now().addingTimeInterval(-86_400)) }

    /// Entries since `date`; nil where the journal cannot be read, which is not none.
    static func count(since date: Date) -> Int? {
        guard let reader = JournalReader() else { return nil }
        let microseconds = UInt64(max(0, date.timeIntervalSince1970) * 1_000_000)
        var sum = 0
        for unit in units {
            guard let count = reader.suppressed(unit: unit, since: microseconds) else { return nil }
            sum += count
        }
        return sum
    }
}

extension KeptMemory {
    /// What was suppressed since the check before. The first check begins to look; after a clock that was set back it
    /// begins again.
    ///
    /// - Parameter now: the machine's clock, which is journald's.
    mutating func takeSuppressed(_ now: @Sendable () -> Date) -> Int? {
        let start = now()
        let count = Suppression.count(since: min(journalReadAt ?? start, start))
        // Taken afterwards, so that nothing counts twice.
        journalReadAt = now()
        return count
    }
}
