// SPDX-License-Identifier: MIT

import Collector
import Files
import Foundation
import Glibc
import JSON
import Ledger
import LocalOCI
import TestSupport
import Testing

/// `replay` broken off at random moments and started again.
struct KillReplayTests {
    private static let polls = 24

    @Test func `a replay broken off at random moments comes to the same as one left alone`() async throws {
        var random = SeededGenerator(seed: 5)
        try await withTemporaryDirectory { directory in
            let feed = try await Self.recording(in: directory)
            let alone = Place(directory, "alone", feed)
            var length = try await Self.finish(alone)
            var landed = 0
            for trial in 0..<12 where landed < 12 {
                let broken = Place(directory, "broken-\(trial)", feed)
                for _ in 0..<3 {
                    let run = try broken.start()
                    try await Task.sleep(for: length * Double.random(in: 0.05..<0.8, using: &random))
                    // SIGTERM commits what was taken so far, so that the next has something to go on from.
                    run.signal(Bool.random(using: &random) ? SIGTERM : SIGKILL)
                    if try await run.end().status != 0 { landed += 1 }
                }
                length = min(length, try await Self.finish(broken))
                #expect(try broken.versions() == alone.versions())
                #expect(try broken.runs() == Self.polls)
                try await broken.expectTruth()
            }
            #expect(landed >= 6)
            #expect(try alone.runs() == Self.polls)
        }
    }

    /// Replays to the end; returns how long that took.
    private static func finish(_ place: Place) async throws -> Duration {
        let start = ContinuousClock.now
        let end = try await place.start().end()
        #expect(end.status == 0, Comment(rawValue: end.errors))
        return ContinuousClock.now - start
    }

    private static func recording(in directory: String) async throws -> String {
        let feed = directory + "/feed.jsonl"
        let process = try ChildProcess.start(
            builtExecutable("local-oci"),
            [
                "feed", "--seed", "7", "--from", EndToEndCloud.text(EndToEndCloud.start), "--to",
                EndToEndCloud.text(EndToEndCloud.start.addingTimeInterval(Double(polls) * 3_600)), "--every", "1h",
            ], environment: ["PATH": "/usr/bin:/bin"], output: feed, errors: directory + "/feed.log")
        let status = try await eventually("the recording", within: .seconds(120)) {
            process.isRunning ? nil : process.terminationStatus
        }
        #expect(status == 0)
        return feed
    }

    /// An archive in a directory of its own, with its state.
    private struct Place {
        let root: String
        let feed: String

        init(_ directory: String, _ name: String, _ feed: String) {
            root = directory + "/" + name
            self.feed = feed
        }

        func start() throws -> CollectorProcess {
            try FileSystem.makeDirectories(root)
            return try .start(
                [
                    "PATH": "/usr/bin:/bin", "POLISEN_ARCHIVE_PATH": root + "/archive",
                    "POLISEN_STATE_PATH": root + "/state", "POLISEN_LOG_TARGET": "json",
                ], ["replay", "--json", feed], in: root)
        }

        private func archive() throws -> EndToEndArchive { try EndToEndArchive(directory: root + "/archive") }

        func versions() throws -> [Int: [[UInt8]]] {
            var problems: [String] = []
            let versions = try archive().versions(&problems)
            #expect(problems == [])
            return versions
        }

        /// How many stand in the ledger of replays; one that stands there twice is told.
        func runs() throws -> Int {
            var runs: Set<RunID> = []
            try RunLedger(statePath: root + "/state", name: "replay").forEach { entry in
                guard case .run(let record) = entry.content else { return true }
                #expect(runs.insert(record.runID).inserted, "run \(record.runID) stands twice in the ledger")
                return true
            }
            return runs.count
        }

        func expectTruth() async throws {
            var witness = FeedWitness(seed: 7)
            for hour in 0..<KillReplayTests.polls {
                witness.assure(witness.show(at: EndToEndCloud.start.addingTimeInterval(Double(hour) * 3_600)))
            }
            let archive = try archive()
            #expect(try witness.problems(in: archive) == [])
            #expect(try await archive.verify().problems == [])
        }
    }
}
