// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import LocalOCI
import OCI
import TestSupport
import Testing
import Transport

/// A cloud whose clock stands still until it is set.
private func withStillCloud(
    at start: String = "2026-01-05T12:00:00Z",
    _ body: @escaping @Sendable (CloudHarness) async throws -> Void
) async throws {
    let clock = LocalClock()
    clock.set(instant(start), rate: 0)
    try await CloudHarness.withCloud(clock: clock, body)
}

extension CloudHarness {
    /// Sets the clock to a time of the day the tests live in, and so evaluates all that is due by then.
    func wait(until time: String) async throws {
        try await admin(.post, "/local/clock", ["now": .string("2026-01-05T\(time)Z"), "rate": 0])
    }

    /// Posts a value at the clock's time.
    func post(_ value: Double, job: String = "polisen", name: String = "age_seconds") async throws {
        let identity = MetricIdentity(
            namespace: "polisen_collector", name: name, resourceGroup: nil, compartment: Known.compartment,
            dimensions: ["job": job])
        _ = try await monitoring().post([
            MetricData(identity: identity, datapoints: [.init(timestamp: cloud.clock.now, value: value)])
        ])
    }

    /// `12:01 OK_TO_FIRING` for each message of an alarm so far: label and reason.
    func said() async throws -> [String] {
        try await admin(.get, "/local/messages").array?.compactMap { message in
            guard let alarm = message["alarm"], let label = alarm["label"]?.string?.dropFirst(11).prefix(5),
                let transition = alarm["transition"]?.string
            else { return nil }
            return "\(label) \(transition)"
        } ?? []
    }
}

struct AlarmEvaluationTests {
    @Test func `an alarm fires after its slack, tells its topic, and clears`() async throws {
        try await withStillCloud { (cloud) async throws in
            let monitoring = try cloud.monitoring()
            let alarm = try await monitoring.createAlarm(
                definition(["body": "Age {{metricValues}}", "notificationTitle": "{{dimensions.job}} is stale"]),
                retryToken: "a")
            try await cloud.wait(until: "12:00:30")
            try await cloud.post(4_000)
            try await cloud.wait(until: "12:03:59")
            #expect(try await cloud.said().isEmpty)
            #expect(try await monitoring.alarmsStatus(compartment: Known.compartment).first?.status == "OK")
            try await cloud.wait(until: "12:04:00")
            #expect(try await cloud.said() == ["12:01 OK_TO_FIRING"])
            let message = try #require(try await cloud.admin(.get, "/local/messages").array?.first)
            #expect(message["time"]?.string == "2026-01-05T12:04:00.000Z")
            #expect(message["topic"]?.string == Known.topic && message["title"]?.string == "polisen is stale")
            let body = try JSONValue.parse(message["body"]?.string ?? "")
            #expect(body["body"]?.string?.contains("4000.00") == true)
            #expect(body["alarmMetaData"]?.array?.first?["id"]?.string == alarm.id)
            let status = try #require(try await monitoring.alarmsStatus(compartment: Known.compartment).first)
            #expect(status.status == "FIRING" && status.timestampTriggered == instant("2026-01-05T12:01:00Z"))
            #expect(status.summary?.contains("FIRING") == true && status.ruleName == "BASE")
            let stream = try #require(try await monitoring.dimensionStates(alarm.id).first)
            #expect(stream.dimensions == ["job": "polisen"] && stream.status == "FIRING")
            #expect(stream.timestamp == instant("2026-01-05T12:01:00Z"))
            try await cloud.wait(until: "12:05:10")
            try await cloud.post(10)
            try await cloud.wait(until: "12:30:00")
            #expect(try await cloud.said().last == "12:06 FIRING_TO_OK")
            #expect(try await monitoring.dimensionStates(alarm.id, status: "FIRING").isEmpty)
            let transitions = try await monitoring.alarmHistory(alarm.id, kind: .stateTransition)
            #expect(
                transitions.map(\.summary) == [
                    "State transitioned from Firing to OK", "State transitioned from OK to Firing",
                ])
            #expect(transitions.last?.timestampTriggered == instant("2026-01-05T12:01:00Z"))
            let states = try await monitoring.alarmHistory(alarm.id, kind: .state)
            #expect(states.map(\.summary) == ["The alarm state is OK", "The alarm state is FIRING"])
            let early = try await monitoring.alarmHistory(
                alarm.id, from: instant("2026-01-05T12:01:00Z"), until: instant("2026-01-05T12:06:00Z"))
            #expect(early.count == 2)
        }
    }

    @Test func `a stream gets RAW whatever the topic gets`() async throws {
        try await withStillCloud { (cloud) async throws in
            let stream = "ocid1.stream.oc1.eu-stockholm-1.example"
            _ = try await cloud.monitoring().createAlarm(
                definition([
                    "destinations": [.string(Known.topic), .string(stream)], "messageFormat": "PRETTY_JSON",
                ]), retryToken: "a")
            try await cloud.post(4_000)
            try await cloud.wait(until: "12:04:00")
            let messages = try await cloud.admin(.get, "/local/messages").array ?? []
            #expect(messages.map { $0["topic"]?.string } == [Known.topic, stream])
            #expect(messages.map { $0["body"]?.string?.contains("\n") } == [true, false])
        }
    }

    @Test func `a jump of the clock evaluates each minute in the order of time`() async throws {
        try await withStillCloud { (cloud) async throws in
            let monitoring = try cloud.monitoring()
            for (name, slack) in [("late", "PT10M"), ("soon", "PT3M")] {
                _ = try await monitoring.createAlarm(
                    definition([
                        "displayName": .string(name), "evaluationSlackDuration": .string(slack),
                        "query": "age_seconds[1m].last() > 3600",
                    ]), retryToken: name)
            }
            try await cloud.post(4_000)
            try await cloud.wait(until: "14:00:00")
            let messages = try await cloud.admin(.get, "/local/messages").array ?? []
            let told = messages.map { message in
                let time = message["time"]?.string?.dropFirst(11).prefix(5) ?? ""
                return "\(time) \(message["title"]?.string ?? "") \(message["alarm"]?["transition"]?.string ?? "")"
            }
            #expect(
                told == [
                    "12:03 soon OK_TO_FIRING", "12:10 late OK_TO_FIRING", "12:14 soon RESET", "12:21 late RESET",
                ])
        }
    }

    @Test func `points that come after the slack are not seen by the evaluation they missed`() async throws {
        try await withStillCloud { (cloud) async throws in
            _ = try await cloud.monitoring().createAlarm(
                definition(["query": "age_seconds[1m].last() > 3600"]), retryToken: "a")
            try await cloud.wait(until: "12:20:00")
            let identity = MetricIdentity(
                namespace: "polisen_collector", name: "age_seconds", resourceGroup: nil,
                compartment: Known.compartment, dimensions: ["job": "p"])
            let points = [("12:16:00", 4_000.0), ("12:18:00", 4_000)].map { time, value in
                MetricData.Datapoint(timestamp: instant("2026-01-05T\(time)Z"), value: value)
            }
            _ = try await cloud.monitoring().post([MetricData(identity: identity, datapoints: points)])
            try await cloud.wait(until: "12:25:00")
            #expect(try await cloud.said() == ["12:18 OK_TO_FIRING"])
        }
    }

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

    @Test func `a clock that is set back starts the evaluation anew`() async throws {
        try await withStillCloud { (cloud) async throws in
            _ = try await cloud.monitoring().createAlarm(definition(), retryToken: "a")
            try await cloud.wait(until: "18:00:00")
            try await cloud.wait(until: "12:00:00")
            try await cloud.post(4_000)
            try await cloud.wait(until: "12:04:00")
            #expect(try await cloud.said() == ["12:00 OK_TO_FIRING"])
        }
    }

    @Test func `years without a point pass in a moment`() async throws {
        try await withStillCloud { (cloud) async throws in
            _ = try await cloud.monitoring().createAlarm(definition(), retryToken: "a")
            try await cloud.post(1)
            let clock = ContinuousClock()
            let took = try await clock.measure {
                try await cloud.admin(.post, "/local/clock", ["now": "2036-01-05T12:00:00Z", "rate": 0])
            }
            #expect(took < .seconds(5))
            let shown = try await cloud.admin(.get, "/local/alarms").array?.first
            #expect(shown?["next_label"]?.string == "2036-01-05T11:58:00.000Z" && shown?["status"]?.string == "OK")
        }
    }

    @Test func `an accelerated clock makes alarms reach a webhook with nobody asking`() async throws {
        let clock = LocalClock()
        // A minute takes a tenth of a second.
        clock.set(instant("2026-01-05T12:00:00Z"), rate: 600)
        try await withFaultServer([.readRequest, .answer(""), .again]) { (hook) async throws in
            try await CloudHarness.withCloud(verifies: false, clock: clock) { (cloud) async throws in
                let subscription: JSONValue = [
                    "topicId": .string(Known.topic), "compartmentId": .string(Known.compartment),
                    "protocol": "CUSTOM_HTTPS", "endpoint": .string("http://\(hook.authority)/"),
                ]
                _ = try await cloud.sendSigned(
                    .post, "/20181201/subscriptions", ["content-type": "application/json"],
                    body: subscription.encoded())
                let shown = try await cloud.admin(.get, "/local/subscriptions").array?.first
                let link = try #require(shown?["confirmation_url"]?.string)
                _ = try await cloud.send(.get, String(link.dropFirst(cloud.url.count)))
                _ = try await cloud.monitoring().createAlarm(
                    definition(["messageFormat": "ONS_OPTIMIZED"]), retryToken: "a")
                try await cloud.post(4_000)
                let told = try await NotificationsServiceTests.eventually({ hook.receivedText.joined() }) {
                    $0.contains(#""type":"OK_TO_FIRING""#)
                }
                #expect(told?.contains("x-oci-ns-messagetype: Notification") == true)
                let kept = try await cloud.admin(.get, "/local/messages").array?.first
                #expect(kept?["title"]?.string?.hasPrefix("Alarm: OK_TO_FIRING | CRITICAL |") == true)
            }
        }
    }

    @Test func `an admin evaluates up to now and sees what was said`() async throws {
        try await withStillCloud { (cloud) async throws in
            _ = try await cloud.monitoring().createAlarm(definition(), retryToken: "a")
            let answer = try await cloud.admin(.post, "/local/alarms/evaluate", [:])
            #expect(answer["now"]?.string == "2026-01-05T12:00:00.000Z" && answer["messages"]?.array?.isEmpty == true)
            #expect(answer["evaluations"]?.int == 0)
        }
    }
}
