// SPDX-License-Identifier: MIT

import MQL
import TestSupport
import Testing

struct RobustnessTests {
    /// Parses a text and checks what must hold for any text.
    private func check(_ text: String) {
        for purpose in [Query.Purpose.metric, .alarm] {
            do {
                let query = try Query(parsing: text, as: purpose)
                let again = refusal(query.canonicalText)
                #expect(again == nil, "\(text) printed as \(query.canonicalText)")
                #expect(query.diagnostics.allSatisfy { $0.severity == .warning })
                #expect(QueryLint().findings(in: query).allSatisfy { $0.range.end <= text.utf8.count })
            } catch {
                #expect(error.first?.severity == .error, "refused without an error: \(text.debugDescription)")
                for diagnostic in error.diagnostics {
                    #expect(diagnostic.range.end <= text.utf8.count && diagnostic.range.start >= 0)
                    #expect(diagnostic.rendered(in: text).contains("^"))
                }
            }
        }
    }

    @Test(arguments: 0..<4)
    func `mutated queries are accepted or refused, never more`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(100 + seed))
        let seeds = QueryRow.all.map { Array($0.query.utf8) }.filter { !$0.isEmpty }
        let pieces = [
            "(", ")", "[", "]", "{", "}", "\"", "'", "\\", ".", "::", "=>", "1m", "&&", "in", "not ", "\u{A0}",
            "\u{FF}", "é",
        ]
        for _ in 0..<800 {
            var bytes = seeds[Int.random(in: 0..<seeds.count, using: &random)]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0 where place < bytes.count: bytes.remove(at: place)
                case 1 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 2:
                    let other = seeds[Int.random(in: 0..<seeds.count, using: &random)]
                    bytes = Array(bytes[..<place]) + other[Int.random(in: 0..<other.count, using: &random)...]
                case 3: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0...9, using: &random)))
                default:
                    bytes.insert(
                        contentsOf: Array(pieces[Int.random(in: 0..<pieces.count, using: &random)].utf8), at: place)
                }
            }
            check(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test(arguments: 0..<4)
    func `random words of the language are accepted or refused, never more`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(200 + seed))
        let words = [
            "cpu", "a::", "[1m]", "[240m]", "[", "]", "{", "}", "{a = \"b\"}", "{}", "(", ")", ",", ".", ".mean()",
            ".groupBy(a)",
            ".grouping()", ".absent(", "20m", ".filter(x => x > 1)", ".filter(", "x", "=>", "percentile(0.9)", "80",
            "1e9", ".5",
            "5GB", ">", "<", ">=", "==", "=", "!=", "=~", "!~", "+", "-", "*", "/", "%", "&&", "||", "&", "|", "!",
            "in", "not", "in (1, 2)",
            "between 1 and 2", "and", "\"s\"", "\"", "'s'", "'", ";", " ", "\n", "\u{200B}", "💥", "cpu[1m].sum()",
        ]
        for _ in 0..<800 {
            var text = ""
            for _ in 0..<Int.random(in: 1...14, using: &random) {
                text += words[Int.random(in: 0..<words.count, using: &random)]
                if Bool.random(using: &random) { text += " " }
            }
            check(text)
        }
    }

    @Test(arguments: [
        "(", "-", "a[1m].sum()+", "a[1m].sum() || ", ".max()", "!", "\"", "\\", "\"\\n", "'", "{", "}", "a{", "a{b=",
        "a{b=[", "a[1m]{", ",",
        "a[", "[", "a::", "a(", "a.mean(", "a.mean", "not ", "not in ", "and ", "x => ", "1", "1 ", "9",
        "a[1m].filter(x=>", "\u{A0}", "\u{200B}",
        "🍤", ")", "a[1m].mean().mean().", "a[1m].groupBy(b)", "a[1m].absent(", "1+", "--", "5GB ", "a[1m]{a=b,",
        "a[1m]{b=${", " ", "%", "1% ",
        "a[1m].sum() > 1 && a[1m].sum() > 1 || ", "a{b='c'}[1m].Sum() = ", "a[1m].sum() in (", "e", "a[1m]{\"",
    ])
    func `long repetitions are refused in bounded time`(part: String) {
        let count = QueryRules.maximumBytes / part.utf8.count
        for head in ["", "a[1m].sum()", "a[1m]{b=\"", "a[1m].sum().filter(x=>"] {
            let text = String((head + String(repeating: part, count: count)).utf8.prefix(QueryRules.maximumBytes)) ?? ""
            let clock = ContinuousClock()
            var error: QueryError?
            let time = clock.measure { error = refusal(text) }
            if let error { #expect(error.first?.severity == .error) }
            // Some milliseconds each in a debug build; anything quadratic takes minutes.
            #expect(time < .seconds(10), "\(part)")
        }
    }

    @Test(arguments: [
        (String(repeating: "(", count: 3000) + "a[1m].sum()" + String(repeating: ")", count: 3000)),
        String(repeating: "-", count: 3000) + "a[1m].sum()",
        "a[1m].sum()" + String(repeating: ".max()", count: 3000),
        "a[1m].sum()" + String(repeating: " + 1", count: 3000),
        "a[1m].sum().filter(x => " + String(repeating: "(", count: 3000) + "x > 1",
        "a[1m].sum().filter(x => x > 1" + String(repeating: " && x > 1", count: 3000) + ")",
    ])
    func `trees that are too deep are refused`(text: String) {
        #expect(refusal(text)?.first?.code == "E-DEPTH")
    }

    @Test func `trees just below the limit are read and printed`() throws {
        let depth = QueryRules.maximumDepth - 4
        let nested = String(repeating: "(", count: depth) + "a[1m].sum()" + String(repeating: ")", count: depth)
        #expect(refusal(nested) == nil)
        let chain = "a[1m].sum()" + String(repeating: " + 1", count: depth)
        let query = try Query(parsing: chain)
        #expect(query.canonicalText == chain)
        let right = String(repeating: "1 - (", count: depth) + "1 - a[1m].sum()" + String(repeating: ")", count: depth)
        #expect(try Query(parsing: right).canonicalText == right)
    }

    @Test func `a text of a megabyte is refused at once and politely`() throws {
        let text = String(repeating: "a[1m].sum() + ", count: 75_000) + "1"
        let clock = ContinuousClock()
        var error: QueryError?
        let time = clock.measure { error = refusal(text) }
        #expect(time < .seconds(1))
        #expect(error?.diagnostics.map(\.code) == ["E-LENGTH"])
        let shown = try #require(error).description
        #expect(shown.contains("1050001 bytes") && shown.utf8.count < 600)
    }

    @Test func `a text of just the limit is still read`() throws {
        let head = "a[1m]{b = \""
        let value = String(repeating: "x", count: QueryRules.maximumBytes - head.utf8.count - 8)
        #expect(refusal(head + value + "\"}.sum()") == nil)
        #expect(refusal(head + value + "x\"}.sum()")?.first?.code == "E-LENGTH")
    }
}
