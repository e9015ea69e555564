// SPDX-License-Identifier: MIT

/// What an objective allows to be bad over its window, and how much of it is used.
package struct ErrorBudget: Sendable, Hashable {
    /// In millionths of the objective's unit: (1 − target) × valid.
    package let allowedMillionths: Int
    package let spent: Int

    package init(targetMillionths: Int, attainment: Attainment) {
        allowedMillionths = (1_000_000 - targetMillionths) * attainment.valid
        spent = attainment.bad
    }

    /// In the objective's unit.
    package var allowed: Double { Double(allowedMillionths) / 1_000_000 }
    /// What is left as a share of what was allowed: 1 untouched, 0 used up, below 0 overspent; nil without evidence.
    package var remainingRatio: Double? {
        guard allowedMillionths > 0 else { return nil }
        return 1 - Double(spent) * 1_000_000 / Double(allowedMillionths)
    }
}
