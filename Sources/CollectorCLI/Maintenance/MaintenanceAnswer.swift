// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Ledger
import ServiceLevels

/// What the commands say of planned work.
struct MaintenanceAnswer {
    let record: MaintenanceRecord
    let now: Date
    /// Others that share time with it.
    var overlaps: [MaintenanceRecord] = []
    /// To be typed next.
    let next: String

    private var state: MaintenanceRecord.State { record.state(at: now) }
    private var lateSeconds: Double { record.recordedAt.timeIntervalSince(record.startsAt) }
    /// A minute later is as good as then, as reports have it.
    private var isBackdated: Bool { !record.isCancelled && lateSeconds > 60 }

    /// At most 80 columns; what it is comes first, what to type last.
    var text: String {
        var lines = ["maintenance \(record.id): \(state.rawValue)"]
        lines += Words.row("from", WrittenTime.text(record.startsAt))
        lines += Words.row("until", record.endsAt.map(WrittenTime.text) ?? "somebody ends it")
        lines += Words.row("reason", record.reason)
        lines += Words.row("runs", runs)
        if isBackdated {
            lines += Words.row(
                "note",
                "written down afterwards, \(Words.age(lateSeconds)) after it began: reports print their "
                    + "figures with and without it")
        }
        for other in overlaps {
            lines += Words.row(
                "note", "overlaps with \(other.id) (\(other.reason)): what lies in both is left out once")
        }
        lines.append("next".padding(13) + next)
        return lines.joined(separator: "\n")
    }

    private var runs: String {
        guard record.pausesRuns else { return "go on" }
        return state.isOpen ? "are skipped (exit code 75) while it is active" : "go on from the next slot"
    }

    var json: JSONValue {
        .object([
            JSONMember("schema", 1), JSONMember("maintenance", record.shown(at: now)),
            JSONMember("backdated", .bool(isBackdated)),
            JSONMember("overlaps", .array(overlaps.map { .string($0.id) })), JSONMember("next", .string(next)),
        ])
    }
}

extension MaintenanceRecord {
    /// The ledger's members, and how it stands.
    func shown(at now: Date) -> JSONValue {
        let own: [JSONMember] = [
            JSONMember("id", .string(id)), JSONMember("state", .string(state(at: now).rawValue)),
            JSONMember("starts_at", .string(Timestamp.text(startsAt))),
            JSONMember("ends_at", .optional(endsAt.map(Timestamp.text))),
            JSONMember("pauses_runs", .bool(pausesRuns)), JSONMember("reason", .string(reason)),
        ]
        return .object(
            own + [
                JSONMember("job", .string(job)), JSONMember("author", .string(author)),
                JSONMember("recorded_at", .string(Timestamp.text(recordedAt))), JSONMember("host", .string(host)),
            ])
    }

    /// What to type when it is over, or is not going to be.
    func nextCommand(at now: Date) -> String {
        switch state(at: now) {
        case .active: "polisen-collector maintenance end \(id)"
        case .planned: "polisen-collector maintenance end \(id) --cancel"
        case .ended, .cancelled: "polisen-collector maintenance list --all"
        }
    }

    /// Two lines or more, at most 80 columns.
    func rows(at now: Date) -> [String] {
        let end = endsAt.map(StockholmTime.text) ?? "open"
        let head = "\(id)  \(state(at: now).rawValue.padding(9)) \(StockholmTime.text(startsAt)) – \(end)"
        let forgotten = ActiveMaintenance.forgotten(id, since: startsAt, until: isCancelled ? now : endsAt, at: now)
        return [pausesRuns ? head + "  pauses" : head]
            + Words.row("", "\(reason) (\(author))".harmless, column: 10)
            + (forgotten.map { Words.row("", $0, column: 10) } ?? [])
    }
}
