// SPDX-License-Identifier: MIT

import JSON
import Testing

@Suite struct JSONValueTests {
    @Test(arguments: [
        "null", "true", "-0.5e+10", #""å\n\"\\""#, "[]", "{}", #"[1,[2,{"a":null}],"x"]"#,
        #"{"b":1,"a":[true,false],"c":{"d":"e"}}"#, "123456789012345678901234567890",
    ])
    func `a compact text comes back as it was`(text: String) throws {
        #expect(try JSONValue.parse(text).text == text)
    }

    @Test(arguments: [
        ("\"\\u00e5\\u00E5\"", "åå"), ("\"\\ud83d\\ude00\"", "😀"), ("\"\\/\\b\\f\"", "/\u{8}\u{C}"),
        ("\"\\ud800x\"", "\u{FFFD}\u{FFFD}\u{FFFD}x"),
    ])
    func `escapes are decoded`(text: String, expected: String) throws {
        #expect(try JSONValue.parse(text) == .string(expected))
    }

    @Test(arguments: [
        "", " ", "[", "[1", "[1,", #"{"a""#, #"{"a":"#, #""abc"#, "tru", "1.", "-", #""\u12"#, "1e", "[\"\u{E5}",
    ])
    func `a text cut off is truncated`(text: String) {
        #expect { try JSONValue.parse(text) } throws: { error in
            if case .truncated? = error as? JSONError { true } else { false }
        }
    }

    @Test(arguments: [
        "[1,]", "[,1]", "{,}", #"{"a" 1}"#, "01", "+1", ".5", "nul1", "'a'", "[1]x", "\"\t\"", #""\x""#, "1..2", "--1",
        #"{"a":1,}"#, "[1 2]", "\u{FEFF}1",
    ])
    func `a byte out of place is named with its offset`(text: String) {
        #expect { try JSONValue.parse(text) } throws: { error in
            if case .unexpectedByte? = error as? JSONError { true } else { false }
        }
    }

    @Test(
        arguments: [
            [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80], [0xE2, 0x28, 0xA1],
            [0xF0, 0x80, 0x80, 0x80],
            [0xFF],
        ] as [[UInt8]])
    func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
        #expect(throws: JSONError.invalidUTF8(offset: 1)) { try JSONValue.parse([0x22] + bytes + [0x22, 0x20, 0x20]) }
    }

    @Test(
        arguments: [
            "null", "-0.5e+10", #""å\n""#, "[]", "{}", #"[1,[2,{"a":null}],"x"]"#, #"{"a":1,"a":[true,false]} "#, "",
            " ",
            "[1,", #"{"a":"#, #""abc"#, "tru", "1e", "[1,]", "{,}", #"{"a" 1}"#, "01", "'a'", #""\x""#, #"{"a":1,}"#,
            "[1 2]", "\u{FEFF}1", "[[[[[]]]]]", #"{"a":{"a":{"a":{"a":1}}}}"#, "[[[[", #"[{"a":[{"a":1}]}]"#,
        ])
    func `a value passed over is judged like a value read`(text: String) {
        let bytes = Array(text.utf8)
        let read = Result { () throws(JSONError) in
            var scanner = JSONScanner()
            _ = try scanner.value(bytes.span, depth: 4)
            return scanner.position
        }
        let passed = Result { () throws(JSONError) in
            var scanner = JSONScanner()
            try scanner.skipValue(bytes.span, depth: 4)
            return scanner.position
        }
        #expect(read == passed)
    }

    @Test func `nesting has a limit and no stack to overflow`() {
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        #expect(throws: JSONError.tooDeep(offset: 128)) { try JSONValue.parse(deep) }
    }

    @Test func `control characters are escaped when written`() {
        #expect(JSONValue.string("\u{1}\u{1F}\n\r\t\"\\/å").text == #""\u0001\u001f\n\r\t\"\\/å""#)
    }

    @Test func `numbers keep their digits`() throws {
        let value = try JSONValue.parse("[9007199254740993, 1.10, -7]")
        #expect(value.array?[0] == .number("9007199254740993"))
        #expect(value.array?[1].double == 1.1)
        #expect(value.array?[1].int == nil)
        #expect(value.array?[2].int == -7)
    }

    @Test(arguments: [(1.0, "1"), (0.25, "0.25"), (.infinity, "null"), (-1e300, "-1e+300")] as [(Double, String)])
    func `doubles are written so that they can be read`(value: Double, expected: String) {
        #expect(JSONValue.double(value).text == expected)
    }

    @Test func `the indented form says the same`() throws {
        let value: JSONValue = ["a": [1, 2], "b": [:], "c": ["d": "e"], "f": []]
        #expect(value.indented.split(separator: "\n").count == 11)
        #expect(try JSONValue.parse(value.indented) == value)
    }

    @Test func `the last of two members with one name counts`() throws {
        #expect(try JSONValue.parse(#"{"a":1,"a":2}"#)["a"] == 2)
        #expect(try JSONValue.parse("[]")["a"] == nil)
    }
}
