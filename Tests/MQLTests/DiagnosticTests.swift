// SPDX-License-Identifier: MIT

import MQL
import Testing

struct DiagnosticTests {
    @Test func `an error shows its place, the line, a caret, a hint and a fix`() throws {
        let text = "StoredBytes[240m].groupBy(bucket).max() > 5"
        let error = try #require(refusal(text))
        #expect(
            error.description == """
                error[E-INTERVAL]: "240m" is not an interval
                 --> line 1, column 13 (offset 12)
                  |
                1 | StoredBytes[240m].groupBy(bucket).max() > 5
                  |             ^^^^
                  = hint: intervals are 1m to 60m, 1h to 24h, and 1d
                  = fix: write 4h

                """)
    }

    @Test func `a long query is cut around the caret`() throws {
        let head = Array(repeating: "requests_total[1m].sum()", count: 30).joined(separator: " + ")
        let text = head + " = 5 + " + head
        let lines = try #require(refusal(text)?.first).rendered(in: text).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 80 })
        let line = try #require(lines.first { $0.hasPrefix("1 | ") })
        #expect(line.hasPrefix("1 | …") && line.hasSuffix("…") && line.count > 70)
        let caret = try #require(lines.first { $0.contains("^") })
        let column = caret.distance(from: caret.startIndex, to: try #require(caret.firstIndex(of: "^")))
        #expect(Array(line)[column] == "=")
    }

    @Test func `a place on a later line is shown with its line`() throws {
        let text = "cpu[1m]\r\n  .groupBy(host)\r  .mean()\n\t> 80%"
        let error = try #require(refusal(text))
        #expect(
            error.description == """
                error[E-NUMBER]: a number has no percent sign
                 --> line 4, column 6 (offset 41)
                  |
                4 |  > 80%
                  |      ^
                  = fix: remove it

                """)
    }

    @Test func `carets count what is shown, not bytes`() throws {
        let text = "cpu[1m]{host = \"日本 é🍤\"}.mean() = 5"
        let lines = try #require(refusal(text)?.first).rendered(in: text).split(separator: "\n")
        #expect(lines[1] == " --> line 1, column 32 (offset 39)")
        let caret = try #require(lines.first { $0.contains("^") })
        // Three of the 31 characters before it are two columns wide.
        #expect(caret == "  | " + String(repeating: " ", count: 31 + 3) + "^")
    }

    @Test(arguments: ["\u{1B}[31m", "\u{7}", "\u{202E}", "\u{0}", "\u{9B}2J"])
    func `nothing in a query can act on the terminal`(sequence: String) throws {
        for text in ["cpu[1m].mean() \(sequence)", "cpu[\(sequence)].mean()", "cpu[1m]{a = \(sequence)\"}.mean()"] {
            let shown = try #require(refusal(text)).description
            #expect(
                shown.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 32 && !(127..<160).contains($0.value)) })
            #expect(!shown.unicodeScalars.contains("\u{202E}"))
        }
    }

    @Test func `a range outside the text is shown at its end`() {
        let diagnostic = Diagnostic(code: "W-CASE", "late", at: SourceRange(100, 200))
        #expect(diagnostic.rendered(in: "abc").contains("1 | abc\n  |    ^\n"))
        #expect(diagnostic.severity == .warning)
    }

    @Test func `no rendered line of the fixture is wider than asked, the caret is never missing`() {
        for row in QueryRow.invalid {
            guard let error = refusal(row.query, as: row.purpose) else { continue }
            for width in [40, 60, 80] {
                for diagnostic in error.diagnostics {
                    let lines = diagnostic.rendered(in: row.query, width: width).split(separator: "\n")
                    #expect(lines.allSatisfy { $0.count <= width }, "\(row.query)")
                    #expect(lines.contains { $0.contains("^") })
                }
            }
        }
    }

    @Test(arguments: 60..<90)
    func `a caret behind a line of any length stays within the width`(length: Int) throws {
        let text = "a[1m].sum() > 1 && " + String(repeating: "1 + ", count: (length - 19) / 4)
        let lines = try #require(refusal(text)?.first).rendered(in: text).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 80 })
    }

    @Test func `fixes are applied from the text's start, overlapping ones left out`() {
        let fixes = [
            FixIt("", replacing: SourceRange(4, 5), with: "E", isSafe: true),
            FixIt("", replacing: SourceRange(0, 2), with: "AB", isSafe: true),
            FixIt("", replacing: SourceRange(1, 3), with: "??", isSafe: true),
            FixIt("", replacing: SourceRange(6, 6), with: "!", isSafe: true),
            FixIt("", replacing: SourceRange(90, 99), with: "?", isSafe: true),
        ]
        #expect(FixIt.apply(fixes, to: "abcdef") == "ABcdEf!?")
        #expect(fixes[0].applied(to: "abcdef") == "abcdEf")
        #expect(FixIt.apply([], to: "abc") == "abc")
    }

    @Test(arguments: [
        ("cpu[1m].maen()", "cpu[1m].mean()"), ("cpu[1m].P99() > 1", "cpu[1m].percentile(0.99) > 1"),
        ("cpu[1m].groupeBy(a).sum()", "cpu[1m].groupBy(a).sum()"), ("cpu[1m]", "cpu[1m].mean()"),
        ("cpu[5M].max()", "cpu[5m].max()"), ("cpu[1m].absent(4d)", "cpu[1m].absent(3d)"),
        ("(cpu[1m].max() > 1", "(cpu[1m].max() > 1)"), ("cpu[1m].max() > 1)", "cpu[1m].max() > 1"),
        ("cpu[1m]{host in \"a|b\"}.max()", "cpu[1m]{host =~ \"a|b\"}.max()"),
    ])
    func `a guess is offered, but not called safe`(text: String, mended: String) throws {
        let fix = try #require(refusal(text)?.first?.fix)
        #expect(!fix.isSafe)
        #expect(fix.applied(to: text) == mended)
        #expect(refusal(mended) == nil)
    }
}
