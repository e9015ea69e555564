// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import OCI
import TestSupport
import Testing
import Transport

@Suite struct CredentialSessionTests {
    private static let tokenPath = "/home/u/.oci/sessions/s/token"
    private static let keyPath = "/home/u/.oci/sessions/s/key.pem"
    private static let config = """
        [s]
        tenancy = ocid1.tenancy.oc1..aaaa
        region = eu-stockholm-1
        key_file = ~/.oci/sessions/s/key.pem
        security_token_file = ~/.oci/sessions/s/token
        """

    private let old = FakeToken.make()
    private let new = FakeToken.make(issued: FakeToken.start + 3400, expires: FakeToken.start + 7000)

    private func harness(
        token: String? = nil, replies: [Reply] = [], isReadOnly: Bool = false
    ) throws -> CredentialHarness {
        var harness = CredentialHarness()
        harness.files = FakeFiles(
            [Self.tokenPath: (token ?? old) + "\n", Self.keyPath: try SigningFixtures.text("test_key.pem")],
            isReadOnly: isReadOnly)
        harness.transport = ScriptedTransport(replies: replies)
        return harness
    }

    private func source(_ harness: CredentialHarness) throws -> CredentialSource {
        try CredentialSource.sessionToken(harness.profile(Self.config, "s"), harness.environment)
    }

    private func answer(_ token: String) -> Reply { Reply(status: 200, body: Array(#"{"token":"\#(token)"}"#.utf8)) }

    @Test func `a fresh token is used as it is, without its line end`() async throws {
        let harness = try harness()
        let source = try source(harness)
        #expect(source.origin == "session token of profile s in /home/u/.oci/config")
        #expect(source.tenancy == "ocid1.tenancy.oc1..aaaa")
        let credential = try await source.current()
        #expect(credential.keyID.text == "ST$" + old)
        #expect(credential.expires == Date(timeIntervalSince1970: Double(FakeToken.start + 3600)))
        #expect(try await source.current().keyID == credential.keyID)
        #expect(harness.transport.calls.isEmpty)
        #expect(harness.files.readPaths.count == 3)
    }

    @Test func `a token near its end is renewed and written back`() async throws {
        let harness = try harness(replies: [answer(new)])
        let source = try source(harness)
        _ = try await source.current()
        harness.time.advance(by: .seconds(3400))
        #expect(try await source.current().keyID.text == "ST$" + new)
        #expect(harness.files[Self.tokenPath] == new)
        let call = try #require(harness.transport.calls.first)
        #expect(call.request.authority == "auth.eu-stockholm-1.oraclecloud.com")
        #expect(call.request.path == "/v1/authentication/refresh")
        #expect(call.body == Array(#"{"currentToken":"\#(old)"}"#.utf8))
        try verify(call, now: harness.time.now)
        #expect(try await source.current().keyID.text == "ST$" + new)
        #expect(harness.transport.calls.count == 1)
    }

    private func verify(_ call: HTTPCall, now: Date) throws {
        let header = try SignatureHeader(parsing: #require(call.request.headerFields[.authorization]))
        #expect(header.keyID.text == "ST$" + old)
        try SignatureVerifier.check(
            ReceivedRequest(
                method: "POST", target: call.request.path ?? "", host: call.request.authority ?? "",
                fields: call.request.headerFields, body: call.body ?? []),
            header, key: SigningFixtures.key().publicKey(), now: now)
    }

    @Test func `the first look renews a token that is already near its end`() async throws {
        let harness = try harness(replies: [answer(new)])
        harness.time.advance(by: .seconds(3400))
        #expect(try await source(harness).current().keyID.text == "ST$" + new)
    }

    @Test func `a token somebody else has renewed is taken without a call`() async throws {
        let harness = try harness()
        let source = try source(harness)
        let first = try await source.current()
        harness.time.advance(by: .seconds(3400))
        harness.files[Self.tokenPath] = new
        #expect(try await source.current().keyID.text == "ST$" + new)
        #expect(try await source.renew(first)?.keyID.text == "ST$" + new)
        #expect(harness.transport.calls.isEmpty)
    }

    @Test func `a token that is over asks for a new login`() async throws {
        let harness = try harness()
        harness.time.advance(by: .seconds(3600))
        let source = try source(harness)
        let found = await problem(source.current)
        #expect(found?.kind == "token_expired")
        #expect(found?.message.contains("`oci session authenticate --profile-name s`") == true)
    }

    @Test func `when renewal is refused the old token serves until its end, then a login is asked for`() async throws {
        let refusal = Reply(
            status: 401, headers: [.date: "Tue, 21 Jul 2026 12:56:40 GMT"],
            body: Array(#"{"code":"NotAuthenticated","message":"no: \#(old)"}"#.utf8))
        let harness = try harness(replies: [refusal, refusal])
        let source = try source(harness)
        _ = try await source.current()
        harness.time.advance(by: .seconds(3400))
        #expect(try await source.current().keyID.text == "ST$" + old)
        #expect(harness.transport.calls.count == 1)
        #expect(try await source.current().keyID.text == "ST$" + old)
        #expect(harness.transport.calls.count == 1, "it waits before asking again")
        #expect(harness.log.all.count == 1)
        #expect(harness.log.all.first?.contains("401 NotAuthenticated") == true)
        #expect(harness.log.all.first?.contains(old) == false)
        harness.time.advance(by: .seconds(5))
        _ = try await source.current()
        #expect(harness.transport.calls.count == 2)
        harness.time.advance(by: .seconds(300))
        #expect(await problem(source.current)?.kind == "token_expired")
    }

    @Test func `a 401 forces one renewal`() async throws {
        let harness = try harness(replies: [answer(new)])
        let source = try source(harness)
        let first = try await source.current()
        #expect(try await source.renew(first)?.keyID.text == "ST$" + new)
        #expect(try await source.renew(first)?.keyID.text == "ST$" + new)
        #expect(harness.transport.calls.count == 1)
    }

    @Test func `a renewed token that cannot be saved is used and told`() async throws {
        let harness = try harness(replies: [answer(new)], isReadOnly: true)
        let source = try source(harness)
        let first = try await source.current()
        #expect(try await source.renew(first)?.keyID.text == "ST$" + new)
        #expect(harness.log.all.first?.contains("not saved") == true)
    }

    @Test func `server errors are tried three times, with waits`() async throws {
        let harness = try harness(replies: [Reply(status: 500), Reply(status: 503), answer(new)])
        let source = try source(harness)
        let first = try await source.current()
        #expect(try await source.renew(first)?.keyID.text == "ST$" + new)
        #expect(harness.time.sleeps.count == 2)
    }

    @Test(arguments: [
        (Reply(status: 200, body: Array("{}".utf8)), "federation"),
        (Reply(status: 200, body: Array("no".utf8)), "federation"),
        (Reply(status: 200, body: Array(#"{"token":"x"}"#.utf8)), "token_missing"),
        (Reply(status: 404), "token_expired"),
        (Reply(status: 409), "federation"),
    ])
    func `answers without a usable token are refused`(reply: Reply, kind: String) async throws {
        let harness = try harness(replies: [reply])
        let source = try source(harness)
        let first = try await source.current()
        let found = await problem { () async throws(OCIError) in try await source.renew(first) }
        #expect(found?.kind == kind)
        #expect(harness.files[Self.tokenPath] == old + "\n")
    }

    @Test func `a wrong clock is named where it is the cause`() async throws {
        let reply = Reply(status: 401, headers: [.date: "Tue, 21 Jul 2026 13:00:00 GMT"])
        let harness = try harness(replies: [reply])
        let source = try source(harness)
        let first = try await source.current()
        let found = await problem { () async throws(OCIError) in try await source.renew(first) }
        #expect(found?.message.contains("clock is -3600 s off") == true)
    }

    @Test(arguments: [("", "token_missing"), ("not a token", "token_missing")])
    func `a file without a token is told`(token: String, kind: String) async throws {
        let harness = try harness(token: token)
        let source = try source(harness)
        let found = await problem(source.current)
        #expect(found?.kind == kind)
        #expect(found?.message.contains(Self.tokenPath) == true)
        #expect(found?.message.contains("; log in again with `oci session authenticate") == true)
    }

    @Test func `missing files are told by name`() async throws {
        let harness = try harness()
        harness.files[Self.tokenPath] = nil
        #expect(try await problem(source(harness).current)?.kind == "token_missing")
        harness.files[Self.keyPath] = nil
        #expect(try await problem(source(harness).current)?.message.contains(Self.keyPath) == true)
    }
}
