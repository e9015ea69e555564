// SPDX-License-Identifier: MIT

import Testing
import YAML

/// The tree as one line: scalars in their quotes, `[]` and `{}` for collections.
private func sketch(_ node: YAMLNode?) -> String {
    guard let node else { return "nothing" }
    let tag = node.tag.map { "<\($0)>" } ?? ""
    switch node.content {
    case .scalar(let scalar):
        let quote =
            switch scalar.style {
            case .plain: ""
            case .singleQuoted: "'"
            case .doubleQuoted: "\""
            case .literal: "|"
            case .folded: ">"
            }
        return tag + quote + scalar.text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "⏎")
            + quote
    case .sequence(let elements): return tag + "[" + elements.map(sketch).joined(separator: ",") + "]"
    case .mapping(let entries):
        return tag + "{" + entries.map { "\($0.key):\(sketch($0.value))" }.joined(separator: ",") + "}"
    }
}

private func failure(_ text: String, _ parser: YAMLParser = YAMLParser()) -> YAMLError? {
    do throws(YAMLError) {
        _ = try parser.parse(Array(text.utf8))
        return nil
    } catch {
        return error
    }
}

@Suite struct YAMLParserTests {
    @Test(arguments: [
        ("", "nothing"),
        ("# only a comment\n", "nothing"),
        ("---\n", ""),
        ("a: 1", "{a:1}"),
        ("a: on\nb: 'no'\nc: \"x\\ty\"\n", "{a:on,b:'no',c:\"x\ty\"}"),
        ("a:\n  b: [1, two, '3']\n  c:\n    - x\n    - {y: z}\n", "{a:{b:[1,two,'3'],c:[x,{y:z}]}}"),
        ("a: |\n  one\n  two\nb: >\n  three\n  four\n", "{a:|one⏎two⏎|,b:>three four⏎>}"),
        ("a:\nb: ~\nc: null\n", "{a:,b:~,c:null}"),
        ("a: !!str 5\nb: !own {c: d}\n", "{a:<tag:yaml.org,2002:str>5,b:<!own>{c:d}}"),
        ("%YAML 1.1\n---\nå: \"\\u00e5\"\n...\n", "{å:\"å\"}"),
        ("\u{FEFF}a: b\r\nc: d\r\n", "{a:b,c:d}"),
        ("{\"a\": [1, {\"b\": null}]}", "{a:[1,{b:null}]}"),
    ])
    func `a document becomes a tree of texts`(text: String, expected: String) throws {
        #expect(sketch(try YAMLParser().parse(Array(text.utf8))) == expected)
    }

    @Test func `every value knows its line and column`() throws {
        let root = try YAMLParser().parse(Array("å: {b: c}\nd:\n  - 'e'\n".utf8))
        #expect(root?["å"]?["b"]?.mark == YAMLMark(line: 1, column: 8))
        #expect(root?["å"]?.mapping?.first?.keyMark == YAMLMark(line: 1, column: 5))
        #expect(root?["d"]?.sequence?.first?.mark == YAMLMark(line: 3, column: 5))
        #expect(root?["f"] == nil)
        #expect(root?["d"]?["x"] == nil)
    }

    @Test(arguments: [
        ("a: [1", YAMLError.Reason.syntax, "1:6"),
        ("a: b: c\n", .syntax, "1:5"),
        ("a: 'b\nc: d\n", .syntax, "3:1"),
        ("a:\n\t- b\n", .syntax, "2:1"),
        ("a: 1\nb: 2\na: 3\n", .duplicateKey, "3:1"),
        ("x: {a: 1, 'a': 2}\n", .duplicateKey, "1:11"),
        ("a: &x 1\n", .unsupported, "1:4"),
        ("a: &x [1]\n", .unsupported, "1:4"),
        ("a: *x\n", .unsupported, "1:4"),
        ("&k a: 1\n", .unsupported, "1:1"),
        ("[a]: 1\n", .unsupported, "1:1"),
        ("*x : 1\n", .unsupported, "1:1"),
        ("a: 1\n---\nb: 2\n", .unsupported, "2:1"),
    ])
    func `what cannot mean one thing is refused with its place`(
        text: String, reason: YAMLError.Reason, place: String
    ) {
        let error = failure(text)
        #expect(error?.reason == reason, "\(error.debugDescription)")
        #expect(error?.mark?.description == place)
        #expect(error?.message.isEmpty == false)
    }

    @Test(arguments: [
        ([0x61, 0x3A, 0x20, 0xFF], "1:4"), ([0x0A, 0x62, 0xC3, 0xA5, 0xC3], "2:3"), ([0x61, 0x00], "1:2"),
    ])
    func `bytes that are no text are refused with their place`(bytes: [UInt8], place: String) {
        let error = #expect(throws: YAMLError.self) { try YAMLParser().parse(bytes) }
        #expect(error?.reason == .encoding)
        #expect(error?.mark?.description == place)
    }

    @Test func `the first of two equal keys is named`() {
        #expect(failure("a: 1\na: 2\n")?.message == "the key \"a\" stands here and at 1:1")
    }

    @Test func `a billion laughs stay one`() {
        var text = "a0: &a0 [lol, lol, lol]\n"
        for level in 1..<30 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        #expect(failure(text)?.reason == .unsupported)
    }

    @Test(arguments: ["[", "{a: ", "- "])
    func `deep nesting is refused before it costs anything`(opening: String) {
        let text = String(repeating: opening, count: 100_000)
        #expect(failure(text)?.reason == .tooDeep)
    }

    @Test func `the depth that is allowed is read, one more is not`() throws {
        let parser = YAMLParser(limitDepth: 3)
        #expect(sketch(try parser.parse(Array("[[[x]]]".utf8))) == "[[[x]]]")
        #expect(sketch(try parser.parse(Array("[[[x]], [[y]]]".utf8))) == "[[[x]],[[y]]]")
        #expect(failure("[[[[x]]]]", parser)?.mark == YAMLMark(line: 1, column: 4))
    }

    @Test func `a text over the limit is refused unread`() {
        let text = "a: " + String(repeating: "b", count: 1 << 20)
        #expect(failure(text)?.reason == .tooLarge)
        #expect(failure(text)?.description == "the text has 1048579 bytes; at most 1048576 are read")
        #expect(failure("a: b", YAMLParser(limitBytes: 4)) == nil)
        #expect(failure("a: bc", YAMLParser(limitBytes: 4))?.reason == .tooLarge)
    }

    @Test(arguments: ["", "~", "null", "Null", "NULL"])
    func `null has five spellings and no quotes`(text: String) {
        #expect(YAMLScalar(text: text, style: .plain).isNull)
        #expect(!YAMLScalar(text: text, style: .singleQuoted).isNull)
    }
}
