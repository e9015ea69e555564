// SPDX-License-Identifier: MIT

import Alarms
import JSON
import OCI

/// What `alarms apply` would do, alarm by alarm.
struct AlarmPlan: Sendable {
    /// What is to be done about one alarm.
    enum Action: String, Sendable, Hashable {
        case create, change, delete
        /// It is as its file wants it.
        case none
        /// It is ours and has no file; only `--prune` deletes it.
        case keep
        /// Nothing is done, since it would touch what is not ours, or nobody knows which one is meant.
        case refuse
    }

    /// One alarm of the plan.
    struct Item: Sendable {
        let key: String
        let displayName: String
        let action: Action
        var id: String?
        /// Named in `if-match`.
        var etag: String?
        /// As its file wants it; nil where it has none.
        var desired: Alarm?
        var changes: [AlarmChange] = []
        /// Why it is refused; what else there is to know.
        var note: String?
    }

    /// Sorted by key.
    let items: [Item]
    let compartment: String

    /// Whether OCI has exactly the alarms of the files.
    var isInSync: Bool { items.allSatisfy { $0.action == .none } }
    /// Whether `apply` has something to do.
    var hasWork: Bool { items.contains { [.create, .change, .delete].contains($0.action) } }

    func count(_ action: Action) -> Int { items.count { $0.action == action } }

    /// Compares files with what a compartment holds.
    ///
    /// - Parameters:
    ///   - summaries: all active alarms of the compartment, ours or not.
    ///   - full: those of ours as a whole, by id.
    ///   - isWhole: false where only some files were looked at: alarms without a file are not told then.
    init(
        desired: [DesiredAlarm], summaries: [JSONValue], full: [String: Monitoring.VersionedAlarm],
        ownership: AlarmOwnership, compartment: String, isWhole: Bool, prunes: Bool, knownKeys: Set<String>
    ) {
        let keys = Dictionary(desired.map { ($0.alarm.displayName, $0.key) }) { first, _ in first }
        var owned: [String: [JSONValue]] = [:]
        var foreign: [String: [JSONValue]] = [:]
        for summary in summaries {
            if let key = ownership.key(of: summary, keysByDisplayName: keys) {
                owned[key, default: []].append(summary)
            } else {
                foreign[summary["displayName"]?.string ?? "", default: []].append(summary)
            }
        }
        var items = desired.map { alarm in
            Self.item(alarm, owned[alarm.key] ?? [], full, foreign[alarm.alarm.displayName] ?? [])
        }
        if isWhole {
            for (key, summaries) in owned where !knownKeys.contains(key) {
                items += summaries.map { Self.orphan(key, $0, full, prunes: prunes) }
            }
        }
        self.items = items.sorted { ($0.key, $0.id ?? "") < ($1.key, $1.id ?? "") }
        self.compartment = compartment
    }

    private static func item(
        _ desired: DesiredAlarm, _ owned: [JSONValue], _ full: [String: Monitoring.VersionedAlarm],
        _ foreign: [JSONValue]
    ) -> Item {
        let (key, alarm) = (desired.key, desired.alarm)
        let ids = owned.compactMap { $0["id"]?.string }
        if ids.count > 1 {
            let note = "\(ids.count) alarms say that they are it: \(ids.joined(separator: ", ")); delete all but one"
            return Item(key: key, displayName: alarm.displayName, action: .refuse, desired: alarm, note: note)
        }
        guard let id = ids.first, let actual = full[id] else {
            guard let other = foreign.first else {
                return Item(key: key, displayName: alarm.displayName, action: .create, desired: alarm)
            }
            return Item(
                key: key, displayName: alarm.displayName, action: .refuse, desired: alarm, note: notOurs(other, alarm))
        }
        return change(of: actual, to: alarm)
    }

    /// The item of an alarm of ours that OCI has.
    static func change(of actual: Monitoring.VersionedAlarm, to alarm: Alarm) -> Item {
        let changes = AlarmDifference.changes(from: actual.json, to: alarm)
        var item = Item(
            key: alarm.key, displayName: alarm.displayName, action: changes.isEmpty ? .none : .change, id: actual.id,
            etag: actual.etag, desired: alarm, changes: changes,
            note: AlarmDifference.foreignSuppression(in: actual.json, alarm))
        if changes.contains(where: { $0.path == "compartmentId" }) {
            let target = alarm.compartmentID ?? ""
            item = Item(
                key: item.key, displayName: item.displayName, action: .refuse, id: item.id, desired: alarm,
                note: "it lives in another compartment; move it: oci monitoring alarm change-compartment --alarm-id "
                    + "\(actual.id) --compartment-id \(target)")
        }
        return item
    }

    private static func notOurs(_ other: JSONValue, _ alarm: Alarm) -> String {
        let id = other["id"]?.string ?? "an alarm without an OCID"
        let manager = AlarmOwnership.tag(AlarmOwnership.Tag.manager, of: other)
        let job = AlarmOwnership.tag(AlarmOwnership.Tag.job, of: other)
        let whose =
            manager == AlarmOwnership.manager && job != nil
            ? "job \(job ?? "")'s" : manager.map { "\($0)'s" } ?? "not this program's"
        return "\(id) has this name and is \(whose). Rename or delete that one; or hand it over by giving it the "
            + "free-form tags \(handover(alarm))"
    }

    private static func handover(_ alarm: Alarm) -> String {
        [AlarmOwnership.Tag.manager, AlarmOwnership.Tag.job, AlarmOwnership.Tag.key]
            .map { "\($0)=\(alarm.freeformTags[$0] ?? "")" }.joined(separator: ", ")
    }

    private static func orphan(
        _ key: String, _ summary: JSONValue, _ full: [String: Monitoring.VersionedAlarm], prunes: Bool
    ) -> Item {
        let id = summary["id"]?.string
        return Item(
            key: key, displayName: summary["displayName"]?.string ?? "", action: prunes ? .delete : .keep, id: id,
            etag: id.flatMap { full[$0]?.etag },
            note: prunes ? "no file of this name" : "no file of this name; --prune deletes it")
    }
}
