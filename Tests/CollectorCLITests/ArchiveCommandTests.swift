// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import JSON
import TestSupport
import Testing

@testable import CollectorCLI

@Suite struct ArchiveCommandTests {
    private func event(_ id: Int, _ summary: String = "s") -> String {
        #"{"id":\#(id),"datetime":"2026-01-02 9:38:09 +01:00","summary":"\#(summary)","type":"Brand"}"#
    }

    private struct Ended {
        let output: String
        let error: String
        let status: CollectorCLI.ExitStatus
    }

    /// Runs `body` with the home of an archive of two recorded answers: two events, one of them revised, and a reject.
    private func withArchive(_ body: (String) async throws -> Void) async throws {
        try await withTemporaryDirectory { home async throws in
            let lines = [
                #"{"capturedAt":"2026-01-02T12:00:00Z","body":[\#(event(598001)),\#(event(598002)),7]}"#,
                #"{"capturedAt":"2026-01-02T12:30:00Z","body":[\#(event(598001, "edited"))]}"#,
            ]
            try FileSystem.replace(home + "/answers.jsonl", Array(lines.joined(separator: "\n").utf8))
            let replayed = try await run("replay", [home + "/answers.jsonl"], home)
            #expect(replayed.status == .ok)
            try await body(home)
        }
    }

    private func run(_ name: String, _ arguments: [String], _ home: String) async throws -> Ended {
        let desk = Desk(environment: [
            "POLISEN_ARCHIVE_PATH": home + "/archive", "POLISEN_STATE_PATH": home + "/state",
            "POLISEN_LOG_TARGET": "json", "POLISEN_LOG_LEVEL": "critical",
        ])
        let status: CollectorCLI.ExitStatus
        switch name {
        case "replay": status = try await ReplayCommand.quick(arguments).run(in: desk.surroundings)
        case "verify": status = try await ArchiveVerifyCommand.quick(arguments).run(in: desk.surroundings)
        case "stats": status = try await ArchiveStatsCommand.quick(arguments).run(in: desk.surroundings)
        default: status = try await ArchiveRepairCommand.quick(arguments).run(in: desk.surroundings)
        }
        return Ended(output: desk.output, error: desk.error, status: status)
    }

    private func withoutPlace(_ text: String, _ home: String) -> String {
        text.replacing(home + "/archive", with: "ARCHIVE")
    }

    @Test func `verify says that all is good, and what is not`() async throws {
        try await withArchive { home async throws in
            let good = try await run("verify", [], home)
            #expect(good.status == .ok && good.error.isEmpty)
            try expectGolden(withoutPlace(good.output, home), "archive-verify.txt")
            try FileSystem.remove(home + "/archive/events/2026/01/02/events-1.jsonl")
            try FileSystem.replace(home + "/archive/events/2026/01/02/notes.txt", [1])
            try FileSystem.replace(home + "/archive/index/shards/598", [1])
            let bad = try await run("verify", [], home)
            #expect(bad.status == .badState)
            try expectGolden(withoutPlace(bad.output, home), "archive-verify-bad.txt")
            expectNarrow(withoutPlace(bad.output, home))
            let json = try await run("verify", ["--json"], home)
            #expect(json.status == .badState)
            let answer = try JSONValue.parse(json.output)
            #expect(answer["good"] == false && answer["problems"]?.array?.count == 3)
        }
    }

    private func expectNarrow(_ text: String) {
        let widest = text.split(separator: "\n" as Character).map(\.count).max() ?? 0
        #expect(widest <= 80)
    }

    @Test func `repair makes it good and says how`() async throws {
        try await withArchive { home async throws in
            try FileSystem.remove(home + "/archive/events/2026/01/02/events-1.jsonl")
            try FileSystem.replace(home + "/archive/index/shards/598", [1])
            let repaired = try await run("repair", [], home)
            #expect(repaired.status == .ok)
            try expectGolden(withoutPlace(repaired.output, home), "archive-repair.txt")
            let again = try await run("repair", ["--json"], home)
            #expect(again.status == .ok)
            let answer = try JSONValue.parse(again.output)
            #expect(answer["made"] == [] && answer["good"] == true && answer["after"]?["events"] == 2)
            try FileSystem.replace(home + "/archive/events/2026/01/02/notes.txt", [1])
            let left = try await run("repair", [], home)
            #expect(left.status == .badState)
        }
    }

    @Test func `repair leaves the archive to a run at work`() async throws {
        try await withArchive { home async throws in
            let lock = try FileLock.tryAcquire(home + "/state/lock")
            let refused = try await run("repair", [], home)
            #expect(refused.status == .temporary && refused.error.contains("state/lock"))
            lock?.release()
        }
    }

    @Test func `stats count`() async throws {
        try await withArchive { home async throws in
            let counted = try await run("stats", [], home)
            #expect(counted.status == .ok)
            let text = withoutPlace(counted.output, home)
            #expect(text.contains("events      2\nrevisions   1\nrejects     1\n"))
            #expect(text.contains("dates       2026-01-02 to 2026-01-02\n"))
            #expect(text.contains("\n2026-01              2\n"))
            expectNarrow(text)
            let json = try await run("stats", ["--json"], home)
            let answer = try JSONValue.parse(json.output)
            #expect(answer["events_per_month"]?["2026-01"] == 2 && answer["storage"]?["commits"]?["objects"] == 1)
        }
    }

    @Test(arguments: ["verify", "stats", "repair"])
    func `a directory that is missing or holds something else is no archive that is good`(name: String) async throws {
        try await withTemporaryDirectory { home async throws in
            let missing = try await run(name, [], home)
            #expect(missing.status == .badData && missing.output.isEmpty)
            #expect(missing.error.contains(home + "/archive") && missing.error.contains("archive.path"))
            try FileSystem.makeDirectories(home + "/archive")
            let empty = try await run(name, [], home)
            #expect(empty.status == .ok && empty.error.contains("nothing is stored here yet"))
            try FileSystem.replace(home + "/archive/photos/cat.jpg", [1])
            let foreign = try await run(name, [], home)
            #expect(foreign.status == .configuration && foreign.output.isEmpty)
            #expect(foreign.error.contains("photos/cat.jpg"))
        }
    }

    @Test func `a replay keeps what it took before an input that cannot be read`() async throws {
        try await withArchive { home async throws in
            let line = #"{"capturedAt":"2026-01-02T13:00:00Z","body":[\#(event(598003))]}"#
            try FileSystem.replace(home + "/more.jsonl", Array(line.utf8))
            let broken = try await run("replay", [home + "/more.jsonl", home + "/missing"], home)
            #expect(broken.status == .badData && broken.output.contains("1 new events"))
            #expect(broken.error.contains(home + "/missing"))
            let counted = try await run("stats", ["--json"], home)
            #expect(try JSONValue.parse(counted.output)["events"] == 3)
        }
    }

    @Test func `an archive that cannot be read is no finding`() async throws {
        try await withTemporaryDirectory { home async throws in
            try FileSystem.replace(home + "/archive", [1])
            let unreadable = try await run("verify", [], home)
            #expect(unreadable.status == .cannotWrite && unreadable.output.isEmpty && unreadable.error.contains(home))
            let wrong = try await run("verify", ["--archive-backend", "tape"], home)
            #expect(wrong.status == .configuration && wrong.error.contains("archive.backend"))
        }
    }
}
