// SPDX-License-Identifier: MIT

import Collector
import Files
import Foundation
import JSON
import LocalOCI
import TestSupport
import Testing

/// What the first run does with a bucket or folder that is not empty.
struct EndToEndAdoptionTests {
    @Test(arguments: EndToEndBackend.allCases)
    func `a predecessor's archive is taken over and none of it is written again`(
        backend: EndToEndBackend
    ) async throws {
        try await EndToEndCloud.run(seed: 91) { cloud in
            var world = EndToEndWorld(cloud, backend, seed: 91)
            try await world.advance()
            var generator = FeedGenerator(seed: 91, start: EndToEndCloud.start)
            let old = try Predecessor(generator.poll(at: world.now), at: world.now)
            for (name, bytes) in old.objects { try await Self.place(name, bytes, backend, cloud, at: world.now) }
            let first = try await world.collect()
            // Two of the 500 were never seen; of two more the predecessor kept the id and no line.
            #expect(first.record?["counts"]?["new"]?.int == 2)
            #expect(first.record?["counts"]?["revised"]?.int == 2)
            let second = try await Self.again(&world)
            #expect(second.record?["counts"]?["new"]?.int == 0)
            #expect(second.record?["commits"]?.array?.isEmpty == true)
            try await world.advance(minutes: 600)
            try await world.collect()
            let archive = try EndToEndArchive(backend, of: cloud)
            for (name, bytes) in old.objects { #expect(archive.objects[name] == bytes, "\(name) was changed") }
            var problems: [String] = []
            let stored = try archive.versions(&problems)
            // A revision without its event is what an id without a line leads to.
            #expect(problems == [])
            let answer = generator.poll(at: world.now)
            for (id, bytes) in answer.events {
                let last = try #require(stored[id]?.last, "event \(id) is lost")
                #expect(try JSONValue.parse(last) == JSONValue.parse(bytes), "event \(id)")
            }
            #expect(try await archive.verify().problems == [])
        }
    }

    /// Another state directory, so that the feed is asked without validators.
    private static func again(_ world: inout EndToEndWorld) async throws -> CollectorProcess.End {
        try await world.collect("state-2")
    }

    @Test(arguments: EndToEndBackend.allCases)
    func `a place that holds something else is left alone`(backend: EndToEndBackend) async throws {
        try await EndToEndCloud.run(seed: 92) { cloud in
            var world = EndToEndWorld(cloud, backend, seed: 92)
            try await world.advance()
            try await Self.place("holiday/beach.jpg", Array("sand".utf8), backend, cloud, at: world.now)
            let end = try await world.start().end()
            #expect(end.status == 78, "\(end.output)")
            #expect(end.errorType == "archive_foreign")
            #expect(end.record?["error"]?["message"]?.string?.contains("holiday/beach.jpg") == true)
            let archive = try EndToEndArchive(backend, of: cloud)
            #expect(archive.objects == ["holiday/beach.jpg": Array("sand".utf8)])
        }
    }

    private static func place(
        _ name: String, _ bytes: [UInt8], _ backend: EndToEndBackend, _ cloud: EndToEndCloud, at now: Date
    ) async throws {
        switch backend {
        case .directory: try FileSystem.replace(FileSystem.join(cloud.archivePath, name), bytes)
        case .oci: try await cloud.put(name, bytes, at: now)
        }
    }

    /// What the Python program would have left of an answer: all but the last two events, the two before those only as ids.
    private struct Predecessor {
        private(set) var objects: [String: [UInt8]] = [:]

        init(_ answer: FeedGenerator.Answer, at now: Date) throws {
            let unix = Int(now.timeIntervalSince1970)
            for (_, bytes) in answer.events.dropLast(4) {
                let event = try JSONValue.parse(bytes)
                let day = (event["datetime"]?.string ?? "").prefix(10).split(separator: "-").joined(separator: "/")
                objects["events/\(day)/events-\(unix).jsonl", default: []] += Array((Self.dumps(event) + "\n").utf8)
            }
            let ids = answer.events.dropLast(2).map(\.id).sorted(by: >)
            let seen: JSONValue = [
                "seen_ids": .array(ids.map(JSONValue.int)), "last_updated": "2026-01-05T01:00:00.123456+00:00",
                "total_tracked": .int(ids.count),
            ]
            objects["metadata/last_seen.json"] = Array(Self.dumps(seen).utf8)
        }

        /// `json.dumps(value, ensure_ascii=False)`.
        private static func dumps(_ value: JSONValue) -> String {
            switch value {
            case .object(let members):
                "{"
                    + members.map { "\(dumps(.string($0.name))): \(dumps($0.value))" }.joined(separator: ", ") + "}"
            case .array(let elements): "[" + elements.map(dumps).joined(separator: ", ") + "]"
            default: String(decoding: value.encoded(), as: UTF8.self)
            }
        }
    }
}
