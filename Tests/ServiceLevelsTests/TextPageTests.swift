// SPDX-License-Identifier: MIT

import Testing

@testable import ServiceLevels

@Suite struct TextPageTests {
    @Test(arguments: [
        ("", 5, [""]), ("a b c", 3, ["a b", "c"]), ("abcdefg hi", 3, ["abc", "def", "g", "hi"]),
        ("åäö åäö", 3, ["åäö", "åäö"]), ("a\u{A0}b c", 3, ["a\u{A0}b", "c"]), ("日本語", 4, ["日本", "語"]),
        ("e\u{301}e\u{301} x", 4, ["e\u{301}e\u{301} x"]),
    ])
    func `text is broken at spaces, and cut only where a word is too long`(text: String, width: Int, lines: [String]) {
        #expect(text.wrapped(to: width) == lines)
    }

    @Test func `a table breaks headers before cells, and cells before words`() {
        var table = TextTable([("Budget left", .right), ("Name", .left)])
        table.add(["9 %", "one two"])
        #expect(table.lines(width: 20) == ["Budget left  Name   ", "        9 %  one two"])
        #expect(table.lines(width: 15) == ["Budget         ", "  left  Name   ", "   9 %  one two"])
        #expect(table.lines(width: 12).allSatisfy { $0.displayWidth <= 12 })
        #expect(table.lines(width: 7).allSatisfy { $0.displayWidth <= 7 })
    }

    @Test func `a line across a table does not widen its columns`() {
        var table = TextTable([("A", .left), ("B", .right)])
        table.add(spanning: "a long line across")
        table.add(["1", "2"])
        #expect(table.lines(width: 30) == ["A  B", "a long line across", "1  2"])
    }

    @Test(arguments: [
        (1_000, 0, "█"), (999, 1, "▇"), (997, 3, "▆"), (995, 5, "▅"), (994, 6, "▄"), (980, 20, "▃"), (970, 30, "▂"),
        (500, 500, "▁"), (0, 0, "-"),
    ])
    func `a week's bar is in the upper half where its target was met`(good: Int, bad: Int, bar: String) {
        let attainment = Attainment(good: good, bad: bad)
        let week = TrendWeek(
            week: ISOWeek(year: 2026, week: 1), figures: Figures(counted: attainment, whole: attainment))
        #expect(Sparkline.trend([week], targetMillionths: 995_000) == bar)
    }

    /// A week of 31 good minutes and 10,049 unknown ones was drawn as one in which nothing was bad.
    @Test(arguments: [(31, 0, 10_049, "-"), (10, 0, 11, "-"), (10, 0, 10, "█"), (5, 5, 10, "▁"), (0, 0, 9, "-")])
    func `a week of which more than half is unknown is drawn as one without evidence`(
        good: Int, bad: Int, unknown: Int, bar: String
    ) {
        let attainment = Attainment(good: good, bad: bad, unknown: unknown)
        let week = TrendWeek(
            week: ISOWeek(year: 2026, week: 42), figures: Figures(counted: attainment, whole: attainment))
        #expect(Sparkline.trend([week], targetMillionths: 995_000) == bar)
        #expect((week.drawn == nil) == (bar == "-"))
    }

    @Test func `counts are drawn from nothing to the highest`() {
        #expect(Sparkline.counts([0, 7, 14]) == "▁▄█")
        #expect(Sparkline.counts([0, 0]) == "▁▁")
        #expect(Sparkline.counts([]) == "")
    }
}
