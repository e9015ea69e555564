// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import JSON
import Ledger
import TestSupport
import Testing
import Transport

/// The recorded week and the recorded cases, where they are at hand (`$POLISEN_TEST_DATA`).
@Suite(.enabled(if: testData != nil, "no recorded answers: set POLISEN_TEST_DATA")) struct WeekTests {
    private struct Outcome {
        var summary: Replay.Summary
        var contents: Contents
        var objects: [String: [UInt8]]
        var records: [RunRecord]
    }

    private func replay(
        _ answers: [CapturedAnswer], into memory: MemoryStore, state: String
    ) async throws -> Outcome {
        var random = SeededGenerator(seed: 5)
        let access = ArchiveAccess(place: "memory", cache: nil, headLag: 0) { (_) throws(ArchiveError) in memory.store()
        }
        var replay = try await Replay.begin(
            RunID(at: Date(timeIntervalSince1970: 0), using: &random), setting: RunSetting(), access: access,
            state: StatePaths(state), time: ManualTime().source, log: silent)
        for answer in answers { try await replay.take(answer) }
        try await replay.flush()
        let records = try RunLedger(statePath: state, name: "replay").last(.max).runs
        return Outcome(
            summary: replay.summary, contents: try Contents(memory.objects), objects: memory.objects,
            records: records.reversed())
    }

    private func week() throws -> [CapturedAnswer] {
        var lines = try LineSource(try #require(testData) + "/snapshots/week/week.jsonl.gz")
        var answers: [CapturedAnswer] = []
        while let line = try lines.next() { answers.append(try CapturedAnswer(line: line)) }
        return answers
    }

    private func expected(_ key: String) throws -> JSONValue {
        let root = try #require(testData)
        let file = try #require(try FileSystem.read(root + "/snapshots/week/expected.json"))
        let figures = try JSONValue.parse(file)
        return try #require(figures[key])
    }

    @Test(arguments: ["asCaptured", "grid30min"])
    func `a replayed week has the figures of the reference, and a second time adds nothing`(key: String) async throws {
        let expected = try expected(key)
        var answers = try week()
        if key == "grid30min" {
            let captured = answers
            let start = Date(timeIntervalSince1970: 1_736_726_400)
            let lines = try #require(expected["lineOfEachPoll"]?.array).compactMap(\.int)
            answers = lines.enumerated().map { poll, line in
                CapturedAnswer(
                    capturedAt: start.addingTimeInterval(Double(poll) * 1_800), body: captured[line].body)
            }
        }
        try await withTemporaryDirectory { state in
            let memory = MemoryStore()
            let first = try await replay(answers, into: memory, state: state)
            check(first, expected)
            let second = try await replay(answers, into: memory, state: state)
            #expect(second.summary.repeated == answers.count)
            #expect(second.summary.new + second.summary.revised + second.summary.commits == 0)
            #expect(second.objects == first.objects)
            #expect(second.records.count == first.records.count)
        }
    }

    private func check(_ outcome: Outcome, _ expected: JSONValue) {
        let contents = outcome.contents
        #expect(contents.events.count == expected["uniqueIds"]?.int)
        #expect(contents.events.values.allSatisfy { $0.count == 1 })
        #expect(contents.revisionCount == expected["revisions"]?.int)
        #expect(contents.revisions.count == expected["revisedIds"]?.int)
        #expect(outcome.records.map(\.counts.new) == expected["newPerPoll"]?.array?.compactMap(\.int))
        let revised = outcome.records.enumerated().filter { $0.element.counts.revised > 0 }
            .map { JSONMember("\($0.offset)", .int($0.element.counts.revised)) }
        #expect(JSONValue.object(revised) == expected["revisionsPerPoll"])
        #expect(contents.perDate == counts(expected["eventsPerLocalDate"]))
        #expect(contents.recordsPerDate == counts(expected["recordsPerLocalDate"]))
    }

    private func counts(_ value: JSONValue?) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: (value?.object ?? []).map { ($0.name, $0.value.int ?? -1) })
    }

    @Test func `bodies can be put together again from the stored lines, byte for byte`() async throws {
        let answers = try week()
        try await withTemporaryDirectory { state in
            let outcome = try await replay(answers, into: MemoryStore(), state: state)
            for answer in [answers[0], answers[answers.count - 1]] {
                var reader = AnswerReader()
                let whole = text(answer.body)
                let ids = try reader.read(answer.body, now: noon).events.map(\.id.token)
                let lines = ids.map { id in
                    let versions =
                        (outcome.contents.events[id] ?? []) + (outcome.contents.revisions[id] ?? []).map(verbatimEvent)
                    return versions.last { whole.contains($0) } ?? "missing \(id)"
                }
                #expect(body(lines) == answer.body)
            }
        }
    }

    private func verbatimEvent(_ revision: String) -> String {
        String(revision.split(separator: "\"event\":", maxSplits: 1)[1].dropLast())
    }

    @Test func `every recorded case is taken as its table says`() async throws {
        let root = try #require(testData) + "/snapshots/cases/"
        let table = try #require(try FileSystem.read(root + "cases.json"))
        let cases = try JSONValue.parse(table).array ?? []
        #expect(cases.count == 33)
        for item in cases {
            let files = item["files"]?.array ?? []
            var answers: [CapturedAnswer] = []
            for file in files {
                let time = try #require(file["capturedAt"]?.string.flatMap(Timestamp.date))
                let body = try #require(try FileSystem.read(root + (file["file"]?.string ?? "")))
                answers.append(CapturedAnswer(capturedAt: time, body: body))
            }
            try await withTemporaryDirectory { state in
                let outcome = try await replay(answers, into: MemoryStore(), state: state)
                let name = item["case"]?.string ?? ""
                #expect(outcome.records.map(\.counts.new) == files.map { $0["newIds"]?.int ?? -1 }, "\(name)")
                #expect(outcome.records.map(\.counts.revised) == files.map { $0["revisions"]?.int ?? -1 }, "\(name)")
                #expect(outcome.contents.perDate == counts(item["eventsPerLocalDate"]), "\(name)")
                let classes = zip(files, outcome.records).filter { $0.0["whole"]?.bool == true }.map {
                    $0.1.answer?.answerClass
                }
                switch name {
                case "empty-body": #expect(classes == ["empty"])
                case "filtered-short", "filtered-two-types-500": #expect(classes == ["filtered"])
                case "filtered-between": #expect(classes == ["normal", "filtered", "normal"])
                default: #expect(classes.allSatisfy { $0 == "normal" }, "\(name)")
                }
            }
        }
    }
}
