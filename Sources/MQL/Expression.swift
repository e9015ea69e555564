// SPDX-License-Identifier: MIT

/// A node of a query's tree. Two are equal if they say the same, wherever in a text they stand.
public struct Expression: Sendable {
    /// What stands here.
    public let kind: Kind
    /// Where it stands in the text it was parsed from.
    public let range: SourceRange

    /// A node at a place.
    public init(_ kind: Kind, at range: SourceRange) {
        self.kind = kind
        self.range = range
    }

    /// The kinds of nodes. Parentheses leave no trace of their own: the tree's shape says it.
    public indirect enum Kind: Sendable, Hashable {
        /// A number without sign.
        case number(Double)
        /// The parameter of the `filter` around it; nowhere else.
        case variable(String)
        /// A metric with its interval and filters, before any statistic.
        case selector(Selector)
        /// `-x`
        case negated(Expression)
        /// `x op y`
        case binary(BinaryOperator, Expression, Expression)
        /// `x in (low, high)` or `x not in (low, high)`
        case membership(Expression, low: Double, high: Double, isNegated: Bool)
        /// `input.function()`
        case call(Function, input: Expression)
    }
}

extension Expression: Hashable {
    public static func == (left: Expression, right: Expression) -> Bool { left.kind == right.kind }
    public func hash(into hasher: inout Hasher) { hasher.combine(kind) }
}

/// The operators between two operands, as written.
public enum BinaryOperator: String, Sendable, Hashable, CaseIterable {
    case or = "||"
    case and = "&&"
    case greater = ">"
    case greaterOrEqual = ">="
    case less = "<"
    case lessOrEqual = "<="
    case equal = "=="
    case notEqual = "!="
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"

    /// `> >= < <= == !=`
    public var isComparison: Bool {
        switch self {
        case .greater, .greaterOrEqual, .less, .lessOrEqual, .equal, .notEqual: true
        default: false
        }
    }

    /// `&&` and `||`
    public var isJoin: Bool { self == .or || self == .and }
}
