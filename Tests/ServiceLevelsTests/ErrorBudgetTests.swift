// SPDX-License-Identifier: MIT

import ServiceLevels
import TestSupport
import Testing

@Suite struct ErrorBudgetTests {
    @Test func `freshness of 99.5 % allows 201.6 stale minutes in 28 days`() {
        let budget = ErrorBudget(targetMillionths: 995_000, attainment: Attainment(good: 40_219, bad: 101))
        #expect(budget.allowed == 201.6)
        #expect(budget.spent == 101)
        #expect(budget.remainingMillionths == 100_600_000)
    }

    @Test(arguments: [
        (980_000, 98, 2, 0.0), (980_000, 100, 0, 1.0), (980_000, 99, 1, 0.5), (980_000, 96, 4, -1.0),
        (1_000_000, 100, 0, 1.0), (1_000_000, 99, 1, -1.0), (1_000_000, 90, 10, -10.0),
    ])
    func `what is left is a share of what is allowed`(target: Int, good: Int, bad: Int, left: Double) {
        let budget = ErrorBudget(targetMillionths: target, attainment: Attainment(good: good, bad: bad))
        #expect(budget.remainingRatio == left)
        #expect(budget.isUsedUp == (bad > 0 && left <= 0))
    }

    @Test func `without evidence nothing is said`() {
        let budget = ErrorBudget(targetMillionths: 995_000, attainment: Attainment(unknown: 500))
        #expect(budget.remainingRatio == nil)
        #expect(!budget.isUsedUp)
    }

    @Test func `counts beyond all reason do not stop a report`() throws {
        let budget = ErrorBudget(
            targetMillionths: 1_000, attainment: Attainment(good: .max / 4, bad: .max / 4))
        #expect(try #require(budget.remainingRatio).isFinite)
    }

    @Test func `a bad event never raises what is left, a good one never lowers it`() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2_000 {
            let target = Int.random(in: 900_000...1_000_000, using: &random)
            let good = Int.random(in: 0...2_000, using: &random)
            let bad = Int.random(in: 0...60, using: &random)
            guard good + bad > 0 else { continue }
            func left(_ good: Int, _ bad: Int) throws -> Double {
                try #require(
                    ErrorBudget(targetMillionths: target, attainment: Attainment(good: good, bad: bad)).remainingRatio)
            }
            let now = try left(good, bad)
            #expect(try left(good, bad + 1) <= now)
            #expect(try left(good + 1, bad) >= now)
        }
    }
}
