// SPDX-License-Identifier: MIT

import Collector
import FoundationEssentials
import JSON
import Ledger
import ServiceLevels
import Transport

/// Planned work under way, in the words of `status` and of notices.
struct ActiveMaintenance: Sendable, Hashable {
    let entries: [OpenMaintenance.Entry]
    let now: Date

    /// A day: work without an end that lasts longer is most likely over.
    private static let forgottenSeconds = 86_400.0

    /// One sentence.
    var text: String {
        entries.map { entry in
            let end = entry.endsAt.map { "until \(StockholmTime.text($0)) in Sweden" } ?? "until somebody ends it"
            let parts = [
                "\(entry.id) (\(entry.reason)) is under way \(end)".harmless,
                entry.pausesRuns ? "runs are paused" : nil,
                Self.forgotten(entry.id, since: entry.startsAt, until: entry.endsAt, at: now),
            ]
            return parts.compactMap { $0 }.joined(separator: "; ")
        }.joined(separator: "; ")
    }

    /// A warning of work that nobody gave an end and that has lasted for more than a day; reports leave out all of it.
    static func forgotten(_ id: String, since start: Date, until end: Date?, at now: Date) -> String? {
        let seconds = now.timeIntervalSince(start)
        guard end == nil, seconds >= forgottenSeconds else { return nil }
        return "nobody has ended it for \(Words.age(seconds)): if it is over, `polisen-collector maintenance end \(id)`"
    }

    var json: JSONValue {
        .array(
            entries.map { entry in
                [
                    "id": .string(entry.id), "starts_at": .string(Timestamp.text(entry.startsAt)),
                    "ends_at": .optional(entry.endsAt.map(Timestamp.text)), "pauses_runs": .bool(entry.pausesRuns),
                    "reason": .string(entry.reason),
                    "forgotten": .bool(
                        Self.forgotten(entry.id, since: entry.startsAt, until: entry.endsAt, at: now) != nil),
                ]
            })
    }
}

extension Live {
    /// nil where none is under way, or the file cannot be read; `collect` warns of that.
    var activeMaintenance: ActiveMaintenance? {
        let now = time.now()
        let entries = OpenMaintenance(reading: state.maintenance)?.active(at: now) ?? []
        return entries.isEmpty ? nil : ActiveMaintenance(entries: entries, now: now)
    }
}
