// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import LocalOCI
import OCI
import TestSupport
import Testing
import Transport

/// Buckets, listings and versions, by the collector's own client.
struct BucketTests {
    @Test func `listings are ordered by bytes, paged, limited and folded`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let storage = try cloud.storage()
            let names = ["a", "b/1", "b/2", "b/c/3", "b0", "Z", "ä"]
            for name in names { _ = try await storage.put(name, [1, 2]) }
            let sorted = names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
            #expect(try await storage.listAll().map(\.name) == sorted)
            var start: String?
            var paged: [String] = []
            repeat {
                let page = try await storage.list(start: start, limit: 2)
                #expect(page.objects.count <= 2)
                paged += page.objects.map(\.name)
                start = page.next
            } while start != nil
            #expect(paged == sorted)
            #expect(try await storage.list(prefix: "b/").objects.map(\.name) == ["b/1", "b/2", "b/c/3"])
            #expect(try await storage.list(start: "b/2", end: "b0").objects.map(\.name) == ["b/2", "b/c/3"])
            let folded = try await storage.list(delimiter: "/", fields: [.name, .size, .etag, .md5, .timeCreated])
            #expect(folded.objects.map(\.name) == ["Z", "a", "b0", "ä"])
            #expect(folded.prefixes == ["b/"])
            #expect(folded.objects.allSatisfy { $0.size == 2 && $0.etag != nil && $0.timeCreated != nil })
            let deeper = try await storage.list(prefix: "b/", delimiter: "/")
            #expect(deeper.prefixes == ["b/c/"] && deeper.objects.map(\.name) == ["b/1", "b/2"])
            let after = try await cloud.sendSigned(
                .get, "/n/localns/b/polisen-events-collector/o?startAfter=b%2F1&limit=1")
            #expect(after.text == #"{"objects":[{"name":"b/2"}],"nextStartWith":"b/c/3"}"#)
        }
    }

    @Test func `folded pages do not repeat a prefix`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let storage = try cloud.storage()
            for name in ["a/1", "a/2", "b/1", "b/2", "c"] { _ = try await storage.put(name, []) }
            let page = try await storage.list(limit: 2, delimiter: "/")
            #expect(page.prefixes == ["a/", "b/"] && page.objects.isEmpty)
            #expect(page.next == "c")
        }
    }

    @Test(arguments: ["limit=0", "limit=1001", "limit=x", "delimiter=-", "fields=colour"])
    func `a listing with a bad parameter is refused`(query: String) async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let reply = try await cloud.sendSigned(.get, "/n/localns/b/polisen-events-collector/o?" + query)
            #expect(reply.status == 400 && reply.code == "InvalidParameter")
        }
    }

    @Test func `a versioned bucket keeps versions and delete markers`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let bucket = "/n/localns/b/polisen-events-collector"
            #expect(
                try await cloud.sendSigned(
                    .post, bucket, ["content-type": "application/json"], body: Array(#"{"versioning":"Enabled"}"#.utf8)
                )
                .status == 200)
            let storage = try cloud.storage()
            _ = try await storage.put("v", [1])
            _ = try await storage.put("v", [2])
            #expect(try await storage.delete("v") == .deleted)
            guard case .missing = try await storage.get("v") else {
                Issue.record("the delete marker does not hide")
                return
            }
            let (versions, _) = try await storage.listVersions(prefix: "v")
            #expect(versions.map(\.isDeleteMarker) == [true, false, false])
            guard case .found(let oldest) = try await storage.get("v", versionID: versions[2].versionID) else {
                Issue.record("the first version is gone")
                return
            }
            #expect(oldest.bytes == [1])
            #expect(try await storage.listAll().isEmpty)
            #expect(try await storage.delete("v", versionID: versions[0].versionID) == .deleted)
            guard case .found(let newest) = try await storage.get("v") else { return }
            #expect(newest.bytes == [2])
            let (page, next) = try await storage.listVersions(limit: 1)
            #expect(page.count == 1 && next != nil)
            #expect(try await storage.listVersions(page: next, limit: 1).versions.count == 1)
        }
    }

    @Test func `buckets can be made, described, listed and removed when empty`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            #expect(try await ObjectStorage.namespace(of: try cloud.client()) == "localns")
            let json = ["content-type": "application/json"]
            func create(_ body: String) async throws -> Reply {
                try await cloud.sendSigned(.post, "/n/localns/b", json, body: Array(body.utf8))
            }
            let details = #"{"name":"other","compartmentId":"ocid1.compartment.oc1..x","versioning":"Enabled"}"#
            #expect(try await create(details).status == 200)
            #expect(try await create(details).code == "BucketAlreadyExists")
            #expect(try await create(#"{"name":"a/b","compartmentId":"x"}"#).status == 400)
            #expect(try await create(#"{"name":"ok"}"#).code == "MissingParameter")
            #expect(try await create("{").code == "CannotParseRequest")
            let other = try ObjectStorage(client: cloud.client(), namespace: "localns", bucket: "other")
            #expect(try await other.headBucket() != nil)
            _ = try await other.put("x", [1, 2, 3])
            let properties = try await other.getBucket(fields: [.approximateCount, .approximateSize])
            #expect(
                properties.versioning == "Enabled" && properties.approximateCount == 1
                    && properties.approximateSize == 3)
            #expect(try await other.getBucket().approximateCount == nil)
            #expect(try await cloud.sendSigned(.get, "/n/localns/b?compartmentId=x").text.contains(#""name":"other""#))
            #expect(try await cloud.sendSigned(.delete, "/n/localns/b/other").code == "BucketNotEmpty")
            let missing = try ObjectStorage(client: cloud.client(), namespace: "localns", bucket: "missing")
            #expect(try await missing.headBucket() == nil)
            #expect(try await cloud.sendSigned(.delete, "/n/localns/b/missing").code == "BucketNotFound")
            #expect(try await cloud.sendSigned(.get, "/n/foreign/b/x").code == "NamespaceNotFound")
        }
    }
}
