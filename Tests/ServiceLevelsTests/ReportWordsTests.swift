// SPDX-License-Identifier: MIT

import FoundationEssentials
import Testing

@testable import ServiceLevels

@Suite struct ReportWordsTests {
    private let english = ReportWords(.english)
    private let swedish = ReportWords(.swedish)

    /// Every string of a value, by the path to it.
    private func texts(_ value: Any, _ path: String = "") -> [String: String] {
        if let text = value as? String { return [path: text] }
        var found: [String: String] = [:]
        for (index, child) in Mirror(reflecting: value).children.enumerated() {
            found.merge(texts(child.value, path + "." + (child.label ?? "\(index)"))) { first, _ in first }
        }
        return found
    }

    private func placeholders(_ text: String) -> Set<Substring> {
        Set(
            text.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap {
                $0.split(separator: "}").first
            })
    }

    @Test func `no text of a language is missing in the other, and both are filled in with the same`() {
        let (english, swedish) = (texts(english.texts), texts(swedish.texts))
        #expect(english.count > 200)
        #expect(Set(english.keys) == Set(swedish.keys))
        for (path, text) in english {
            #expect(placeholders(text) == placeholders(swedish[path] ?? ""), "\(path)")
            #expect(!(swedish[path] ?? "").isEmpty, "\(path)")
            // English objectives go by their own names.
            #expect(text.isEmpty == path.hasPrefix(".indicators"), "\(path)")
        }
    }

    @Test func `no text is the same in both languages but for those that are`() {
        let same = texts(english.texts).filter { texts(swedish.texts)[$0.key] == $0.value }.keys
        #expect(
            Set(same) == [
                ".columns.half", ".columns.ninth", ".columns.worst", ".columns.runbook", ".incidents.runbook",
                ".nouns.incidents.one", ".records.version", ".records.change", ".records.author", ".whatIf.window",
            ])
    }

    @Test func `no text holds a control character or a double space`() {
        for words in [english, swedish] {
            for (path, text) in texts(words.texts) {
                #expect(text == text.harmless, "\(path)")
                #expect(!text.contains("  ") && text.trimmed == text, "\(path)")
            }
        }
    }

    @Test(arguments: [
        (0, "0", "0"), (999, "999", "999"), (1_000, "1,000", "1 000"), (-1_234_567, "−1,234,567", "−1 234 567"),
    ])
    func `whole numbers are grouped`(value: Int, english: String, swedish: String) {
        #expect(plain(self.english.number(value)) == english)
        #expect(plain(self.swedish.number(value)) == swedish)
    }

    @Test(
        arguments: [
            (0.04, 1, "0.0"), (-0.04, 1, "0.0"), (-0.05, 1, "−0.1"), (1.25, 1, "1.3"), (12_345.678, 2, "12,345.68"),
            (0.005, 2, "0.01"), (.nan, 1, "–"), (.infinity, 0, "–"), (1e300, 0, "–"), (-0.4, 0, "0"),
        ] as [(Double, Int, String)])
    func `decimals are rounded, and there is no minus zero`(value: Double, decimals: Int, text: String) {
        #expect(plain(english.number(value, decimals: decimals)) == text)
        #expect(
            plain(swedish.number(value, decimals: decimals)).replacing(",", with: ".") == text.replacing(",", with: " ")
        )
    }

    @Test(arguments: [
        (995_000, "99.5 %", "99,5 %"), (980_000, "98 %", "98 %"), (999_900, "99.99 %", "99,99 %"),
        (999_999, "99.9999 %", "99,9999 %"), (1_000_000, "100 %", "100 %"), (0, "0 %", "0 %"),
    ])
    func `a target shows the decimals it has`(target: Int, english: String, swedish: String) {
        #expect(plain(self.english.target(millionths: target)) == english)
        #expect(plain(self.swedish.target(millionths: target)) == swedish)
    }

    @Test(arguments: [
        (0, 0, 995_000, "–"), (100, 0, 995_000, "100 %"), (0, 5, 995_000, "0 %"), (995, 5, 995_000, "99.50 %"),
        // 99.4999 % misses 99.5 %, and 99.9999 % is not all.
        (994_999, 5_001, 995_000, "99.49 %"), (999_999, 1, 995_000, "99.99 %"), (97_996, 2_004, 980_000, "97.9 %"),
        (98_000, 2_000, 980_000, "98.0 %"), (99_989, 11, 999_900, "99.989 %"), (1, 9_999_999, 990_000, "< 0.1 %"),
        (99_999_999_999, 1, 999_999, "99.9999 %"),
    ])
    func `what was attained is never rounded up to the target or to 100 %`(
        good: Int, bad: Int, target: Int, text: String
    ) {
        #expect(plain(english.attained(Attainment(good: good, bad: bad), of: target)) == text)
    }

    @Test func `at worst counts what is unknown as bad`() {
        let attainment = Attainment(good: 900, bad: 0, unknown: 100)
        #expect(plain(swedish.attained(attainment, of: 995_000)) == "100 %")
        #expect(plain(swedish.atWorst(attainment, of: 995_000)) == "90,00 %")
    }

    @Test func `no share that is missed is shown as met, whatever the numbers`() {
        for good in 0...1_000 {
            for target in [900_000, 980_000, 995_000, 999_000, 999_900] {
                let text = plain(english.attained(Attainment(good: good, bad: 1_000 - good), of: target))
                let shown = Double(text.replacing(" %", with: "").replacing("< ", with: "")) ?? -1
                #expect((shown * 10_000 >= Double(target)) == (good * 1_000 >= target), "\(good) \(target) \(text)")
                #expect((text == "100 %") == (good == 1_000))
            }
        }
    }

    @Test(
        arguments: [
            (1, "100 %"), (0.999, "99 %"), (0.25, "25 %"), (0.2499, "24 %"), (0.29, "29 %"), (0.004, "0.4 %"),
            (0, "0 %"),
            (-0.0004, "−0.1 %"), (-0.004, "−0.4 %"), (-3.255, "−326 %"), (nil, "–"), (.nan, "–"),
        ] as [(Double?, String)])
    func `what is left of a budget is rounded down`(ratio: Double?, text: String) {
        #expect(plain(english.budgetLeft(ratio)) == text)
    }

    @Test(
        arguments: [
            (0.0412, "41 ms"), (0.9996, "1.0 s"), (12.44, "12.4 s"), (59.96, "1 min"), (60, "1 min"), (3_599, "1 h"),
            (3_900, "1 h 05 min"), (8_880, "2 h 28 min"), (86_400, "1 d"), (273_600, "3 d 4 h"), (nil, "–"), (-1, "–"),
        ] as [(Double?, String)])
    func `durations have two units at most`(seconds: Double?, text: String) {
        #expect(plain(english.duration(seconds)) == text)
    }

    @Test(
        arguments: [
            (0, "0 B"), (999, "999 B"), (999.6, "1.0 kB"), (8_412_933, "8.4 MB"), (439_804_282.1, "440 MB"),
            (1.2e15, "1.2 PB"), (nil, "–"),
        ] as [(Double?, String)])
    func `sizes are in powers of a thousand`(bytes: Double?, text: String) {
        #expect(plain(english.bytes(bytes)) == text)
    }

    @Test(
        arguments: [(0, "0.0×"), (0.01, "<0.1×"), (14.4, "14.4×"), (123.4, "123×"), (nil, "–")] as [(Double?, String)])
    func `a burn rate above nothing is never shown as nothing`(rate: Double?, text: String) {
        #expect(english.burnRate(rate) == text)
    }

    @Test func `dates are Stockholm's, summer and winter`() {
        #expect(english.date(sampleDate("2026-11-23T08:00:00Z")) == "2026-11-23 09:00")
        #expect(swedish.date(sampleDate("2026-07-01T22:30:00Z")) == "2026-07-02 00:30")
        #expect(swedish.weekday(year: 2026, month: 11, day: 23) == "mån")
        #expect(english.weekday(year: 2024, month: 2, day: 29) == "Thu")
        #expect(english.weekday(year: 2027, month: 1, day: 3) == "Sun")
    }

    @Test(arguments: [
        (Projection.lasts, "lasts", "räcker"), (.spent, "used up", "slut"),
        (.unknown, "no evidence", "underlag saknas"), (.usedUp(inDays: 1.99), "used up in 1.9 d", "slut om 1,9 d"),
        (.usedUp(inDays: 0.2), "used up within a day", "slut inom ett dygn"),
        (.usedUp(inDays: 30.9), "used up in 30 d", "slut om 30 d"),
    ])
    func `a projection is rather a day too early`(projection: Projection, english: String, swedish: String) {
        #expect(self.english.projection(projection) == english)
        #expect(self.swedish.projection(projection) == swedish)
    }

    /// It said "28 days' average" of three weeks' figures.
    @Test func `a forecast says which days it is the average of`() {
        var storage = StorageFigures()
        (storage.bytesADay, storage.bytesInAYear, storage.daysWithRuns) = (100_000, 36_500_000, 21)
        let some = "At 100 kB a day (average of the 21 days with runs among the last 28) a year needs 36.5 MB."
        #expect(plain(english.forecast(storage)) == some)
        let swedishOfSome =
            "Med 100 kB per dygn (snitt för 21 dygn med körningar, av de senaste 28) behövs 36,5 MB på ett år."
        #expect(plain(swedish.forecast(storage)) == swedishOfSome)
        storage.daysWithRuns = 28
        #expect(
            plain(english.forecast(storage)) == "At 100 kB a day (average of the last 28 days) a year needs 36.5 MB.")
        storage.daysWithRuns = 1
        #expect(plain(english.forecast(storage)).contains("the 1 day with runs among"))
    }

    @Test func `periods are named in both languages`() {
        #expect(english.period(Report.samplePeriod) == "2026-W47 (2026-11-16 to 2026-11-22)")
        #expect(swedish.period(.month(CalendarMonth(year: 2026, month: 11))) == "november 2026")
        #expect(english.period(.month(CalendarMonth(year: 2026, month: 5))) == "May 2026")
        let since = ReportPeriod.since(
            sampleMinute("2026-11-01T00:00:00Z"), until: sampleMinute("2026-11-23T08:00:00Z"))
        #expect(swedish.period(since) == "2026-11-01 01:00 till 2026-11-23 09:00")
    }

    @Test func `a verdict says of each objective that decided it how its budget stands`() {
        var report = Report.sample
        #expect(plain(swedish.verdictLine(report)).hasPrefix("försiktigt — Färskhet har 12 % av felbudgeten kvar: "))
        report.verdict = ReportVerdict(word: .stop, because: ["api-availability", "freshness"])
        report.objectives[3].verdict = .stop
        let line = plain(english.verdictLine(report))
        #expect(line.hasPrefix("stop — API availability has overspent its budget by 326 %; Färska data has 12 %"))
        report.verdict = ReportVerdict(word: .unknown, because: ["freshness"])
        report.objectives[0].verdict = .unknown
        #expect(english.verdictLine(report).contains("most of the time of Färska data is without evidence"))
        #expect(english.verdictLine(.sampleWithoutData).contains("no evidence of Färska data"))
        report.verdict = ReportVerdict(word: .go, because: [])
        #expect(english.verdictLine(report) == "go — every error budget has room: changes may be made")
        report.verdict = ReportVerdict(word: .unknown, because: [])
        #expect(english.verdictLine(report).hasPrefix("unknown — no evidence: "))
        report.verdict = ReportVerdict(word: .careful, because: ["gone"])
        #expect(english.verdictLine(report) == "careful — gone: no risky changes")
    }

    @Test(arguments: [
        (IncidentCause.failing(errorType: "x", runs: 1), "1 run failed or was killed: x"),
        (.partial(runs: 2), "2 runs got only a filtered answer"),
        (.skipped(reason: "locked", runs: 2), "2 runs skipped: another run held the lock"),
        (.skipped(reason: "rate_budget", runs: 1), "1 run skipped: the source's limit of calls was reached"),
        (.skipped(reason: "new", runs: 1), "1 run skipped: new"), (.noRuns, "no run ended"),
        (.tooSeldom, "runs succeeded, but too seldom"), (.clockSet, "the clock was set"),
    ])
    func `a cause is put in words`(cause: IncidentCause, text: String) {
        #expect(plain(english.cause(cause)) == text)
    }

    @Test func `an objective's Swedish name tells two that measure the same apart`() {
        let one = SLO(name: "a", displayName: "A", indicator: .runSuccess, targetMillionths: 1)
        let other = SLO(name: "b", displayName: "", indicator: .runSuccess, targetMillionths: 1)
        #expect(swedish.name(of: one) == "Lyckade körningar")
        #expect(swedish.name(of: other, among: [one, other]) == "Lyckade körningar (b)")
        #expect(english.name(of: one) == "A")
        #expect(english.name(of: other) == "b")
    }

    @Test func `templates are filled once, and unknown places are empty`() {
        #expect("{a} {b} {c}".filled(["a": "{b}", "b": "2"]) == "{b} 2 ")
        #expect("no place {".filled(["a": "1"]) == "no place {")
    }

    @Test func `free text loses control characters, line breaks and marks that turn it`() {
        #expect("a\u{1B}[2J\nb\tc\u{202E}d\u{2028}e\u{9B}f".harmless == "a\u{FFFD}[2J b cd e\u{FFFD}f")
        #expect("👨‍👩‍👧 åäö é".harmless == "👨‍👩‍👧 åäö é")
    }

    private func plain(_ text: String) -> String { ReportWords.plain(text) }
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
