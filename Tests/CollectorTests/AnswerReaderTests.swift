// SPDX-License-Identifier: MIT

import TestSupport
import Testing

@testable import Collector

@Suite struct AnswerReaderTests {
    private func read(_ text: String) throws(AnswerProblem) -> Answer {
        var reader = AnswerReader()
        return try reader.read(bytes(text), now: noon)
    }

    @Test(
        arguments: [
            ("", .empty), (" \n", .empty), ("<html><body>busy</body></html>", .notJSON), ("[", .truncated),
            (#"[{"id":1"#, .truncated), (#"[{"id":1}"#, .truncated), (#"{"error":"x"}"#, .notArray),
            ("null", .notArray),
            (#"{"error":"#, .truncated), ("[1,]", .notJSON), (#"[{"id":1,}]"#, .notJSON), ("[]x", .notJSON),
            ("\u{FEFF}[]", .notJSON), ("[} ]", .notJSON), ("[[[", .truncated), ("{} x", .notJSON),
            (#"{"error":[1,{"a":null}],"b":"å"} "#, .notArray), (#"{"error":[1,]}"#, .notJSON), ("17", .notArray),
            (String(repeating: #"{"a":"#, count: 200) + "1" + String(repeating: "}", count: 200), .notJSON),
        ] as [(String, AnswerProblem)])
    func `a body that is no list of events has its own class`(text: String, expected: AnswerProblem) {
        #expect(throws: expected) { try read(text) }
    }

    @Test(arguments: ["{}", "0", "[]"])
    func `an answer of more elements than the limit is read no further`(element: String) throws {
        let limit = AnswerReader.elementLimit
        let most = Array(repeating: element, count: limit).joined(separator: ",")
        #expect(try read("[\(most)]").rejects.count == limit)
        #expect(throws: AnswerProblem.tooMany) { try read("[\(most),\(element)]") }
        // What stands behind the limit is not looked at.
        #expect(throws: AnswerProblem.tooMany) { try read("[\(most),<") }
    }

    @Test func `elements of the answer before count too`() throws {
        var reader = AnswerReader()
        _ = try reader.read(bytes("[\(event(1))]"), now: noon)
        let many = Array(repeating: event(1), count: AnswerReader.elementLimit + 1).joined(separator: ",")
        #expect(throws: AnswerProblem.tooMany) { try reader.read(bytes("[\(many)]"), now: noon) }
    }

    @Test func `an event of the answer before that stands twice counts once`() throws {
        var reader = AnswerReader()
        _ = try reader.read(bytes("[\(event(1)),\(event(2))]"), now: noon)
        let answer = try reader.read(bytes("[\(event(1)),\(event(2)),\(event(1))]"), now: noon)
        #expect(answer.events.map(\.id.token) == ["1", "2"])
        #expect(answer.rejects.isEmpty)
    }

    @Test func `a new state beside the one of the answer before is a reject`() throws {
        var reader = AnswerReader()
        _ = try reader.read(bytes("[\(event(1)),\(event(2))]"), now: noon)
        let other = event(2).replacing("}", with: #","more":1}"#)
        let answer = try reader.read(bytes("[\(event(1)),\(event(2)),\(other)]"), now: noon)
        #expect(answer.events.map(\.id.token) == ["1", "2"])
        #expect(answer.rejects.map(\.problem) == [.duplicateID])
    }

    @Test func `quotes behind backslashes do not end a string that is passed over`() throws {
        let element = #"{"id":3,"id":3,"x":"a\\\"b}","y":"c\\"}"#
        let answer = try read("[\(event(1)),\(element),\(event(2))]")
        #expect(answer.events.map(\.id.token) == ["1", "2"])
        #expect(answer.rejects.map { slice("[\(event(1)),\(element),\(event(2))]", $0.range) } == [element])
    }

    @Test func `an empty list is somebody's filter without a match`() throws {
        #expect(try read("[ ]").kind == .filtered)
    }

    @Test(
        arguments: [
            ("7", .notAnObject), (#""text""#, .notAnObject), ("[[]]", .notAnObject),
            (#"{"datetime":"2026-01-02 9:38:09 +01:00"}"#, .missingID),
            (#"{"id":"7","datetime":"2026-01-02 9:38:09 +01:00"}"#, .invalidID),
            (#"{"id":1.0,"datetime":"2026-01-02 9:38:09 +01:00"}"#, .invalidID),
            (#"{"id":1e3,"datetime":"2026-01-02 9:38:09 +01:00"}"#, .invalidID), (#"{"id":7}"#, .missingDatetime),
            (#"{"id":7,"datetime":null}"#, .invalidDatetime),
            (#"{"id":7,"datetime":"2026-02-30 9:38:09 +01:00"}"#, .invalidDatetime),
            (#"{"id":7,"id":7,"datetime":"2026-01-02 9:38:09 +01:00"}"#, .duplicateName),
        ] as [(String, RejectProblem)])
    func `an element that cannot be filed is rejected, the others are not`(element: String, problem: RejectProblem)
        throws
    {
        let text = "[\(event(1)), \(element) ,\(event(2))]"
        let answer = try read(text)
        #expect(answer.events.map(\.id.token) == ["1", "2"])
        #expect(answer.rejects.map(\.problem) == [problem])
        #expect(answer.rejects.map { slice(text, $0.range) } == [element])
    }

    @Test func `depth and bytes that are no text reject one element`() throws {
        let deep = #"{"id":3,"x":"# + String(repeating: "[", count: 5_000) + String(repeating: "]", count: 5_000) + "}"
        var text = bytes("[\(event(1)),\(deep),")
        text += bytes(#"{"id":4,"x":""#) + [0xFF, 0xFE] + bytes(#""}"#)
        text += bytes(",\(event(2))]")
        var reader = AnswerReader()
        let answer = try reader.read(text, now: noon)
        #expect(answer.events.count == 2)
        #expect(answer.rejects.map(\.problem) == [.tooDeep, .invalidUTF8])
    }

    @Test(arguments: ["-5", "0", "-0", "9007199254740993", "123456789012345678901234567890", "-99999999999999999999"])
    func `ids are integers of any size and sign, kept as written`(token: String) throws {
        let answer = try read(#"[{"id":\#(token),"datetime":"2026-01-02 9:38:09 +01:00"}]"#)
        #expect(answer.events.map(\.id.token) == [token])
    }

    @Test func `an id twice in one answer is taken once, other content is rejected`() throws {
        let answer = try read("[\(event(1)),\(event(1)),\(event(1, "other")),\(event(2))]")
        #expect(answer.events.map(\.id.token) == ["1", "2"])
        #expect(answer.rejects.map(\.problem) == [.duplicateID])
    }

    @Test func `names written with escapes are the same names`() throws {
        let answer = try read(#"[{"\u0069d":7,"d\u0061tetime":"2026-01-02 9:38:09 +01:00"}]"#)
        #expect(answer.events.map(\.id.token) == ["7"])
    }

    @Test func `few types or old events make a filtered list`() throws {
        let types = ["a", "b", "c", "d", "e"]
        let normal = types.enumerated().map { event($0.offset, type: $0.element) }
        #expect(try read("[\(normal.joined(separator: ","))]").kind == .normal)
        #expect(try read("[\(normal.prefix(3).joined(separator: ","))]").kind == .filtered)
        let old = types.enumerated().map {
            event($0.offset + 9, datetime: "2025-12-01 09:38:09 +01:00", type: $0.element)
        }
        #expect(try read("[\((normal + old).joined(separator: ","))]").kind == .filtered)
        #expect(try read("[\((normal + old.prefix(4)).joined(separator: ","))]").kind == .normal)
    }

    @Test func `what stood in the answer before is recognised and read no other way`() throws {
        var random = SeededGenerator(seed: 11)
        var warm = AnswerReader()
        var summaries = Dictionary(uniqueKeysWithValues: (600_000..<600_040).map { ($0, "s\($0 % 7)") })
        var order = Array(600_000..<600_040)
        for round in 0..<200 {
            if Bool.random(using: &random) { order.shuffle(using: &random) }
            summaries[Int.random(in: 600_000..<600_040, using: &random)] = "s\(Int.random(in: 0..<3, using: &random))"
            let pool = order.map { event($0, summaries[$0] ?? "") }
            let spaced = round % 5 == 0 ? bytes("[ " + pool.joined(separator: " ,\n") + "]") : body(pool)
            var cold = AnswerReader()
            let (one, other) = (try warm.read(spaced, now: noon), try cold.read(spaced, now: noon))
            #expect(one.events.map(\.content) == other.events.map(\.content))
            #expect(one.events.map(\.range) == other.events.map(\.range))
            if round > 0 { #expect(one.events.filter(\.isRepeated).count >= 39) }
            #expect(other.events.allSatisfy { !$0.isRepeated })
        }
    }
}

private func slice(_ text: String, _ range: Range<Int>) -> String {
    String(decoding: bytes(text)[range], as: UTF8.self)
}
