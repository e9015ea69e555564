// SPDX-License-Identifier: MIT

package import MQL

/// One selector of a query and what is done with it.
package struct SelectorUse: Sendable {
    package let selector: Selector
    /// The functions applied to it, innermost first, up to the first operator.
    package let calls: [Function]
    /// `… op number` around the calls, turned so that the number stands on the right; nil: something else stands there.
    package let comparison: Comparison?

    /// A comparison with a constant.
    package struct Comparison: Sendable, Hashable {
        package let sign: BinaryOperator
        package let number: Double
    }

    /// The first statistic of the chain.
    var statistic: Statistic? {
        calls.lazy.compactMap { call in
            if case .statistic(let statistic) = call { statistic } else { nil }
        }.first
    }

    /// Whether that is `absent()`.
    var isAbsence: Bool {
        if case .absent = statistic { true } else { false }
    }

    /// The grouping before the first statistic: nil for none, an empty list for `grouping()`.
    var groups: [String]? {
        switch calls.first {
        case .grouping: []
        case .groupBy(let names): names
        default: nil
        }
    }

    /// All uses in a query, from left to right.
    static func all(in expression: Expression) -> [SelectorUse] {
        var uses: [SelectorUse] = []
        collect(expression, calls: [], comparison: nil, into: &uses)
        return uses
    }

    private static func collect(
        _ expression: Expression, calls: [Function], comparison: Comparison?, into uses: inout [SelectorUse]
    ) {
        switch expression.kind {
        case .number, .variable: return
        case .selector(let selector):
            uses.append(SelectorUse(selector: selector, calls: calls, comparison: comparison))
        case .call(let function, let input):
            collect(input, calls: [function] + calls, comparison: comparison, into: &uses)
        case .negated(let input): collect(input, calls: [], comparison: nil, into: &uses)
        case .membership(let input, _, _, _): collect(input, calls: [], comparison: nil, into: &uses)
        case .binary(let sign, let left, let right):
            let isComparison = sign.isComparison
            let number = isComparison ? right.constant : nil
            let turned = isComparison ? left.constant : nil
            collect(left, calls: [], comparison: number.map { Comparison(sign: sign, number: $0) }, into: &uses)
            collect(right, calls: [], comparison: turned.map { Comparison(sign: sign.turned, number: $0) }, into: &uses)
        }
    }
}

extension Expression {
    /// The number that this is, with its sign.
    var constant: Double? {
        switch kind {
        case .number(let value): value
        case .negated(let input): input.constant.map { -$0 }
        default: nil
        }
    }

    /// The same tree with nodes replaced from the leaves up; where `change` gives nil, the node stays.
    func rewritten(_ change: (Expression) -> Expression?) -> Expression {
        let inner: Kind =
            switch kind {
            case .number, .variable, .selector: kind
            case .negated(let input): .negated(input.rewritten(change))
            case .binary(let sign, let left, let right): .binary(sign, left.rewritten(change), right.rewritten(change))
            case .membership(let input, let low, let high, let isNegated):
                .membership(input.rewritten(change), low: low, high: high, isNegated: isNegated)
            case .call(let function, let input): .call(function, input: input.rewritten(change))
            }
        let node = Expression(inner, at: range)
        return change(node) ?? node
    }
}

extension BinaryOperator {
    /// The operator after its sides have changed places.
    var turned: BinaryOperator {
        switch self {
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        default: self
        }
    }
}
