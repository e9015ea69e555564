// SPDX-License-Identifier: MIT

import ServiceLevels
import Testing

@Suite struct ErrorBudgetTests {
    @Test func `freshness of 99.5 % allows 201.6 stale minutes in 28 days`() {
        let budget = ErrorBudget(targetMillionths: 995_000, attainment: Attainment(good: 40_219, bad: 101))
        #expect(budget.allowed == 201.6)
        #expect(budget.spent == 101)
    }
}
