// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import OCI
import Testing

@Suite struct SignerVerifierTests {
    private static let now = Date(timeIntervalSince1970: 1_784_635_200)

    /// A signed POST as a server receives it.
    private func received() throws -> (request: ReceivedRequest, header: SignatureHeader) {
        let body = Array("{}".utf8)
        var request = HTTPRequest(method: .post, scheme: "http", authority: "127.0.0.1:8080", path: "/n?a=1")
        try RequestSigner.sign(
            &request, body: body, coverage: .signed, keyID: Secret("t/u/f"), key: SigningFixtures.key(), date: Self.now)
        let header = try SignatureHeader(parsing: #require(request.headerFields[.authorization]))
        let received = ReceivedRequest(
            method: "POST", target: "/n?a=1", host: "127.0.0.1:8080", fields: request.headerFields, body: body)
        return (received, header)
    }

    private func rejection(
        of request: ReceivedRequest, _ header: SignatureHeader, now: Date = now,
        requirement: SignatureVerifier.Requirement = .standard
    ) throws -> SignatureRejection? {
        let key = try PublicKey(pem: SigningFixtures.text("test_public.pem"))
        do {
            try SignatureVerifier.check(request, header, key: key, now: now, requirement: requirement)
            return nil
        } catch { return error }
    }

    @Test(arguments: [
        ("target", SignatureRejection.signature), ("host", .signature), ("method", .signature),
        ("type", .signature), ("body", .contentSHA256), ("longer", .contentLength),
        ("no type", .missingHeader("content-type")),
        ("no host", .missingHeader("host")), ("no date", .date), ("bad date", .date),
    ])
    func `a request changed on its way is refused`(change: String, expected: SignatureRejection) throws {
        var (request, header) = try received()
        switch change {
        case "target": request.target = "/n?a=2"
        case "host": request.host = "127.0.0.1:8081"
        case "method": request.method = "PUT"
        case "type": request.fields[.contentType] = "text/plain"
        case "body": request.body = Array("[]".utf8)
        case "longer": request.body = Array("{} ".utf8)
        case "no type": request.fields[.contentType] = nil
        case "no host": request.host = ""
        case "no date": request.fields[.date] = nil
        default: request.fields[.date] = "yesterday"
        }
        #expect(try rejection(of: request, header) == expected)
    }

    @Test(arguments: [(300.0, nil), (-300, nil), (301, 301.0), (-301, -301)] as [(Double, Double?)])
    func `clocks may differ by five minutes`(offset: Double, skew: Double?) throws {
        let (request, header) = try received()
        let expected = skew.map { SignatureRejection.skew(seconds: $0) }
        #expect(try rejection(of: request, header, now: Self.now + offset) == expected)
    }

    @Test func `another key is refused`() throws {
        let (request, header) = try received()
        let other = try PrivateKey.generate().publicKey()
        #expect(throws: SignatureRejection.signature) {
            try SignatureVerifier.check(request, header, key: other, now: Self.now)
        }
    }

    @Test func `headers that must be signed are named`() throws {
        var (request, _) = try received()
        let value =
            #"Signature version="1",headers="date (request-target)",keyId="x",algorithm="rsa-sha256",signature="AAAA""#
        let header = try SignatureHeader(parsing: value)
        #expect(
            try rejection(of: request, header)
                == .uncovered(["host", "content-length", "content-type", "x-content-sha256"]))
        #expect(try rejection(of: request, header, requirement: .upload) == .uncovered(["host"]))
        request.method = "GET"
        #expect(try rejection(of: request, header) == .uncovered(["host"]))
    }

    @Test(arguments: [
        (
            #"Signature version="2",headers="date",keyId="x",algorithm="rsa-sha256",signature="AAAA""#,
            SignatureRejection.version("2")
        ),
        (#"Signature headers="date",keyId="x",algorithm="rsa-sha1",signature="AAAA""#, .algorithm("rsa-sha1")),
    ])
    func `other algorithms and versions are refused`(value: String, expected: SignatureRejection) throws {
        #expect(try rejection(of: received().request, SignatureHeader(parsing: value)) == expected)
    }

    @Test(arguments: [
        "", "Basic abc", "Signature", "Signature keyId=\"x\"", "Signature keyId=x", "Signature keyId",
        "Signature keyId=\"x\",keyId=\"y\"", "Signature keyId=\"x\",headers=\"date\",signature=\"not base64\"",
        "Signature keyId=\"x",
    ])
    func `malformed headers are refused`(value: String) {
        let error = #expect(throws: SignatureRejection.self) { try SignatureHeader(parsing: value) }
        guard case .malformed = error else {
            Issue.record("\(value): \(String(describing: error))")
            return
        }
    }

    @Test func `parameters may come in any order and case`() throws {
        let header = try SignatureHeader(
            parsing:
                #"SIGNATURE version="1", Headers="Date Host",keyid="t/u/f" ,extra="1",ALGORITHM="rsa-sha256",signature="AQI=""#
        )
        #expect(header.headers == ["date", "host"])
        #expect(header.signature == [1, 2])
        #expect(header.keyID == Secret("t/u/f"))
        #expect(!String(reflecting: header).contains("t/u/f"))
    }
}
