// SPDX-License-Identifier: MIT

import MQL
import TestSupport

/// Makes random trees that keep all rules of the language, to test that printing and parsing agree.
struct TreeGenerator {
    var random: SeededGenerator
    private let nowhere = SourceRange(0, 0)

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// A tree with at least one metric.
    mutating func tree(depth: Int) -> Expression {
        switch depth <= 0 ? 0 : Int.random(in: 0..<10, using: &random) {
        case 0...2: metric(depth)
        case 3: node(.negated(tree(depth: depth - 1)))
        case 4:
            node(.membership(tree(depth: depth - 1), low: bound(), high: bound(), isNegated: .random(using: &random)))
        case 5: result(depth)
        default: binary(depth)
        }
    }

    private func node(_ kind: Expression.Kind) -> Expression { Expression(kind, at: nowhere) }

    private mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }

    private mutating func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &random)] }

    private mutating func binary(_ depth: Int) -> Expression {
        let sides = [tree(depth: depth - 1), oneIn(2) ? number() : tree(depth: depth - 1)]
        let isSwapped = oneIn(2)
        return node(.binary(pick(BinaryOperator.allCases), sides[isSwapped ? 1 : 0], sides[isSwapped ? 0 : 1]))
    }

    /// A number with or without a sign.
    private mutating func number() -> Expression {
        let value = node(.number(self.value()))
        return oneIn(4) ? node(.negated(value)) : value
    }

    private mutating func value() -> Double {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return Double(Int.random(in: 0...100, using: &random))
        case 1: return Double(Int.random(in: 0...Int.max, using: &random))
        case 2: return Double.random(in: 0...1, using: &random)
        case 3:
            return pick([0, 0.1, 1e-7, 9.999e-8, 1e15, 1e21, 1e22, 123_456_789_012_345_680, .leastNonzeroMagnitude])
        default:
            let bits = Double(bitPattern: random.next()).magnitude
            return bits.isFinite ? bits : .greatestFiniteMagnitude
        }
    }

    private mutating func bound() -> Double { oneIn(2) ? value() : -value() }

    /// A selector with a statistic, and perhaps more rounds on it.
    private mutating func metric(_ depth: Int) -> Expression {
        var tree = node(.selector(selector()))
        if oneIn(3) { tree = grouped(tree) }
        tree = node(.call(.statistic(oneIn(2) ? rawStatistic() : statistic()), input: tree))
        return calls(on: tree, depth)
    }

    /// A function of a result.
    private mutating func result(_ depth: Int) -> Expression {
        var tree = self.tree(depth: depth - 1)
        if oneIn(2) { tree = grouped(tree) }
        return calls(on: node(.call(.statistic(statistic()), input: tree)), depth)
    }

    private mutating func calls(on input: Expression, _ depth: Int) -> Expression {
        var tree = input
        while oneIn(3) { tree = node(.call(filter(depth), input: tree)) }
        if oneIn(4) {
            if oneIn(2) { tree = grouped(tree) }
            tree = node(.call(.statistic(statistic()), input: tree))
        }
        return tree
    }

    private mutating func grouped(_ input: Expression) -> Expression {
        if oneIn(2) { return node(.call(.grouping, input: input)) }
        var names = [name()]
        while oneIn(2) { names.append(name()) }
        return node(.call(.groupBy(names), input: input))
    }

    private mutating func statistic() -> Statistic {
        oneIn(6)
            ? .percentile(pick([0.5, 0.99, 0.001, 0.123_456_789_012_345, 1e-9]))
            : pick([.avg, .mean, .count, .sum, .min, .max])
    }

    private mutating func rawStatistic() -> Statistic {
        if oneIn(2) { return pick([.first, .last, .increment, .rate]) }
        return pick([
            .absent(nil), .absent(AbsencePeriod(Interval(20, .minutes))), .absent(AbsencePeriod(Interval(3, .days))),
            .absent(AbsencePeriod(Interval(Int.random(in: 1...72, using: &random), .hours), isUnitless: true)),
        ])
    }

    private mutating func filter(_ depth: Int) -> Function {
        let name = pick(["x", "value", "_v1", "mean", "absent"])
        return .filter(parameter: name, condition: condition(name, min(depth, 2)))
    }

    private mutating func condition(_ name: String, _ depth: Int) -> Expression {
        if depth > 0, oneIn(2) {
            return node(.binary(pick([.and, .or]), condition(name, depth - 1), condition(name, depth - 1)))
        }
        if oneIn(4) { return node(.membership(term(name, depth), low: bound(), high: bound(), isNegated: oneIn(2))) }
        let comparison = pick(BinaryOperator.allCases.filter(\.isComparison))
        return node(.binary(comparison, term(name, depth), oneIn(2) ? number() : term(name, depth)))
    }

    private mutating func term(_ name: String, _ depth: Int) -> Expression {
        if depth <= 0 || oneIn(2) { return node(.variable(name)) }
        if oneIn(5) { return condition(name, depth - 1) }
        let op = pick([BinaryOperator.add, .subtract, .multiply, .divide, .remainder])
        return node(.binary(op, term(name, depth - 1), number()))
    }

    private mutating func selector() -> Selector {
        let metrics = ["cpu", "a-b", "x.y.z", "in", "not", "mean", "A$1_", "createDeployment.1.0.PROVISION.Time", "e1"]
        let intervals = [
            Interval(Int.random(in: 1...60, using: &random), .minutes),
            Interval(Int.random(in: 1...24, using: &random), .hours), Interval(1, .days),
        ]
        var filters: [DimensionFilter] = []
        while oneIn(2) { filters.append(DimensionFilter(name(), pick(DimensionFilter.Comparison.allCases), text())) }
        return Selector(
            resourceGroup: oneIn(5) ? pick(metrics) : nil, metric: pick(metrics), interval: pick(intervals),
            filters: filters, hasEmptyBraces: filters.isEmpty && oneIn(4))
    }

    private mutating func name() -> String { oneIn(3) ? text() : pick(["host", "_a", "a.b-c/d:e@f$", "in", "sum"]) }

    /// Anything that is not empty.
    private mutating func text() -> String {
        let parts = [
            "a", "web-*", "|", " ", "\"", "\\", "\\\"", "é", "\u{301}", "🍤", "\n", "\r\n", "\t", "}", "{", "'", "=",
            ".mean()", "\u{0}",
            "\u{A0}",
        ]
        var out = pick(parts)
        while oneIn(2) { out += pick(parts) }
        return out
    }
}
