// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels
import TestSupport
import Testing

/// What holds of every ledger, whatever happened.
@Suite struct BudgetPropertyTests {
    /// 2026-10-24T12:00Z: the clocks go back within the history.
    private static let start = 29_880_720
    private static let minutes = 4_320

    private static func history(_ seed: Int) -> HistoryMaker {
        HistoryMaker.random(seed: UInt64(seed) + 900, from: start, minutes: minutes)
    }

    private static func slo(_ indicator: SLO.Indicator, target: Int) -> SLO {
        SLO(
            name: "x", displayName: "X", indicator: indicator, targetMillionths: target, window: .rolling(days: 3),
            policy: BudgetPolicy())
    }

    private static let fresh = SLO.Indicator.freshMinutes(maxAgeSeconds: 3_600, toleranceSeconds: 30)

    @Test(arguments: 1...20)
    func `a success taken out of the ledger never raises what is left`(seed: Int) throws {
        let history = Self.history(seed)
        var random = SeededGenerator(seed: UInt64(seed))
        let end = Self.start + Self.minutes
        let successes = history.facts.indices.filter { index in
            if case .run(let run) = history.facts[index] { return run.outcome == .success }
            return false
        }
        let index = try #require(successes.randomElement(using: &random))
        // The run failed instead: evidence of the minute is the same, and it is no success.
        var facts = history.facts
        if case .run(var run) = facts[index] {
            run.outcome = .failed
            facts[index] = .run(run)
        }
        var worse = HistoryMaker()
        worse.keep(facts)
        for indicator in [Self.fresh, .runSuccess] {
            let slo = Self.slo(indicator, target: 900_000)
            let before = history.chronicle(asOf: end).figures(of: slo, over: MinuteSpan(start: Self.start, end: end))
            let after = worse.chronicle(asOf: end).figures(of: slo, over: MinuteSpan(start: Self.start, end: end))
            #expect(after.counted.good <= before.counted.good)
            #expect(after.counted.bad >= before.counted.bad)
            #expect(after.whole.total == before.whole.total)
            let left = history.chronicle(asOf: end).budget(of: slo, at: end).remainingMillionths
            #expect(worse.chronicle(asOf: end).budget(of: slo, at: end).remainingMillionths <= left)
        }
    }

    @Test(arguments: 1...12)
    func `a higher target never leaves more, and never burns slower`(seed: Int) {
        let chronicle = Self.history(seed).chronicle(asOf: Self.start + Self.minutes)
        let end = Self.start + Self.minutes
        for indicator in [Self.fresh, .runSuccess, .apiAvailability, .storagePuts] {
            var (left, ratio, rate) = (Int.max, Double.infinity, -Double.infinity)
            for target in stride(from: 500_000, through: 1_000_000, by: 25_000) {
                let slo = Self.slo(indicator, target: target)
                let budget = chronicle.budget(of: slo, at: end)
                #expect(budget.remainingMillionths <= left)
                #expect((budget.remainingRatio ?? 0) <= ratio || target == 1_000_000)
                let found = chronicle.burnRate(of: slo, windowMinutes: 1_440, at: end).rate ?? 0
                #expect(found >= rate)
                (left, ratio, rate) = (budget.remainingMillionths, budget.remainingRatio ?? ratio, found)
            }
        }
    }

    @Test(arguments: 1...12)
    func `maintenance in pieces that overlap is its union in one piece`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 70)
        var (pieces, union) = (Self.history(seed), Self.history(seed))
        let start = Self.start + Int.random(in: 0..<1_000, using: &random)
        var reach = start
        for index in 0..<5 {
            let from = Int.random(in: start...reach, using: &random)
            let to = max(reach, from) + Int.random(in: 1...200, using: &random)
            pieces.maintenance("piece\(index)", from * 60_000, to * 60_000, recorded: Self.start * 60_000)
            reach = max(reach, to)
        }
        union.maintenance("all", start * 60_000, reach * 60_000, recorded: Self.start * 60_000)
        // The first piece begins where the union does.
        pieces.maintenance("head", start * 60_000, (start + 1) * 60_000, recorded: Self.start * 60_000)
        let end = Self.start + Self.minutes
        let span = MinuteSpan(start: Self.start, end: end)
        for indicator in FiguresTests.indicators {
            let slo = Self.slo(indicator, target: 990_000)
            #expect(
                pieces.chronicle(asOf: end).figures(of: slo, over: span)
                    == union.chronicle(asOf: end).figures(of: slo, over: span))
        }
    }

    @Test(arguments: 1...12)
    func `good, bad, unknown and left out are the period, in every report`(seed: Int) {
        let history = Self.history(seed)
        let report = ScenarioReport(facts: history.facts)
            .report(.since(Self.start, until: Self.start + Self.minutes))
        for objective in report.objectives {
            for figures in [objective.period, objective.window] + objective.trend.map(\.figures) {
                #expect(figures.counted.total + figures.excluded == figures.whole.total)
                #expect(figures.counted.good <= figures.whole.good && figures.counted.bad <= figures.whole.bad)
            }
            guard objective.slo.unit == .minutes else { continue }
            #expect(objective.period.whole.total == Self.minutes)
            #expect(objective.window.whole.total == 28 * 1_440)
        }
        let slots = report.days.flatMap(\.slots)
        #expect(zip(slots, slots.dropFirst()).allSatisfy { $1.start.timeIntervalSince($0.start) == 1_800 })
    }
}
