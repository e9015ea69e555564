// SPDX-License-Identifier: MIT

package import JSON

extension Alarm {
    /// CreateAlarmDetails in the order of its reference. What has a default is written out, so that a default that changes
    /// changes no alarm; what is absent stays absent. `Alarm(json: alarm.json, key: alarm.key) == alarm`.
    package var json: JSONValue {
        var members: [JSONMember] = []
        func add(_ name: String, _ value: JSONValue?) { value.map { members.append(JSONMember(name, $0)) } }
        add("displayName", .string(displayName))
        add("compartmentId", compartmentID.map(JSONValue.string))
        add("metricCompartmentId", metricCompartmentID.map(JSONValue.string))
        add("metricCompartmentIdInSubtree", metricCompartmentIDInSubtree ? true : nil)
        add("namespace", .string(namespace))
        add("resourceGroup", resourceGroup.map(JSONValue.string))
        add("query", .string(query))
        add("resolution", "1m")
        add("pendingDuration", .string(ISODuration.text(pendingMilliseconds)))
        add("severity", .string(severity.rawValue))
        add("body", body.map(JSONValue.string))
        add("isNotificationsPerMetricDimensionEnabled", .bool(isPerStream))
        add("messageFormat", .string(messageFormat.rawValue))
        add("destinations", .array(destinations.map(JSONValue.string)))
        add("repeatNotificationDuration", repeatMilliseconds.map { .string(ISODuration.text($0)) })
        add("suppression", suppression?.alarmJSON)
        add("isEnabled", .bool(isEnabled))
        add("freeformTags", freeformTags.isEmpty ? nil : Self.sorted(freeformTags.mapValues(JSONValue.string)))
        add("definedTags", definedTags.isEmpty ? nil : Self.sorted(definedTags.mapValues(Self.sorted)))
        add("overrides", overrides.isEmpty ? nil : .array(overrides.map(\.json)))
        add("ruleName", ruleName == "BASE" ? nil : .string(ruleName))
        add("notificationVersion", notificationVersion.map(JSONValue.string))
        add("notificationTitle", notificationTitle.map(JSONValue.string))
        add("evaluationSlackDuration", .string(ISODuration.text(slackMilliseconds)))
        add("alarmSummary", alarmSummary.map(JSONValue.string))
        return .object(members)
    }

    static func sorted(_ map: [String: JSONValue]) -> JSONValue {
        .object(map.sorted { $0.key < $1.key }.map { JSONMember($0.key, $0.value) })
    }
}

extension AlarmOverride {
    var json: JSONValue {
        var members = [JSONMember("ruleName", .string(ruleName))]
        if let query { members.append(JSONMember("query", .string(query))) }
        if let severity { members.append(JSONMember("severity", .string(severity.rawValue))) }
        if let body { members.append(JSONMember("body", .string(body))) }
        if let pending = pendingMilliseconds {
            members.append(JSONMember("pendingDuration", .string(ISODuration.text(pending))))
        }
        return .object(members)
    }
}

extension AlarmSuppression {
    /// The member `suppression` of an alarm.
    var alarmJSON: JSONValue {
        var members: [JSONMember] = []
        if let description { members.append(JSONMember("description", .string(description))) }
        members.append(JSONMember("timeSuppressFrom", .string(UTCTime.text(from))))
        members.append(JSONMember("timeSuppressUntil", .string(UTCTime.text(until))))
        return .object(members)
    }
}
