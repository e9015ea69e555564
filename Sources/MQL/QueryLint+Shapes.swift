// SPDX-License-Identifier: MIT

extension Expression {
    /// The number that this is, with its sign.
    var constant: Double? {
        switch kind {
        case .number(let value): value
        case .negated(let operand): operand.constant.map { -$0 }
        default: nil
        }
    }

    /// The selector, if nothing but grouping stands between.
    var rawSelector: Selector? {
        switch kind {
        case .selector(let selector): selector
        case .call(.grouping, let input), .call(.groupBy, let input): input.rawSelector
        default: nil
        }
    }

    /// `grouping()` or `groupBy()`
    var isGroup: Bool {
        switch kind {
        case .call(.grouping, _), .call(.groupBy, _): true
        default: false
        }
    }

    /// Whether some `absent()` asks about this metric.
    func asksAbsence(of metric: String) -> Bool {
        descendants.contains { node in
            guard case .call(.statistic(.absent), let input) = node.kind else { return false }
            return input.rawSelector?.metric == metric
        }
    }

    /// Whether this is a test for a small value: `<`, `<=`, `==`, `in` and the mirrored forms.
    var asksForFew: Bool {
        switch kind {
        case .membership(_, _, _, let isNegated): !isNegated
        case .binary(let op, let left, _):
            [.less, .lessOrEqual, .equal].contains(left.constant == nil ? op : op.flipped)
        default: false
        }
    }

    /// Whether the comparison of a value with a constant holds for 1, the smallest count there is.
    var holdsForOne: Bool {
        switch kind {
        case .membership(_, let low, let high, _): high >= 1 && low <= high
        case .binary(let op, let left, let right):
            if let constant = right.constant {
                (op == .equal && constant >= 1) || op.holds(1, constant)
            } else if let constant = left.constant {
                (op == .equal && constant >= 1) || op.flipped.holds(1, constant)
            } else {
                true
            }
        default: true
        }
    }
}

extension BinaryOperator {
    /// The comparison of two numbers; false for other operators.
    func holds(_ left: Double, _ right: Double) -> Bool {
        switch self {
        case .greater: left > right
        case .greaterOrEqual: left >= right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .equal: left == right
        case .notEqual: left != right
        case .or, .and, .add, .subtract, .multiply, .divide, .remainder: false
        }
    }

    /// The comparison with its sides exchanged.
    var flipped: BinaryOperator {
        switch self {
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        default: self
        }
    }
}

extension Selector {
    /// Whether the metric's name says that it is a percentage or ratio.
    var looksLikePercentage: Bool {
        guard metric.utf8.count <= 256 else { return false }
        let name = metric.lowercased()
        return name.hasSuffix("ratio") || ["percent", "utilization", "utilisation"].contains { name.contains($0) }
    }
}

extension DimensionFilter {
    /// Whether a fuzzy value holds what only regular expressions give a meaning.
    var looksLikeRegularExpression: Bool {
        guard comparison == .like || comparison == .notLike else { return false }
        return [".*", ".+", "^", "[", "(", "\\", "$"].contains { value.contains($0) }
    }
}
