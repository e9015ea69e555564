// SPDX-License-Identifier: MIT

import Alarms
import JSON
import Testing

@testable import CollectorCLI

struct AlarmDifferenceTests {
    @Test func `what OCI writes out by itself is no difference`() throws {
        let alarm = try AlarmSamples.desired("a").alarm
        #expect(AlarmDifference.changes(from: AlarmSamples.service(alarm), to: alarm) == [])
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: (String, JSONValue?)
        let path: String
        let from: JSONValue?
        let to: JSONValue?
    }

    static let cases = [
        Case(
            testDescription: "severity", change: ("severity", "CRITICAL"), path: "severity", from: "CRITICAL",
            to: "ERROR"
        ),
        Case(
            testDescription: "a member OCI lacks", change: ("body", .null), path: "body", from: nil,
            to: "Runs fail.\nFirst: polisen-collector status"),
        Case(
            testDescription: "a member the file lacks", change: ("repeatNotificationDuration", "PT1H"),
            path: "repeatNotificationDuration", from: "PT1H", to: nil),
        Case(
            testDescription: "switched off by hand", change: ("isEnabled", false), path: "isEnabled", from: false,
            to: true),
        Case(
            testDescription: "another spelling of a length is one", change: ("pendingDuration", "PT5M"),
            path: "pendingDuration", from: "PT5M", to: "PT1M"),
        Case(
            testDescription: "an override too many",
            change: ("overrides", [["ruleName": "X", "severity": "INFO"]]), path: "overrides",
            from: [["ruleName": "X", "severity": "INFO"]], to: nil),
        Case(
            testDescription: "a tag of ours",
            change: (
                "freeformTags", ["managed-by": "polisen-collector", "job": "polisen", "alarm": "a", "owner": "me"]
            ),
            path: "freeformTags.owner", from: "me", to: "operators"),
    ]

    @Test(arguments: cases)
    func `a member that differs is named with both values`(case expected: Case) throws {
        let alarm = try AlarmSamples.desired("a").alarm
        let actual = AlarmSamples.service(alarm, [expected.change])
        #expect(
            AlarmDifference.changes(from: actual, to: alarm) == [
                AlarmChange(path: expected.path, from: expected.from, to: expected.to)
            ])
    }

    @Test func `lengths of time are compared, not their spelling`() throws {
        let alarm = try AlarmSamples.desired("a", [("pendingDuration", "PT60M")]).alarm
        let actual = AlarmSamples.service(alarm, [("pendingDuration", "PT1H")])
        #expect(AlarmDifference.changes(from: actual, to: alarm) == [])
    }

    @Test func `a member of an override is named by its rule`() throws {
        let rule: JSONValue = ["ruleName": "BAD", "severity": "CRITICAL", "query": "run_failed[2h].sum() >= 4"]
        let alarm = try AlarmSamples.desired("a", [("overrides", [rule])]).alarm
        let other: JSONValue = ["ruleName": "BAD", "severity": "WARNING", "query": "run_failed[2h].sum() >= 4"]
        let changes = AlarmDifference.changes(from: AlarmSamples.service(alarm, [("overrides", [other])]), to: alarm)
        #expect(changes == [AlarmChange(path: "overrides[BAD].severity", from: "WARNING", to: "CRITICAL")])
    }

    @Test func `tags and silences of others are no difference, and an update keeps the tags`() throws {
        let alarm = try AlarmSamples.desired("a").alarm
        let silence: JSONValue = [
            "timeSuppressFrom": "2026-01-05T00:00:00Z", "timeSuppressUntil": "2026-01-06T00:00:00Z",
        ]
        var tags = alarm.json["freeformTags"]?.object ?? []
        tags.append(JSONMember("cost", "42"))
        let actual = AlarmSamples.service(
            alarm,
            [
                ("freeformTags", .object(tags)), ("suppression", silence),
                ("definedTags", ["Oracle-Tags": ["CreatedBy": "somebody"]]),
            ])
        #expect(AlarmDifference.changes(from: actual, to: alarm) == [])
        let update = AlarmDifference.update(of: actual, to: alarm)
        #expect(update["freeformTags"]?["cost"] == "42")
        #expect(update["freeformTags"]?["owner"] == "operators")
        #expect(update["definedTags"]?["Oracle-Tags"]?["CreatedBy"] == "somebody")
        #expect(update["suppression"] == nil)
        #expect(AlarmDifference.foreignSuppression(in: actual, alarm)?.contains("2026-01-06") == true)
    }

    @Test func `an update says every member, so that nothing of before stays`() throws {
        let alarm = try AlarmSamples.desired("a", [("body", nil)]).alarm
        let update = AlarmDifference.update(of: AlarmSamples.service(alarm), to: alarm)
        #expect(update["overrides"] == [] && update["ruleName"] == "BASE" && update["body"] == .null)
        #expect(update["metricCompartmentIdInSubtree"] == false)
        let unsaid = AlarmDifference.names.filter { update[$0] == nil }
        #expect(Set(unsaid) == ["suppression", "definedTags"])
    }

    @Test func `an alarm with a member of later years is compared as it came`() throws {
        let alarm = try AlarmSamples.desired("a").alarm
        let actual = AlarmSamples.service(alarm, [("severity", "APOCALYPTIC")])
        let changes = AlarmDifference.changes(from: actual, to: alarm)
        #expect(changes.contains(AlarmChange(path: "severity", from: "APOCALYPTIC", to: "ERROR")))
    }
}
