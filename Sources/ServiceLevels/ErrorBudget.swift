// SPDX-License-Identifier: MIT

/// What an objective allows to be bad over its window, and how much of it is used.
///
/// Whole numbers throughout: what is printed is exact. Source: Google SRE Workbook, chapter 2.
package struct ErrorBudget: Sendable, Hashable {
    /// In millionths of the objective's unit: (1 − target) × valid.
    package let allowedMillionths: Int
    package let spent: Int
    private let valid: Int

    package init(targetMillionths: Int, attainment: Attainment) {
        allowedMillionths = Self.product(max(0, 1_000_000 - targetMillionths), attainment.valid)
        spent = attainment.bad
        valid = attainment.valid
    }

    /// In the objective's unit.
    package var allowed: Double { Double(allowedMillionths) / 1_000_000 }
    /// What is left in millionths of the objective's unit; below 0 where it is overspent.
    package var remainingMillionths: Int { allowedMillionths - Self.product(spent, 1_000_000) }
    /// What is left as a share of what was allowed: 1 untouched, 0 used up, below 0 overspent; nil without evidence.
    ///
    /// A target of 100 % allows nothing: 1 while nothing is bad, −n once n are.
    package var remainingRatio: Double? {
        guard valid > 0 else { return nil }
        guard allowedMillionths > 0 else { return spent == 0 ? 1 : -Double(spent) }
        return Double(remainingMillionths) / Double(allowedMillionths)
    }

    /// Whether more was bad than is allowed, or all of what is allowed.
    package var isUsedUp: Bool { spent > 0 && remainingMillionths <= 0 }

    /// Numbers of a ledger that nobody can have counted must not stop a report: the product is at most `Int.max / 2`.
    static func product(_ left: Int, _ right: Int) -> Int {
        let (product, isTooLarge) = left.multipliedReportingOverflow(by: right)
        return isTooLarge ? Int.max / 2 : min(product, Int.max / 2)
    }
}
