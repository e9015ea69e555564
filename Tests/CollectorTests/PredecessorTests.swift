// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import TestSupport
import Testing

@testable import Collector

/// The Python collector's archive: json.dumps(ensure_ascii=False), so `", "` and `": "`.
@Suite struct PredecessorTests {
    private func spaced(_ id: Int, _ summary: String = "s") -> String {
        #"{"id": \#(id), "datetime": "2026-01-02 9:38:09 +01:00", "name": "n", "summary": "\#(summary)", "url": "/u", "#
            + #""type": "Brand", "location": {"name": "Umeå", "gps": "63.825847,20.263035"}}"#
    }

    private func adoptable(_ backend: Backend) throws {
        try backend.set(
            "metadata/last_seen.json",
            bytes(#"{"seen_ids": [598009, 598002, "598003", 1.5], "last_updated": "2026-01-02", "total_tracked": 4}"#))
        try backend.set(
            "events/2026/01/02/events-1767355000.jsonl",
            bytes([spaced(598_001), spaced(598_002)].joined(separator: "\n")))
        let later = ["not json", spaced(598_001, "later"), #"{"id": "x"}"#, ""].joined(separator: "\n")
        try backend.set("events/2026/01/01/events-1767355900.jsonl", bytes(later + "\n"))
    }

    @Test(arguments: Backend.Kind.allCases)
    func `its events are known, and only what differs is stored`(kind: Backend.Kind) async throws {
        try await withBackend(kind) { backend async throws in
            try adoptable(backend)
            let before = try backend.objects()
            let state = try FeedState([
                event(598_001, "later"), event(598_002), event(598_003), event(598_009), event(598_010),
            ])
            try await round(backend.store, state)
            let objects = try backend.objects()
            for (name, bytes) in before { #expect(objects[name] == bytes) }
            let commits = objects.keys.compactMap(Commit.number(ofObject:)).sorted()
            #expect(commits == [1, 2])
            let seeds = try Commit(number: 1, bytes: objects[Commit.object(1)] ?? [])
            #expect(seeds.count(.seeds) == 4)
            let commit = try Commit(number: 2, bytes: objects[Commit.object(2)] ?? [])
            // Only the ids of two were known: what they say now is their first revision.
            #expect(commit.count(.events) == 1 && commit.count(.revisions) == 2)
            #expect(try commit.seenEntries()["598009"]?.revisions == 1)
            #expect(try commit.seenEntries()["598010"]?.revisions == 0)
            try expectSound(objects)
            try await round(backend.store, state)
            #expect(try backend.objects() == objects)
        }
    }

    @Test func `a list of ids alone is a predecessor, and so are files of events alone`() async throws {
        for name in ["metadata/last_seen.json", "events/2026/01/02/events-1.jsonl"] {
            let memory = MemoryStore()
            memory.set(name, bytes(name.hasPrefix("m") ? #"{"seen_ids": []}"# : spaced(598_001) + "\n"))
            try await round(memory.store(), try FeedState([event(598_001), event(598_002)]))
            #expect(try Contents(memory.objects).events["598002"]?.count == 1)
            #expect(memory.objects[Commit.object(1)].map { text($0).contains("\"seeds\"") } == true)
        }
    }

    @Test func `a list of ids that cannot be read stops everything`() async throws {
        let memory = MemoryStore()
        memory.set("metadata/last_seen.json", bytes("{"))
        let error = await #expect(throws: ArchiveError.self) {
            try await round(memory.store(), try FeedState([event(1)]))
        }
        #expect(error?.description.contains("metadata/last_seen.json") == true)
        #expect(memory.objects.count == 1)
    }

    @Test(arguments: ["photos/cat.jpg", "README.md", "commits/readme.txt"])
    func `a place that holds something else is refused`(name: String) async throws {
        let memory = MemoryStore()
        memory.set(name, [1])
        let error = await #expect(throws: ArchiveError.self) {
            try await round(memory.store(), try FeedState([event(1)]))
        }
        #expect(error?.description.contains(name) == true)
        #expect(memory.objects.count == 1)
        let failure = RunFailure(try #require(error), stage: .diff)
        #expect(failure.type == "archive_foreign" && failure.exit == .configuration)
    }

    @Test func `hidden names and what runs leave do not make a place foreign`() async throws {
        let memory = MemoryStore()
        for name in [".keep", "runs/2026/01/01/x.json", "rejects/2026/01/01/answer-1.body"] { memory.set(name, [1]) }
        try await round(memory.store(), try FeedState([event(1)]))
        #expect(memory.objects[Commit.object(1)] != nil)
    }

    @Test func `beyond a thousand other names a predecessor is still found`() async throws {
        let memory = MemoryStore()
        for number in 0..<1_001 { memory.set("events/.x/\(number)", [1]) }
        memory.set("metadata/last_seen.json", bytes(#"{"seen_ids": [1]}"#))
        try await round(memory.store(), try FeedState([event(1)]))
        let seeds = try Commit(number: 1, bytes: memory.objects[Commit.object(1)] ?? [])
        #expect(seeds.count(.seeds) == 1)
    }
}
