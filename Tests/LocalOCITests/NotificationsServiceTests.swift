// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import LocalOCI
import OCI
import TestSupport
import Testing
import Transport

struct NotificationsServiceTests {
    private static let json = ["content-type": "application/json"]

    private static func call(
        _ cloud: CloudHarness, _ method: HTTPRequest.Method, _ target: String, _ body: JSONValue? = nil,
        _ headers: [String: String] = [:]
    ) async throws -> Reply {
        let bytes = body?.encoded() ?? (method == .post ? [] : nil)
        return try await cloud.sendSigned(
            method, "/20181201" + target, json.merging(headers) { $1 }, body: bytes)
    }

    private static func subscription(_ endpoint: String, _ name: String = "CUSTOM_HTTPS") -> JSONValue {
        [
            "topicId": .string(Known.topic), "compartmentId": .string(Known.compartment), "protocol": .string(name),
            "endpoint": .string(endpoint),
        ]
    }

    /// Asks again and again until `done` says so; nil after a minute.
    static func eventually<Value: Sendable>(
        _ ask: @Sendable () async throws -> Value, until done: (Value) -> Bool
    ) async throws -> Value? {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(60)
        while clock.now < deadline {
            let value = try await ask()
            if done(value) { return value }
            try await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }

    /// The one delivery that is not a confirmation.
    private static func delivery(_ cloud: CloudHarness) async throws -> JSONValue? {
        try await cloud.admin(.get, "/local/deliveries").array?.last
    }

    @Test func `topics are made, changed, listed and deleted`() async throws {
        try await withTemporaryDirectory { (directory) async throws in
            try await CloudHarness.run(in: directory) { (cloud) async throws in
                let details: JSONValue = ["name": "drill", "compartmentId": .string(Known.compartment)]
                let made = try await Self.call(cloud, .post, "/topics", details, ["opc-retry-token": "a"])
                #expect(made.status == 200 && made.header("etag") == made.json["etag"]?.string)
                let again = try await Self.call(cloud, .post, "/topics", details, ["opc-retry-token": "a"])
                #expect(again.json == made.json)
                #expect(try await Self.call(cloud, .post, "/topics", details).status == 409)
                for bad in ["", "a b", String(repeating: "x", count: 257)] {
                    let details: JSONValue = ["name": .string(bad), "compartmentId": .string(Known.compartment)]
                    #expect(try await Self.call(cloud, .post, "/topics", details).status == 400)
                }
                let id = try #require(made.json["topicId"]?.string)
                let changed = try await Self.call(cloud, .put, "/topics/\(id)", ["description": "d"])
                #expect(changed.json["description"]?.string == "d")
                let stale = ["if-match": made.header("etag") ?? ""]
                #expect(try await Self.call(cloud, .put, "/topics/\(id)", [:], stale).status == 412)
            }
            try await CloudHarness.run(in: directory) { (cloud) async throws in
                let listed = try await Self.call(cloud, .get, "/topics?compartmentId=\(Known.compartment)")
                #expect(listed.json.array?.compactMap { $0["name"]?.string } == ["drill", "polisen-alarms"])
                let id = listed.json.array?.first?["topicId"]?.string ?? ""
                #expect(try await Self.call(cloud, .delete, "/topics/\(id)").status == 204)
                #expect(try await Self.call(cloud, .get, "/topics/\(id)").status == 404)
            }
        }
    }

    @Test func `a webhook confirms and then gets what is published`() async throws {
        let ok = FaultServer.Step.answer("")
        try await withFaultServer([.readRequest, ok, .again]) { (hook) async throws in
            try await CloudHarness.withCloud { (cloud) async throws in
                let made = try await Self.call(
                    cloud, .post, "/subscriptions", Self.subscription("http://u:p@\(hook.authority)/hook?x=1"))
                #expect(made.json["lifecycleState"]?.string == "PENDING")
                let asked = try await Self.eventually({ try await Self.delivery(cloud) }) {
                    $0?["state"]?.string == "delivered"
                }
                let link = try #require(asked??["headers"]?["x-oci-ns-confirmationurl"]?.string)
                #expect(hook.receivedText.joined().contains("x-oci-ns-messagetype: SubscriptionConfirmation"))
                let target = String(link.dropFirst(cloud.url.count))
                #expect(try await cloud.send(.get, target + "x").status == 404)
                #expect(try await cloud.send(.get, target).json["topicId"]?.string == Known.topic)
                let topic = try await Notifications(client: cloud.client()).topic(Known.topic)
                let id = try await Notifications(client: cloud.client()).publish(
                    title: "t", body: #"{"a":1}"#, to: topic)
                let sent = try await Self.eventually({ try await Self.delivery(cloud) }) {
                    $0?["state"]?.string == "delivered" && $0?["message"]?.string == id
                }
                #expect(sent != nil)
                let received = hook.receivedText.joined()
                #expect(received.contains("POST /hook?x=1 HTTP/1.1") && received.contains(": Basic dTpw"))
                #expect(received.contains("x-oci-ns-messageid: \(id ?? "-")") && received.contains(#"{"a":1}"#))
                #expect(received.contains("x-oci-ns-state: Active"))
                let subscription = made.json["id"]?.string ?? ""
                #expect(try await Self.call(cloud, .delete, "/subscriptions/\(subscription)").status == 204)
                _ = try await Notifications(client: cloud.client()).publish(title: nil, body: "b", to: topic)
                #expect(try await cloud.admin(.get, "/local/deliveries").array?.count == 2)
            }
        }
    }

    @Test func `a webhook that fails is tried again and one that refuses is not`() async throws {
        let busy = FaultServer.Step.send("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n")
        let gone = FaultServer.Step.send("HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n")
        let clock = LocalClock()
        // A second of waiting takes a millisecond.
        clock.set(Date(), rate: 1_000)
        try await withFaultServer([.readRequest, busy, .readRequest, .answer("")], [.readRequest, gone]) {
            (hook) async throws in
            try await CloudHarness.withCloud(verifies: false, clock: clock) { (cloud) async throws in
                for (state, attempts) in [("delivered", 2), ("failed", 1)] {
                    _ = try await Self.call(
                        cloud, .post, "/subscriptions", Self.subscription("http://\(hook.authority)/"))
                    let ended = try await Self.eventually({ try await Self.delivery(cloud) }) {
                        $0?["state"]?.string == state
                    }
                    #expect(ended??["attempts"]?.int == attempts)
                }
                #expect(try await Self.delivery(cloud)?["problem"]?.string == "the endpoint answered 410")
            }
        }
    }

    @Test func `what did not arrive before a restart arrives after it`() async throws {
        try await withFaultServer([.readRequest, .hang], [.readRequest, .answer("")]) { (hook) async throws in
            try await withTemporaryDirectory { (directory) async throws in
                try await CloudHarness.run(in: directory) { (cloud) async throws in
                    _ = try await Self.call(
                        cloud, .post, "/subscriptions", Self.subscription("http://\(hook.authority)/"))
                    _ = try await Self.eventually({ hook.requestCount }) { $0 == 1 }
                }
                try await CloudHarness.run(in: directory) { (cloud) async throws in
                    let ended = try await Self.eventually({ try await Self.delivery(cloud) }) {
                        $0?["state"]?.string == "delivered"
                    }
                    #expect(ended != nil && hook.requestCount == 2)
                }
            }
        }
    }

    @Test(arguments: [
        "https://example.org/", "http://127.0.0.1.example.org/", "http://128.0.0.1/", "http://127.0.0.1@example.org/",
        "http://10.0.0.1/", "ftp://127.0.0.1/", "127.0.0.1", "http:///x", "http://[::2]/", "http://127.0.0.999/",
        "http://localhost /",
    ])
    func `nothing is delivered off this machine`(endpoint: String) async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let reply = try await Self.call(cloud, .post, "/subscriptions", Self.subscription(endpoint))
            #expect(reply.code == "InvalidParameter")
            #expect(try await cloud.admin(.get, "/local/deliveries").array?.isEmpty == true)
        }
    }

    @Test func `mail is noted, not sent, and confirmed by the link an admin sees`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let made = try await Self.call(
                cloud, .post, "/subscriptions", Self.subscription("me@example.org", "EMAIL"))
            let id = made.json["id"]?.string ?? ""
            let shown = try await cloud.admin(.get, "/local/subscriptions").array?.first
            let link = try #require(shown?["confirmation_url"]?.string)
            _ = try await cloud.send(.get, String(link.dropFirst(cloud.url.count)))
            let active = try await Self.call(cloud, .get, "/subscriptions/\(id)")
            #expect(active.json["lifecycleState"]?.string == "ACTIVE")
            let topic = try await Notifications(client: cloud.client()).topic(Known.topic)
            _ = try await Notifications(client: cloud.client()).publish(title: nil, body: "b", to: topic)
            let states = try await cloud.admin(.get, "/local/deliveries").array?.compactMap { $0["state"]?.string }
            #expect(states == ["noted", "noted"])
            try await cloud.admin(.delete, "/local/deliveries")
            #expect(try await cloud.admin(.get, "/local/deliveries").array?.isEmpty == true)
            let policy: JSONValue = [
                "deliveryPolicy": [
                    "backoffRetryPolicy": ["maxRetryDuration": 60_000, "policyType": "EXPONENTIAL"]
                ]
            ]
            let changed = try await Self.call(cloud, .put, "/subscriptions/\(id)", policy)
            #expect(changed.json["deliverPolicy"]?.string?.contains("60000") == true)
            let listed = try await Self.call(
                cloud, .get, "/subscriptions?compartmentId=\(Known.compartment)&topicId=\(Known.topic)")
            #expect(listed.json.array?.count == 1)
            #expect(try await Self.call(cloud, .post, "/subscriptions/\(id)/resendConfirmation").status == 200)
        }
    }

    @Test func `a subscription needs its parts`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            #expect(try await Self.call(cloud, .post, "/subscriptions", [:]).code == "MissingParameter")
            let bad = Self.subscription("http://localhost/", "PIGEON")
            #expect(try await Self.call(cloud, .post, "/subscriptions", bad).code == "InvalidParameter")
            #expect(try await Self.call(cloud, .get, "/subscriptions/none").status == 404)
            #expect(try await cloud.send(.get, "/20181201/subscriptions").status == 401)
        }
    }
}
