// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Ledger
import TestSupport
import Testing

@testable import Collector

/// Recorded answers, and what a replay makes of them.
@Suite struct ReplayTests {
    @Test func `a line's body is taken out untouched`() throws {
        let line = #"{"x":[1,{"capturedAt":"no"}],"body": [ {"id" : 1.0} ] ,"capturedAt":"2026-01-02T12:00:00Z"}"#
        let answer = try CapturedAnswer(line: bytes(line))
        #expect(answer.capturedAt == Date(timeIntervalSince1970: Double(noon)))
        #expect(text(answer.body) == #"[ {"id" : 1.0} ]"#)
    }

    @Test(
        arguments: [
            (#"{"capturedAt":"2026-01-02T12:00:00Z","body":null,"raw":"<h\n\"1\">"}"#, "<h\n\"1\">"),
            (#"{"capturedAt":"2026-01-02T12:00:00Z","raw":"","body":null}"#, ""),
            (#"{"capturedAt":"2026-01-02T13:00:00+01:00","body":7,"raw":null,"status":-1.5}"#, "7"),
            (#"{"capturedAt":"2026-01-02T12:00:00Z","body":true}"#, "true"),
            (#"{"capturedAt":"2026-01-02T12:00:00Z","body":"text"}"#, #""text""#),
            (#"{"capturedAt":"2026-01-02T12:00:00Z","body":[{"id":1,"id":2}]}"#, #"[{"id":1,"id":2}]"#),
        ])
    func `what was no list of events is a body too`(line: String, expected: String) throws {
        let answer = try CapturedAnswer(line: bytes(line))
        #expect(text(answer.body) == expected)
        #expect(answer.capturedAt == Date(timeIntervalSince1970: Double(noon)))
    }

    @Test(
        arguments: [
            ("[]", "byte"), ("", "ends"), (#"{"body":[]}"#, "capturedAt"),
            (#"{"capturedAt":"yesterday","body":[]}"#, "capturedAt"),
            (#"{"capturedAt":"2026-01-02T12:00:00Z"}"#, "neither"),
            (#"{"capturedAt":"2026-01-02T12:00:00Z","body":null}"#, "neither"),
            (#"{"capturedAt":"2026-01-02T12:00:00Z","body":[]} x"#, "byte"),
            (#"{"capturedAt":"2026-01-02T12:00:00Z","body":[}"#, "byte"),
        ])
    func `a line that holds no answer says why`(line: String, word: String) throws {
        let error = #expect(throws: CapturedAnswer.Problem.self) { try CapturedAnswer(line: bytes(line)) }
        #expect(error?.description.contains(word) == true)
    }

    /// An event that changes back and forth and moves to other dates, with new ones beside it.
    private static let answers: [CapturedAnswer] = (0..<40).map { minute in
        let day = 1 + (minute * 7) % 5
        let events = window(Array(598_000..<598_001 + minute / 4))
        let moving = event(1, "v\(minute % 3)", datetime: "2026-01-0\(day) 10:00:00 +01:00")
        return CapturedAnswer(
            capturedAt: Date(timeIntervalSince1970: Double(noon + 60 * minute)),
            body: minute == 20 ? bytes("<busy>") : minute == 21 ? [] : body(events + [moving]))
    }

    @Test func `a long replay of known events keeps a few hundred records in memory, not all`() async throws {
        try await withQuickDirectory { path async throws in
            var random = SystemRandomNumberGenerator()
            let store = MemoryStore().store()
            let access = ArchiveAccess(place: "memory", cache: nil, headLag: 0) { (_) throws(ArchiveError) in store }
            let time = ManualTime(now: Date(timeIntervalSince1970: Double(noon)))
            var replay = try await Replay.begin(
                RunID(at: time.now, using: &random), setting: RunSetting(), access: access, state: StatePaths(path),
                time: time.source, log: silent)
            for minute in 0..<300 {
                let at = Date(timeIntervalSince1970: Double(noon + 60 * minute))
                try await replay.take(CapturedAnswer(capturedAt: at, body: body(window([1, 2, 3]))))
            }
            let kept = try RunLedger(statePath: path, name: "replay").runIDs().count
            #expect((200..<300).contains(kept))
            try await replay.flush()
            #expect(try RunLedger(statePath: path, name: "replay").runIDs().count == 300)
        }
    }

    @discardableResult
    private func replay(
        _ answers: [CapturedAnswer], _ store: ArchiveStore, state: String, place: String = "memory", batch: Int = 7
    ) async throws -> Replay.Summary {
        var random = SystemRandomNumberGenerator()
        let access = ArchiveAccess(place: place, cache: nil, headLag: 0) { (_) throws(ArchiveError) in store }
        let time = ManualTime(now: Date(timeIntervalSince1970: Double(noon)))
        var replay = try await Replay.begin(
            RunID(at: time.now, using: &random), setting: RunSetting(), access: access, state: StatePaths(state),
            time: time.source, log: silent)
        for (number, answer) in answers.enumerated() {
            try await replay.take(answer)
            if number % batch == batch - 1 { try await replay.flush() }
        }
        try await replay.flush()
        return replay.summary
    }

    @Test func `what was committed before a death between commit and ledger is recorded afterwards`() async throws {
        try await withQuickDirectory { path async throws in
            let memory = MemoryStore()
            // A file where the ledger's directory should be: the records cannot be written, as after a kill.
            try FileSystem.replace(path + "/ledger", [])
            await #expect(throws: RunFailure.self) {
                try await replay(Self.answers, memory.store(), state: path, batch: 100)
            }
            try FileSystem.remove(path + "/ledger")
            // Another archive's replay in between leaves them alone.
            try await replay([Self.answers[0]], MemoryStore().store(), state: path, place: "elsewhere")
            try await replay(Self.answers, memory.store(), state: path)
            let runs = try RunLedger(statePath: path, name: "replay").last(.max).runs
            #expect(runs.count == Self.answers.count + 1)
            #expect(runs.filter { $0.counts.new > 0 }.allSatisfy { !$0.commits.isEmpty })
            #expect(try FileSystem.list(path).filter { $0.hasPrefix("replay-pending") } == [])
        }
    }

    @Test(arguments: [1, 7, 100])
    func `how answers share commits changes nothing of what is stored`(batch: Int) async throws {
        try await withQuickDirectory { path async throws in
            let (one, other) = (MemoryStore(), MemoryStore())
            try await replay(Self.answers, one.store(), state: path + "/1", batch: 1)
            let summary = try await replay(Self.answers, other.store(), state: path + "/2", batch: batch)
            try expectSound(other.objects)
            let (expected, contents) = (try Contents(one.objects), try Contents(other.objects))
            #expect(contents.events == expected.events)
            #expect(contents.revisions.mapValues { $0.sorted() } == expected.revisions.mapValues { $0.sorted() })
            #expect(summary.new == expected.events.count && summary.revised == expected.revisionCount)
            #expect(summary.classes == ["normal": 30, "filtered": 8, "not_json": 1, "empty": 1])
            #expect(other.objects.keys.count { $0.contains("/answer-") } == 1)
        }
    }

    @Test func `a second pass adds nothing, and another archive gets everything`() async throws {
        try await withQuickDirectory { path async throws in
            let (one, other) = (MemoryStore(), MemoryStore())
            let first = try await replay(Self.answers, one.store(), state: path)
            let objects = one.objects
            let second = try await replay(Self.answers, one.store(), state: path)
            #expect(second.repeated == 40 && second.commits == 0 && one.objects == objects)
            let third = try await replay(Self.answers, other.store(), state: path, place: "other")
            #expect(third.new == first.new && third.revised == first.revised)
            #expect(try RunLedger(statePath: path, name: "replay").last(.max).runs.count == 80)
        }
    }

    /// The state directory is shared with a replay into another archive, whose commits have the same numbers.
    @Test(arguments: [StepFault.before, .after], [true, false])
    func `a replay that dies anywhere is made good by the next, and a third adds nothing`(
        fault: StepFault, isShared: Bool
    ) async throws {
        let expected = MemoryStore()
        let healthy = WriterLife()
        try await withQuickDirectory { path async throws in
            _ = try await replay(Self.answers, healthy.store(over: expected.store()), state: path)
        }
        for step in stride(from: 1, through: healthy.steps, by: 3) {
            try await withQuickDirectory { path async throws in
                if isShared { try await replay(Self.answers, MemoryStore().store(), state: path, place: "other") }
                let memory = MemoryStore()
                let life = WriterLife { $0 == step ? fault : .none }
                _ = try? await replay(Self.answers, life.store(over: memory.store()), state: path)
                try await replay(Self.answers, memory.store(), state: path)
                let objects = memory.objects
                let third = try await replay(Self.answers, memory.store(), state: path)
                #expect(third.new + third.revised == 0 && memory.objects == objects, "step \(step)")
                try expectSound(memory.objects, "step \(step)")
                #expect(try Contents(memory.objects).events == Contents(expected.objects).events)
                #expect(
                    try Contents(memory.objects).revisions.mapValues { Set($0) }
                        == Contents(expected.objects).revisions.mapValues { Set($0) }, "step \(step)")
            }
        }
    }

    @Test func `a ledger that cannot be written stops a replay, and the next one knows what was stored`() async throws {
        try await withQuickDirectory { path async throws in
            try FileSystem.makeDirectories(path + "/ledger")
            let file = path + "/ledger/replay-2026-01.jsonl"
            try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "/proc/none/file")
            let memory = MemoryStore()
            let failure = await #expect(throws: RunFailure.self) {
                try await replay(Self.answers, memory.store(), state: path)
            }
            #expect(failure?.type == "file_error" && failure?.stage == .telemetry)
            try FileSystem.remove(file)
            try await replay(Self.answers, memory.store(), state: path)
            try await replay(Self.answers, memory.store(), state: path)
            try expectSound(memory.objects)
            #expect(try Contents(memory.objects).revisionCount == 37)
        }
    }
}
