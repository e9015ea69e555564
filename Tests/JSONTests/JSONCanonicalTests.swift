// SPDX-License-Identifier: MIT

import JSON
import TestSupport
import Testing

@Suite struct JSONCanonicalTests {
    private func canonical(_ text: String, maxDepth: Int = 64) throws(JSONError) -> String {
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        var members: [JSONCanonical.Member] = []
        let end = try JSONCanonical.append(bytes.span, from: 0, maxDepth: maxDepth, to: &out, members: &members)
        #expect(end == bytes.count)
        return String(decoding: out, as: UTF8.self)
    }

    @Test(arguments: [
        (#"{"b":1,"a":2}"#, #"{ "a" : 2, "b":1 }"#), (#"{"a":"å"}"#, #"{"a":"\u00e5"}"#), (#"["/"]"#, #"[ "\/" ]"#),
        (#"{"a":{"y":[],"x":null}}"#, #"{"\u0061":{"x":null,"y":[ ]}}"#),
    ])
    func `spacing, escaping and order do not matter`(one: String, other: String) throws {
        #expect(try canonical(one) == canonical(other))
    }

    @Test(arguments: [
        (#"{"a":1}"#, #"{"a":1.0}"#), (#"{"a":"1"}"#, #"{"a":1}"#), (#"{"a":" "}"#, "{\"a\":\"\u{A0}\"}"),
        (#"["ab","c"]"#, #"["a","bc"]"#), (#"{"a":null}"#, "{}"), ("[[],[]]", "[[[]]]"),
        (#"{"a":true}"#, #"{"a":false}"#),
        (#"{"a":"x "}"#, #"{"a":"x"}"#), ("\"\u{E5}\"", "\"a\u{30A}\""), (#""\ud800""#, #""\ufffd""#),
    ])
    func `content does`(one: String, other: String) throws {
        #expect(try canonical(one) != canonical(other))
    }

    @Test(arguments: [#"{"a":1,"a":1}"#, #"{"a":1,"\u0061":2}"#, #"{"x":[{"b":0,"c":1,"b":0}]}"#])
    func `a name twice in one object is refused at any depth`(text: String) {
        #expect { try canonical(text) } throws: { error in
            if case .duplicateName? = error as? JSONError { true } else { false }
        }
    }

    @Test func `depth is limited`() throws {
        #expect(try canonical("[[[]]]", maxDepth: 3) == "[[[]]]")
        #expect(throws: JSONError.tooDeep(offset: 2)) { try canonical("[[[]]]", maxDepth: 2) }
    }

    @Test func `any two values with one canonical form have one tree`() throws {
        var random = SeededGenerator(seed: 7)
        var seen: [String: JSONValue] = [:]
        for _ in 0..<3_000 {
            let value = randomValue(depth: 3, using: &random)
            let form = try canonical(value.text)
            if let other = seen[form] { #expect(other == value.sortedByName) }
            seen[form] = value.sortedByName
        }
    }

    private func randomValue(depth: Int, using random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .int(Int.random(in: 0..<3, using: &random))
        case 3, 4: return .string(["", "a", "s1:a", "}", "å"][Int.random(in: 0..<5, using: &random)])
        case 5:
            return .array(
                (0..<Int.random(in: 0..<3, using: &random)).map { _ in randomValue(depth: depth - 1, using: &random) })
        default:
            let names = ["a", "b", "1:", "å"].shuffled(using: &random).prefix(Int.random(in: 0..<4, using: &random))
            return .object(names.map { JSONMember($0, randomValue(depth: depth - 1, using: &random)) })
        }
    }
}

extension JSONValue {
    fileprivate var sortedByName: JSONValue {
        switch self {
        case .array(let elements): .array(elements.map(\.sortedByName))
        case .object(let members):
            .object(
                members.map { JSONMember($0.name, $0.value.sortedByName) }
                    .sorted { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) })
        default: self
        }
    }
}
