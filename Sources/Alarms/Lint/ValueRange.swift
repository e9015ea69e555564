// SPDX-License-Identifier: MIT

import MQL

/// Between which values a part of a query lies wherever it has a value; both ends belong to it.
struct ValueRange: Sendable, Hashable {
    var low = -Double.infinity
    var high = Double.infinity

    static let any = ValueRange()
    /// Ratios, and gauges that are 0 or 1.
    static let unit = ValueRange(low: 0, high: 1)
    static let notNegative = ValueRange(low: 0)

    /// What an expression can be, as far as the facts tell.
    init(of expression: Expression, _ facts: [String: MetricFacts]) {
        switch expression.kind {
        case .number(let value): self.init(low: value, high: value)
        case .variable: self = .any
        case .selector(let selector): self = facts[selector.metric].map(ValueRange.init(of:)) ?? .any
        case .negated(let input):
            let range = ValueRange(of: input, facts)
            self.init(low: -range.high, high: -range.low)
        case .membership: self = .unit
        case .call(let function, let input): self = Self.call(function, input, facts)
        case .binary(let sign, let left, let right):
            self = Self.binary(sign, ValueRange(of: left, facts), ValueRange(of: right, facts))
        }
    }

    init(low: Double = -.infinity, high: Double = .infinity) {
        self.low = low
        self.high = high
    }

    /// Of single points. Unless it is known better, metrics without a unit are ratios or 0 and 1; counts and bytes are not
    /// negative.
    private init(of facts: MetricFacts) {
        if let values = facts.values {
            self.init(low: values.lowerBound, high: values.upperBound)
            return
        }
        switch facts.unit {
        case "1": self = .unit
        case "By": self = .notNegative
        case let unit: self = unit.hasPrefix("{") ? .notNegative : .any
        }
    }

    private static func call(_ function: Function, _ input: Expression, _ facts: [String: MetricFacts]) -> ValueRange {
        let points = ValueRange(of: input, facts)
        guard case .statistic(let statistic) = function else { return points }
        switch statistic {
        case .absent: return .unit
        case .count: return ValueRange(low: 1)
        case .rate, .increment: return .any
        case .sum: return points.low >= 0 ? .notNegative : .any
        default: return points
        }
    }

    private static func binary(_ sign: BinaryOperator, _ left: ValueRange, _ right: ValueRange) -> ValueRange {
        switch sign {
        case .add: return ValueRange(low: left.low + right.low, high: left.high + right.high)
        case .subtract: return ValueRange(low: left.low - right.high, high: left.high - right.low)
        case .multiply:
            let corners = [left.low, left.high].flatMap { a in
                [right.low, right.high].map { a == 0 || $0 == 0 ? 0 : a * $0 }
            }
            return ValueRange(low: corners.min() ?? -.infinity, high: corners.max() ?? .infinity)
        case .divide, .remainder: return .any
        default: return .unit
        }
    }

    /// Whether `self sign other` is the same for all values: true, false, or nil for neither.
    func verdict(_ sign: BinaryOperator, _ other: ValueRange) -> Bool? {
        switch sign {
        case .greater: low > other.high ? true : high <= other.low ? false : nil
        case .greaterOrEqual: low >= other.high ? true : high < other.low ? false : nil
        case .less, .lessOrEqual: other.verdict(sign.turned, self)
        case .equal:
            high < other.low || low > other.high ? false : low == high && self == other ? true : nil
        case .notEqual: verdict(.equal, other).map { !$0 }
        default: nil
        }
    }

    /// The same for lying between two numbers.
    func verdict(low least: Double, high most: Double, isNegated: Bool) -> Bool? {
        let isInside: Bool? = least <= low && high <= most ? true : high < least || most < low ? false : nil
        return isInside.map { $0 != isNegated }
    }
}

extension Expression {
    /// Whether a condition is the same whatever the data say: true, false, or nil where it can be both.
    func fixedTruth(_ facts: [String: MetricFacts]) -> Bool? {
        switch kind {
        case .number(let value): return value != 0
        case .membership(let input, let low, let high, let isNegated):
            return ValueRange(of: input, facts).verdict(low: low, high: high, isNegated: isNegated)
        case .binary(let sign, let left, let right) where sign.isJoin:
            let sides = [left.fixedTruth(facts), right.fixedTruth(facts)]
            let decisive = sign == .or
            if sides.contains(decisive) { return decisive }
            return sides.contains(nil) ? nil : !decisive
        case .binary(let sign, let left, let right) where sign.isComparison:
            return ValueRange(of: left, facts).verdict(sign, ValueRange(of: right, facts))
        default: return nil
        }
    }
}
