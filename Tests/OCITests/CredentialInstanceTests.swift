// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import Synchronization
import TestSupport
import Testing
import Transport

@testable import OCI

@Suite struct CredentialInstanceTests {
    private let instance: FakeInstance
    private var harness = CredentialHarness()
    private let first = FakeToken.make(expires: FakeToken.start + 1200)
    private let second = FakeToken.make(issued: FakeToken.start + 900, expires: FakeToken.start + 2100)

    init() throws {
        instance = try FakeInstance()
        harness.transport = instance.transport
    }

    private func source() throws -> CredentialSource { try .instancePrincipal(harness.environment) }

    private var exchanges: [HTTPCall] { harness.transport.calls.filter { $0.request.path == "/v1/x509" } }

    @Test(arguments: [("federation-x509-sha1", Federation.Form.sha1), ("federation-x509-sha256", .sha256)])
    func `the federation request is the vector's, byte for byte`(id: String, form: Federation.Form) throws {
        let vector = try #require(SigningFixtures.vectors.first { $0.id == id })
        let identity = try InstanceIdentity(
            leaf: SigningFixtures.bytes("test_leaf_cert.pem"), key: SigningFixtures.bytes("test_key.pem"),
            intermediate: SigningFixtures.bytes("test_intermediate_cert.pem"))
        let session = try PublicKey(pem: SigningFixtures.text("test_session_public.pem"))
        let endpoint = try Endpoints(region: RegionLookup().region("arn"))[.auth]
        let exchange = try Federation.exchange(identity, sessionKey: session.der, endpoint: endpoint, form: form)
        #expect(exchange.body == vector.body)
        let request = try exchange.call(date: vector.date).request
        #expect(request.headerFields[.authorization] == vector.expected["authorization"]?.string)
        #expect("https://\(request.authority ?? "")\(request.path ?? "")" == vector.url)
    }

    @Test func `certificate and key are traded for a token that belongs to a new key`() async throws {
        instance.answerNext(first)
        let source = try source()
        #expect(source.origin == "instance principal")
        #expect(harness.transport.calls.isEmpty)
        let credential = try await source.current()
        #expect(credential.keyID.text == "ST$" + first)
        #expect(credential.expires == Date(timeIntervalSince1970: Double(FakeToken.start + 1200)))
        let exchange = try #require(exchanges.first)
        #expect(exchange.request.authority == "auth.eu-stockholm-1.oraclecloud.com")
        let body = try JSONValue.parse(#require(exchange.body))
        #expect(body["publicKey"]?.string == Base64.encode(try credential.key.publicKeyDER()))
        #expect(try credential.key.publicKeyDER() != SigningFixtures.key().publicKeyDER())
        #expect(body["intermediateCertificates"]?.array?.count == 1)
        let header = try SignatureHeader(parsing: #require(exchange.request.headerFields[.authorization]))
        try SignatureVerifier.check(
            ReceivedRequest(
                method: "POST", target: "/v1/x509", host: exchange.request.authority ?? "",
                fields: exchange.request.headerFields, body: exchange.body ?? []),
            header, key: SigningFixtures.key().publicKey(), now: harness.time.now, requirement: .federation)
    }

    @Test func `many callers share one renewal`() async throws {
        instance.answerNext(first)
        let source = try source()
        let ids = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<20 {
                group.addTask { (try? await source.current())?.keyID.revealText() }
            }
            var ids: [String?] = []
            for await id in group { ids.append(id) }
            return ids
        }
        #expect(ids == Array(repeating: "ST$" + first, count: 20))
        #expect(exchanges.count == 1)
    }

    @Test func `a due token is renewed with another key, and the region is not asked for again`() async throws {
        instance.answerNext(first, second)
        let source = try source()
        let before = try await source.current()
        harness.time.advance(by: .seconds(899))
        #expect(try await source.current().keyID == before.keyID)
        harness.time.advance(by: .seconds(1))
        let after = try await source.current()
        #expect(after.keyID.text == "ST$" + second)
        #expect(try after.key.publicKeyDER() != before.key.publicKeyDER())
        #expect(harness.transport.calls.filter { $0.request.path == "/opc/v2/instance/region" }.count == 1)
        #expect(try await source.renew(before)?.keyID == after.keyID)
        #expect(exchanges.count == 2)
    }

    @Test func `a renewal that fails leaves the old token in use, with longer and longer pauses`() async throws {
        instance.answerNext(first)
        let source = try source()
        let credential = try await source.current()
        harness.time.advance(by: .seconds(901))
        #expect(try await source.current().keyID == credential.keyID)
        #expect(exchanges.count == 4)
        #expect(try await source.current().keyID == credential.keyID)
        #expect(exchanges.count == 4)
        #expect(harness.log.all.count == 1)
        harness.time.advance(by: .seconds(5))
        _ = try await source.current()
        #expect(exchanges.count == 7)
        harness.time.advance(by: .seconds(9))
        _ = try await source.current()
        #expect(exchanges.count == 7)
        instance.answerNext(second)
        harness.time.advance(by: .seconds(1))
        #expect(try await source.current().keyID.text == "ST$" + second)
    }

    @Test func `without a token a failure is kept for a while instead of being asked for again`() async throws {
        let source = try source()
        let found = await problem(source.current)
        #expect(found?.kind == "federation")
        #expect(exchanges.count == 3)
        #expect(await problem(source.current) == found)
        #expect(exchanges.count == 3)
        instance.answerNext(first)
        harness.time.advance(by: .seconds(5))
        #expect(try await source.current().keyID.text == "ST$" + first)
    }

    @Test func `a refusal says what to check`() async throws {
        let reply = Reply(status: 401, body: Array(#"{"code":"NotAuthenticated","message":"bad cert"}"#.utf8))
        instance.change { $0.tokens = [reply] }
        let found = try await problem(source().current)
        #expect(found?.kind == "federation")
        #expect(found?.message.contains("401 NotAuthenticated (bad cert)") == true)
        #expect(found?.message.contains("dynamic group") == true)
        #expect(exchanges.count == 1)
    }

    @Test func `metadata that is not ready yet is asked for again`() async throws {
        instance.change { $0.metadataFailures = [Reply(status: 404), Reply(status: 500), Reply(status: 429)] }
        instance.answerNext(first)
        #expect(try await source().current().keyID.text == "ST$" + first)
    }

    @Test func `metadata that refuses is a metadata problem`() async throws {
        instance.change { $0.metadataFailures = Array(repeating: Reply(status: 403), count: 4) }
        let found = try await problem(source().current)
        #expect(found?.kind == "metadata")
        #expect(found?.message.contains("answered 403") == true)
    }

    @Test func `an instance with IPv6 only is found, and its address kept`() async throws {
        instance.change { $0.isIPv4Dead = true }
        instance.answerNext(first, second)
        let source = try source()
        _ = try await source.current()
        let tries = harness.transport.calls.filter { $0.request.authority == "169.254.169.254" }.count
        harness.time.advance(by: .seconds(900))
        #expect(try await source.current().keyID.text == "ST$" + second)
        #expect(harness.transport.calls.filter { $0.request.authority == "169.254.169.254" }.count == tries)
        #expect(harness.transport.calls.contains { $0.request.authority == "[fd00:c1::a9fe:a9fe]" })
    }

    @Test func `certificate and key from either side of a rotation are read again`() async throws {
        let other = try Certificate.selfSigned(
            subject: [.init("OU", "opc-tenant:ocid1.tenancy.oc1..aaaaaaaatestvectortenancy")], key: .generate(),
            notBefore: harness.time.now, notAfter: harness.time.now + 3600)
        instance.change { $0.staleLeaves = [other.pem] }
        instance.answerNext(first)
        #expect(try await source().current().keyID.text == "ST$" + first)
        #expect(harness.time.sleeps == [.seconds(1)])
        instance.change { $0.staleLeaves = Array(repeating: other.pem, count: 3) }
        #expect(try await problem(source().current)?.message.contains("do not belong together") == true)
    }

    @Test func `another tenancy than before is refused`() async throws {
        instance.answerNext(first, second)
        let source = try source()
        _ = try await source.current()
        let other = try Certificate.selfSigned(
            subject: [.init("OU", "opc-tenant:ocid1.tenancy.oc1..other")], key: SigningFixtures.key(),
            notBefore: harness.time.now, notAfter: harness.time.now + 3600)
        instance.change { $0.leaf = other.pem }
        harness.time.advance(by: .seconds(1200))
        #expect(await problem(source.current)?.message.contains("another tenancy") == true)
    }

    @Test(arguments: ["", "no certificate"])
    func `metadata without a readable certificate is a metadata problem`(leaf: String) async throws {
        instance.change { $0.leaf = leaf }
        #expect(try await problem(source().current)?.kind == "metadata")
    }

    @Test func `a certificate that names no tenancy is refused`() async throws {
        instance.change { $0.leaf = $0.intermediate }
        #expect(try await problem(source().current)?.message.contains("opc-tenant") == true)
    }

    @Test func `a token that is over when it comes points at the clock`() async throws {
        instance.answerNext(FakeToken.make(issued: FakeToken.start - 1200, expires: FakeToken.start))
        let found = try await problem(source().current)
        #expect(found?.kind == "token_expired")
        #expect(found?.message.contains("by this machine's clock") == true)
    }

    @Test(
        arguments: [
            ("PHX", nil, "auth.us-phoenix-1.oraclecloud.com"),
            ("eu-stockholm-1\n", nil, "auth.eu-stockholm-1.oraclecloud.com"),
            ("mars-north-1", nil, "auth.mars-north-1.oraclecloud.com"),
            (
                "mars-north-1",
                #"{"realmkey":"oc99","realmDomainComponent":"oracle.mars","regionKey":"MNO","regionIdentifier":"mars-north-1"}"#,
                "auth.mars-north-1.oracle.mars"
            ),
        ] as [(String, String?, String)])
    func `the token is asked for in the instance's own region`(region: String, info: String?, host: String) async throws
    {
        instance.change {
            $0.region = region
            $0.regionInfo = info
        }
        instance.answerNext(first)
        _ = try await source().current()
        #expect(exchanges.first?.request.authority == host)
    }

    @Test func `endpoints may be replaced`() async throws {
        var harness = harness
        harness.endpoints = [.auth: "http://127.0.0.1:9", .metadata: "http://127.0.0.1:8/opc/v2"]
        instance.answerNext(first)
        _ = try await CredentialSource.instancePrincipal(harness.environment).current()
        #expect(Set(harness.transport.calls.compactMap(\.request.authority)) == ["127.0.0.1:8", "127.0.0.1:9"])
        harness.endpoints = [:]
        harness.variables = ["OCI_METADATA_BASE_URL": "http://127.0.0.1:7/opc/v2"]
        instance.answerNext(first)
        _ = try await CredentialSource.instancePrincipal(harness.environment).current()
        #expect(harness.transport.calls.contains { $0.request.authority == "127.0.0.1:7" })
        harness.variables = ["OCI_METADATA_BASE_URL": "http://192.0.2.1"]
        #expect(throws: OCIError.self) { try CredentialSource.instancePrincipal(harness.environment) }
    }

    @Test func `nobody waits past the run's deadline`() async throws {
        var environment = harness.environment
        environment.deadline = .seconds(5)
        instance.change { $0.metadataFailures = Array(repeating: Reply(status: 404), count: 100) }
        let source = try CredentialSource.instancePrincipal(environment)
        #expect(await problem(source.current)?.kind == "metadata")
        #expect(harness.time.uptime < .seconds(5))
        #expect(harness.transport.calls.allSatisfy { $0.timeout <= .seconds(5) })
    }

    @Test func `who waits for a renewal that is cancelled makes his own`() async throws {
        let gate = AsyncStream<Void>.makeStream()
        let token = first
        let isFirst = Mutex(true)
        let inner = instance.transport.transport
        var harness = harness
        harness.transport = ScriptedTransport { (call, _) async throws(TransportError) in
            guard call.request.path == "/v1/x509" else { return try await inner.send(call) }
            guard
                isFirst.withLock({ (value: inout Bool) in
                    defer { value = false }
                    return value
                })
            else { return Reply(status: 200, body: Array(#"{"token":"\#(token)"}"#.utf8)) }
            gate.continuation.yield()
            // Ends when the task is cancelled, and only then.
            try? await Task.sleep(for: .seconds(60))
            throw .cancelled
        }
        let source = try CredentialSource.instancePrincipal(harness.environment)
        let leader = Task { try await source.current().keyID.revealText() }
        for await _ in gate.stream { break }
        let follower = Task { try await source.current().keyID.revealText() }
        for _ in 0..<100 { await Task.yield() }
        leader.cancel()
        #expect(try await follower.value == "ST$" + first)
        await #expect(throws: OCIError.self) { try await leader.value }
    }
}
