// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Ledger
import TestSupport
import Testing

@testable import Collector

/// What lies in the archive, read back and read damaged.
@Suite struct CodingTests {
    private static func sample() throws -> Commit {
        let state = try FeedState([event(1), event(2, datetime: "2026-01-03 10:00:00 +01:00"), "7", #"{"id":3}"#])
        var draft = CommitDraft()
        let known = SeenEntry(content: nil, revisions: 0)
        _ = draft.add(state.answer, body: state.body, observedAt: state.at, run: "r") { $0 == "2" ? known : nil }
        return draft.commit(number: 7, run: "r", at: state.at)
    }

    @Test func `a commit is read as it was written`() throws {
        let commit = try Self.sample()
        let read = try Commit(number: 7, bytes: commit.encoded())
        #expect(read == commit)
        #expect(read.count(.events) == 1 && read.count(.revisions) == 1 && read.count(.rejects) == 2)
        #expect(try Set(read.seenEntries().keys.filter { !$0.hasPrefix("r") }) == ["1", "2"])
        #expect(try read.seenEntries()["2"]?.revisions == 1)
        #expect(read.encoded() == commit.encoded())
    }

    @Test func `a commit cut anywhere is damaged, never shorter`() throws {
        let bytes = try Self.sample().encoded()
        for length in 0..<bytes.count {
            #expect(throws: Commit.CodingProblem.self) { try Commit(number: 7, bytes: Array(bytes[..<length])) }
        }
        #expect(throws: Commit.CodingProblem.damaged("it is longer than its header says")) {
            try Commit(number: 7, bytes: bytes + [0x0A])
        }
    }

    @Test func `any byte of a commit may be wrong and nothing breaks`() throws {
        let commit = try Self.sample()
        let bytes = commit.encoded()
        var random = SeededGenerator(seed: 4)
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] = UInt8.random(in: 0...255, using: &random)
            // Read or refused: either is fine here, a trap is not.
            _ = try? Commit(number: 7, bytes: damaged).seenEntries()
        }
    }

    @Test(
        arguments: [
            (#""schema":1"#, #""schema":2"#, .newer(schema: 2)),
            (#""schema":1,"#, "", .damaged("its header names no schema")),
            (#""commit":7"#, #""commit":8"#, .damaged("its header is not complete")),
            (#""run_id":"r""#, #""run_id":1"#, .damaged("its header is not complete")),
            (#""kind":"events""#, #""kind":"else""#, .damaged("its header describes a part that is not known")),
            (#""lines":1"#, #""lines":2"#, .damaged("a part has not the lines its header says")),
            (#""lines":1,"bytes":"#, #""lines":1,"bytes":9223372036854775807,"x":"#, .damaged("it ends too early")),
            (
                #""events/2026/01/02/events-7.jsonl""#, #""../../../x/events-7.jsonl""#,
                .damaged("a part is called ../../../x/events-7.jsonl, which no file of events is")
            ),
            (
                #""events/2026/01/02/events-7.jsonl""#, "null",
                .damaged("a part is called nothing, which no file of events is")
            ),
        ] as [(String, String, Commit.CodingProblem)])
    func `a header that says something else is refused`(old: String, new: String, problem: Commit.CodingProblem) throws
    {
        let whole = text(try Self.sample().encoded())
        #expect(whole.contains(old))
        let changed = whole.replacing(old, with: new, maxReplacements: 1)
        #expect(throws: problem) { try Commit(number: 7, bytes: bytes(changed)) }
    }

    @Test(
        arguments: [
            (Commit.Part.Kind.events, "7"), (.events, "{"), (.revisions, #"{"event":{}}"#),
            (.rejects, #"{"reason":"x"}"#),
            (.revisions, #"{"revision":1,"event":7}"#), (.seeds, #"{"id":7}"#), (.seeds, "x"), (.rejects, "[]"),
        ])
    func `a line that is not what its part says is damage`(kind: Commit.Part.Kind, line: String) {
        let part = Commit.Part(kind: kind, object: nil, lines: 1, bytes: bytes(line + "\n"))
        let commit = Commit(number: 1, run: "r", runs: [], committedAt: .distantPast, parts: [part])
        #expect(throws: Commit.CodingProblem.self) { try commit.seenEntries() }
    }

    @Test func `of several revisions in one commit the last one counts, on whatever dates they lie`() throws {
        var draft = CommitDraft()
        for (minute, date) in ["2026-01-03", "2026-01-04", "2026-01-02"].enumerated() {
            let state = try FeedState([event(1, datetime: "\(date) 10:00:00 +01:00")], minute: minute)
            _ = draft.add(state.answer, body: state.body, observedAt: state.at, run: "r") { _ in nil }
        }
        let last = try FeedState([event(1, datetime: "2026-01-02 10:00:00 +01:00")])
        let commit = draft.commit(number: 1, run: "r", at: last.at)
        #expect(try commit.seenEntries()["1"] == SeenEntry(content: last.answer.events[0].content, revisions: 2))
    }

    @Test(arguments: [("commits/00000000000000000007.jsonl", 7), ("commits/7.jsonl", nil), ("commits/x", nil)])
    func `a commit's number is in its name`(name: String, number: Int?) {
        #expect(Commit.number(ofObject: name) == number)
        if let number { #expect(Commit.object(number) == name) }
    }

    @Test func `a rejected element's bytes come back, whatever they are`() throws {
        var raw = bytes("[\(event(1)),")
        raw += bytes(#"{"id":4,"x":""#) + [0xFF, 0xFE] + bytes("\"},{\n\"id\":\"no\"},{\"id\":\"yes\"}]")
        var reader = AnswerReader()
        let answer = try reader.read(raw, now: noon)
        var draft = CommitDraft()
        _ = draft.add(answer, body: raw, observedAt: .distantPast, run: "r") { _ in nil }
        let commit = try Commit(number: 1, bytes: draft.commit(number: 1, run: "r", at: .distantPast).encoded())
        #expect(try commit.seenEntries().count == 4)
        let lines = text(commit.parts.first { $0.kind == .rejects }?.bytes ?? []).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.count { $0.contains("\"element_base64\":") } == 2)
        #expect(lines.contains { $0.hasSuffix(#""element":{"id":"yes"}}"#) })
        #expect(lines.allSatisfy { (try? JSONValue.parse(Array($0.utf8))) != nil })
    }

    private let shard = SeenShard(entries: [
        "598001": SeenEntry(content: ContentHash(canonical: [1]), revisions: 3),
        "598002": SeenEntry(content: nil, revisions: 0),
    ])

    @Test func `a shard is read as it was written`() throws {
        let encoded = shard.encoded(name: "598")
        #expect(try SeenShard(name: "598", bytes: encoded) == shard)
        #expect(text(encoded).contains("598002 - 0\n"))
        #expect(throws: SeenShard.CodingProblem.damaged("it belongs to another shard")) {
            try SeenShard(name: "599", bytes: encoded)
        }
    }

    @Test func `a shard that is cut, changed or from the future is never taken for another one`() throws {
        let encoded = shard.encoded(name: "598")
        for length in 0..<encoded.count {
            #expect(throws: SeenShard.CodingProblem.self) {
                try SeenShard(name: "598", bytes: Array(encoded[..<length]))
            }
        }
        for place in encoded.indices {
            var damaged = encoded
            damaged[place] ^= 1
            let read = try? SeenShard(name: "598", bytes: damaged)
            #expect(read == nil || read == shard, "byte \(place)")
        }
        let text = text(encoded)
        for entries in ["-1", "9223372036854775807", "3"] {
            let changed = text.replacing("\"entries\":2", with: "\"entries\":\(entries)")
            #expect(throws: SeenShard.CodingProblem.self) { try SeenShard(name: "598", bytes: bytes(changed)) }
        }
        let newer = text.replacing("\"schema\":1", with: "\"schema\":2")
        #expect(throws: SeenShard.CodingProblem.newer(schema: 2)) { try SeenShard(name: "598", bytes: bytes(newer)) }
    }

    @Test func `merging keeps the later state`() {
        var merged = SeenShard(entries: ["1": SeenEntry(content: nil, revisions: 2)])
        let isOlderTaken = merged.merge(["1": SeenEntry(content: ContentHash(canonical: []), revisions: 1)])
        let isLaterTaken = merged.merge([
            "1": SeenEntry(content: nil, revisions: 3), "2": SeenEntry(content: nil, revisions: 0),
        ])
        #expect(!isOlderTaken && isLaterTaken)
        #expect(merged.entries["1"]?.revisions == 3 && merged.entries.count == 2)
    }

    @Test(
        arguments: [
            ("0", "0"), ("999", "0"), ("1000", "1"), ("598001", "598"), ("-5", "-0"), ("-999", "-0"), ("-1000", "-1"),
            ("-0", "-0"), ("rabcd", "rejects-ab"),
        ])
    func `a key's shard is its id without the last three digits`(key: String, shard: String) {
        #expect(SeenKey.shard(of: key) == shard)
    }

    @Test func `the shard of an id of any size is a short name`() {
        for digits in [40, 43, 44, 45, 400] {
            for sign in ["", "-"] {
                let name = SeenKey.shard(of: sign + String(repeating: "9", count: digits))
                #expect(name.utf8.count <= 41 && !name.isEmpty)
                #expect(name.allSatisfy { $0.isNumber || $0 == "-" || $0.isLetter })
            }
        }
        #expect(
            SeenKey.shard(of: String(repeating: "8", count: 60)) != SeenKey.shard(of: String(repeating: "9", count: 60))
        )
    }

    @Test(arguments: ["", "x", String(repeating: "g", count: 32), String(repeating: "+", count: 32)])
    func `what is no hash is none`(hex: String) {
        #expect(ContentHash(hex: hex) == nil)
    }

    @Test func `a hash is its hexadecimal digits, leading zeros too`() {
        let hex = "0000000000000001000000000000000f"
        #expect(ContentHash(hex: hex)?.hex == hex)
    }

    @Test(
        arguments: [
            ("2026-01-02 9:38:09 +01:00", 1_767_343_089), ("2026-01-02 09:38:09 +01:00", 1_767_343_089),
            ("2026-07-02 09:38:09 +02:00", 1_782_977_889), ("2025-10-26 2:30:00 +02:00", 1_761_438_600),
            ("2025-10-26 2:30:00 +01:00", 1_761_442_200), ("2026-03-29 3:00:00 +02:00", 1_774_746_000),
            ("2026-01-02T09:38:09Z", 1_767_346_689), ("2026-01-02T09:38:09.123456+0100", 1_767_343_089),
            ("1970-01-01 00:00:00 +00:00", 0), ("2024-02-29 23:59:60 -02:30", 1_709_260_200),
        ])
    func `a time is read as the source writes it`(text: String, seconds: Int) {
        #expect(EventTime(text.utf8)?.epochSeconds == seconds)
        #expect(EventTime(text.utf8)?.date.text(separator: "-") == String(text.prefix(10)))
    }

    @Test(
        arguments: [
            "", "2026-01-02", "2026-01-02 9:38:09", "2026-01-02 9:38 +01:00", "2026-02-30 9:38:09 +01:00",
            "2026-13-01 9:38:09 +01:00", "2026-01-02 24:00:00 +01:00", "2026-01-02 9:60:09 +01:00",
            "2026-01-02 9:38:61 +01:00", "2026-01-02 9:38:09 01:00", "2026-01-02 9:38:09 +1:00",
            "2026-01-02 9:38:09 +01:60", "2026-01-02 9:38:09 +24:00", "2026-01-02 9:38:09. +01:00",
            "2026-01-02 9:38:09 +01:00 ", "1969-12-31 23:59:59 +00:00", "20260102 9:38:09 +01:00",
            "2026-01-02 009:38:09 +01:00", "i går",
        ])
    func `a time that is none is none`(text: String) {
        #expect(EventTime(text.utf8) == nil)
    }
}
