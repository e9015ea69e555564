// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import OCI
import TestSupport
import Testing
import Transport

@Suite struct ClientTests {
    static let call = OCIClient.Call("GetThing", .monitoring, .get, "/things/\("a b/c")")

    @Test func `a call carries user agent, request id and a signature over date, target and host`() async throws {
        let harness = try ClientHarness(replies: [.with(200, "{}", ["opc-request-id": "R1"])])
        let answer = try await harness.client.send(Self.call)
        let call = try #require(harness.script.calls.first)
        #expect(harness.lines == ["GET https://telemetry.eu-stockholm-1.oraclecloud.com/20180401/things/a%20b%2Fc"])
        #expect(call.header("user-agent") == "polisen-collector/test")
        #expect(call.header("opc-request-id") == "01982f5e7c1d7abc8def0123456789ab")
        #expect(call.header("opc-client-request-id") == nil)
        #expect(call.header("accept") == "application/json")
        #expect(call.header("date") == "Tue, 21 Jul 2026 12:00:00 GMT")
        #expect(call.signedHeaders == "date (request-target) host")
        #expect(call.body == nil)
        #expect(!call.allowsHTTP2)
        #expect(answer.requestID == "R1")
        #expect(answer.attempts == 1)
    }

    @Test func `every attempt is signed afresh`() async throws {
        let harness = try ClientHarness(replies: [.failure(503, "x"), .failure(500, "x"), .with(200)])
        let answer = try await harness.client.send(Self.call)
        let dates = harness.script.calls.compactMap { $0.header("date") }
        #expect(
            dates == [
                "Tue, 21 Jul 2026 12:00:00 GMT", "Tue, 21 Jul 2026 12:00:01 GMT", "Tue, 21 Jul 2026 12:00:03 GMT",
            ])
        #expect(Set(harness.script.calls.compactMap { $0.header("authorization") }).count == 3)
        #expect(answer.attempts == 3)
    }

    @Test func `a request id of any form fits the grammar`() throws {
        let harness = try ClientHarness(replies: [])
        let client = OCIClient(
            transport: harness.client.transport, credentials: harness.client.credentials,
            endpoints: harness.client.endpoints, time: harness.client.time,
            requestID: "né/w-\"run\"-" + String(repeating: "9", count: 40), userAgent: "x",
            logger: harness.client.logger,
            random: { 0 })
        #expect(client.requestID == "n___w_run_" + String(repeating: "9", count: 22))
    }

    @Test(
        arguments: [
            (.failure(500, "InternalServerError"), 2), (.failure(502, ""), 2), (.failure(503, "ServiceUnavailable"), 2),
            (.failure(504, ""), 2), (.failure(501, "MethodNotImplemented"), 1), (.failure(429, "TooManyRequests"), 2),
            (.failure(429, "Anything"), 2), (.failure(409, "IncorrectState"), 2), (.failure(409, "LockConflict"), 2),
            (.failure(409, "Conflict"), 1), (.failure(409, "InvalidatedRetryToken"), 1),
            (.failure(400, "InvalidParameter"), 1),
            (.failure(403, "NotAllowed"), 1), (.failure(404, "NotFound"), 1), (.failure(412, "NoEtagMatch"), 1),
            (.failure(413, "PayloadTooLarge"), 1), (.failure(302, ""), 1), (.failure(416, "InvalidRange"), 1),
        ] as [(Reply, Int)])
    func `the status decides about another attempt, the code only for 409`(reply: Reply, attempts: Int) async throws {
        let harness = try ClientHarness(replies: [reply, .with(200)])
        let error = await failure { () async throws(OCIError) in try await harness.client.send(Self.call) }
        #expect(harness.script.calls.count == attempts)
        #expect((error == nil) == (attempts == 2))
    }

    @Test(
        arguments: [
            (.dns(host: "h", detail: ""), 2, 2), (.connect(host: "h", detail: ""), 2, 2),
            (.timeout(phase: .connect, host: "h", after: .seconds(1)), 2, 2),
            (.timeout(phase: .answer, host: "h", after: .seconds(1)), 2, 1),
            (.interrupted(host: "h", receivedBytes: 0, detail: ""), 2, 1),
            (.tls(.other, host: "h", detail: ""), 1, 1), (.tls(.expired, host: "h", detail: ""), 1, 1),
            (.tooLarge(limitBytes: 1, received: []), 1, 1), (.badEncoding(host: "h", detail: ""), 2, 1),
            (.unusable(detail: ""), 1, 1), (.cancelled, 1, 1),
        ] as [(TransportError, Int, Int)])
    func `what may have been delivered is repeated only where that is harmless`(
        error: TransportError, always: Int, undelivered: Int
    ) async throws {
        for (repeats, attempts) in [(.always, always), (.undelivered, undelivered)] as [(OCIClient.Repeats, Int)] {
            let harness = try ClientHarness(ScriptedTransport([.failure(error), .success(.with(200))]))
            var call = Self.call
            call.repeats = repeats
            let thrown = await failure { () async throws(OCIError) in try await harness.client.send(call) }
            #expect(harness.script.calls.count == attempts)
            #expect(thrown?.reason == (attempts == 1 ? error.reason : nil))
        }
    }

    @Test func `after eight attempts the last failure is told with their number`() async throws {
        let harness = try ClientHarness(replies: Array(repeating: .failure(503, "ServiceUnavailable"), count: 9))
        let error = await failure { () async throws(OCIError) in try await harness.client.send(Self.call) }
        #expect(harness.script.calls.count == 8)
        #expect(harness.time.sleeps.count == 7)
        #expect(error?.description.contains("(8 attempts)") == true)
        #expect(error?.reason == "server_error")
    }

    @Test(arguments: [
        ("7", 7), ("600", 60), ("Tue, 21 Jul 2026 12:00:20 GMT", 20), ("Tue, 21 Jul 2026 11:00:00 GMT", 1), ("0", 1),
        ("soon", 1), ("-5", 1),
    ])
    func `Retry-After is waited for, up to a minute`(value: String, seconds: Int) async throws {
        let harness = try ClientHarness(replies: [.failure(429, "x", ["Retry-After": value]), .with(200)])
        _ = try await harness.client.send(Self.call)
        let slept = try #require(harness.time.sleeps.first)
        #expect(slept >= .seconds(seconds) && slept <= .seconds(seconds + 1))
    }

    @Test func `nothing is sent after the deadline and no wait crosses it`() async throws {
        let late = try ClientHarness(replies: [.with(200)])
        var client = late.client
        client.deadline = .zero
        let error = await failure { () async throws(OCIError) in try await client.send(Self.call) }
        #expect(error?.reason == "deadline")
        #expect(late.script.calls.isEmpty)

        let harness = try ClientHarness(replies: [.failure(429, "x", ["retry-after": "30"]), .with(200)])
        client = harness.client
        client.deadline = .seconds(20)
        let throttled = await failure { () async throws(OCIError) in try await client.send(Self.call) }
        #expect(throttled?.reason == "throttled")
        #expect(harness.time.sleeps.isEmpty)
        #expect(harness.script.calls.map(\.timeout) == [.seconds(20)])
    }

    @Test func `an attempt that only the deadline ended does not hide why there was a second one`() async throws {
        let time = Recorder<ManualTime>()
        let script = ScriptedTransport { (call, number) async throws(TransportError) -> Reply in
            if number == 0 { return .failure(503, "x") }
            for time in time.all { time.advance(by: call.timeout) }
            throw .timeout(phase: .answer, host: "h", after: call.timeout)
        }
        let harness = try ClientHarness(script)
        time.add(harness.time)
        var client = harness.client
        client.deadline = .seconds(20)
        let error = await failure { () async throws(OCIError) in try await client.send(Self.call) }
        #expect(error?.reason == "server_error" && harness.script.calls.count == 2)
    }

    @Test func `a cancelled task gets no second attempt`() async throws {
        let harness = try ClientHarness(replies: [.failure(503, "x"), .with(200)])
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await failure { () async throws(OCIError) in try await harness.client.send(Self.call) }
        }
        task.cancel()
        #expect(await task.value?.reason == "cancelled")
        #expect(harness.script.calls.count == 1)
    }

    @Test func `a 401 is answered once with a newer credential`() async throws {
        let newer = try Credential.apiKey(keyID: "ST$newer"), newest = try Credential.apiKey(keyID: "ST$newest")
        let source = CredentialSource.fixed(try .apiKey(keyID: "ST$old"), renewals: [newer, newest])
        let harness = try ClientHarness(
            replies: [.failure(401, "NotAuthenticated"), .failure(401, "NotAuthenticated"), .with(200)],
            credentials: source)
        let error = await failure { () async throws(OCIError) in try await harness.client.send(Self.call) }
        #expect(error?.reason == "auth_denied")
        let keys = harness.script.calls.compactMap {
            $0.header("authorization")?.split(separator: "keyId=\"").last?.prefix(9)
        }
        #expect(keys == ["ST$old\",s", "ST$newer\""])
        #expect(harness.time.sleeps.isEmpty)
    }

    @Test func `a 401 without a newer credential stands`() async throws {
        let harness = try ClientHarness(replies: [.failure(401, "NotAuthenticated")])
        let error = await failure { () async throws(OCIError) in try await harness.client.send(Self.call) }
        #expect(error?.httpStatus == 401)
        #expect(error?.description.contains("fingerprint") == true)
    }

    @Test(arguments: [
        ("Tue, 21 Jul 2026 11:50:00 GMT", "600 s ahead"), ("Tue, 21 Jul 2026 12:04:01 GMT", "241 s behind"),
    ])
    func `a wrong clock is told apart and no credential renewed for it`(date: String, text: String) async throws {
        let source = CredentialSource.fixed(try .apiKey(), renewals: [try .apiKey(keyID: "ST$x")])
        let harness = try ClientHarness(
            replies: [.failure(401, "NotAuthenticated", ["Date": date])], credentials: source)
        let error = await failure { () async throws(OCIError) in try await harness.client.send(Self.call) }
        #expect(error?.reason == "clock_skew")
        #expect(error?.description.contains("the local clock is \(text): fix NTP") == true)
    }

    @Test func `four minutes apart is no skew`() async throws {
        let harness = try ClientHarness(replies: [.failure(401, "x", ["date": "Tue, 21 Jul 2026 12:04:00 GMT"])])
        let error = await failure { () async throws(OCIError) in try await harness.client.send(Self.call) }
        #expect(error?.reason == "auth_denied")
    }

    @Test func `attempts are reported and logged without secrets`() async throws {
        let harness = try ClientHarness(
            ScriptedTransport([
                .failure(.timeout(phase: .answer, host: "h", after: .seconds(1))),
                .success(.failure(503, "x", ["opc-request-id": "R2"])), .success(.with(200, "12345")),
            ]))
        var call = Self.call
        call.subject = "subject"
        _ = try await harness.client.send(call)
        let exchanges = harness.exchanges.all
        #expect(exchanges.map(\.attempt) == [1, 2, 3])
        #expect(exchanges.map(\.status) == [nil, 503, 200])
        #expect(exchanges.map(\.reason) == ["timeout", "server_error", nil])
        #expect(exchanges.map(\.operation) == ["GetThing", "GetThing", "GetThing"])
        #expect(exchanges.last?.receivedBytes == 5)
        let log = harness.log.all
        #expect(log.count == 3)
        #expect(log[1].hasPrefix("debug OCI request "))
        #expect(log[1].contains("http.status=503") && log[1].contains("oci.request_id=R2"))
        #expect(log[1].contains("error.type=server_error") && log[1].contains("http.method=GET"))
        #expect(log[1].contains("url.host=telemetry.eu-stockholm-1.oraclecloud.com"))
        #expect(!log.joined().contains(ClientHarness.fingerprint))
    }
}
