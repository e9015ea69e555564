// SPDX-License-Identifier: MIT

extension Expression {
    /// The tree as a symbolic expression, for tests and for people who want to see what binds to what:
    /// `(> (mean (sel "CpuUtilization" 1m (= "a" "b"))) 80)`.
    ///
    /// Operators stand first; calls wrap their input; strings are JSON strings.
    public var notation: String {
        switch kind {
        case .number(let value): value.mqlText
        case .variable(let name): name
        case .selector(let selector): selector.notation
        case .negated(let operand): "(neg \(operand.notation))"
        case .binary(let op, let left, let right): "(\(op.rawValue) \(left.notation) \(right.notation))"
        case .membership(let operand, let low, let high, let isNegated):
            "(\(isNegated ? "not-in" : "in") \(operand.notation) \(low.mqlText) \(high.mqlText))"
        case .call(let function, let input): "(\(function.notation) \(input.notation))"
        }
    }
}

extension Function {
    /// The head of a call.
    fileprivate var notation: String {
        switch self {
        case .grouping: "grouping"
        case .groupBy(let names): "groupBy " + names.map(\.jsonText).joined(separator: " ")
        case .filter(let parameter, let condition): "filter (lambda \(parameter) \(condition.notation))"
        case .statistic(.percentile(let fraction)): "percentile \(fraction.mqlText)"
        case .statistic(.absent(let period?)): "absent \(period.canonicalText)"
        case .statistic(let statistic): statistic.name
        }
    }
}

extension Selector {
    fileprivate var notation: String {
        var parts = ["sel", metric.jsonText, interval.text]
        if let resourceGroup { parts.append("(rg \(resourceGroup.jsonText))") }
        parts += filters.map { "(\($0.comparison.rawValue) \($0.name.jsonText) \($0.value.jsonText))" }
        return "(" + parts.joined(separator: " ") + ")"
    }
}

extension String {
    /// A JSON string. Only what must be escaped is.
    fileprivate var jsonText: String {
        var out = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": out += "\\" + String(scalar)
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case "\r": out += "\\r"
            case "\u{0}"..<" ":
                let hex = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
