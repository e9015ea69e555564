// SPDX-License-Identifier: MIT

import OCI
import TestSupport
import Testing
import Transport

@Suite struct NotificationsTests {
    static let host = "https://notification.eu-stockholm-1.oraclecloud.com/20181201"

    static func topic(_ endpoint: String) -> Reply {
        .with(
            200, #"{"name":"alarms","topicId":"t/1","lifecycleState":"RESTING","apiEndpoint":\#(endpoint),"etag":null}"#
        )
    }

    @Test func `a message goes to the topic's own endpoint`() async throws {
        let harness = try ClientHarness(replies: [
            Self.topic(#""https://cell1.notification.eu-stockholm-1.oci.oraclecloud.com""#),
            .with(202, #"{"messageId":"m1","timeStamp":null}"#),
        ])
        let notifications = Notifications(client: harness.client)
        let topic = try await notifications.topic("t/1")
        #expect(topic.state == "RESTING" && topic.name == "alarms")
        #expect(try await notifications.publish(title: "stale", body: "å \"b\"", to: topic) == "m1")
        #expect(
            harness.lines == [
                "GET \(Self.host)/topics/t%2F1",
                "POST https://cell1.notification.eu-stockholm-1.oci.oraclecloud.com/20181201/topics/t%2F1/messages",
            ])
        let call = try #require(harness.script.calls.last)
        #expect(call.header("messageType") == "RAW_TEXT")
        #expect(call.signedHeaders == SecretsTests.allSigned)
        #expect(harness.bodies.last == #"{"title":"stale","body":"å \"b\""}"#)
    }

    @Test(arguments: ["null", #""""#])
    func `without an endpoint of its own the region's host is used`(endpoint: String) async throws {
        let harness = try ClientHarness(replies: [Self.topic(endpoint), .with(200, "{}")])
        let notifications = Notifications(client: harness.client)
        let topic = try await notifications.topic("t/1")
        #expect(try await notifications.publish(title: nil, body: "b", to: topic) == nil)
        #expect(harness.lines.last == "POST \(Self.host)/topics/t%2F1/messages")
        #expect(harness.bodies.last == #"{"body":"b"}"#)
    }

    @Test func `subscriptions of a topic are listed without their addresses`() async throws {
        let harness = try ClientHarness(replies: [
            .with(
                200,
                #"[{"id":"s1","protocol":"EMAIL","endpoint":"c4n4ry","lifecycleState":"PENDING"},{"id":"s2","protocol":"SLACK","lifecycleState":"ACTIVE"}]"#
            )
        ])
        let found = try await Notifications(client: harness.client).subscriptions(topic: "t/1", compartment: "c")
        #expect(found.map(\.state) == ["PENDING", "ACTIVE"] && found.map(\.deliveryProtocol) == ["EMAIL", "SLACK"])
        #expect(!"\(found)".contains("c4n4ry"))
        #expect(harness.lines == ["GET \(Self.host)/subscriptions?compartmentId=c&topicId=t%2F1"])
    }

    @Test func `an override wins over the topic's endpoint`() async throws {
        var harness = try ClientHarness(replies: [Self.topic(#""https://elsewhere.example""#), .with(200, "{}")])
        harness.client.endpoints = try Endpoints(
            region: RegionLookup().region("arn"), overrides: [.notifications: "http://127.0.0.1:9"])
        let notifications = Notifications(client: harness.client)
        _ = try await notifications.publish(title: nil, body: "b", to: try await notifications.topic("t/1"))
        #expect(harness.lines.last == "POST http://127.0.0.1:9/20181201/topics/t%2F1/messages")
    }

    @Test func `an endpoint that is not https is refused`() async throws {
        let harness = try ClientHarness(replies: [Self.topic(#""http://elsewhere.example""#)])
        let notifications = Notifications(client: harness.client)
        let topic = try await notifications.topic("t/1")
        let error = await failure { () async throws(OCIError) in
            try await notifications.publish(title: nil, body: "b", to: topic)
        }
        #expect(error?.reason == "unusable")
    }

    @Test func `a message is not repeated where it may have been published`() async throws {
        let harness = try ClientHarness(
            ScriptedTransport([
                .success(Self.topic("null")), .failure(.connect(host: "h", detail: "")),
                .failure(.interrupted(host: "h", receivedBytes: 0, detail: "")), .success(.with(200, "{}")),
            ]))
        let notifications = Notifications(client: harness.client)
        let topic = try await notifications.topic("t/1")
        let error = await failure { () async throws(OCIError) in
            try await notifications.publish(title: nil, body: "b", to: topic)
        }
        #expect(error?.reason == "interrupted")
        #expect(harness.script.calls.count == 3)
    }

    @Test func `a message above 64 KB is not sent`() async throws {
        let harness = try ClientHarness(replies: [Self.topic("null")])
        let notifications = Notifications(client: harness.client)
        let topic = try await notifications.topic("t/1")
        let error = await failure { () async throws(OCIError) in
            try await notifications.publish(title: nil, body: String(repeating: "x", count: 65_536), to: topic)
        }
        #expect(error?.description.contains("shorten it") == true)
        #expect(harness.script.calls.count == 1)
    }
}
