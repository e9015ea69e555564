// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import OCI
import TestSupport
import Testing
import Transport

/// The client over libcurl and a real socket: what is signed is what arrives.
@Suite struct ClientWireTests {
    /// `é/../(1) +%.jsonl`: dot segments, slashes, parentheses, plus, percent, not ASCII.
    static let name = "é/../(1) +%.jsonl"

    private static func client(_ server: FaultServer) throws -> OCIClient {
        var client = try ClientHarness(replies: []).client
        client.transport = try .curl(CurlOptions(userAgent: "fallback"))
        client.endpoints = try Endpoints(
            region: RegionLookup().region("arn"),
            overrides: [.objectStorage: "http://\(server.authority)", .secrets: "http://\(server.authority)"])
        return client
    }

    private static func storage(_ server: FaultServer) throws -> ObjectStorage {
        try ObjectStorage(client: client(server), namespace: "ns", bucket: "b")
    }

    /// Takes a request apart as it came over the connection and checks its signature.
    private static func verified(
        _ bytes: [UInt8], _ requirement: SignatureVerifier.Requirement = .standard
    ) throws -> ReceivedRequest {
        let text = String(decoding: bytes, as: UTF8.self)
        let end = try #require(text.firstRange(of: "\r\n\r\n"))
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        let requestLine = try #require(lines.first).split(separator: " ")
        var fields = HTTPFields()
        for line in lines.dropFirst() {
            let parts = line.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
            let field = try #require(HTTPField.Name(String(parts[0])))
            #expect(fields[field] == nil, "\(field) came twice")
            fields[field] = String(parts[1])
        }
        let request = ReceivedRequest(
            method: String(requestLine[0]), target: String(requestLine[1]),
            host: fields[try #require(HTTPField.Name("host"))] ?? "", fields: fields,
            body: Array(text[end.upperBound...].utf8))
        let header = try SignatureHeader(parsing: fields[.authorization] ?? "")
        try SignatureVerifier.check(
            request, header, key: try Credential.apiKey().key.publicKey(), now: ManualTime().now,
            requirement: requirement)
        return request
    }

    @Test func `a put arrives as it was signed`() async throws {
        try await withFaultServer([
            .readRequest, .answer("", headers: "etag: e1\r\nopc-content-md5: XUFAKrxLKna5cZ2REBfFkg==\r\n"),
        ]) { server in
            let outcome = try await Self.storage(server).put(
                Self.name, Array("hello".utf8), condition: .ifAbsent, metadata: [("run-id", "r1")])
            #expect(outcome == .stored(etag: "e1", attempts: 1))
            let request = try Self.verified(try #require(server.received.first), .upload)
            #expect(request.method == "PUT")
            #expect(request.target == "/n/ns/b/b/o/%C3%A9%2F..%2F%281%29%20%2B%25.jsonl")
            #expect(request.host == server.authority)
            #expect(request.body == Array("hello".utf8) && request.fields[.contentLength] == "5")
            #expect(request.fields[.expect] == nil && request.fields[.transferEncoding] == nil)
            #expect(request.fields[.userAgent] == "polisen-collector/test")
        }
    }

    @Test func `stored bytes come back coded as they were put`() async throws {
        let coded = "\u{1f}\u{8}not really gzip"
        try await withFaultServer([.readRequest, .answer(coded, headers: "etag: e1\r\ncontent-encoding: gzip\r\n")]) {
            server in
            guard case .found(let object) = try await Self.storage(server).get("..a", versionID: "v/1") else {
                Issue.record("not found")
                return
            }
            #expect(object.bytes == Array(coded.utf8))
            let request = try Self.verified(try #require(server.received.first))
            #expect(request.target == "/n/ns/b/b/o/..a?versionId=v%2F1")
            #expect(request.fields[.acceptEncoding] == nil && request.fields[.contentLength] == nil)
        }
    }

    @Test func `HEAD and DELETE arrive without a body`() async throws {
        let script: [FaultServer.Step] = [.readRequest, .send("HTTP/1.1 204 No Content\r\netag: e1\r\n\r\n"), .again]
        try await withFaultServer(script) { server in
            let storage = try Self.storage(server)
            guard case .found(let head) = try await storage.head("a") else {
                Issue.record("not found")
                return
            }
            #expect(head.etag == "e1")
            #expect(try await storage.delete("a") == .deleted)
            let requests = server.receivedText.joined().split(separator: "\r\n\r\n").map {
                Array(($0 + "\r\n\r\n").utf8)
            }
            #expect(try requests.map { try Self.verified($0).method } == ["HEAD", "DELETE"])
        }
    }

    @Test func `an empty POST arrives with its signed length`() async throws {
        let body = #"{"secretId":"s","secretBundleContent":{"contentType":"BASE64","content":"YQ=="}}"#
        try await withFaultServer([.readRequest, .answer(body)]) { server in
            let bundle = try await Secrets(client: Self.client(server)).bundle(named: "n", vault: "v")
            #expect(bundle.content.reveal() == Array("a".utf8))
            let request = try Self.verified(try #require(server.received.first))
            #expect(request.fields[.contentLength] == "0" && request.fields[.contentType] == "application/json")
        }
    }

    @Test func `a reset in mid-put is repeated and the lost reply shows`() async throws {
        let refused = "HTTP/1.1 412 Precondition Failed\r\ncontent-length: 0\r\n\r\n"
        try await withFaultServer([.readRequest, .reset], [.readRequest, .send(refused)]) { server in
            let outcome = try await Self.storage(server).put("a", [1], condition: .ifAbsent)
            #expect(outcome == .conditionFailed(attempts: 2))
            #expect(server.requestCount == 2)
        }
    }

    @Test func `redirects are not followed`() async throws {
        let moved = "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"
        try await withFaultServer([.readRequest, .send(moved)]) { server in
            let storage = try Self.storage(server)
            let error = await failure { () async throws(OCIError) in try await storage.get("a") }
            #expect(error?.reason == "rejected" && error?.httpStatus == 307)
            #expect(server.requestCount == 1)
        }
    }

    @Test func `an empty body said to be gzip is no error`() async throws {
        try await withFaultServer([.readRequest, .answer("", headers: "content-encoding: gzip\r\n")]) { server in
            try await Self.storage(server).restore("a")
            #expect(server.requestCount == 1)
        }
    }
}
