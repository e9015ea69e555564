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

    /// One sentence.
    var text: String {
        entries.map { entry in
            let end = entry.endsAt.map { "until \(StockholmTime.text($0)) in Sweden" } ?? "until somebody ends it"
            return "\(entry.id) (\(entry.reason)) is under way \(end)\(entry.pausesRuns ? "; runs are paused" : "")"
        }.joined(separator: "; ")
    }

    var json: JSONValue {
        .array(
            entries.map { entry in
                [
                    "id": .string(entry.id), "starts_at": .string(Timestamp.text(entry.startsAt)),
                    "ends_at": .optional(entry.endsAt.map(Timestamp.text)), "pauses_runs": .bool(entry.pausesRuns),
                    "reason": .string(entry.reason),
                ]
            })
    }
}

extension Live {
    /// nil where none is under way, or the file cannot be read; `collect` warns of that.
    var activeMaintenance: ActiveMaintenance? {
        let entries = OpenMaintenance(reading: state.maintenance)?.active(at: time.now()) ?? []
        return entries.isEmpty ? nil : ActiveMaintenance(entries: entries)
    }
}
