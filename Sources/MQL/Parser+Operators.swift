// SPDX-License-Identifier: MIT

extension Parser {
    /// What stands between two operands.
    private struct Infix {
        enum Kind: Equatable {
            case binary(BinaryOperator)
            case membership(isNegated: Bool)
            case between
        }
        let kind: Kind
        let range: SourceRange
        /// What is wrong with its spelling.
        var problem: Diagnostic?

        var isComparison: Bool {
            if case .binary(let op) = kind { return op.isComparison }
            return true
        }
    }

    /// An operand and all operators behind it that bind tighter than `limit`.
    mutating func binary(above limit: Int) throws(Stop) -> Node {
        var left = try unary()
        while let infix = infixAhead(), precedence(infix.kind) > limit {
            while lexer.position < infix.range.end { take() }
            if let problem = infix.problem { report(problem) }
            if isPercentSign(infix, behind: left) { continue }
            checkChain(left, infix)
            switch infix.kind {
            case .binary(let op):
                let right = try binary(above: precedence(infix.kind))
                warnMixedJoin(op, left, right)
                let range = left.expression.range.joined(with: right.expression.range)
                left = try node(.binary(op, left.expression, right.expression), at: range, over: [left, right])
            case .membership(let isNegated):
                left = try membership(left, isNegated: isNegated)
            case .between:
                left = try between(left, at: infix.range)
            }
        }
        return left
    }

    /// Tightest has the highest number.
    private func precedence(_ kind: Infix.Kind) -> Int {
        switch kind {
        case .binary(.or): 1
        case .binary(.and): knobs.joinPrecedence == .leftToRight ? 1 : 2
        case .binary(.add), .binary(.subtract): 4
        case .binary(.multiply), .binary(.divide), .binary(.remainder): 5
        case .binary, .membership, .between: 3
        }
    }

    private mutating func infixAhead() -> Infix? {
        let token = peek()
        if let symbol = token.symbol {
            if let op = BinaryOperator(rawValue: symbol.rawValue) {
                return Infix(kind: .binary(op), range: token.range)
            }
            return misspelled(symbol, token.range)
        }
        switch word(token) {
        case "in": return wordInfix(.membership(isNegated: false), token.range, as: "in")
        case "not": return notIn(token)
        case "notin": return wordInfix(.membership(isNegated: true), token.range, as: "not in")
        case "and": return wordInfix(.binary(.and), token.range, as: "&&")
        case "or": return wordInfix(.binary(.or), token.range, as: "||")
        case "between": return Infix(kind: .between, range: token.range)
        default: return nil
        }
    }

    /// A word as an operator; an error unless it is spelled so.
    private func wordInfix(_ kind: Infix.Kind, _ range: SourceRange, as spelling: String) -> Infix {
        let written = text(range)
        guard written != spelling else { return Infix(kind: kind, range: range) }
        let fix = FixIt("write \(spelling)", replacing: range, with: spelling, isSafe: true)
        return Infix(
            kind: kind, range: range,
            problem: Diagnostic(code: "E-TRAILING", "MQL has no operator \"\(written)\"", at: range, fix: fix))
    }

    private mutating func notIn(_ not: Token) -> Infix? {
        let start = lexer.position
        defer { lexer.move(to: start) }
        lexer.move(to: not.range.end)
        let second = peek()
        guard word(second) == "in" else { return nil }
        var infix = wordInfix(.membership(isNegated: true), not.range.joined(with: second.range), as: "not in")
        if text(not.range) == "not", text(second.range) == "in" { infix.problem = nil }
        return infix
    }

    /// Operators of other languages.
    private func misspelled(_ symbol: Symbol, _ range: SourceRange) -> Infix? {
        let (op, code): (BinaryOperator, String)
        switch symbol {
        case .assign: (op, code) = (.equal, "E-TRAILING")
        case .arrow: (op, code) = (.greaterOrEqual, "E-TRAILING")
        case .sqlNotEqual: (op, code) = (.notEqual, "E-OPERAND")
        case .ampersand: (op, code) = (.and, "E-TRAILING")
        case .bar: (op, code) = (.or, "E-TRAILING")
        default: return nil
        }
        let fix = FixIt("write \(op.rawValue)", replacing: range, with: op.rawValue, isSafe: true)
        let message = "\"\(symbol.rawValue)\" is not an operator between two values"
        return Infix(
            kind: .binary(op), range: range, problem: Diagnostic(code: code, message, at: range, fix: fix))
    }

    /// `> 80%`: takes the sign as part of the number and says so.
    private mutating func isPercentSign(_ infix: Infix, behind left: Node) -> Bool {
        // One test after the other: joined by a comma they stop Swift 6.3.1's optimiser (CopyPropagation).
        let isRemainder = infix.kind == .binary(.remainder)
        guard isRemainder, left.expression.isNumber, !isOperandAhead() else { return false }
        report(
            "E-NUMBER", "a number has no percent sign", at: infix.range,
            fix: FixIt("remove it", replacing: infix.range, with: "", isSafe: true))
        return true
    }

    /// Whether what follows can start an operand.
    private mutating func isOperandAhead() -> Bool {
        let next = peek()
        switch next.kind {
        case .end: return false
        case .symbol(let symbol): return symbol == .openParenthesis || symbol == .subtract
        default: return word(next) != "and" && word(next) != "or"
        }
    }

    /// Reports `a > b > c`.
    private mutating func checkChain(_ left: Node, _ infix: Infix) {
        guard infix.isComparison, !left.isParenthesised else { return }
        switch left.expression.kind {
        case .membership: break
        case .binary(let op, _, _) where op.isComparison: break
        default: return
        }
        report(
            "E-CHAINED-COMPARE", "comparisons cannot be chained", at: infix.range,
            hint: "join two with &&, or put the first in parentheses to compare its 0 or 1")
    }

    /// Warns of `a || b && c` without parentheses.
    private mutating func warnMixedJoin(_ op: BinaryOperator, _ left: Node, _ right: Node) {
        guard op.isJoin else { return }
        for part in [left, right] where !part.isParenthesised {
            guard case .binary(let inner, _, _) = part.expression.kind, inner.isJoin, inner != op else { continue }
            let range = part.expression.range
            report(
                "W-MIXED-JOIN", "&& and || are mixed without parentheses; which binds tighter is not documented",
                at: range,
                fix: FixIt(
                    "put parentheses around this part", replacing: range, with: "(" + text(range) + ")", isSafe: false))
        }
    }

    /// `(low, high)` behind `in`.
    private mutating func membership(_ left: Node, isNegated: Bool) throws(Stop) -> Node {
        let open = peek()
        guard take(.openParenthesis) != nil else {
            throw fail("E-SYNTAX", "two bounds in parentheses must follow: in (60, 80)", at: open.range)
        }
        let low = try bound()
        guard take(.comma) != nil else {
            throw fail("E-SYNTAX", "two bounds must stand here: in (60, 80)", at: peek().range)
        }
        let high = try bound()
        guard let close = take(.closeParenthesis) else {
            throw fail("E-SYNTAX", "\")\" must follow the second bound: in (60, 80)", at: peek().range)
        }
        let kind = Expression.Kind.membership(left.expression, low: low, high: high, isNegated: isNegated)
        return try node(kind, at: left.expression.range.joined(with: close.range), over: [left])
    }

    /// A number with or without a minus.
    private mutating func bound() throws(Stop) -> Double {
        let sign = take(.subtract)
        let token = take()
        switch token.kind {
        case .number(let value): return sign == nil ? value : -value
        case .malformedNumber:
            reportNumber(token)
            return 0
        case .string(let content):
            report(
                "E-RANGE-NUMBER", "a bound is a number, without quotes", at: token.range,
                fix: unquoted(content, at: token.range))
            return 0
        default: throw fail("E-RANGE-NUMBER", "a bound must be a number: in (60, 80)", at: token.range)
        }
    }

    /// `between 60 and 80`, which is `in (60, 80)`.
    private mutating func between(_ left: Node, at range: SourceRange) throws(Stop) -> Node {
        let message = "MQL has no operator \"\(text(range))\""
        guard case .number(let low) = peek().kind else {
            throw fail("E-TRAILING", message, at: range, hint: "write in (60, 80)")
        }
        let lowText = text(take().range)
        guard word(peek()) == "and" else {
            throw fail("E-TRAILING", message, at: range, hint: "write in (60, 80)")
        }
        take()
        guard case .number(let high) = peek().kind else {
            throw fail("E-TRAILING", message, at: range, hint: "write in (60, 80)")
        }
        let last = take()
        let replacement = "in (\(lowText), \(text(last.range)))"
        let whole = range.joined(with: last.range)
        report(
            "E-TRAILING", message, at: range,
            fix: FixIt("write \(replacement)", replacing: whole, with: replacement, isSafe: true))
        let kind = Expression.Kind.membership(left.expression, low: low, high: high, isNegated: false)
        return try node(kind, at: left.expression.range.joined(with: last.range), over: [left])
    }

    /// The change of `"80"` to `80`, if that is what the string holds.
    func unquoted(_ content: String, at range: SourceRange) -> FixIt? {
        guard let value = Double(content), value.isFinite, value >= 0 else { return nil }
        return FixIt("write \(value.mqlText)", replacing: range, with: value.mqlText, isSafe: true)
    }
}

extension Expression {
    /// Whether this is a number without sign.
    fileprivate var isNumber: Bool {
        if case .number = kind { true } else { false }
    }
}
