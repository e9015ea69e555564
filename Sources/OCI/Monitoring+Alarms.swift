// SPDX-License-Identifier: MIT

package import FoundationEssentials
import HTTPTypes
import JSON

extension Monitoring {
    /// ListAlarmsStatus: the alarms of a compartment and whether they fire, all pages.
    package func alarmsStatus(compartment: String, displayName: String? = nil) async throws(OCIError) -> [AlarmStatus] {
        var call = OCIClient.Call("ListAlarmsStatus", .monitoring, .get, "/alarms/status")
        call.subject = compartment
        call.ask("compartmentId", compartment)
        call.ask("displayName", displayName)
        return try await client.allPages(call).map(AlarmStatus.init)
    }

    /// GetAlarmHistory: the entries between two instants, all pages, as the service orders them.
    ///
    /// - Parameters:
    ///   - kind: nil: all kinds.
    ///   - from: inclusive.
    ///   - until: exclusive.
    package func alarmHistory(
        _ alarm: String, kind: AlarmHistoryKind? = nil, from: Date? = nil, until: Date? = nil
    ) async throws(OCIError) -> [AlarmHistoryEntry] {
        var call = OCIClient.Call("GetAlarmHistory", .monitoring, .get, "/alarms/\(alarm)/history")
        call.subject = alarm
        // The service spells this one with a lower-case t.
        call.ask("alarmHistorytype", kind?.rawValue)
        call.ask("timestampGreaterThanOrEqualTo", from.map(RFC3339.text))
        call.ask("timestampLessThan", until.map(RFC3339.text))
        return try await client.allPages(call, elements: "entries").map(AlarmHistoryEntry.init)
    }
}

/// Which history of an alarm is asked for.
package enum AlarmHistoryKind: String, Sendable, CaseIterable {
    case state = "STATE_HISTORY"
    case stateTransition = "STATE_TRANSITION_HISTORY"
    case rule = "RULE_HISTORY"
    case ruleTransition = "RULE_TRANSITION_HISTORY"
}

/// An alarm's present state; texts of later years are kept as they are.
package struct AlarmStatus: Sendable, Hashable {
    package let id: String?
    package let displayName: String?
    /// `CRITICAL` `ERROR` `WARNING` `INFO`.
    package let severity: String?
    /// `FIRING` `OK` `SUSPENDED`, collectively over its streams.
    package let status: String?
    /// Lags by about three minutes.
    package let timestampTriggered: Date?
    package let summary: String?
    package let ruleName: String?
    package let isSuppressed: Bool

    init(_ object: JSONValue) {
        id = object.text("id")
        displayName = object.text("displayName")
        severity = object.text("severity")
        status = object.text("status")
        timestampTriggered = object.date("timestampTriggered")
        summary = object.text("alarmSummary")
        ruleName = object.text("ruleName")
        isSuppressed = object["suppression"]?.object != nil
    }
}

/// A line of an alarm's history.
package struct AlarmHistoryEntry: Sendable, Hashable {
    package let summary: String?
    package let alarmSummary: String?
    package let timestamp: Date?
    /// Of transitions only.
    package let timestampTriggered: Date?

    init(_ object: JSONValue) {
        summary = object.text("summary")
        alarmSummary = object.text("alarmSummary")
        timestamp = object.date("timestamp")
        timestampTriggered = object.date("timestampTriggered")
    }
}

/// One stream of an alarm and its present state.
package struct AlarmDimensionState: Sendable, Hashable {
    package let dimensions: [String: String]
    /// `FIRING` `OK`, or a text of later years.
    package let status: String?
    package let ruleName: String?
    /// When it changed last.
    package let timestamp: Date?
    package let alarmSummary: String?

    init(_ object: JSONValue) {
        dimensions = object.textMap("dimensions")
        status = object.text("status")
        ruleName = object.text("ruleName")
        timestamp = object.date("timestamp")
        alarmSummary = object.text("alarmSummary")
    }
}
