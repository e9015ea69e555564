// SPDX-License-Identifier: MIT

import HTTPTypes
import OCI
import TestSupport
import Testing
import Transport

@Suite struct ObjectStorageWriteTests {
    static let host = ObjectStorageTests.host
    static let md5 = "XUFAKrxLKna5cZ2REBfFkg=="
    static let hello = Array("hello".utf8)

    @Test func `a put signs three headers and sends length, type, checksum and metadata`() async throws {
        let harness = try ClientHarness(replies: [.with(200, "", ["ETag": "e1", "opc-content-md5": Self.md5])])
        let outcome = try await harness.storage().put(
            "commits/1.jsonl", Self.hello, contentType: "application/jsonl", condition: .ifAbsent,
            metadata: [("run-id", "r1")])
        #expect(outcome == .stored(etag: "e1", attempts: 1))
        let call = try #require(harness.script.calls.first)
        #expect(harness.lines == ["PUT \(Self.host)/n/ns/b/events/o/commits%2F1.jsonl"])
        #expect(call.signedHeaders == "date (request-target) host")
        #expect(call.body == Self.hello)
        #expect(call.header("content-length") == "5")
        #expect(call.header("content-type") == "application/jsonl")
        #expect(call.header("x-content-sha256") == nil)
        #expect(call.header("if-none-match") == "*")
        #expect(call.header("content-md5") == Self.md5)
        #expect(call.header("opc-meta-run-id") == "r1")
    }

    @Test func `an empty object is put with a length of zero`() async throws {
        let harness = try ClientHarness(replies: [.with(200, "", ["etag": "e1"])])
        let outcome = try await harness.storage().put("a", [], checksum: false)
        #expect(outcome == .stored(etag: "e1", attempts: 1))
        let call = try #require(harness.script.calls.first)
        #expect(call.body == [] && call.header("content-length") == "0" && call.header("content-md5") == nil)
        #expect(call.header("if-none-match") == nil && call.header("if-match") == nil)
        #expect(call.header("content-type") == "application/octet-stream")
    }

    @Test(
        arguments: [
            (.ifAbsent, "IfNoneMatchFailed"), (.ifMatch("e0"), "IfMatchFailed"), (.ifMatch("e0"), "NoEtagMatch"),
            (.ifAbsent, ""),
        ] as [(ObjectStorage.Condition, String)])
    func `a condition that does not hold is a result`(condition: ObjectStorage.Condition, code: String) async throws {
        let harness = try ClientHarness(replies: [.failure(412, code)])
        #expect(try await harness.storage().put("a", Self.hello, condition: condition) == .conditionFailed(attempts: 1))
        if case .ifMatch(let etag) = condition { #expect(harness.script.calls.first?.header("if-match") == etag) }
        #expect(harness.exchanges.all.map(\.reason) == [nil])
    }

    @Test func `a lost reply shows in the number of attempts`() async throws {
        let harness = try ClientHarness(
            ScriptedTransport([
                .failure(.interrupted(host: "h", receivedBytes: 0, detail: "")),
                .success(.failure(412, "IfNoneMatchFailed")),
            ]))
        let outcome = try await harness.storage().put("a", Self.hello, condition: .ifAbsent)
        #expect(outcome == .conditionFailed(attempts: 2))
        #expect(harness.script.calls.map(\.body) == [Self.hello, Self.hello])
    }

    @Test(arguments: [
        (409, "Conflict", "conflict"), (403, "NotAllowed", "auth_denied"), (412, "IfMatchFailed", "conflict"),
    ])
    func `other refusals of a put are errors`(status: Int, code: String, reason: String) async throws {
        let harness = try ClientHarness(replies: [.failure(status, code)])
        let storage = try harness.storage()
        let error = await failure { () async throws(OCIError) in try await storage.put("a", Self.hello) }
        #expect(error?.reason == reason)
        #expect(error?.description.hasPrefix("PutObject a: \(status) \(code)") == true)
    }

    @Test(arguments: [["etag": "e1", "opc-content-md5": "AAAAAAAAAAAAAAAAAAAAAA=="], ["x": "y"]])
    func `a put stored wrongly or without an etag is an error`(headers: [String: String]) async throws {
        let harness = try ClientHarness(replies: [.with(200, "", headers.filter { $0.key != "x" })])
        let storage = try harness.storage()
        let error = await failure { () async throws(OCIError) in try await storage.put("a", Self.hello) }
        #expect(error?.reason == "unreadable_body")
    }

    @Test(
        arguments: [("run id", "x"), ("a", "å"), ("a", ""), ("a", " x"), ("a", "x\ny"), ("", "x")] as [(String, String)]
    )
    func `metadata that no header can hold is refused`(key: String, value: String) async throws {
        let harness = try ClientHarness(replies: [])
        let storage = try harness.storage()
        let error = await failure { () async throws(OCIError) in
            try await storage.put("a", Self.hello, metadata: [(key, value)])
        }
        #expect(key.isEmpty || error?.reason == "unusable")
        #expect(harness.script.calls.count == (key.isEmpty ? 1 : 0))
    }

    @Test func `a listing is read page by page`() async throws {
        let harness = try ClientHarness(replies: [
            .with(
                200,
                #"{"objects":[{"name":"a/1","size":3,"etag":"e","timeCreated":"2026-07-21T12:00:00Z"}],"prefixes":null,"nextStartWith":"a/2"}"#
            ),
            .with(200, #"{"objects":[],"nextStartWith":"a/3"}"#),
            .with(200, #"{"objects":[{"name":"a/3","storageTier":"Moon"}],"nextStartWith":null}"#),
        ])
        let objects = try await harness.storage().listAll(prefix: "a/", fields: [.name, .size])
        #expect(objects.map(\.name) == ["a/1", "a/3"])
        #expect(objects.first?.size == 3 && objects.last?.storageTier == "Moon")
        let base = "GET \(Self.host)/n/ns/b/events/o?prefix=a%2F"
        #expect(
            harness.lines == [
                "\(base)&limit=1000&fields=name%2Csize", "\(base)&start=a%2F2&limit=1000&fields=name%2Csize",
                "\(base)&start=a%2F3&limit=1000&fields=name%2Csize",
            ])
    }

    @Test func `a listing stops when it has seen enough`() async throws {
        let harness = try ClientHarness(replies: [.with(200, #"{"objects":[{"name":"a"}],"nextStartWith":"b"}"#)])
        var names: [String] = []
        try await harness.storage().eachPage { (page) async throws(OCIError) in
            names += page.objects.map(\.name)
            return false
        }
        #expect(names == ["a"])
    }

    @Test(arguments: [
        #"{"objects":[],"nextStartWith":"b"}"#, #"{"objects":[{"size":1}]}"#, #"{"items":[]}"#, "[]", "<html>",
    ])
    func `a listing that goes in circles or lacks names is an error`(body: String) async throws {
        let harness = try ClientHarness(replies: [.with(200, body), .with(200, body), .with(200, body)])
        let storage = try harness.storage()
        let error = await failure { () async throws(OCIError) in try await storage.listAll() }
        #expect(error?.reason == "unreadable_body")
        #expect(harness.script.calls.count <= 2)
    }

    @Test func `folders come as prefixes`() async throws {
        let harness = try ClientHarness(replies: [.with(200, #"{"objects":[],"prefixes":["a/","b/"]}"#)])
        let page = try await harness.storage().list(end: "c", limit: 5_000, delimiter: "/", fields: [])
        #expect(page.prefixes == ["a/", "b/"] && page.next == nil)
        #expect(harness.lines == ["GET \(Self.host)/n/ns/b/events/o?end=c&limit=1000&delimiter=%2F"])
    }

    @Test func `versions page by header`() async throws {
        let item =
            #"{"name":"a","versionId":"v1","isDeleteMarker":true,"timeModified":"2026-07-21T12:00:00.000Z","md5":null}"#
        let harness = try ClientHarness(replies: [
            .with(200, #"{"items":[\#(item)],"prefixes":[]}"#, ["opc-next-page": "t:_-="]),
            .with(200, #"{"items":[{"name":"a"}]}"#),
        ])
        let storage = try harness.storage()
        let first = try await storage.listVersions(prefix: "a")
        #expect(first.versions.first?.versionID == "v1" && first.versions.first?.isDeleteMarker == true)
        #expect(first.next == "t:_-=")
        let error = await failure { () async throws(OCIError) in try await storage.listVersions(page: first.next) }
        #expect(error?.reason == "unreadable_body")
        #expect(
            harness.lines.last == "GET \(Self.host)/n/ns/b/events/objectversions?limit=1000&page=t%3A_-%3D&fields=name")
    }

    @Test func `a copy is begun, watched and finished`() async throws {
        let harness = try ClientHarness(replies: [
            .with(202, "", ["opc-work-request-id": "w/1"]),
            .with(200, #"{"status":"IN_PROGRESS","percentComplete":50.5}"#, ["retry-after": "7"]),
            .with(200, #"{"status":"COMPLETED","percentComplete":100}"#),
        ])
        let storage = try harness.storage()
        var target = ObjectStorage.CopyTarget(name: "b")
        target.condition = .ifAbsent
        target.bucket = "other"
        let id = try await storage.copy("a", to: target, ifMatch: "e1")
        #expect(try await storage.finish(id).percentComplete == 100)
        #expect(harness.time.sleeps == [.seconds(7)])
        #expect(
            harness.bodies.first
                == #"{"sourceObjectName":"a","sourceObjectIfMatchETag":"e1","destinationRegion":"eu-stockholm-1","destinationNamespace":"ns","destinationBucket":"other","destinationObjectName":"b","destinationObjectIfNoneMatchETag":"*"}"#
        )
        #expect(
            harness.script.calls.first?.signedHeaders
                == "date (request-target) host content-length content-type x-content-sha256")
        #expect(
            harness.lines == [
                "POST \(Self.host)/n/ns/b/events/actions/copyObject", "GET \(Self.host)/workRequests/w%2F1",
                "GET \(Self.host)/workRequests/w%2F1",
            ])
    }

    @Test func `watching a copy ends at the deadline`() async throws {
        let running = Reply.with(200, #"{"status":"IN_PROGRESS"}"#, ["retry-after": "40"])
        let harness = try ClientHarness(replies: [running, running, running])
        var client = harness.client
        client.deadline = .seconds(60)
        let storage = try ObjectStorage(client: client, namespace: "ns", bucket: "b")
        let error = await failure { () async throws(OCIError) in try await storage.finish("w1") }
        #expect(error?.reason == "deadline")
        #expect(harness.time.sleeps == [.seconds(40), .seconds(20)])
    }

    @Test func `a failed copy tells why`() async throws {
        let harness = try ClientHarness(replies: [
            .with(200, #"{"status":"FAILED"}"#),
            .with(200, #"[{"code":"InsufficientServicePermissions","message":"no policy","timestamp":null}]"#),
            .with(202),
        ])
        let storage = try harness.storage()
        let error = await failure { () async throws(OCIError) in try await storage.finish("w1") }
        #expect(error?.description == "work request w1: it ended as FAILED: InsufficientServicePermissions: no policy")
        var target = ObjectStorage.CopyTarget(name: "b")
        target.condition = .ifMatch("e2")
        let unnamed = await failure { () async throws(OCIError) in try await storage.copy("a", to: target) }
        #expect(unnamed?.reason == "unreadable_body")
        #expect(harness.bodies.last?.contains(#""destinationObjectIfMatchETag":"e2""#) == true)
    }

    @Test func `an archived object is asked back`() async throws {
        let harness = try ClientHarness(replies: [.with(202)])
        try await harness.storage().restore("a", hours: 48, versionID: "v1")
        #expect(harness.lines == ["POST \(Self.host)/n/ns/b/events/actions/restoreObjects"])
        #expect(harness.bodies == [#"{"objectName":"a","hours":48,"versionId":"v1"}"#])
    }

    @Test func `a gzip-coded empty body of a success is no problem`() async throws {
        let harness = try ClientHarness(replies: [.with(200, "", ["content-encoding": "gzip"])])
        try await harness.storage().restore("a")
        #expect(harness.script.calls.count == 1)
    }
}
