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
func withStillCloud(
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
            #expect(took < .seconds(120))
            let shown = try await cloud.admin(.get, "/local/alarms").array?.first
            #expect(shown?["next_label"]?.string == "2036-01-05T11:58:00.000Z" && shown?["status"]?.string == "OK")
        }
    }

    @Test func `an accelerated clock makes alarms reach a webhook with nobody asking`() async throws {
        let clock = LocalClock()
        // A minute takes a second: points are refused after two hours, and a starved machine needs some time to post.
        clock.set(instant("2026-01-05T12:00:00Z"), rate: 60)
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
