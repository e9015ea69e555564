// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Ledger
import TestSupport
import Testing
import Transport

@testable import Collector

/// What a run makes of an archive from which somebody took something away.
@Suite struct LostObjectTests {
    private let ids = Array(600_100..<600_120)

    /// Three runs with news, so that the head names a commit.
    private func fill(_ harness: RunHarness) async {
        for round in 0..<3 {
            _ = await harness.run(ScriptedTransport(replies: [reply(window(ids, "round \(round)"))]))
            harness.wait()
        }
    }

    @Test(arguments: [false, true])
    func `a shard that is gone is made again from the commits, and nothing is stored twice`(usesCache: Bool)
        async throws
    {
        try await withHarness { harness async throws in
            harness.usesCache = usesCache
            harness.headLag = 0
            await fill(harness)
            harness.memory.remove("index/shards/600")
            try FileSystem.remove(harness.state.cache + "/position.json")
            let record = await harness.run(ScriptedTransport(replies: [reply(window(ids, "round 2"))]))
            #expect(record.outcome == .success && record.counts.new + record.counts.revised == 0)
            try expectSound(harness.memory.objects)
        }
    }

    /// The head does not know the shard, the cache does not hold it: that there was one is all this host remembers.
    @Test func `a shard younger than the head that is gone is made again, and nothing is stored twice`() async throws {
        try await withHarness { harness async throws in
            harness.headLag = 100
            await fill(harness)
            _ = await harness.run(ScriptedTransport(replies: [reply(window([601_000, 601_001]))]))
            harness.wait()
            #expect(harness.memory.objects[ArchiveHead.object] == nil)
            harness.memory.remove("index/shards/600")
            let record = await harness.run(ScriptedTransport(replies: [reply(window(ids, "round 2"))]))
            #expect(record.outcome == .success && record.counts.new + record.counts.revised == 0)
            try expectSound(harness.memory.objects)
        }
    }

    @Test(arguments: [0, 100])
    func `a shard that nothing was ever put into is not asked for`(headLag: Int) async throws {
        try await withHarness { harness async throws in
            harness.headLag = headLag
            await fill(harness)
            var steps: [Int] = []
            // A new event in the shard of the others, the first of another shard, and again one in it.
            for newest in [600_900, 601_000, 601_001] {
                let life = WriterLife()
                let record = await harness.run(
                    ScriptedTransport(replies: [reply(window(ids + [newest], "round 2"))]), life: life)
                #expect(record.counts.new == 1)
                steps.append(life.steps)
                harness.wait()
            }
            #expect(Set(steps).count == 1, "\(steps)")
            try expectSound(harness.memory.objects)
        }
    }

    @Test func `a cache of a version that kept no inventory costs requests, not events`() async throws {
        try await withHarness { harness async throws in
            await fill(harness)
            let path = harness.state.cache + "/position.json"
            var text = String(decoding: try #require(try FileSystem.read(path)), as: UTF8.self)
            text = text.replacing(#""inventory":"600""#, with: #""inventory":null"#)
            #expect(text.contains(#""inventory":null"#))
            try FileSystem.replace(path, Array(text.utf8))
            let record = await harness.run(ScriptedTransport(replies: [reply(window(ids + [601_000], "round 2"))]))
            #expect(record.outcome == .success && record.counts.new == 1 && record.counts.revised == 0)
            try expectSound(harness.memory.objects)
        }
    }

    @Test(
        arguments: [
            #"{"schema":1,"commit":99}"#, #"{"schema":1,"commit":9223372036854775807}"#,
            #"{"schema":1,"commit":9223372036854775806}"#, #"{"schema":1,"commit":-1}"#, "", "rubbish",
        ])
    func `a head that cannot be is not believed, and mended`(head: String) async throws {
        try await withHarness { harness async throws in
            harness.usesCache = false
            harness.headLag = 0
            await fill(harness)
            harness.memory.set(ArchiveHead.object, bytes(head))
            let record = await harness.run(ScriptedTransport(replies: [reply(window(ids + [600_500], "round 2"))]))
            #expect(record.outcome == .success && record.counts.new == 1 && record.counts.revised == 0)
            #expect(record.commits == [4])
            #expect(try ArchiveHead(try #require(harness.memory.objects[ArchiveHead.object])).commit == 4)
            try expectSound(harness.memory.objects)
        }
    }

    @Test func `an archive that was set back during a pause is not diffed against the cache`() async throws {
        try await withHarness { harness async throws in
            await fill(harness)
            for name in harness.memory.objects.keys { harness.memory.remove(name) }
            harness.time.advance(by: .seconds(3 * 3_600))
            let record = await harness.run(ScriptedTransport(replies: [reply(window(ids, "round 2"))]))
            #expect(record.outcome == .success && record.counts.new == ids.count)
            try expectSound(harness.memory.objects)
        }
    }

    @Test func `an archive that was emptied between two runs is told, not written on`() async throws {
        try await withHarness { harness async throws in
            await fill(harness)
            for name in harness.memory.objects.keys { harness.memory.remove(name) }
            let record = await harness.run(ScriptedTransport(replies: [reply(window(ids, "round 3"))]))
            #expect(record.outcome == .failed && record.error?.type == "archive_damaged")
            #expect(!FileSystem.exists(harness.state.cache + "/position.json"))
        }
    }

    @Test func `a directory that was removed is filled again though the feed would say 304`() async throws {
        try await withHarness { harness async throws in
            let path = harness.state.root + "-archive"
            harness.directory = path
            let feed = conditionalFeed(window(ids), etag: #""same""#)
            #expect(await harness.run(feed).counts.new == ids.count)
            harness.wait()
            #expect(await harness.run(feed).answer?.status == 304)
            harness.wait()
            try FileManager.default.moveItem(atPath: path, toPath: path + "-away")
            let record = await harness.run(feed)
            #expect(record.answer?.status == 200 && record.counts.new == ids.count)
            #expect(FileSystem.exists("\(path)/\(Commit.object(1))"))
        }
    }
}
