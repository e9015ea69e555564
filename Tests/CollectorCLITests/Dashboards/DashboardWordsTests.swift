// SPDX-License-Identifier: MIT

import Testing

@testable import CollectorCLI

@Suite struct DashboardWordsTests {
    @Test(
        arguments: [
            (0, "0", "0"), (1.5, "1.5", "1,5"), (12.34, "12.3", "12,3"), (0.005, "0.005", "0,005"),
            (1_234, "1234", "1234"), (12_345, "12,345", "12\u{202F}345"),
            (1_234_567, "1,234,567", "1\u{202F}234\u{202F}567"),
            (-0.25, "−0.25", "−0,25"), (.nan, "–", "–"), (1e300, "very many", "väldigt många"),
        ] as [(Double, String, String)])
    func `numbers are short, in each language's form`(value: Double, english: String, swedish: String) {
        #expect(DashboardWords(language: .en).number(value) == english)
        #expect(DashboardWords(language: .sv).number(value) == swedish)
    }

    @Test(
        arguments: [
            (.seconds, 90, "90 s"), (.seconds, 3_600, "60 min"), (.seconds, 14_400, "4 h"), (.seconds, 864_000, "10 d"),
            (.bytes, 999, "999 B"), (.bytes, 104_857_600, "105 MB"), (.bytes, 2.5e9, "2.5 GB"), (.ratio, 0.25, "25 %"),
            (.rate, 3, "3×"), (.count, 12, "12"), (.days, 3, "3 d"),
        ] as [(DashboardUnit, Double, String)])
    func `values stand in the unit that suits them`(unit: DashboardUnit, value: Double, text: String) {
        #expect(DashboardScale(unit, upTo: value, DashboardWords(language: .en)).text(value) == text)
    }

    @Test func `spans, lists and times are words`() {
        let english = DashboardWords(language: .en)
        let swedish = DashboardWords(language: .sv)
        #expect(english.span(28 * 86_400_000) == "28 days" && swedish.span(86_400_000) == "1 dygn")
        #expect(english.span(36 * 3_600_000) == "36 hours" && swedish.span(90 * 60_000) == "90 minuter")
        #expect(english.list(["a", "b", "c"]) == "a, b and c" && swedish.list(["a", "b"]) == "a och b")
        #expect(english.list([]) == "" && english.list(["a"]) == "a")
        #expect(DashboardTimes(words: swedish).instant(1_795_132_800_000) == "20 nov 2026 00:00 UTC")
        #expect(DashboardTimes(words: english).label(1_777_645_800_000) == "1 May 14:30")
    }
}
