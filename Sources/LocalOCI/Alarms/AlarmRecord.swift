// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON

/// An alarm as it was given, and what the service adds to it.
struct AlarmRecord: Sendable, Hashable {
    let id: String
    var etag: String
    /// Members of CreateAlarmDetails; none of them null.
    var members: [JSONMember]
    let created: Date
    var updated: Date
    /// When it was deleted; its history stays for 90 days.
    var deleted: Date?
    let token: RetryToken?

    init(id: String, members: [JSONMember], token: RetryToken?, now: Date) {
        self.id = id
        etag = Self.newTag()
        self.members = members
        created = now
        updated = now
        self.token = token
    }

    subscript(name: String) -> JSONValue? { members.last { $0.name == name }?.value }

    var displayName: String { self["displayName"]?.string ?? "" }
    var compartment: String { self["compartmentId"]?.string ?? "" }
    var lifecycleState: String { deleted == nil ? "ACTIVE" : "DELETED" }

    /// Members that are absent or null in `changes` stay as they are.
    mutating func apply(_ changes: [JSONMember], now: Date) {
        for change in changes where !change.value.isNull { set(change.name, change.value) }
        touch(now)
    }

    /// Replaces a member; nil takes it out.
    mutating func set(_ name: String, _ value: JSONValue?) {
        members.removeAll { $0.name == name }
        if let value { members.append(JSONMember(name, value)) }
    }

    /// The alarm is another one from here on.
    mutating func touch(_ now: Date) {
        etag = Self.newTag()
        updated = now
    }

    static func newTag() -> String { UUID().uuidString.lowercased() }

    // MARK: As the API shows it

    /// Every member of the model, with the service's defaults, null where there is neither.
    private static let shape: [(name: String, standard: JSONValue, isInSummary: Bool)] = [
        ("displayName", .null, true), ("compartmentId", .null, true), ("metricCompartmentId", .null, true),
        ("metricCompartmentIdInSubtree", false, false), ("namespace", .null, true), ("resourceGroup", .null, true),
        ("query", .null, true), ("resolution", "1m", false), ("pendingDuration", "PT1M", false),
        ("severity", .null, true), ("body", .null, false), ("isNotificationsPerMetricDimensionEnabled", false, true),
        ("messageFormat", "RAW", false), ("destinations", [], true), ("repeatNotificationDuration", .null, false),
        ("suppression", .null, true), ("isEnabled", true, true), ("freeformTags", [:], true),
        ("definedTags", [:], true), ("overrides", .null, true), ("ruleName", "BASE", true),
        ("notificationVersion", .null, true), ("notificationTitle", .null, true),
        ("evaluationSlackDuration", "PT3M", true), ("alarmSummary", .null, true),
    ]

    /// Names of the members a definition may have.
    static let names = shape.map(\.name)

    /// The Alarm of the API.
    var json: JSONValue {
        let own = Self.shape.map { JSONMember($0.name, self[$0.name] ?? $0.standard) }
        return .object(
            [JSONMember("id", .string(id))] + own + [
                JSONMember("lifecycleState", .string(lifecycleState)),
                JSONMember("timeCreated", .string(WireTime.rfc3339(created))),
                JSONMember("timeUpdated", .string(WireTime.rfc3339(updated))),
            ])
    }

    /// The AlarmSummary of the API: some members less.
    var summary: JSONValue {
        let own = Self.shape.filter(\.isInSummary).map { JSONMember($0.name, self[$0.name] ?? $0.standard) }
        return .object(
            [JSONMember("id", .string(id))] + own + [JSONMember("lifecycleState", .string(lifecycleState))])
    }

    // MARK: As it is kept

    var stored: JSONValue {
        [
            "id": .string(id), "etag": .string(etag), "created": .string(WireTime.rfc3339(created)),
            "updated": .string(WireTime.rfc3339(updated)), "deleted": .optional(deleted.map { WireTime.rfc3339($0) }),
            "token": token?.stored ?? .null, "members": .object(members),
        ]
    }

    /// Reads `stored`; nil for anything else.
    init?(stored: JSONValue) {
        guard let id = stored["id"]?.string, let etag = stored["etag"]?.string,
            let created = stored["created"]?.string.flatMap(WireTime.date(rfc3339:)),
            let updated = stored["updated"]?.string.flatMap(WireTime.date(rfc3339:)),
            let members = stored["members"]?.object
        else { return nil }
        self.id = id
        self.etag = etag
        self.created = created
        self.updated = updated
        deleted = stored["deleted"]?.string.flatMap(WireTime.date(rfc3339:))
        token = stored["token"].flatMap(RetryToken.init(stored:))
        self.members = members
    }
}
