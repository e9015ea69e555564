// SPDX-License-Identifier: MIT

/// What was good, what was bad, and what nobody knows, in the objective's unit.
package struct Attainment: Sendable, Hashable {
    package var good: Int
    package var bad: Int
    /// Minutes without evidence; 0 for what is counted in events. Never counted as good.
    package var unknown: Int

    package init(good: Int = 0, bad: Int = 0, unknown: Int = 0) {
        self.good = good
        self.bad = bad
        self.unknown = unknown
    }

    /// What there is evidence of.
    package var valid: Int { good + bad }
    package var total: Int { good + bad + unknown }

    /// good / valid, 0…1; nil where there is no evidence at all.
    package var ratio: Double? { valid == 0 ? nil : Double(good) / Double(valid) }
    /// bad / valid, 0…1.
    package var errorRatio: Double? { valid == 0 ? nil : Double(bad) / Double(valid) }
    /// good / total: what it is at worst, every unknown minute bad.
    package var worstRatio: Double? { total == 0 ? nil : Double(good) / Double(total) }
}

/// An objective's figures over a span, with maintenance left out and with it.
package struct Figures: Sendable, Hashable {
    /// Maintenance left out: what the objective is judged by.
    package var counted: Attainment
    /// Everything.
    package var whole: Attainment

    package init(counted: Attainment = Attainment(), whole: Attainment = Attainment()) {
        self.counted = counted
        self.whole = whole
    }

    /// In the objective's unit.
    package var excluded: Int { whole.total - counted.total }
}
