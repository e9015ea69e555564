// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import HTTPTypes
import JSON
import LocalOCI
import OCI
import TestSupport
import Testing
import Transport

/// The collector's own Object Storage client against local-oci.
struct ObjectStorageServiceTests {
    @Test func `an object comes back with what was put beside it`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let storage = try cloud.storage()
            let bytes = Array("händelse\n".utf8)
            let outcome = try await storage.put(
                "events/2026/01/05/events-1.jsonl", bytes, contentType: "application/x-ndjson",
                metadata: [("run-id", "r1")])
            guard case .stored(let etag, 1) = outcome,
                case .found(let object) = try await storage.get("events/2026/01/05/events-1.jsonl"),
                case .found(let head) = try await storage.head("events/2026/01/05/events-1.jsonl")
            else {
                Issue.record("\(outcome)")
                return
            }
            #expect(object.bytes == bytes)
            #expect(object.etag == etag && head.etag == etag)
            #expect(object.metadata == ["run-id": "r1"] && head.metadata == ["run-id": "r1"])
            #expect(head.size == bytes.count && head.contentType == "application/x-ndjson")
            #expect(head.lastModified != nil && object.head.md5 != nil)
        }
    }

    @Test(arguments: ["a b+c(d)'é&=?#%", "å/ä/ö", "e\u{301}", ".hidden", "a//b", "x/"])
    func `any name works and is not normalised`(name: String) async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let storage = try cloud.storage()
            _ = try await storage.put(name, [1])
            guard case .found = try await storage.get(name) else {
                Issue.record("\(name) is missing")
                return
            }
            let names = try await storage.listAll().map { Array($0.name.utf8) }
            #expect(names == [Array(name.utf8)])
            guard case .missing = try await storage.get(name + "x") else {
                Issue.record("another name was found")
                return
            }
        }
    }

    @Test func `two spellings of one letter are two objects`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let storage = try cloud.storage()
            _ = try await storage.put("\u{E9}", [1])
            _ = try await storage.put("e\u{301}", [2])
            #expect(try await storage.listAll().count == 2)
            guard case .found(let object) = try await storage.get("\u{E9}") else { return }
            #expect(object.bytes == [1])
        }
    }

    @Test func `conditions hold or answer 412 with the service's texts`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let target = "/n/localns/b/polisen-events-collector/o/c"
            let first = try await cloud.sendSigned(.put, target, ["if-none-match": "*"], body: [1])
            let etag = try #require(first.header("etag"))
            #expect(first.header("opc-content-md5") != nil && first.header("version-id") != nil)
            let second = try await cloud.sendSigned(.put, target, ["if-none-match": "*"], body: [2])
            #expect(second.status == 412 && second.code == "IfNoneMatchFailed")
            let wrong = try await cloud.sendSigned(.put, target, ["if-match": "blah"], body: [2])
            #expect(wrong.status == 412 && wrong.code == "IfMatchFailed")
            #expect(wrong.text.contains("The If-Match header is 'blah' but the current entity tag is '\(etag)'"))
            let right = try await cloud.sendSigned(.put, target, ["if-match": etag], body: [3])
            #expect(right.status == 200)
            #expect(right.header("etag") != etag)
            #expect(try await cloud.sendSigned(.put, target + "x", ["if-match": etag], body: [3]).status == 412)
            #expect(try await cloud.sendSigned(.put, target, ["if-none-match": etag], body: [3]).status == 400)
            #expect(try await cloud.sendSigned(.delete, target, ["if-match": etag]).status == 412)
            #expect(try await cloud.sendSigned(.get, target, ["if-match": etag]).status == 412)
        }
    }

    @Test func `an unchanged object is not sent again`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let storage = try cloud.storage()
            guard case .stored(let etag, _) = try await storage.put("a", [1]) else { return }
            guard case .notModified = try await storage.get("a", ifNoneMatch: etag),
                case .notModified = try await storage.head("a", ifNoneMatch: etag),
                case .found = try await storage.get("a", ifNoneMatch: "other")
            else {
                Issue.record("304 was expected for the same etag only")
                return
            }
        }
    }

    @Test func `of many conditional creates at once exactly one wins`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let storage = try cloud.storage()
            for round in 0..<5 {
                let wins = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for writer in 0..<24 {
                        group.addTask {
                            let outcome = try await storage.put(
                                "commits/\(round)", [UInt8(writer)], condition: .ifAbsent)
                            if case .stored = outcome { return true }
                            return false
                        }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(wins == 1)
            }
        }
    }

    @Test func `increments guarded by if-match lose nothing`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let storage = try cloud.storage()
            _ = try await storage.put("counter", Array("0".utf8))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        var done = 0
                        while done < 5 {
                            guard case .found(let object) = try await storage.get("counter") else { return }
                            let next = (Int(String(decoding: object.bytes, as: UTF8.self)) ?? 0) + 1
                            let outcome = try await storage.put(
                                "counter", Array(String(next).utf8), condition: .ifMatch(object.etag))
                            if case .stored = outcome { done += 1 }
                        }
                    }
                }
                try await group.waitForAll()
            }
            guard case .found(let object) = try await storage.get("counter") else { return }
            #expect(String(decoding: object.bytes, as: UTF8.self) == "30")
        }
    }

    @Test(
        arguments: [
            ("bytes=0-2", 206, "abc", "bytes 0-2/6"), ("bytes=4-", 206, "ef", "bytes 4-5/6"),
            ("bytes=-2", 206, "ef", "bytes 4-5/6"), ("bytes=4-99", 206, "ef", "bytes 4-5/6"),
            ("bytes=6-", 416, nil, nil),
            ("bytes=3-1", 416, nil, nil), ("bytes=0-1,3-4", 416, nil, nil), ("bytes=-0", 416, nil, nil),
        ] as [(String, Int, String?, String?)])
    func `a part of an object can be read`(range: String, status: Int, body: String?, part: String?) async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let target = "/n/localns/b/polisen-events-collector/o/r"
            _ = try await cloud.sendSigned(.put, target, body: Array("abcdef".utf8))
            let reply = try await cloud.sendSigned(.get, target, ["range": range])
            #expect(reply.status == status)
            #expect(reply.header("content-range") == part)
            if let body { #expect(reply.text == body) }
        }
    }

    @Test func `damaged uploads are refused and checksums kept`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let target = "/n/localns/b/polisen-events-collector/o/sum"
            let bytes = Array("123456789".utf8)
            let damaged = try await cloud.sendSigned(
                .put, target, ["content-md5": "AAAAAAAAAAAAAAAAAAAAAA=="], body: bytes)
            #expect(damaged.status == 400)
            #expect(damaged.code == "UnmatchedContentMD5")
            #expect(try await cloud.sendSigned(.get, target).status == 404)
            // The check value of CRC-32C in every catalogue of CRCs: 0xE3069283.
            let crc = try await cloud.sendSigned(
                .put, target, ["opc-checksum-algorithm": "CRC32C", "opc-content-crc32c": "4waSgw=="], body: bytes)
            #expect(crc.status == 200 && crc.header("opc-content-crc32c") == "4waSgw==")
            let sha = try await cloud.sendSigned(.put, target, ["opc-checksum-algorithm": "SHA256"], body: bytes)
            #expect(sha.header("opc-content-sha256") == Base64.encode(Digest.sha256(bytes)))
            #expect(
                try await cloud.sendSigned(
                    .put, target, ["opc-checksum-algorithm": "SHA384", "opc-content-sha384": "x"], body: bytes
                ).status == 400)
        }
    }

    @Test func `deleting says whether there was something`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let storage = try cloud.storage()
            _ = try await storage.put("d", [1])
            #expect(try await storage.delete("d") == .deleted)
            #expect(try await storage.delete("d") == .missing)
            guard case .missing = try await storage.head("d") else {
                Issue.record("still there")
                return
            }
        }
    }

    @Test func `a copy keeps content and metadata and obeys its conditions`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let storage = try cloud.storage()
            _ = try await storage.put("from", [9], metadata: [("k", "v")])
            var target = ObjectStorage.CopyTarget(name: "to")
            target.condition = .ifAbsent
            let work = try await storage.finish(try await storage.copy("from", to: target))
            #expect(work.status == "COMPLETED")
            guard case .found(let copy) = try await storage.get("to") else {
                Issue.record("no copy")
                return
            }
            #expect(copy.bytes == [9] && copy.metadata == ["k": "v"])
            await #expect(throws: OCIError.self) { _ = try await storage.copy("from", to: target) }
            await #expect(throws: OCIError.self) { _ = try await storage.copy("nothing", to: .init(name: "x")) }
            #expect(try await storage.workRequestErrors(work.id).isEmpty)
        }
    }

    @Test func `a raw slash in an object name is understood`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let bucket = "/n/localns/b/polisen-events-collector/o/"
            _ = try await cloud.sendSigned(.put, bucket + "a/b", body: [1])
            #expect(try await cloud.sendSigned(.get, bucket + "a%2Fb").status == 200)
        }
    }

    @Test func `every answer carries request ids and echoes the client's`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let reply = try await cloud.sendSigned(.get, "/n", ["opc-client-request-id": "abc/def"])
            #expect(reply.header("opc-request-id")?.isEmpty == false)
            #expect(reply.header("opc-client-request-id") == "abc/def")
            #expect(reply.header("x-api-id") == "native")
            let bare = try await cloud.sendSigned(.get, "/n/localns/b/none")
            #expect(bare.header("opc-client-request-id") == nil && bare.header("opc-request-id") != nil)
        }
    }

    @Test func `what was stored survives a restart and left-overs of a kill are cleaned up`() async throws {
        try await withTemporaryDirectory { directory in
            let etag = try await CloudHarness.run(in: directory) { cloud -> String in
                let storage = try cloud.storage()
                _ = try await storage.put("a", [1])
                guard case .stored(let etag, _) = try await storage.put("a", [2]) else { return "" }
                _ = try await storage.put("b", [3])
                _ = try await storage.delete("b")
                return etag
            }
            let bucket = directory + "/objects/polisen-events-collector"
            let files = try FileSystem.walk(bucket).filter { $0 != "bucket.json" }
            #expect(files.count == 1)
            // As if the process had been killed between writing the new version and removing the old one.
            let kept = try #require(try FileSystem.read(bucket + "/" + files[0]))
            let older = String(decoding: kept, as: UTF8.self)
                .replacing(#""sequence":2"#, with: #""sequence":1"#).replacing(
                    files[0].suffix(36), with: "00000000-dead")
            try FileSystem.replace(bucket + "/versions/00000000-dead", Array(older.utf8))
            try FileSystem.replace(bucket + "/versions/torn", Array("{\"v\":1".utf8))
            try await CloudHarness.run(in: directory) { (cloud) async throws in
                guard case .found(let object) = try await cloud.storage().get("a") else {
                    Issue.record("lost")
                    return
                }
                #expect(object.bytes == [2] && object.etag == etag)
                #expect(try await cloud.storage().listAll().map(\.name) == ["a"])
            }
            #expect(!FileSystem.exists(bucket + "/versions/00000000-dead"))
        }
    }
}
