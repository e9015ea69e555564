// SPDX-License-Identifier: MIT

import Alarms
import JSON

/// One member of an alarm that is not as its file wants it.
struct AlarmChange: Sendable, Hashable {
    /// `severity`, `freeformTags.owner`, `overrides[DENIED].query`.
    let path: String
    /// What OCI has; nil where it has nothing.
    let from: JSONValue?
    /// What the file wants; nil where it wants nothing.
    let to: JSONValue?
}

/// What has to be changed in an alarm of OCI to make it what its file says.
enum AlarmDifference {
    /// Members in the order of the API's reference. Those it shares with nobody else are compared; tags and suppressions
    /// that the file does not speak of are somebody else's, and stay.
    static func changes(from actual: JSONValue, to desired: Alarm) -> [AlarmChange] {
        let (old, new) = (normal(actual, key: desired.key), desired.json)
        var changes: [AlarmChange] = []
        for name in names {
            let (from, to) = (present(old[name]), present(new[name]))
            switch name {
            case "freeformTags", "definedTags": changes += tagChanges(name, from, to)
            case "suppression" where to == nil: break
            case "overrides": changes += overrideChanges(from, to)
            default: if from != to { changes.append(AlarmChange(path: name, from: from, to: to)) }
            }
        }
        return changes
    }

    /// What UpdateAlarm has to be told, every member: defaults written out, since what is absent stays as it is; tags
    /// of others kept.
    static func update(of actual: JSONValue, to desired: Alarm) -> JSONValue {
        let new = desired.json
        var members: [JSONMember] = []
        for name in names {
            switch name {
            case "freeformTags", "definedTags":
                let merged = merged(actual[name], new[name])
                if merged != .object([]) { members.append(JSONMember(name, merged)) }
            case "suppression":
                if let value = new[name] { members.append(JSONMember(name, value)) }
            default:
                members.append(JSONMember(name, new[name] ?? standard[name] ?? .null))
            }
        }
        return .object(members)
    }

    /// A suppression set in OCI that the file says nothing about: silence made by hand, which is left alone.
    static func foreignSuppression(in actual: JSONValue, _ desired: Alarm) -> String? {
        guard desired.suppression == nil, let suppression = present(actual["suppression"]) else { return nil }
        return "suppressed by hand until \(suppression["timeSuppressUntil"]?.string ?? "an unknown time"); stays so"
    }

    /// Members of CreateAlarmDetails in the order of its reference.
    static let names = [
        "displayName", "compartmentId", "metricCompartmentId", "metricCompartmentIdInSubtree", "namespace",
        "resourceGroup", "query", "resolution", "pendingDuration", "severity", "body",
        "isNotificationsPerMetricDimensionEnabled", "messageFormat", "destinations", "repeatNotificationDuration",
        "suppression", "isEnabled", "freeformTags", "definedTags", "overrides", "ruleName", "notificationVersion",
        "notificationTitle", "evaluationSlackDuration", "alarmSummary",
    ]

    /// What stands for nothing in an update.
    private static let standard: [String: JSONValue] = [
        "metricCompartmentIdInSubtree": false, "overrides": [], "ruleName": "BASE",
    ]

    /// OCI's answer in the form that `Alarm.json` has, so that both can be compared; as it came where it has members of
    /// a later year that this version cannot read.
    private static func normal(_ actual: JSONValue, key: String) -> JSONValue {
        (try? Alarm(json: actual, key: key, form: .service))?.json ?? actual
    }

    private static func present(_ value: JSONValue?) -> JSONValue? {
        switch value {
        case nil, .null, .array([]), .object([]): nil
        case .some(let value): value
        }
    }

    private static func tagChanges(_ name: String, _ from: JSONValue?, _ to: JSONValue?) -> [AlarmChange] {
        (to?.object ?? []).flatMap { tag in
            let (path, old) = ("\(name).\(tag.name)", from?[tag.name])
            if name == "definedTags", tag.value.object != nil { return tagChanges(path, old, tag.value) }
            return old == tag.value ? [] : [AlarmChange(path: path, from: old, to: tag.value)]
        }
    }

    private static func merged(_ old: JSONValue?, _ new: JSONValue?) -> JSONValue {
        var members = old?.object ?? []
        for member in new?.object ?? [] {
            let isNested = member.value.object != nil
            let value = isNested ? merged(old?[member.name], member.value) : member.value
            members.removeAll { $0.name == member.name }
            members.append(JSONMember(member.name, value))
        }
        return .object(members)
    }

    /// Rule by rule where the same rules stand in the same order.
    private static func overrideChanges(_ from: JSONValue?, _ to: JSONValue?) -> [AlarmChange] {
        let (old, new) = (from?.array ?? [], to?.array ?? [])
        guard old.map({ $0["ruleName"] }) == new.map({ $0["ruleName"] }) else {
            return [AlarmChange(path: "overrides", from: from, to: to)]
        }
        return zip(old, new).flatMap { old, new in
            ["query", "severity", "body", "pendingDuration"].compactMap { member in
                let (from, to) = (present(old[member]), present(new[member]))
                let path = "overrides[\(new["ruleName"]?.string ?? "")].\(member)"
                return from == to ? nil : AlarmChange(path: path, from: from, to: to)
            }
        }
    }
}
