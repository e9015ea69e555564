// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import LocalOCI
import OCI
import TestSupport
import Testing
import Transport

struct HTTPListenerTests {
    @Test func `requests of one client share a connection and are numbered by it`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            for _ in 0..<5 { _ = try await cloud.send(.get, "/opc/v2/instance/id", ["authorization": "Bearer Oracle"]) }
            let requests = try await cloud.admin(.get, "/local/requests").array ?? []
            #expect(requests.count == 5)
            #expect(Set(requests.compactMap { $0["connection"]?.int }).count == 1)
        }
    }

    @Test func `hundreds of connections at once are served`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        // A connection of its own for each.
                        try await cloud.send(
                            .get, "/opc/v2/instance/id", ["authorization": "Bearer Oracle", "connection": "close"]
                        ).status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses == [Int](repeating: 200, count: 200))
        }
    }

    @Test func `a large body goes both ways unharmed`() async throws {
        try await CloudHarness.withCloud(verifies: false) { (cloud) async throws in
            var random = SeededGenerator(seed: 5)
            let bytes = (0..<3_000_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let target = "/n/localns/b/polisen-events-collector/o/large"
            #expect(try await cloud.send(.put, target, body: bytes).status == 200)
            #expect(try await cloud.send(.get, target).body == bytes)
        }
    }

    @Test func `a client may ask to be told to go on`() async throws {
        try await CloudHarness.withCloud(verifies: false) { (cloud) async throws in
            let target = "/n/localns/b/polisen-events-collector/o/expected"
            let reply = try await cloud.send(
                .put, target, ["expect": "100-continue"], body: [UInt8](repeating: 7, count: 2_000_000))
            #expect(reply.status == 200)
        }
    }

    @Test func `a failed HEAD says nothing but its status`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let reply = try await cloud.sendSigned(.head, "/n/localns/b/none")
            #expect(reply.status == 404)
            #expect(reply.body.isEmpty && reply.header("content-type") == nil)
            #expect(reply.header("opc-request-id") != nil)
        }
    }

    @Test func `every answer has the cloud's own date`() async throws {
        let clock = LocalClock()
        clock.set(instant("2026-01-05T06:07:08Z"), rate: 0)
        try await CloudHarness.withCloud(clock: clock) { (cloud) async throws in
            for target in ["/n/", "/api/events", "/opc/v2/instance/", "/local/clock", "/nothing"] {
                #expect(try await cloud.send(.get, target).header("date") == "Mon, 05 Jan 2026 06:07:08 GMT")
            }
        }
    }
}

struct FaultTests {
    private static let target = "/opc/v2/instance/id"
    private static let oracle = ["authorization": "Bearer Oracle"]

    /// Sends the request that the faults under test strike.
    private static func ask(_ cloud: CloudHarness) async throws -> Reply {
        try await cloud.send(.get, target, oracle)
    }

    @Test func `a fault strikes after its skips, as often as it says, and what it does not match it lets be`()
        async throws
    {
        try await CloudHarness.withCloud { (cloud) async throws in
            let fault: JSONValue = [
                "match": ["service": "metadata", "path": "/opc/v2/instance/id", "method": "GET"], "times": 2, "skip": 1,
                "action": ["status": 503, "code": "ServiceUnavailable", "message": "later", "retry_after": 7],
            ]
            let added = try await cloud.admin(.post, "/local/faults", fault)
            #expect(added["ids"]?.array?.count == 1)
            #expect(try await cloud.send(.get, "/opc/v2/instance/region", Self.oracle).status == 200)
            var statuses: [Int] = []
            for _ in 0..<4 { statuses.append(try await Self.ask(cloud).status) }
            #expect(statuses == [200, 503, 503, 200])
            let listed = try await cloud.admin(.get, "/local/faults")
            #expect(listed.array?.first?["hits"]?.int == 2)
            #expect(listed.array?.first?["times"]?.int == 0)
        }
    }

    @Test func `a failing answer has code, message and retry-after`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            try await cloud.admin(
                .post, "/local/faults",
                ["action": ["status": 429, "message": "slow down", "retry_after": 7, "headers": ["X-Extra": "1"]]])
            let reply = try await Self.ask(cloud)
            #expect(reply.status == 429)
            #expect(reply.code == "TooManyRequests")
            #expect(reply.text.contains("slow down"))
            #expect(reply.header("retry-after") == "7")
            #expect(reply.header("x-extra") == "1")
        }
    }

    @Test func `without a number of times a fault strikes once, with null for ever, until it is deleted`() async throws
    {
        try await CloudHarness.withCloud { (cloud) async throws in
            try await cloud.admin(.post, "/local/faults", ["action": ["status": 500]])
            #expect(try await Self.ask(cloud).status == 500)
            #expect(try await Self.ask(cloud).status == 200)
            try await cloud.admin(.post, "/local/faults", ["times": .null, "action": ["status": 500]])
            for _ in 0..<4 { #expect(try await Self.ask(cloud).status == 500) }
            try await cloud.admin(.delete, "/local/faults")
            #expect(try await Self.ask(cloud).status == 200)
        }
    }

    @Test(arguments: ["before", "after"])
    func `a dropped reply ends the connection and the work is done or not`(when: String) async throws {
        try await CloudHarness.withCloud(verifies: false) { (cloud) async throws in
            let target = "/n/localns/b/polisen-events-collector/o/lost"
            try await cloud.admin(
                .post, "/local/faults", ["match": ["method": "PUT"], "times": .null, "action": ["drop": .string(when)]])
            let failure = await #expect(throws: TransportError.self) {
                try await cloud.send(.put, target, ["if-none-match": "*"], body: [1])
            }
            #expect(failure?.reason == "interrupted")
            #expect(try await cloud.send(.get, target).status == (when == "after" ? 200 : 404))
            let log = try await cloud.admin(.get, "/local/requests?service=object_storage")
            #expect(log.array?.first?["status"]?.int == 0)
        }
    }

    @Test func `a truncated body ends the connection`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            try await cloud.admin(
                .post, "/local/faults", ["match": ["service": "feed"], "action": ["truncate_bytes": 1000]])
            let failure = await #expect(throws: TransportError.self) { try await cloud.send(.get, "/api/events") }
            #expect(failure?.reason == "interrupted")
            #expect(try await cloud.send(.get, "/api/events").status == 200)
        }
    }

    @Test func `a dripping body is slow and whole`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let whole = try await Self.ask(cloud).body
            try await cloud.admin(.post, "/local/faults", ["action": ["drip": 200]])
            let start = ContinuousClock.now
            #expect(try await Self.ask(cloud).body == whole)
            #expect(ContinuousClock.now - start > .milliseconds(200))
        }
    }

    @Test func `latency delays the answer`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            try await cloud.admin(.post, "/local/faults", ["action": ["latency_ms": 150]])
            let start = ContinuousClock.now
            #expect(try await Self.ask(cloud).status == 200)
            #expect(ContinuousClock.now - start > .milliseconds(150))
        }
    }

    @Test func `another body stands in for the real one`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            try await cloud.admin(
                .post, "/local/faults",
                ["match": ["service": "feed"], "action": ["body": "<html>fel</html>", "content_type": "text/html"]])
            let reply = try await cloud.send(.get, "/api/events")
            #expect(reply.status == 200)
            #expect(reply.text == "<html>fel</html>")
            #expect(reply.header("content-type") == "text/html")
        }
    }

    @Test func `a skewed clock shows in the date and refuses signatures`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            try await cloud.admin(.post, "/local/faults", ["times": 1, "action": ["skew_s": 900]])
            let reply = try await cloud.sendSigned(.get, "/n")
            #expect(reply.status == 401)
            #expect(reply.text.contains("is not within allowed clock skew. Current '"))
            let sent = try #require(reply.header("date").flatMap(WireTime.date(http:)))
            #expect((850...950).contains(sent.timeIntervalSinceNow))
            #expect(try await cloud.sendSigned(.get, "/n").status == 200)
        }
    }

    @Test(arguments: [
        #"{"action":{"statsu":500}}"#, #"{"acton":{}}"#, #"{"match":{"service":"s3"},"action":{"status":500}}"#,
        #"{"action":{}}"#, #"{"action":{"drop":"never"}}"#, #"[]x"#, #"{"match":{"host":"x"},"action":{"status":1}}"#,
        "3",
    ])
    func `a fault with a typing mistake is refused`(body: String) async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            #expect(try await cloud.send(.post, "/local/faults", body: Array(body.utf8)).status == 400)
            #expect(try await cloud.admin(.get, "/local/faults").array?.isEmpty == true)
        }
    }

    @Test func `the clock can be read, set and advanced`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let set = try await cloud.admin(.post, "/local/clock", ["now": "2026-03-01T00:00:00Z", "rate": 0])
            #expect(set["now"]?.string == "2026-03-01T00:00:00.000Z")
            try await cloud.admin(.post, "/local/clock", ["advance_s": 90])
            #expect(try await cloud.admin(.get, "/local/clock")["now"]?.string == "2026-03-01T00:01:30.000Z")
            #expect(
                try await cloud.admin(.post, "/local/clock", ["now": "tomorrow"])["code"]?.string == "InvalidParameter")
            #expect(try await cloud.admin(.post, "/local/clock", ["rate": -1])["code"]?.string == "InvalidParameter")
        }
    }

    @Test func `the request log tells what was asked and can be emptied`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            _ = try await cloud.sendSigned(.get, "/n?x=%2F", ["opc-client-request-id": "run/1"])
            let entry = try #require(try await cloud.admin(.get, "/local/requests").array?.first)
            #expect(entry["target"]?.string == "/n?x=%2F")
            #expect(entry["method"]?.string == "GET")
            #expect(entry["status"]?.int == 200)
            #expect(entry["client_request_id"]?.string == "run/1")
            #expect(entry["service"]?.string == "object_storage")
            try await cloud.admin(.delete, "/local/requests")
            #expect(try await cloud.admin(.get, "/local/requests").array?.isEmpty == true)
        }
    }
}
