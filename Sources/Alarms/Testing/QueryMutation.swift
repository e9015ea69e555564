// SPDX-License-Identifier: MIT

import MQL

/// One change of a query's tree.
struct QueryMutation {
    let name: String
    let root: Expression
    /// Whether the changed query cannot give another result, by the rules of the language.
    var isEquivalent = false

    /// All changes, in the order of the tree.
    static func all(of root: Expression) -> [QueryMutation] {
        var mutations: [QueryMutation] = []
        var number = 0
        // Nodes are told apart by their places; a rewriting visits them from the leaves up.
        _ = root.rewritten { node in
            for (name, changed, isEquivalent) in changes(of: node, in: root) {
                let place = number
                var visited = 0
                let mutant = root.rewritten { _ in
                    defer { visited += 1 }
                    return visited == place ? changed : nil
                }
                mutations.append(QueryMutation(name: name, root: mutant, isEquivalent: isEquivalent))
            }
            number += 1
            return nil
        }
        return mutations
    }

    private typealias Change = (name: String, node: Expression, isEquivalent: Bool)

    private static func changes(of node: Expression, in root: Expression) -> [Change] {
        switch node.kind {
        case .selector(let selector): selectorChanges(selector, node)
        case .call(let function, let input): callChanges(function, input)
        case .binary(let sign, let left, let right) where sign.isComparison: comparisonChanges(sign, left, right, node)
        case .binary(let sign, let left, let right) where sign.isJoin:
            [
                ("left-dropped", right, false), ("right-dropped", left, false),
                ("join-swapped", Expression(.binary(sign == .or ? .and : .or, left, right), at: node.range), false),
            ]
        default: []
        }
    }

    // MARK: Selectors and calls

    private static func selectorChanges(_ selector: Selector, _ node: Expression) -> [Change] {
        var changes: [Change] = []
        for (name, interval) in intervals(selector.interval) {
            let changed = Selector(
                resourceGroup: selector.resourceGroup, metric: selector.metric, interval: interval,
                filters: selector.filters)
            changes.append((name, Expression(.selector(changed), at: node.range), false))
        }
        for index in selector.filters.indices {
            var filters = selector.filters
            let dropped = filters.remove(at: index)
            let changed = Selector(
                resourceGroup: selector.resourceGroup, metric: selector.metric, interval: selector.interval,
                filters: filters)
            changes.append(("filter-dropped-\(dropped.name)", Expression(.selector(changed), at: node.range), false))
        }
        return changes
    }

    /// Half and twice, where the service takes them.
    private static func intervals(_ interval: Interval) -> [(String, Interval)] {
        let minutes = interval.minutes
        let half = valid(minutes / 2).map { [("interval-halved", $0)] } ?? []
        let double = valid(minutes * 2).map { [("interval-doubled", $0)] } ?? []
        return half + double
    }

    private static func valid(_ minutes: Int) -> Interval? {
        if (1...59).contains(minutes) { return Interval(minutes, .minutes) }
        guard minutes >= 60, minutes % 60 == 0, minutes <= 1440 else { return nil }
        return Interval(minutes / 60, .hours)
    }

    private static func callChanges(_ function: Function, _ input: Expression) -> [Change] {
        switch function {
        case .grouping, .groupBy: [("grouping-dropped", input, false)]
        case .statistic(.absent(let period?)):
            [
                (
                    "absence-period-dropped",
                    Expression(.call(.statistic(.absent(nil)), input: input), at: input.range),
                    period.interval.minutes == AbsencePeriod.standard.interval.minutes
                )
            ]
        default: []
        }
    }

    // MARK: Comparisons

    private static func comparisonChanges(
        _ sign: BinaryOperator, _ left: Expression, _ right: Expression, _ node: Expression
    ) -> [Change] {
        if left.constant != nil, right.constant == nil { return comparisonChanges(sign.turned, right, left, node) }
        var changes: [Change] = []
        // A bare value is true where it is not zero; only a value below zero could tell that from `> 0`.
        let isAbsence = left.isAbsence && right.constant != nil
        let isTruth = sign == .greater && right.constant == 0
        let zero = Expression(.number(0), at: right.range)
        let bare = Expression(.binary(.notEqual, left, zero), at: node.range)
        changes.append(("threshold-removed", bare, isTruth || isAbsence && sameForTruth(sign, right.constant)))
        let flipped = Expression(.binary(sign.opposite, left, right), at: node.range)
        changes.append(("comparison-flipped", flipped, false))
        guard let threshold = right.constant else { return changes }
        for (name, value) in [("threshold-raised", raised(threshold)), ("threshold-lowered", lowered(threshold))] {
            let number = Expression.constant(value, at: right.range)
            let changed = Expression(.binary(sign, left, number), at: node.range)
            changes.append((name, changed, isAbsence && truths(sign, threshold) == truths(sign, value)))
        }
        return changes
    }

    /// Twice, or one more than nothing.
    private static func raised(_ value: Double) -> Double { value == 0 ? 1 : value + value.magnitude }

    /// Half, or one less than nothing.
    private static func lowered(_ value: Double) -> Double { value == 0 ? -1 : value - value.magnitude / 2 }

    /// What a comparison says of absent()'s two values.
    private static func truths(_ sign: BinaryOperator, _ number: Double) -> [Bool] {
        [0.0, 1.0].map { value in
            switch sign {
            case .greater: value > number
            case .greaterOrEqual: value >= number
            case .less: value < number
            case .lessOrEqual: value <= number
            case .equal: value == number
            default: value != number
            }
        }
    }

    private static func sameForTruth(_ sign: BinaryOperator, _ number: Double?) -> Bool {
        number.map { truths(sign, $0) == [false, true] } ?? false
    }
}

extension BinaryOperator {
    /// The other direction; equality and difference change places.
    fileprivate var opposite: BinaryOperator {
        switch self {
        case .equal: .notEqual
        case .notEqual: .equal
        default: turned
        }
    }
}

extension Expression {
    /// Whether this is `absent()` of something.
    fileprivate var isAbsence: Bool {
        if case .call(.statistic(.absent), _) = kind { true } else { false }
    }

    fileprivate static func constant(_ value: Double, at place: SourceRange) -> Expression {
        let number = Expression(.number(value.magnitude), at: place)
        return value < 0 ? Expression(.negated(number), at: place) : number
    }
}
