// SPDX-License-Identifier: MIT

import Files
import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// Several collectors at work on one archive at the same time.
struct KillTogetherTests {
    @Test(
        arguments: [(EndToEndBackend.directory, 2, 10), (.directory, 4, 5), (.oci, 2, 10), (.oci, 4, 5)]
            as [(EndToEndBackend, Int, Int)])
    func `collectors at once on one archive store every event once`(
        backend: EndToEndBackend, count: Int, rounds: Int
    ) async throws {
        let seed = UInt64(20 + count)
        try await EndToEndCloud.run(seed: seed) { cloud in
            var world = EndToEndWorld(cloud, backend, seed: seed)
            var commits = 0
            for _ in 0..<rounds {
                try await world.advance(minutes: 120)
                let runs = try (0..<count).map { try world.start("state-\($0)") }
                for run in runs {
                    let end = try await run.end()
                    #expect(end.status == 0 || end.errorType == "answer_empty", Comment(rawValue: end.errors))
                    world.note(end)
                    commits += end.record?["commits"]?.array?.count ?? 0
                }
            }
            try await world.settle()
            // Else they never had anything to quarrel about.
            #expect(commits >= rounds / 2)
        }
    }

    @Test(arguments: EndToEndBackend.allCases)
    func `one of several is killed and the others go on`(backend: EndToEndBackend) async throws {
        let seed: UInt64 = 31
        var random = SeededGenerator(seed: seed)
        try await EndToEndCloud.run(seed: seed) { cloud in
            var world = EndToEndWorld(cloud, backend, seed: seed)
            for _ in 0..<10 {
                try await world.advance(minutes: 120)
                let victim = try world.start("state-0")
                let other = try world.start("state-1")
                try await Task.sleep(for: .milliseconds(Int.random(in: 100..<700, using: &random)))
                victim.signal(SIGKILL)
                world.note(try await victim.end())
                let end = try await other.end()
                #expect(end.status == 0 || end.errorType == "answer_empty", Comment(rawValue: end.errors))
                world.note(end)
            }
            try await world.settle()
        }
    }

    @Test func `of two that share a state directory one is skipped and says why`() async throws {
        try await EndToEndCloud.run(seed: 41) { cloud in
            var world = EndToEndWorld(cloud, .directory, seed: 41)
            try await world.advance()
            try await cloud.disturb([["match": ["service": "feed"], "times": .null, "action": ["latency_ms": 20_000]]])
            let first = try world.start()
            _ = try await eventually("the first run's lock", within: .seconds(120)) {
                FileSystem.exists(cloud.directory + "/state/running.json") ? true : nil
            }
            let second = try await world.start().end()
            #expect(second.status == 75)
            #expect(second.record?["outcome"]?.string == "skipped")
            #expect(second.errorType == "locked")
            try await cloud.calm()
            let end = try await first.end()
            #expect(end.status == 0)
            world.note(end)
            try await world.settle()
        }
    }
}
