// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import LocalOCI
import OCI
import TestSupport
import Testing
import Transport

struct AuthenticationTests {
    private static let target = "/n/localns/b/polisen-events-collector/o/x"

    /// Spoils a request that was signed well.
    enum Spoiling: String, Sendable, CaseIterable {
        case target, method, date, signature, noAuthorization, otherScheme, contentHash, body, host, version
    }

    private static func spoil(_ call: inout HTTPCall, _ how: Spoiling) {
        func edit(_ old: String, _ new: String) {
            call.request.headerFields[.authorization] = call.request.headerFields[.authorization]?.replacing(
                old, with: new)
        }
        switch how {
        case .target: call.request.path = (call.request.path ?? "") + "&limit=2"
        case .method: call.request.method = .put
        case .date:
            call.request.headerFields[.date] = WireTime.http(Date().addingTimeInterval(7))
        case .signature: edit("signature=\"", "signature=\"AAAA")
        case .noAuthorization: call.request.headerFields[.authorization] = nil
        case .otherScheme: edit("Signature ", "Bearer ")
        case .contentHash:
            call.request.headerFields[HTTPField.Name("x-content-sha256") ?? .accept] = Base64.encode(Digest.sha256([1]))
        case .body: call.body = Array("[]".utf8)
        case .host: edit(" host", "")
        case .version: edit("version=\"1\"", "version=\"2\"")
        }
    }

    @Test(arguments: Spoiling.allCases)
    func `a request changed after signing is refused`(how: Spoiling) async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let target = "/20180401/metrics/actions/listMetrics?compartmentId=x"
            let headers = ["content-type": "application/json"]
            let good = try await cloud.sendSigned(.post, target, headers, body: Array("{}".utf8))
            #expect(good.status == 200, "\(good.text)")
            let bad = try await cloud.sendSigned(.post, target, headers, body: Array("{}".utf8)) {
                Self.spoil(&$0, how)
            }
            #expect(bad.status == 401)
            #expect(bad.code == "NotAuthenticated")
            #expect(
                bad.text.contains(
                    "The required information to complete authentication was not provided or was incorrect."))
            #expect(bad.header("x-local-oci-reason") != nil)
        }
    }

    @Test(arguments: [-301.0, 301])
    func `a clock more than five minutes off is told so`(skew: Double) async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            cloud.cloud.clock.set(instant("2025-06-07T02:19:45Z"), rate: 0)
            let date = cloud.cloud.clock.now.addingTimeInterval(skew)
            let reply = try await cloud.sendSigned(.get, "/n", date: date)
            #expect(reply.status == 401)
            let sent = WireTime.http(date, zone: "UTC")
            #expect(
                reply.text.contains(
                    "Date '\(sent)' is not within allowed clock skew. Current 'Sat, 07 Jun 2025 02:19:45 UTC', valid "
                        + "datetime range: ['Sat, 07 Jun 2025 02:14:45 UTC', 'Sat, 07 Jun 2025 02:24:46 UTC']"))
            let within = cloud.cloud.clock.now.addingTimeInterval(skew.sign == .minus ? -299 : 299)
            #expect(try await cloud.sendSigned(.get, "/n", date: within).status == 200)
        }
    }

    @Test func `an upload needs three headers signed, another write six`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            #expect(try await cloud.sendSigned(.put, Self.target, body: [1], coverage: .excluded).status == 200)
            #expect(try await cloud.sendSigned(.put, Self.target, body: [1], coverage: .signed).status == 200)
            let body = Array(#"{"versioning":"Disabled"}"#.utf8)
            let bucket = "/n/localns/b/polisen-events-collector"
            let json = ["content-type": "application/json"]
            #expect(try await cloud.sendSigned(.post, bucket, json, body: body, coverage: .signed).status == 200)
            let short = try await cloud.sendSigned(.put, bucket, json, body: body, coverage: .excluded)
            #expect(short.status == 401)
        }
    }

    @Test func `a key nobody registered is refused`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let stranger = try PrivateKey.generate()
            let credential = Credential(keyID: Secret(try cloud.keyID), key: stranger)
            let client = try cloud.client(.of(credential))
            await #expect(throws: OCIError.self) { _ = try await ObjectStorage.namespace(of: client) }
            let unknown = Credential(keyID: Secret("a/b/c"), key: cloud.cloud.client.key)
            let other = try cloud.client(.of(unknown))
            await #expect(throws: OCIError.self) { _ = try await ObjectStorage.namespace(of: other) }
        }
    }

    @Test func `without verification anything goes`() async throws {
        try await CloudHarness.withCloud(verifies: false) { (cloud) async throws in
            let reply = try await cloud.send(.get, "/n")
            #expect(reply.text == #""localns""#)
        }
    }

    // MARK: Federation

    /// The papers metadata hands out and a session key of one's own.
    private struct Instance {
        let leaf: Certificate
        let leafKey: PrivateKey
        let intermediate: Certificate
        let session: PrivateKey
    }

    private static func instance(_ cloud: CloudHarness) async throws -> Instance {
        func text(_ name: String) async throws -> String {
            try await cloud.send(.get, "/opc/v2/identity/\(name).pem", ["authorization": "Bearer Oracle"]).text
        }
        return Instance(
            leaf: try Certificate(pem: try await text("cert")),
            leafKey: try PrivateKey(pem: Secret(try await text("key"))),
            intermediate: try Certificate(pem: try await text("intermediate")), session: cloud.cloud.client.key)
    }

    private static func federate(
        _ cloud: CloudHarness, _ instance: Instance, keyID: String, extra: String = "", key: PrivateKey? = nil
    ) async throws -> Reply {
        let body = Array(
            """
            {"certificate":"\(Base64.encode(instance.leaf.der))","publicKey":"\(Base64.encode(try instance.session.publicKeyDER()))"\
            ,"intermediateCertificates":["\(Base64.encode(instance.intermediate.der))"]\(extra)}
            """.utf8)
        var call = cloud.call(.post, "/v1/x509", ["content-type": "application/json"], body: body)
        try RequestSigner.sign(
            &call.request, body: body, coverage: .signed, keyID: Secret(keyID), key: key ?? instance.leafKey,
            date: cloud.cloud.clock.now, headerOrder: RequestSigner.federationHeaders)
        return try await cloud.transport.send(call)
    }

    @Test func `an instance gets a token that signs requests until it ends`() async throws {
        let clock = LocalClock()
        clock.set(Date(), rate: 0)
        try await CloudHarness.withCloud(clock: clock) { (cloud) async throws in
            let instance = try await Self.instance(cloud)
            let tenancy = try #require(instance.leaf.tenancy)
            let keyID = "\(tenancy)/fed-x509/\(try instance.leaf.sha1Fingerprint())"
            let reply = try await Self.federate(cloud, instance, keyID: keyID)
            #expect(reply.status == 200, "\(reply.text) \(reply.header("x-local-oci-reason") ?? "")")
            let token = try #require(try JSONValue.parse(reply.body)["token"]?.string)
            #expect(token.split(separator: ".").count == 3)
            let source = CredentialSource.of(Credential(keyID: Secret("ST$" + token), key: instance.session))
            #expect(try await ObjectStorage.namespace(of: try cloud.client(source)) == "localns")
            let refreshed = try await Self.refresh(cloud, token, instance.session)
            #expect(refreshed.status == 200)
            cloud.cloud.clock.set(clock.now.addingTimeInterval(1_300), rate: 0)
            let client = try cloud.client(source)
            await #expect(throws: OCIError.self) { _ = try await ObjectStorage.namespace(of: client) }
            #expect(try await Self.refresh(cloud, token, instance.session).status == 401)
            let newer = try #require(try JSONValue.parse(refreshed.body)["token"]?.string)
            let later = CredentialSource.of(Credential(keyID: Secret("ST$" + newer), key: instance.session))
            #expect(try await ObjectStorage.namespace(of: try cloud.client(later)) == "localns")
        }
    }

    private static func refresh(_ cloud: CloudHarness, _ token: String, _ key: PrivateKey) async throws -> Reply {
        let body = Array(#"{"currentToken":"\#(token)"}"#.utf8)
        var call = cloud.call(
            .post, "/v1/authentication/refresh", ["content-type": "application/json"], body: body)
        try RequestSigner.sign(
            &call.request, body: body, coverage: .signed, keyID: Secret("ST$" + token), key: key,
            date: cloud.cloud.clock.now)
        return try await cloud.transport.send(call)
    }

    @Test func `both fingerprints of the certificate are taken, others not`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let instance = try await Self.instance(cloud)
            let tenancy = try #require(instance.leaf.tenancy)
            let newer = "\(tenancy)/fed-x509-sha256/\(instance.leaf.sha256Fingerprint)"
            let extra = #","fingerprintAlgorithm":"SHA256""#
            #expect(try await Self.federate(cloud, instance, keyID: newer, extra: extra).status == 200)
            #expect(try await Self.federate(cloud, instance, keyID: newer).status == 401)
            let lower = "\(tenancy)/fed-x509/\(try instance.leaf.sha1Fingerprint().lowercased())"
            #expect(try await Self.federate(cloud, instance, keyID: lower).status == 401)
            let right = "\(tenancy)/fed-x509/\(try instance.leaf.sha1Fingerprint())"
            let forged = try await Self.federate(cloud, instance, keyID: right, key: instance.session)
            #expect(forged.status == 401)
        }
    }

    @Test func `a certificate that was not issued here gets no token`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let real = try await Self.instance(cloud)
            let forger = cloud.cloud.client.key
            let leaf = try Certificate.issue(
                subject: real.leaf.subject, publicKey: try forger.publicKey(),
                by: .init(name: real.intermediate.subject, key: forger), notBefore: Date().addingTimeInterval(-60),
                notAfter: Date().addingTimeInterval(3_600))
            let instance = Instance(leaf: leaf, leafKey: forger, intermediate: real.intermediate, session: forger)
            let keyID = "\(try #require(leaf.tenancy))/fed-x509/\(try leaf.sha1Fingerprint())"
            let reply = try await Self.federate(cloud, instance, keyID: keyID)
            #expect(reply.status == 401)
            #expect(reply.header("x-local-oci-reason")?.contains("intermediate") == true)
        }
    }

    @Test func `a session for an API key can be had without a browser`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let session = try PrivateKey.generate()
            func ask(_ minutes: Int) async throws -> Reply {
                let details: JSONValue = [
                    "publicKey": .string(Base64.encode(try session.publicKeyDER())),
                    "sessionExpirationInMinutes": .int(minutes),
                ]
                return try await cloud.sendSigned(
                    .post, "/v1/token/upst/actions/GenerateUpst", ["content-type": "application/json"],
                    body: details.encoded())
            }
            let token = try #require(try JSONValue.parse(try await ask(5).body)["token"]?.string)
            let source = CredentialSource.of(Credential(keyID: Secret("ST$" + token), key: session))
            #expect(try await ObjectStorage.namespace(of: try cloud.client(source)) == "localns")
            #expect(try await ask(600).code == "IncorrectState")
            let stolen = CredentialSource.of(Credential(keyID: Secret("ST$" + token), key: cloud.cloud.client.key))
            let client = try cloud.client(stolen)
            await #expect(throws: OCIError.self) { _ = try await ObjectStorage.namespace(of: client) }
        }
    }

    @Test func `tokens hold across a restart`() async throws {
        try await withTemporaryDirectory { directory in
            let token = try await CloudHarness.run(in: directory) { cloud -> String in
                let body = Array(
                    #"{"publicKey":"\#(Base64.encode(try cloud.cloud.client.key.publicKeyDER()))"}"#.utf8)
                let reply = try await cloud.sendSigned(
                    .post, "/v1/token/upst/actions/GenerateUpst", ["content-type": "application/json"], body: body)
                return try JSONValue.parse(reply.body)["token"]?.string ?? ""
            }
            try await CloudHarness.run(in: directory) { (cloud) async throws in
                let source = CredentialSource.of(
                    Credential(keyID: Secret("ST$" + token), key: cloud.cloud.client.key))
                let namespace = try await ObjectStorage.namespace(of: try cloud.client(source))
                #expect(namespace == "localns")
            }
        }
    }

    // MARK: Metadata

    @Test func `metadata is for the bearer Oracle only and refuses what was forwarded`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let good = ["authorization": "Bearer Oracle"]
            #expect(try await cloud.send(.get, "/opc/v2/instance/region", good).text == "arn")
            #expect(try await cloud.send(.get, "/opc/v2/instance/id", good).text.hasPrefix("ocid1.instance."))
            let info = try JSONValue.parse(try await cloud.send(.get, "/opc/v2/instance/regionInfo", good).body)
            #expect(info["regionIdentifier"]?.string == "eu-stockholm-1")
            let whole = try JSONValue.parse(try await cloud.send(.get, "/opc/v2/instance/", good).body)
            #expect(whole["canonicalRegionName"]?.string == "eu-stockholm-1")
            #expect(try await cloud.send(.get, "/opc/v2/instance/id").status == 401)
            #expect(try await cloud.send(.get, "/opc/v1/instance/id", good).status == 404)
            #expect(try await cloud.send(.get, "/opc/v2/other", good).status == 404)
            let forwarded = good.merging(["x-forwarded-for": "1.2.3.4"]) { $1 }
            #expect(try await cloud.send(.get, "/opc/v2/instance/id", forwarded).status == 403)
            #expect(try await cloud.send(.post, "/opc/v2/instance/id", good, body: []).status == 405)
        }
    }

    @Test func `the identity's papers belong together`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let instance = try await Self.instance(cloud)
            #expect(try instance.leafKey.publicKeyDER() == instance.leaf.publicKeyDER)
            #expect(instance.leaf.tenancy == "ocid1.tenancy.oc1..localociexampletenancy")
            #expect(instance.leaf.notAfter > Date())
        }
    }
}
