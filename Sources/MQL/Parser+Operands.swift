// SPDX-License-Identifier: MIT

extension Parser {
    /// Any number of minus signs and an operand.
    mutating func unary() throws(Stop) -> Node {
        var signs: [Token] = []
        while let sign = take(.subtract) {
            signs.append(sign)
            if signs.count > QueryRules.maximumDepth { throw tooDeep(at: sign.range) }
        }
        var operand = try self.operand()
        for sign in signs.reversed() {
            let range = sign.range.joined(with: operand.expression.range)
            operand = try node(.negated(operand.expression), at: range, over: [operand])
        }
        return operand
    }

    /// A number, something in parentheses, or a metric with all that belongs to it.
    private mutating func operand() throws(Stop) -> Node {
        let token = peek()
        switch token.kind {
        case .number(let value): return try number(value)
        case .malformedNumber: return try malformedNumber()
        case .name: return parameter == nil ? try metric() : try variable()
        case .string(let content):
            take()
            report(
                "E-OPERAND", "a string cannot be compared or computed with", at: token.range,
                fix: unquoted(content, at: token.range))
            return Node(expression: Expression(.number(0), at: token.range))
        case .symbol(.openParenthesis): return try parenthesised()
        case .end: throw fail("E-EOF", "the query ends where a value is expected", at: token.range)
        case .symbol(let symbol): throw missingOperand(before: symbol, token)
        case .unknown:
            throw fail(
                "E-OPERAND", "\(text(token.range).quotedForMessage()) cannot start a value", at: token.range,
                hint: "a metric name starts with a letter A to Z or a to z")
        }
    }

    private mutating func missingOperand(before symbol: Symbol, _ token: Token) -> Stop {
        switch symbol {
        case .bang:
            return fail(
                "E-OPERAND", "MQL has no negation \"!\"", at: token.range,
                hint: "turn the comparison around: < instead of >=")
        case .openBracket:
            return fail("E-OPERAND", "the name of the metric is missing before \"[\"", at: token.range)
        case .closeParenthesis:
            return fail("E-OPERAND", "a value is missing before \")\"", at: token.range)
        default:
            return fail("E-OPERAND", "a value is missing before \"\(symbol.rawValue)\"", at: token.range)
        }
    }

    private mutating func number(_ value: Double) throws(Stop) -> Node {
        let token = take()
        let node = Node(expression: Expression(.number(value), at: token.range))
        guard parameter == nil, peek().symbol == .dot else { return node }
        return try calls(on: node, isSelector: false)
    }

    /// `50GB`, `5CpuUtilization[5m]`
    private mutating func malformedNumber() throws(Stop) -> Node {
        let token = take()
        reportNumber(token)
        // What looks like a metric is read on as one, so that the rest is checked too.
        if parameter == nil, peek().symbol == .openBracket { return try metric(named: token) }
        return Node(expression: Expression(.number(0), at: token.range))
    }

    /// Says what is wrong with a number.
    mutating func reportNumber(_ token: Token) {
        let written = text(token.range)
        let hint: String? =
            if peek().symbol == .openBracket { "a metric name starts with a letter" } else if written.hasSuffix(".") {
                "write 5 or 5.0"
            } else if written.last?.isLetter == true { "numbers have no units: write 50000000000 for 50 GB" } else {
                nil
            }
        report("E-NUMBER", "\(written.quotedForMessage()) is not a number", at: token.range, hint: hint)
    }

    /// `( … )` and the calls on it.
    private mutating func parenthesised() throws(Stop) -> Node {
        let open = take()
        depth += 1
        defer { depth -= 1 }
        guard depth < QueryRules.maximumDepth else { throw tooDeep(at: open.range) }
        var inner = try binary(above: 0)
        let close = peek()
        guard take(.closeParenthesis) != nil else { throw unclosed(open, found: close) }
        inner.expression = Expression(inner.expression.kind, at: open.range.joined(with: close.range))
        inner.isParenthesised = true
        guard parameter == nil, peek().symbol == .dot else { return inner }
        return try calls(on: inner, isSelector: false)
    }

    private mutating func unclosed(_ open: Token, found: Token) -> Stop {
        guard found.kind == .end else {
            return fail(
                "E-SYNTAX", "an operator or \")\" is expected before \(text(found.range).quotedForMessage())",
                at: found.range, hint: trailingHint(found))
        }
        return fail(
            "E-SYNTAX", "this parenthesis is not closed", at: open.range,
            fix: FixIt("add \")\" at the end", replacing: found.range, with: ")", isSafe: false))
    }

    /// The parameter inside a filter's condition.
    private mutating func variable() throws(Stop) -> Node {
        let token = take()
        let name = text(token.range)
        guard name == parameter else {
            throw fail(
                "E-FILTER", "a filter's condition knows only \"\(parameter ?? "x")\", not \(name.quotedForMessage())",
                at: token.range)
        }
        return Node(expression: Expression(.variable(name), at: token.range))
    }

    /// Reports what stands behind a complete query.
    mutating func trailing() -> Stop {
        let token = peek()
        let fix: FixIt? =
            switch token.symbol {
            case .closeParenthesis: FixIt("remove it", replacing: token.range, with: "", isSafe: false)
            case .semicolon: FixIt("remove it", replacing: token.range, with: "", isSafe: true)
            default: nil
            }
        let message =
            token.symbol == .closeParenthesis
            ? "this parenthesis closes nothing"
            : "the query is complete before \(text(token.range).quotedForMessage())"
        return fail("E-TRAILING", message, at: token.range, hint: trailingHint(token), fix: fix)
    }

    /// What people mean by words behind a complete query.
    private func trailingHint(_ token: Token) -> String? {
        switch word(token) {
        case "by": "group before the statistic: metric[1m].groupBy(name).sum()"
        case "offset": "MQL has no offset"
        case "not": "MQL has not in (a, b), but no other not"
        case "for": "for how long is the alarm's pendingDuration"
        default:
            switch token.symbol {
            case .semicolon: "a query ends without a sign"
            case .openBracket, .openBrace: "[interval] and {dimensions} stand right behind the metric name"
            default: nil
            }
        }
    }
}
