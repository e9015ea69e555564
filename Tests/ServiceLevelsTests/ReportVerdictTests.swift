// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels
import Testing

@Suite struct ReportVerdictTests {
    private let week = ReportHistory.week

    /// 1,344 runs in the window, so that 98 % allow 26.88 bad ones.
    private func history(failed: Int) -> ReportHistory {
        var history = ReportHistory()
        var number = 0
        history.runs(from: "2026-10-25T23:00:00Z", to: "2026-11-22T23:00:00Z") { run in
            if number % 20 == 7, number / 20 < failed { run.outcome = .failed }
            number += 1
        }
        return history
    }

    @Test(arguments: [
        (0, ReportVerdict.Word.go), (20, .go), (21, .careful), (26, .careful), (27, .stop), (60, .stop),
    ])
    func `the policy decides by what is left of the budget`(failed: Int, word: ReportVerdict.Word) {
        let report = history(failed: failed).report(week, slos: [ReportHistory.runSuccess])
        #expect(report.objectives.map(\.verdict) == [word])
        #expect(report.verdict.word == word)
        #expect(report.verdict.because == (word == .go ? [] : ["run-success"]))
    }

    @Test func `what is exactly at the limit is not yet below it`() {
        var exact = ReportHistory.runSuccess
        exact.targetMillionths = 1_000_000 - 1_000_000 / 64
        // 21 of 1,344 runs are allowed.
        #expect(history(failed: 21).report(week, slos: [exact]).verdict.word == .careful)
        #expect(history(failed: 22).report(week, slos: [exact]).verdict.word == .stop)
    }

    @Test func `a target of 100 % is spent by the first that is bad`() {
        var all = ReportHistory.runSuccess
        all.targetMillionths = 1_000_000
        #expect(history(failed: 0).report(week, slos: [all]).verdict.word == .go)
        #expect(history(failed: 1).report(week, slos: [all]).verdict.word == .stop)
    }

    @Test func `objectives without a policy decide nothing, and without any nobody knows`() {
        var free = ReportHistory.runSuccess
        free.policy = nil
        let report = history(failed: 60).report(week, slos: [free])
        #expect(report.objectives.map(\.verdict) == [nil])
        #expect(report.verdict == ReportVerdict(word: .unknown, because: []))
        let mixed = history(failed: 60).report(week, slos: [free, ReportHistory.freshness])
        #expect(mixed.verdict.word == .go)
    }

    @Test func `the worst decides, and the one with the least left stands first`() {
        var strict = ReportHistory.runSuccess
        (strict.name, strict.targetMillionths) = ("strict", 999_000)
        var careful = ReportHistory.runSuccess
        (careful.name, careful.targetMillionths) = ("careful", 975_000)
        let slos = [careful, ReportHistory.runSuccess, strict]
        let report = history(failed: 30).report(week, slos: slos)
        #expect(report.objectives.map(\.verdict) == [.careful, .stop, .stop])
        #expect(report.verdict == ReportVerdict(word: .stop, because: ["strict", "run-success"]))
    }

    @Test func `a week with no data is unknown, not good`() throws {
        let report = ReportHistory().report(week, slos: [ReportHistory.freshness, ReportHistory.runSuccess])
        #expect(report.verdict == ReportVerdict(word: .unknown, because: ["freshness", "run-success"]))
        let freshness = try #require(report.objectives.first)
        #expect(freshness.period.counted == Attainment(unknown: 10_080))
        #expect(freshness.budget.remainingRatio == nil)
        #expect(report.days.flatMap(\.slots).allSatisfy { $0.state == .unknown })
        #expect(report.incidents.isEmpty)
        #expect(report.runs == RunFigures())
    }

    @Test func `a first week is judged by the time since the ledger's first record`() throws {
        var history = ReportHistory()
        history.runs(from: "2026-11-19T12:00:00Z", to: "2026-11-22T23:00:00Z")
        let report = history.report(week, slos: [ReportHistory.freshness])
        let freshness = try #require(report.objectives.first)
        #expect(freshness.verdict == .go)
        // From the minute after the first success: 3 days and 11 hours.
        #expect(freshness.window.counted.good == 83 * 60 - 1)
        #expect(freshness.window.counted.unknown == 40_320 - 83 * 60 + 1)
        #expect(report.days[3].slots.prefix(26).allSatisfy { $0.state == .unknown })
        #expect(report.days[3].slots.dropFirst(26).allSatisfy { $0.state == .success })
    }

    @Test(arguments: [(40, ReportVerdict.Word.unknown), (60, .go)])
    func `freshness is unknown where more than half of the time since then is`(
        hours: Int, word: ReportVerdict.Word
    ) {
        var history = ReportHistory()
        let start = sampleMinute("2026-11-18T23:00:00Z")
        for minute in stride(from: start, to: start + hours * 60, by: 30) {
            history.run(Date(timeIntervalSince1970: Double(minute) * 60))
        }
        // Four days since the first record, and nobody looked after the last run.
        #expect(history.report(week, slos: [ReportHistory.freshness]).verdict.word == word)
    }

    @Test func `what is spent says stop, even where most is unknown`() {
        var history = ReportHistory()
        history.runs(from: "2026-11-16T00:00:00Z", to: "2026-11-16T04:00:00Z")
        history.runs(from: "2026-11-16T04:00:00Z", to: "2026-11-16T09:00:00Z") { $0.outcome = .failed }
        #expect(history.report(week, slos: [ReportHistory.freshness]).verdict.word == .stop)
    }
}
