// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON

/// A suppression that is a resource of its own (contract §7.3): of an alarm, of some of its streams, or of a compartment.
struct SuppressionRecord: Sendable, Hashable {
    let id: String
    let etag: String
    /// Members of CreateAlarmSuppressionDetails; none of them null.
    let members: [JSONMember]
    /// Of the alarm it is for, or the one it is for.
    let compartment: String
    let created: Date
    var deleted: Date?
    let token: RetryToken?

    init(members: [JSONMember], compartment: String, token: RetryToken?, now: Date) {
        let tag = AlarmRecord.newTag()
        id = "ocid1.alarmsuppression.oc1.\(Tenant.region).localoci\(tag.filter { $0 != "-" })"
        etag = AlarmRecord.newTag()
        self.members = members
        self.compartment = compartment
        created = now
        self.token = token
    }

    subscript(name: String) -> JSONValue? { members.last { $0.name == name }?.value }

    var displayName: String { self["displayName"]?.string ?? "" }
    var level: String { self["level"]?.string ?? "DIMENSION" }
    var targetType: String { self["alarmSuppressionTarget"]?["targetType"]?.string ?? "" }
    /// The alarm it is for; nil for a compartment's.
    var alarm: String? { self["alarmSuppressionTarget"]?["alarmId"]?.string }
    var lifecycleState: String { deleted == nil ? "ACTIVE" : "DELETED" }

    /// Whether it is about this alarm: for it, for its compartment, or for all of them.
    func concerns(_ record: AlarmRecord) -> Bool {
        if let alarm { return alarm == record.id }
        let target = self["alarmSuppressionTarget"]
        return target?["compartmentId"]?.string == record.compartment
            || target?["compartmentIdInSubtree"]?.bool == true
    }

    /// The AlarmSuppression of the API.
    var json: JSONValue {
        func member(_ name: String, _ standard: JSONValue = .null) -> JSONMember {
            JSONMember(name, self[name] ?? standard)
        }
        return .object([
            JSONMember("id", .string(id)), JSONMember("compartmentId", .string(compartment)),
            member("alarmSuppressionTarget"), JSONMember("level", .string(level)), member("suppressionConditions"),
            member("displayName"), member("description"), member("dimensions"), member("timeSuppressFrom"),
            member("timeSuppressUntil"), JSONMember("lifecycleState", .string(lifecycleState)),
            JSONMember("timeCreated", .string(WireTime.rfc3339(created))),
            JSONMember("timeUpdated", .string(WireTime.rfc3339(deleted ?? created))), member("freeformTags", [:]),
            member("definedTags", [:]),
        ])
    }

    var stored: JSONValue {
        [
            "id": .string(id), "etag": .string(etag), "created": .string(WireTime.rfc3339(created)),
            "deleted": .optional(deleted.map { WireTime.rfc3339($0) }), "compartment": .string(compartment),
            "token": token?.stored ?? .null, "members": .object(members),
        ]
    }

    /// Reads `stored`; nil for anything else.
    init?(stored: JSONValue) {
        guard let id = stored["id"]?.string, let etag = stored["etag"]?.string,
            let created = stored["created"]?.string.flatMap(WireTime.date(rfc3339:)),
            let compartment = stored["compartment"]?.string, let members = stored["members"]?.object
        else { return nil }
        self.id = id
        self.etag = etag
        self.created = created
        self.compartment = compartment
        self.members = members
        deleted = stored["deleted"]?.string.flatMap(WireTime.date(rfc3339:))
        token = stored["token"].flatMap(RetryToken.init(stored:))
    }
}
