// SPDX-License-Identifier: MIT

extension Parser {
    /// What stands between the parentheses of a call; nil if it cannot be used, which has been reported then. Moves
    /// behind the closing parenthesis.
    mutating func arguments(of function: FunctionName, _ name: Token, _ open: Token) throws(Stop) -> Function? {
        switch function {
        case .grouping: return try noArguments(function, open) ? .grouping : nil
        case .groupBy: return try groupBy(open)
        case .filter: return try filter(open)
        case .percentile: return try percentile(open)
        case .absent: return try absent(open)
        default:
            guard let statistic = function.plainStatistic else { return nil }
            _ = try noArguments(function, open)
            return .statistic(statistic)
        }
    }

    private mutating func noArguments(_ function: FunctionName, _ open: Token) throws(Stop) -> Bool {
        if take(.closeParenthesis) != nil { return true }
        let start = lexer.position
        try skipArguments(open)
        let range = SourceRange(min(start, lexer.position - 1), lexer.position - 1)
        report(
            "E-ARITY", "\(function.rawValue) takes nothing between its parentheses", at: range,
            hint: function == .grouping ? "groupBy(name) groups by a dimension" : nil,
            fix: FixIt("remove it", replacing: range, with: "", isSafe: false))
        return false
    }

    /// Takes the closing parenthesis; reports what stands before it.
    private mutating func close(_ open: Token, _ rule: String) throws(Stop) {
        guard take(.closeParenthesis) == nil else { return }
        let found = peek()
        try skipArguments(open)
        report("E-ARITY", rule, at: found.range)
    }

    private mutating func groupBy(_ open: Token) throws(Stop) -> Function? {
        if take(.closeParenthesis) != nil {
            report(
                "E-ARITY", "groupBy takes the names of dimensions", at: SourceRange(open.range.start, lexer.position),
                hint: "grouping() puts all streams into one")
            return nil
        }
        var names: [String] = []
        repeat {
            guard let name = try dimensionName() else {
                try skipArguments(open)
                return nil
            }
            names.append(name.text)
        } while take(.comma) != nil
        try close(open, "groupBy takes names of dimensions with commas between them")
        return .groupBy(names)
    }

    private mutating func percentile(_ open: Token) throws(Stop) -> Function? {
        let rule = "percentile takes one number between 0 and 1, as in percentile(0.95)"
        let token = peek()
        guard case .number(let value) = token.kind else {
            return try notPercentile(open, token, rule)
        }
        take()
        try close(open, rule)
        guard value > 0, value < 1 else {
            let fraction = (value / 100).mqlText
            report(
                "E-PERCENTILE", "\(text(token.range).quotedForMessage()) is not between 0 and 1", at: token.range,
                fix: value > 1 && value < 100
                    ? FixIt("write \(fraction)", replacing: token.range, with: fraction, isSafe: true) : nil)
            return nil
        }
        return .statistic(.percentile(value))
    }

    private mutating func notPercentile(_ open: Token, _ token: Token, _ rule: String) throws(Stop) -> Function? {
        try skipArguments(open)
        if case .string(let content) = token.kind {
            report("E-PERCENTILE", rule, at: token.range, fix: unquoted(content, at: token.range))
        } else {
            report(token.symbol == .closeParenthesis ? "E-ARITY" : "E-PERCENTILE", rule, at: token.range)
        }
        return nil
    }

    private mutating func absent(_ open: Token) throws(Stop) -> Function? {
        if take(.closeParenthesis) != nil { return .statistic(.absent(nil)) }
        let token = peek(.dimensionValue)
        switch token.kind {
        case .name:
            take(.dimensionValue)
            try close(open, "absent takes one period")
            return absencePeriod(text(token.range), at: token.range).map { .statistic(.absent($0)) }
        case .string(let content):
            try skipArguments(open)
            var fix: FixIt?
            if case .valid(let interval) = QueryRules.absencePeriod(content) {
                fix = FixIt("write \(interval.text)", replacing: token.range, with: interval.text, isSafe: true)
            }
            report(
                "E-ABSENT", "a period stands without quotes", at: token.range, hint: QueryRules.absencePeriods, fix: fix
            )
        default:
            try skipArguments(open)
            report("E-ABSENT", "this is not a period", at: token.range, hint: QueryRules.absencePeriods)
        }
        return nil
    }

    private mutating func absencePeriod(_ word: String, at range: SourceRange) -> AbsencePeriod? {
        if word.utf8.count <= 3, let hours = Int(word), (1...72).contains(hours), !word.hasPrefix("0") {
            report(
                "W-ABSENT-UNIT", "a period without unit is read as hours, which one page of the documentation shows",
                at: range,
                fix: FixIt("write \(hours)h", replacing: range, with: "\(hours)h", isSafe: true))
            return AbsencePeriod(Interval(hours, .hours), isUnitless: true)
        }
        switch QueryRules.absencePeriod(word) {
        case .valid(let interval): return AbsencePeriod(interval)
        case .invalid(let suggestion, let isSafe):
            report(
                "E-ABSENT", "\(word.quotedForMessage()) is not a period", at: range, hint: QueryRules.absencePeriods,
                fix: suggestion.map { FixIt("write \($0)", replacing: range, with: $0, isSafe: isSafe) })
            return nil
        }
    }

    /// `x => x > 20`
    private mutating func filter(_ open: Token) throws(Stop) -> Function? {
        let name = peek(.identifier)
        let start = lexer.position
        if name.kind == .name { take(.identifier) }
        guard name.kind == .name, peek(.identifier).symbol == .arrow else {
            lexer.move(to: start)
            try skipArguments(open)
            report("E-FILTER", "a filter is written filter(x => x > 20)", at: name.range)
            return nil
        }
        take(.identifier)
        parameter = text(name.range)
        mode = .identifier
        let condition = try binary(above: 0)
        parameter = nil
        mode = .query
        try close(open, "one condition stands in a filter")
        guard condition.expression.isCondition else {
            report(
                "E-FILTER", "a filter needs a comparison, as in filter(x => x > 20)", at: condition.expression.range)
            return nil
        }
        return .filter(parameter: text(name.range), condition: condition.expression)
    }
}

extension Expression {
    /// Whether it is a comparison, `in` or a join.
    fileprivate var isCondition: Bool {
        switch kind {
        case .membership: true
        case .binary(let op, _, _): op.isComparison || op.isJoin
        default: false
        }
    }

    /// How deep the tree is; 1 for a leaf.
    var height: Int { 1 + (children.map(\.height).max() ?? 0) }
}
