// SPDX-License-Identifier: MIT

extension Parser {
    /// A value and what has been called on it so far.
    struct Chain {
        var node: Node
        /// Whether the value still is a metric without statistic.
        var isSelector: Bool
        /// A grouping function that waits for its statistic.
        var grouping: SourceRange?
        /// Whether a statistic has been called since the last parenthesis.
        var hasStatistic = false
        /// Whether something before could not be understood, so that a missing statistic is no news.
        var isExcused = false
    }

    /// All `.function()` behind a value.
    mutating func calls(on value: Node, isSelector: Bool, isExcused: Bool = false) throws(Stop) -> Node {
        var chain = Chain(node: value, isSelector: isSelector, isExcused: isExcused)
        while let dot = take(.dot) {
            try call(on: &chain, at: dot)
        }
        let end = SourceRange(chain.node.expression.range.end, chain.node.expression.range.end)
        if let grouping = chain.grouping, !chain.isExcused {
            report(
                "E-NO-STAT", "a statistic must follow the grouping function", at: grouping,
                fix: FixIt("add .mean(), or another statistic", replacing: end, with: ".mean()", isSafe: false))
        } else if chain.isSelector, !chain.isExcused {
            report(
                "E-NO-STAT", "\(text(chain.node.expression.range).quotedForMessage()) has no statistic",
                at: chain.node.expression.range,
                hint: "a statistic stands right behind the metric, inside of any parentheses",
                fix: FixIt("add .mean(), or another statistic", replacing: end, with: ".mean()", isSafe: false))
        }
        return chain.node
    }

    /// One call, behind the dot.
    private mutating func call(on chain: inout Chain, at dot: Token) throws(Stop) {
        if let second = take(.dot) {
            report(
                "E-FUNCTION", "one dot is enough", at: second.range,
                fix: FixIt("remove it", replacing: second.range, with: "", isSafe: true))
        }
        let name = peek(.identifier)
        guard name.kind == .name else {
            throw fail("E-FUNCTION", "a function must follow the dot", at: name.range)
        }
        take(.identifier)
        guard let function = FunctionName(anyCase: text(name.range)) else {
            try unknownFunction(name)
            chain.isExcused = true
            return
        }
        if text(name.range) != function.rawValue {
            report(
                "W-CASE", "\(text(name.range)) is documented as \(function.rawValue)", at: name.range,
                fix: FixIt("write \(function.rawValue)", replacing: name.range, with: function.rawValue, isSafe: true))
        }
        guard let open = take(.openParenthesis) else {
            let place = SourceRange(name.range.end, name.range.end)
            report(
                "E-CALL", "\(function.rawValue) is written \(function.rawValue)()", at: name.range,
                hint: function.needsArguments ? "with an argument between the parentheses" : nil,
                fix: function.needsArguments ? nil : FixIt("add ()", replacing: place, with: "()", isSafe: true))
            chain.isExcused = true
            return
        }
        guard let read = try arguments(of: function, name, open) else {
            chain.isExcused = true
            return
        }
        try apply(read, to: &chain, at: name.range)
    }

    /// Puts a function over the value, if the rules allow it.
    private mutating func apply(_ function: Function, to chain: inout Chain, at name: SourceRange) throws(Stop) {
        if !chain.node.hasMetric {
            report("E-CALL-ON-NUMBER", "\(text(name)) needs a metric, not a number", at: name)
        }
        switch function {
        case .grouping, .groupBy:
            if chain.grouping != nil {
                report(
                    "E-GROUP", "only one grouping function can stand before a statistic", at: name,
                    hint: "groupBy(a, b) groups by two dimensions")
            }
            chain.grouping = name
        case .filter:
            if chain.grouping != nil || chain.isSelector {
                report("E-FILTER", "filter works on the values of a statistic and stands behind it", at: name)
                chain.isExcused = true
            }
        case .statistic(let statistic):
            checkNesting(statistic, chain, at: name)
            chain.isSelector = false
            chain.grouping = nil
            chain.hasStatistic = true
        }
        let range = SourceRange(chain.node.expression.range.start, lexer.position)
        var parts = [chain.node]
        if case .filter(_, let condition) = function {
            parts.append(Node(expression: condition, height: condition.height))
        }
        chain.node = try node(.call(function, input: chain.node.expression), at: range, over: parts)
    }

    private mutating func checkNesting(_ statistic: Statistic, _ chain: Chain, at name: SourceRange) {
        guard !chain.isSelector, !chain.isExcused else { return }
        if statistic.needsRawPoints {
            report(
                "E-NESTED-STAT", "\(text(name)) works on a metric, not on the result of a query", at: name,
                hint: "put it right behind the metric")
        } else if chain.hasStatistic, chain.grouping == nil {
            let range = chain.node.expression.range
            report(
                "W-CHAINED-STAT", "a statistic of a statistic without grouping changes nothing, or not what one thinks",
                at: name, hint: "group first, as in .rate().grouping().sum(), or make it plain with parentheses",
                fix: FixIt(
                    "put parentheses around what is before it", replacing: range, with: "(" + text(range) + ")",
                    isSafe: true))
        }
    }

    /// Reports a function that does not exist and skips its arguments.
    private mutating func unknownFunction(_ name: Token) throws(Stop) {
        let written = text(name.range)
        let suggestion = FunctionName.suggestion(for: written)
        let open = take(.openParenthesis)
        if let open { try skipArguments(open) }
        var fix: FixIt?
        if let suggestion {
            let isWhole = suggestion.hasSuffix(")")
            let range =
                isWhole ? SourceRange(name.range.start, open == nil ? name.range.end : lexer.position) : name.range
            fix = FixIt("write \(suggestion)", replacing: range, with: suggestion, isSafe: false)
        }
        report(
            "E-FUNCTION", "MQL has no function \(written.quotedForMessage())", at: name.range,
            hint: suggestion == nil ? QueryRules.functionHint(for: written) : nil, fix: fix)
    }

    /// Goes behind the parenthesis that closes `open`.
    mutating func skipArguments(_ open: Token) throws(Stop) {
        var level = 1
        while level > 0 {
            let token = take(.identifier)
            switch token.kind {
            case .symbol(.openParenthesis): level += 1
            case .symbol(.closeParenthesis): level -= 1
            case .end: throw fail("E-SYNTAX", "this parenthesis is not closed", at: open.range)
            default: break
            }
        }
    }
}

extension Statistic {
    /// Whether it works on the points of a metric only, not on the values of a result.
    var needsRawPoints: Bool {
        switch self {
        case .absent, .rate, .increment, .first, .last: true
        default: false
        }
    }
}

extension QueryRules {
    /// What to do instead of a function that other languages have.
    static func functionHint(for word: String) -> String {
        switch word.lowercased() {
        case "window", "over", "range": "the interval in brackets is the only window"
        case "offset", "timeshift", "predict", "forecast", "predict_linear":
            "a query sees one window of the past for each minute, nothing before or after"
        case "stddev", "variance", "histogram":
            "the statistics are avg, count, first, increment, last, max, mean, min, percentile, rate, sum and absent"
        default:
            "functions are grouping, groupBy, filter, absent, percentile, avg, count, first, increment, last, max, mean, "
                + "min, rate, sum"
        }
    }
}
