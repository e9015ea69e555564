// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import LocalOCI
import OCI
import TestSupport
import Testing
import Transport

/// What an alarm is in, through changes, restarts and suppressions.
struct AlarmStateTests {
    @Test func `an alarm that fires goes on firing after a restart, and says so only once`() async throws {
        try await withTemporaryDirectory { (directory) async throws in
            let clock = LocalClock()
            clock.set(instant("2026-01-05T12:00:00Z"), rate: 0)
            let id = try await CloudHarness.run(in: directory, clock: clock) { (cloud) async throws in
                let made = try await cloud.monitoring().createAlarm(
                    definition(["repeatNotificationDuration": "PT5M"]), retryToken: "a")
                try await cloud.post(4_000)
                try await cloud.wait(until: "12:04:00")
                #expect(try await cloud.said() == ["12:00 OK_TO_FIRING"])
                return made.id
            }
            try await CloudHarness.run(in: directory, clock: clock) { (cloud) async throws in
                let status = try await cloud.monitoring().alarmsStatus(compartment: Known.compartment).first
                #expect(status?.status == "FIRING" && status?.summary?.contains("FIRING") == true)
                #expect(status?.timestampTriggered == instant("2026-01-05T12:00:00Z"))
                try await cloud.post(1)
                try await cloud.wait(until: "12:09:00")
                #expect(try await cloud.said() == ["12:00 OK_TO_FIRING", "12:04 FIRING_TO_OK"])
                let history = try await cloud.monitoring().alarmHistory(id, kind: .stateTransition)
                #expect(history.count == 2)
                #expect(try await cloud.monitoring().deleteAlarm(id, ifMatch: nil))
                #expect(try await cloud.monitoring().alarmHistory(id, kind: .stateTransition).count == 2)
            }
        }
    }

    @Test func `a suppression goes on after a restart and ends when it is deleted`() async throws {
        try await withTemporaryDirectory { (directory) async throws in
            let clock = LocalClock()
            clock.set(instant("2026-01-05T12:00:00Z"), rate: 0)
            let id = try await CloudHarness.run(in: directory, clock: clock) { (cloud) async throws in
                let alarm = try await cloud.monitoring().createAlarm(
                    definition(["query": "age_seconds[1m].last() > 3600"]), retryToken: "a")
                let details: JSONValue = [
                    "alarmSuppressionTarget": ["targetType": "ALARM", "alarmId": .string(alarm.id)],
                    "level": "ALARM", "displayName": "s", "timeSuppressFrom": "2026-01-05T00:00:00Z",
                    "timeSuppressUntil": "2026-01-06T00:00:00Z",
                ]
                return try await cloud.ask(.post, "/alarmSuppressions", details, ["opc-retry-token": "t"]).json["id"]
            }
            try await CloudHarness.run(in: directory, clock: clock) { (cloud) async throws in
                let id = try #require(id?.string)
                #expect(try await cloud.ask(.get, "/alarmSuppressions/\(id)").json["displayName"]?.string == "s")
                try await cloud.post(4_000)
                try await cloud.wait(until: "12:20:00")
                #expect(try await cloud.said().isEmpty)
                #expect(try await cloud.ask(.delete, "/alarmSuppressions/\(id)").status == 204)
                try await cloud.post(4_000)
                try await cloud.wait(until: "12:30:00")
                #expect(try await cloud.said() == ["12:20 OK_TO_FIRING"])
            }
        }
    }

    @Test func `a change of words keeps the state and a change of the question starts anew`() async throws {
        try await withStillCloud { (cloud) async throws in
            let monitoring = try cloud.monitoring()
            let alarm = try await monitoring.createAlarm(definition(), retryToken: "a")
            try await cloud.post(4_000)
            try await cloud.wait(until: "12:04:00")
            _ = try await monitoring.updateAlarm(alarm.id, ["body": "new words"], ifMatch: nil)
            #expect(try await monitoring.alarmsStatus(compartment: Known.compartment).first?.status == "FIRING")
            #expect(try await cloud.said() == ["12:00 OK_TO_FIRING"])
            _ = try await monitoring.updateAlarm(
                alarm.id, ["query": "age_seconds[5m].groupBy(job).last() > 100"], ifMatch: nil)
            #expect(try await monitoring.alarmsStatus(compartment: Known.compartment).first?.status == "OK")
            try await cloud.wait(until: "12:05:00")
            #expect(try await cloud.said() == ["12:00 OK_TO_FIRING", "12:02 OK_TO_FIRING"])
            let last = try await cloud.admin(.get, "/local/messages").array?.last
            #expect(last?["body"]?.string?.contains("new words") == true)
            _ = try await monitoring.updateAlarm(alarm.id, ["isEnabled": false], ifMatch: nil)
            try await cloud.wait(until: "13:00:00")
            #expect(try await cloud.said().count == 2)
        }
    }

    @Test func `suppressed alarms change their state in silence`() async throws {
        try await withStillCloud { (cloud) async throws in
            let monitoring = try cloud.monitoring()
            let window: [String: JSONValue] = [
                "timeSuppressFrom": "2026-01-05T12:00:00Z", "timeSuppressUntil": "2026-01-05T12:30:00Z",
            ]
            let own = try await monitoring.createAlarm(
                definition([
                    "suppression": .object(window.map { JSONMember($0.key, $0.value) }), "displayName": "own",
                ]), retryToken: "own")
            let other = try await monitoring.createAlarm(definition(["displayName": "other"]), retryToken: "other")
            var members = window
            members["alarmSuppressionTarget"] = ["targetType": "ALARM", "alarmId": .string(other.id)]
            members["displayName"] = "s"
            members["dimensions"] = ["job": "quiet"]
            let separate = try await cloud.ask(
                .post, "/alarmSuppressions", .object(members.map { JSONMember($0.key, $0.value) }))
            #expect(separate.status == 200, "\(separate.text)")
            try await cloud.post(4_000, job: "quiet")
            try await cloud.wait(until: "12:10:00")
            #expect(try await cloud.said().isEmpty)
            let states = try await monitoring.alarmsStatus(compartment: Known.compartment)
            #expect(states.map(\.status) == ["FIRING", "SUSPENDED"] && states.map(\.isSuppressed) == [false, true])
            #expect(try await monitoring.dimensionStates(own.id).first?.status == "FIRING")
            try await cloud.post(4_000, job: "loud")
            try await cloud.wait(until: "12:14:00")
            let said = try await cloud.admin(.get, "/local/messages").array?.compactMap { $0["title"]?.string }
            #expect(said?.contains("own") == false)
        }
    }

    @Test func `split notifications and overrides show in states and history`() async throws {
        try await withStillCloud { (cloud) async throws in
            let monitoring = try cloud.monitoring()
            let rule: JSONValue = ["ruleName": "LONG", "query": "age_seconds[5m].last() > 7200", "severity": "ERROR"]
            let alarm = try await monitoring.createAlarm(
                definition([
                    "isNotificationsPerMetricDimensionEnabled": true, "overrides": [rule], "severity": "WARNING",
                    "query": "age_seconds[5m].last() > 3600",
                ]), retryToken: "a")
            try await cloud.post(4_000, job: "a")
            try await cloud.post(8_000, job: "b")
            try await cloud.post(1, job: "c")
            try await cloud.wait(until: "12:04:00")
            #expect(try await cloud.said() == ["12:00 OK_TO_FIRING", "12:00 OK_TO_FIRING"])
            let states = try await monitoring.dimensionStates(alarm.id)
            #expect(states.map(\.status) == ["FIRING", "FIRING", "OK"])
            #expect(states.map(\.ruleName) == ["BASE", "LONG", "BASE"])
            #expect(try await monitoring.dimensionStates(alarm.id, dimensions: ["job": "b"]).count == 1)
            let status = try await monitoring.alarmsStatus(compartment: Known.compartment).first
            #expect(status?.severity == "ERROR" && status?.ruleName == "LONG")
            let rules = try await monitoring.alarmHistory(alarm.id, kind: .ruleTransition)
            #expect(rules.map(\.summary) == ["Rule transitioned from none to LONG"])
            let bad = try await cloud.ask(
                .post, "/alarms/\(alarm.id)/actions/retrieveDimensionStates", ["status": "RED"])
            #expect(bad.code == "InvalidParameter")
            func names(_ query: String) async throws -> Int? {
                try await cloud.ask(.get, "/alarms/status?compartmentId=\(Known.compartment)\(query)").json.array?.count
            }
            #expect(try await names("&status=FIRING") == 1)
            #expect(try await names("&status=OK") == 0)
            #expect(try await names("&resourceId=x") == 0)
        }
    }
}
