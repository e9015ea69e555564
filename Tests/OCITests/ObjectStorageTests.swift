// SPDX-License-Identifier: MIT

import FoundationEssentials
import OCI
import TestSupport
import Testing
import Transport

@Suite struct ObjectStorageTests {
    static let host = "https://objectstorage.eu-stockholm-1.oraclecloud.com"

    @Test func `the namespace is a bare JSON string`() async throws {
        let harness = try ClientHarness(replies: [.with(200, #""axtest""#), .with(200, #""other""#), .with(200, "{}")])
        #expect(try await ObjectStorage.namespace(of: harness.client) == "axtest")
        #expect(try await ObjectStorage.namespace(of: harness.client, compartment: "ocid1.x/y") == "other")
        #expect(harness.lines == ["GET \(Self.host)/n", "GET \(Self.host)/n?compartmentId=ocid1.x%2Fy"])
        let error = await failure { () async throws(OCIError) in try await ObjectStorage.namespace(of: harness.client) }
        #expect(error?.reason == "unreadable_body")
    }

    @Test func `the bucket is there with its etag, or not`() async throws {
        let harness = try ClientHarness(replies: [.with(200, "", ["ETag": "e1"]), .with(404), .with(403)])
        let storage = try harness.storage()
        #expect(try await storage.headBucket() == "e1")
        #expect(try await storage.headBucket() == nil)
        #expect(harness.lines.first == "HEAD \(Self.host)/n/ns/b/events")
        let error = await failure { () async throws(OCIError) in try await storage.headBucket() }
        #expect(error?.reason == "auth_denied")
    }

    @Test func `bucket properties tolerate nulls, unknown members and unknown texts`() async throws {
        let body = """
            {"name":"events","compartmentId":"c","etag":"e","timeCreated":"2026-01-01T00:00:00.123456Z","versioning":"Perhaps",
            "publicAccessType":null,"approximateCount":12,"approximateSize":98765432101,"meterFlagSet":[],"isReadOnly":null}
            """
        let harness = try ClientHarness(replies: [.with(200, body), .with(200, "{}")])
        let storage = try harness.storage()
        let bucket = try await storage.getBucket(fields: [.approximateCount, .approximateSize])
        #expect(harness.lines == ["GET \(Self.host)/n/ns/b/events?fields=approximateCount%2CapproximateSize"])
        #expect(bucket.approximateSize == 98_765_432_101 && bucket.approximateCount == 12)
        #expect(bucket.versioning == "Perhaps" && bucket.publicAccess == nil && !bucket.isReadOnly)
        #expect(try await storage.getBucket().name == nil)
    }

    @Test func `an object comes back with its bytes, etag and metadata`() async throws {
        let headers = [
            "etag": "e1", "content-type": "application/jsonl", "content-length": "5", "opc-meta-run-id": "r1",
            "Content-MD5": "XUFAKrxLKna5cZ2REBfFkg==", "last-modified": "Tue, 21 Jul 2026 11:00:00 GMT",
            "version-id": "v1", "storage-tier": "Standard", "content-encoding": "gzip",
        ]
        let harness = try ClientHarness(replies: [.with(200, "hello", headers)])
        guard case .found(let object) = try await harness.storage().get("events/2026/å b") else {
            Issue.record("not found")
            return
        }
        #expect(harness.lines == ["GET \(Self.host)/n/ns/b/events/o/events%2F2026%2F%C3%A5%20b"])
        let call = try #require(harness.script.calls.first)
        #expect(!call.acceptsCompression)
        #expect(call.signedHeaders == "date (request-target) host")
        #expect(call.header("opc-client-request-id") == "01982f5e7c1d7abc8def0123456789ab")
        #expect(call.header("opc-request-id") == nil)
        #expect(object.bytes == Array("hello".utf8))
        #expect(object.etag == "e1" && object.metadata == ["run-id": "r1"] && object.head.size == 5)
        #expect(object.head.lastModified == Date(timeIntervalSince1970: 1_784_631_600))
        #expect(object.head.versionID == "v1" && object.head.contentEncoding == "gzip")
    }

    @Test func `an unchanged object is not sent again`() async throws {
        let harness = try ClientHarness(replies: [.with(304), .with(304)])
        let storage = try harness.storage()
        guard case .notModified = try await storage.get("a", ifNoneMatch: "e1"),
            case .notModified = try await storage.head("a", ifNoneMatch: "e1")
        else {
            Issue.record("expected notModified")
            return
        }
        #expect(harness.script.calls.map { $0.header("if-none-match") } == ["e1", "e1"])
    }

    @Test func `version and range are asked for, and a part is not checked against the whole's MD5`() async throws {
        let headers = ["etag": "e", "content-range": "bytes 1-3/1024", "content-md5": "XUFAKrxLKna5cZ2REBfFkg=="]
        let harness = try ClientHarness(replies: [.with(206, "ell", headers)])
        guard
            case .found(let part) = try await harness.storage().get("a", versionID: "v=1", range: 1...3, limitBytes: 9)
        else {
            Issue.record("not found")
            return
        }
        #expect(harness.lines == ["GET \(Self.host)/n/ns/b/events/o/a?versionId=v%3D1"])
        #expect(harness.script.calls.first?.header("range") == "bytes=1-3")
        #expect(harness.script.calls.first?.responseLimitBytes == 9)
        #expect(part.bytes == Array("ell".utf8) && part.head.size == 1_024)
    }

    @Test(arguments: [
        ["etag": "e", "content-md5": "AAAAAAAAAAAAAAAAAAAAAA=="], ["content-type": "text/plain"],
    ])
    func `damaged bytes and a missing etag are errors`(headers: [String: String]) async throws {
        let harness = try ClientHarness(replies: [.with(200, "hello", headers)])
        let storage = try harness.storage()
        let error = await failure { () async throws(OCIError) in try await storage.get("a") }
        #expect(error?.reason == "unreadable_body")
    }

    @Test(
        arguments: [
            ("ObjectNotFound", nil, true), ("NotFound", 200, true), ("", 200, true), ("", 404, false),
            ("Whatever", 404, false),
            ("BucketNotFound", nil, false), ("NamespaceNotFound", nil, false), ("NotAuthorizedOrNotFound", nil, false),
        ] as [(String, Int?, Bool)])
    func `a missing object is told from a missing bucket`(code: String, bucket: Int?, isMissing: Bool) async throws {
        let harness = try ClientHarness(
            replies: [.failure(404, code)] + (bucket.map { [.with($0, "", ["etag": "b"])] } ?? []))
        let storage = try harness.storage()
        var found: ObjectStorage.Lookup<ObjectStorage.StoredObject>?
        let error = await failure { () async throws(OCIError) in found = try await storage.get("a") }
        if case .missing = found { #expect(isMissing) } else { #expect(!isMissing && error?.reason == "not_found") }
        #expect(harness.script.calls.count == (bucket == nil ? 1 : 2))
    }

    @Test func `a HEAD that finds nothing asks for the bucket`() async throws {
        let harness = try ClientHarness(replies: [.with(404), .with(200), .with(404), .with(404)])
        let storage = try harness.storage()
        guard case .missing = try await storage.head("a") else {
            Issue.record("expected missing")
            return
        }
        #expect(harness.lines == ["HEAD \(Self.host)/n/ns/b/events/o/a", "HEAD \(Self.host)/n/ns/b/events"])
        let error = await failure { () async throws(OCIError) in try await storage.head("a") }
        #expect(error?.description.contains("there is no bucket 'events' in namespace 'ns'") == true)
    }

    @Test(arguments: [
        ("", "empty"), (".", "called '.'"), ("..", "called '..'"), ("a\nb", "line end"), ("a\r", "line end"),
        ("a\u{0}", "NUL"),
        (String(repeating: "å", count: 513), "1026 bytes"),
    ])
    func `impossible object names are refused before anything is sent`(name: String, text: String) async throws {
        let harness = try ClientHarness(replies: [])
        let storage = try harness.storage()
        let error = await failure { () async throws(OCIError) in try await storage.get(name) }
        #expect(error?.reason == "unusable")
        #expect(error?.description.contains(text) == true)
        #expect(harness.script.calls.isEmpty)
    }

    @Test(arguments: ["../x", "..", "a.", "a/..", "a/./b", String(repeating: "a", count: 1_024)])
    func `names with dots inside are sent whole`(name: String) async throws {
        guard name != ".." else { return }
        let harness = try ClientHarness(replies: [.failure(404, "ObjectNotFound")])
        _ = try await harness.storage().get(name)
        #expect(harness.lines == ["GET \(Self.host)/n/ns/b/events/o/\(PercentEncoding.encode(name))"])
    }

    @Test(arguments: ["", "..", "a/b", "a b", "å", String(repeating: "a", count: 257)])
    func `impossible bucket names are refused`(name: String) throws {
        let client = try ClientHarness(replies: []).client
        let bucket = #expect(throws: OCIError.self) { try ObjectStorage(client: client, namespace: "ns", bucket: name) }
        #expect(bucket?.description.hasPrefix("oci.bucket: ") == true)
        let namespace = #expect(throws: OCIError.self) {
            try ObjectStorage(client: client, namespace: name, bucket: "b")
        }
        #expect(namespace?.description.hasPrefix("oci.namespace: ") == true)
    }

    @Test func `deleting says what was there`() async throws {
        let harness = try ClientHarness(
            replies: [.with(204), .failure(404, "ObjectNotFound"), .failure(412, "IfMatchFailed"), .with(204)])
        let storage = try harness.storage()
        #expect(try await storage.delete("a") == .deleted)
        #expect(try await storage.delete("a") == .missing)
        #expect(try await storage.delete("a", ifMatch: "e1") == .conditionFailed)
        #expect(try await storage.delete("a", versionID: "v1") == .deleted)
        #expect(harness.lines.first == "DELETE \(Self.host)/n/ns/b/events/o/a")
        #expect(harness.lines.last == "DELETE \(Self.host)/n/ns/b/events/o/a?versionId=v1")
        #expect(harness.script.calls.map { $0.header("if-match") } == [nil, nil, "e1", nil])
        #expect(harness.script.calls.allSatisfy { $0.signedHeaders == "date (request-target) host" && $0.body == nil })
    }
}
