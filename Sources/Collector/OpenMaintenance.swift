// SPDX-License-Identifier: MIT

package import Files
package import FoundationEssentials
import JSON
package import Ledger

/// `maintenance.json`: planned work that is announced or under way, so that a run need not read the ledger to know.
///
/// Made anew from the ledger by each command that changes it. Work with an end is over when that has come, whether
/// anybody touches the file or not.
package struct OpenMaintenance: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package let id: String
        package let startsAt: Date
        package let endsAt: Date?
        package let pausesRuns: Bool
        package let reason: String

        package init(_ record: MaintenanceRecord) {
            id = record.id
            startsAt = record.startsAt
            endsAt = record.endsAt
            pausesRuns = record.pausesRuns
            reason = record.reason
        }

        package func isActive(at now: Date) -> Bool { startsAt <= now && endsAt.map { now < $0 } ?? true }
    }

    package let entries: [Entry]

    package init(_ records: [MaintenanceRecord]) { entries = records.map(Entry.init) }

    /// What the file says; nothing where there is none, nil where it cannot be read.
    package init?(reading path: String) {
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try FileSystem.read(path, limitBytes: 1 << 20)
        } catch {
            return nil
        }
        guard let bytes else {
            entries = []
            return
        }
        guard let json = try? JSONValue.parse(bytes), let list = json["open"]?.array else { return nil }
        entries = list.compactMap(Entry.init(json:))
        guard entries.count == list.count else { return nil }
    }

    /// Those under way, in the order of their beginnings.
    package func active(at now: Date) -> [Entry] { entries.filter { $0.isActive(at: now) } }

    /// Those under way or still to come; what has ended by itself stays in the file until a command writes it.
    package func unended(at now: Date) -> [Entry] { entries.filter { $0.endsAt.map { now < $0 } ?? true } }

    /// That for which runs are skipped now; of several the one that ends last.
    package func pausing(at now: Date) -> Entry? {
        active(at: now).filter { $0.pausesRuns && $0.endsAt != nil }
            .max { ($0.endsAt ?? .distantPast) < ($1.endsAt ?? .distantPast) }
    }

    /// Puts it in place of the file; where there is nothing to say, takes the file away.
    package func write(_ path: String) throws(FileError) {
        guard !entries.isEmpty else { return try FileSystem.remove(path) }
        let json: JSONValue = ["schema": 1, "open": .array(entries.map(\.json))]
        try FileSystem.replace(path, json.encoded() + [0x0A])
    }
}

extension OpenMaintenance.Entry {
    fileprivate var json: JSONValue {
        [
            "id": .string(id), "starts_at": .string(Timestamp.text(startsAt)),
            "ends_at": .optional(endsAt.map(Timestamp.text)), "pauses_runs": .bool(pausesRuns),
            "reason": .string(reason),
        ]
    }

    /// An end that cannot be read must not become none.
    fileprivate init?(json: JSONValue) {
        guard let id = json["id"]?.string, let startsAt = json["starts_at"]?.string.flatMap(Timestamp.date),
            let pausesRuns = json["pauses_runs"]?.bool
        else { return nil }
        let endsAt = json["ends_at"]?.string.flatMap(Timestamp.date)
        if let end = json["ends_at"], !end.isNull, endsAt == nil { return nil }
        self.id = id
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.pausesRuns = pausesRuns
        reason = json["reason"]?.string ?? ""
    }
}
