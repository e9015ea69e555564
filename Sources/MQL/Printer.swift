// SPDX-License-Identifier: MIT

extension Expression {
    /// The query in its canonical form: one space around operators and behind commas, values in double quotes, function
    /// names as documented, parentheses only where they matter. `&&` and `||` beside each other always have them, so the
    /// text means the same whatever binds tighter.
    ///
    /// Parsing it gives an equal tree, if the tree itself came from a text or keeps the rules: numbers finite and not
    /// negative, statistics where they are allowed, names not empty.
    public var canonicalText: String {
        var out = ""
        write(into: &out)
        return out
    }

    private func write(into out: inout String) {
        switch kind {
        case .number(let value): out += value.mqlText
        case .variable(let name): out += name
        case .selector(let selector): out += selector.canonicalText
        case .negated(let operand):
            out += "-"
            operand.write(into: &out, inParentheses: operand.precedence < Expression.unaryPrecedence)
        case .binary(let op, let left, let right): write(op, left, right, into: &out)
        case .membership(let operand, let low, let high, let isNegated):
            operand.write(into: &out, inParentheses: operand.precedence <= precedence)
            out += isNegated ? " not in (" : " in ("
            out += "\(low.mqlText), \(high.mqlText))"
        case .call(let function, let input):
            input.write(into: &out, inParentheses: input.needsParentheses(before: function))
            out += "."
            function.write(into: &out)
        }
    }

    private func write(into out: inout String, inParentheses: Bool) {
        if inParentheses { out += "(" }
        write(into: &out)
        if inParentheses { out += ")" }
    }

    private func write(_ op: BinaryOperator, _ left: Expression, _ right: Expression, into out: inout String) {
        // Joins of two kinds, and comparisons of comparisons, need them on both sides; else left binds first.
        let isStrict = op.isComparison
        let leftNeeds =
            left.isJoin(otherThan: op) || left.precedence < precedence || (isStrict && left.precedence == precedence)
        left.write(into: &out, inParentheses: leftNeeds)
        out += " \(op.rawValue) "
        right.write(into: &out, inParentheses: right.isJoin(otherThan: op) || right.precedence <= precedence)
    }

    private func isJoin(otherThan op: BinaryOperator) -> Bool {
        guard op.isJoin, case .binary(let own, _, _) = kind else { return false }
        return own.isJoin && own != op
    }

    /// Whether `.function()` behind this node needs parentheses around it. A statistic of a statistic gets them too.
    private func needsParentheses(before function: Function) -> Bool {
        switch kind {
        case .selector: return false
        case .call(let inner, _):
            guard case .statistic = function else { return false }
            switch inner {
            case .statistic, .filter: return true
            case .grouping, .groupBy: return false
            }
        default: return true
        }
    }

    private static let unaryPrecedence = 6

    /// Tightest has the highest number.
    private var precedence: Int {
        switch kind {
        case .binary(.or, _, _): 1
        case .binary(.and, _, _): 2
        case .binary(.add, _, _), .binary(.subtract, _, _): 4
        case .binary(.multiply, _, _), .binary(.divide, _, _), .binary(.remainder, _, _): 5
        case .binary, .membership: 3
        case .negated: Expression.unaryPrecedence
        case .number, .variable, .selector, .call: 7
        }
    }
}

extension Function {
    /// `name(arguments)`, without the dot.
    public var canonicalText: String {
        var out = ""
        write(into: &out)
        return out
    }

    fileprivate func write(into out: inout String) {
        switch self {
        case .grouping: out += "grouping()"
        case .groupBy(let names): out += "groupBy(\(names.map(\.mqlDimensionName).joined(separator: ", ")))"
        case .filter(let parameter, let condition): out += "filter(\(parameter) => \(condition.canonicalText))"
        case .statistic(.percentile(let fraction)): out += "percentile(\(fraction.mqlText))"
        case .statistic(let statistic):
            out += statistic.name
            if case .absent(let period?) = statistic { out += "(\(period.canonicalText))" } else { out += "()" }
        }
    }
}

extension Statistic {
    /// The name of the function, without parentheses: `percentile` for every percentile.
    public var name: String {
        switch self {
        case .avg: "avg"
        case .mean: "mean"
        case .count: "count"
        case .sum: "sum"
        case .min: "min"
        case .max: "max"
        case .first: "first"
        case .last: "last"
        case .increment: "increment"
        case .rate: "rate"
        case .percentile: "percentile"
        case .absent: "absent"
        }
    }
}

extension AbsencePeriod {
    /// `20m`; `20` where the unit was left out.
    public var canonicalText: String { isUnitless ? String(interval.minutes / 60) : interval.text }
}

extension Selector {
    /// `group::metric[5m]{name = "value"}`
    public var canonicalText: String {
        var out = resourceGroup.map { $0 + "::" } ?? ""
        out += "\(metric)[\(interval.text)]"
        if filters.isEmpty { return hasEmptyBraces ? out + "{}" : out }
        let parts = filters.map { "\($0.name.mqlDimensionName) \($0.comparison.rawValue) \($0.value.mqlQuoted)" }
        return out + "{" + parts.joined(separator: ", ") + "}"
    }
}

extension String {
    /// In double quotes, with `"` and `\` escaped.
    var mqlQuoted: String {
        var out = "\""
        for scalar in unicodeScalars {
            if scalar == "\"" || scalar == "\\" { out.unicodeScalars.append("\\") }
            out.unicodeScalars.append(scalar)
        }
        return out + "\""
    }

    /// Bare if that is possible, else quoted.
    var mqlDimensionName: String { Lexer.Mode.dimensionName.matches(self) ? self : mqlQuoted }
}

extension Double {
    /// The shortest text that reads as this number: `80`, `0.5`, `1e300`. A negative one has a minus.
    public var mqlText: String {
        if magnitude < 1e15, let whole = Int64(exactly: self) { return String(whole) }
        let text = description
        guard let e = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: e)...]) else {
            return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        }
        let mantissa = text[..<e]
        guard (-7..<22).contains(exponent) else {
            return (mantissa.hasSuffix(".0") ? String(mantissa.dropLast(2)) : String(mantissa)) + "e\(exponent)"
        }
        return (sign == .minus ? "-" : "") + Double.shifted(mantissa.filter(\.isNumber), by: exponent)
    }

    /// The digits of `d.ddd × 10^exponent` without the exponent.
    private static func shifted(_ digits: String, by exponent: Int) -> String {
        var digits = digits
        while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
        if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = digits.prefix(exponent + 1)
        let rest = digits.dropFirst(exponent + 1)
        let padded = whole + String(repeating: "0", count: exponent + 1 - whole.count)
        return rest.isEmpty ? String(padded) : padded + "." + rest
    }
}
