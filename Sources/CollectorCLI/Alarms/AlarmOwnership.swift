// SPDX-License-Identifier: MIT

import Alarms
import JSON

/// Whose alarms these are: the free-form tags by which this program knows its own in a compartment.
struct AlarmOwnership: Sendable, Hashable {
    /// Value of the tag `managed-by` of alarms that `alarms apply` keeps.
    static let manager = "polisen-collector"
    /// The same of the temporary alarms of `alarms drill`.
    static let drillManager = "polisen-collector-drill"

    /// The tags' names.
    enum Tag {
        static let manager = "managed-by"
        static let job = "job"
        static let key = "alarm"
        static let drill = "drill"
    }

    let job: String

    /// The tags of the alarm called `key`.
    func tags(_ key: String) -> [String: String] {
        [Tag.manager: Self.manager, Tag.job: job, Tag.key: key]
    }

    /// Whether an alarm, or the summary of one, is ours.
    func holds(_ json: JSONValue) -> Bool {
        Self.tag(Tag.manager, of: json) == Self.manager && Self.tag(Tag.job, of: json) == job
    }

    /// What one of ours is called: its tag says so, or, where it was made by hand from a file, its display name.
    func key(of json: JSONValue, keysByDisplayName: [String: String]) -> String? {
        guard holds(json) else { return nil }
        return Self.tag(Tag.key, of: json)
            ?? json["displayName"]?.string.map { keysByDisplayName[$0] ?? $0 }
    }

    /// A free-form tag.
    static func tag(_ name: String, of json: JSONValue) -> String? { json["freeformTags"]?[name]?.string }
}
