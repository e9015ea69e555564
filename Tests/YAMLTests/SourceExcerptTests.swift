// SPDX-License-Identifier: MIT

import Testing
import YAML

@Suite struct SourceExcerptTests {
    private func lines(_ source: String, _ line: Int, _ column: Int, width: Int = 80) -> [String] {
        SourceExcerpt(Array(source.utf8), at: YAMLMark(line: line, column: column)).lines(width: width)
    }

    @Test func `the caret stands under its column`() {
        #expect(lines("a: 1\nb: [2\n", 2, 4) == ["  2 | b: [2", "    |    ^"])
        #expect(lines("å: ö x", 1, 6) == ["  1 | å: ö x", "    |      ^"])
        #expect(lines("a", 1, 99) == ["  1 | a", "    |  ^"])
        #expect(lines("a\n", 2, 1) == ["  2 |", "    | ^"])
        #expect(lines("a\nbc", 7, 1) == ["  2 | bc", "    |   ^"])
    }

    @Test(arguments: ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"])
    func `lines end where libyaml ends them`(lineBreak: String) {
        #expect(lines("a\(lineBreak)b\(lineBreak)c", 2, 1) == ["  2 | b", "    | ^"])
    }

    @Test func `tabs and control characters cannot move the caret`() {
        #expect(lines("a:\tb\u{1B}[31m", 1, 4) == ["  1 | a: b [31m", "    |    ^"])
    }

    @Test(arguments: [1, 30, 60, 74, 75, 76, 120, 199, 200, 201])
    func `a long line is shown around the caret and no wider than asked`(column: Int) {
        let text = String((0..<200).map { Character(String($0 % 10)) })
        let shown = lines(text, 1, column, width: 80)
        #expect(shown.allSatisfy { $0.count <= 80 })
        let caret = shown[1].count - 1
        let marked = shown[0].dropFirst(caret).first.map(String.init)
        #expect(marked == (column <= 200 ? String((column - 1) % 10) : nil))
    }

    @Test func `what follows a column can be kept back`() {
        let excerpt = SourceExcerpt(Array("key: secret".utf8), at: YAMLMark(line: 1, column: 1))
        #expect(excerpt.cut(after: 3).lines(width: 80)[0] == "  1 | key…")
        #expect(excerpt.cut(after: 11) == excerpt)
    }

    @Test func `an error prints place, message, line and caret`() {
        let error = #expect(throws: YAMLError.self) { try YAMLParser().parse(Array("a: 1\nb: &x 2\n".utf8)) }
        #expect(
            error?.description == """
                2:4: anchors (&name) are not read; write the value out where it is used
                  2 | b: &x 2
                    |    ^
                """)
    }
}
