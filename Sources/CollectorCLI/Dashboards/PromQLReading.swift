// SPDX-License-Identifier: MIT

/// What a PromQL expression names: enough of its grammar to hold it against the catalogue, no more.
///
/// Source: https://prometheus.io/docs/prometheus/latest/querying/basics/ and …/operators/
struct PromQLReading: Sendable, Hashable {
    /// `metric{label="value"}`
    struct Selector: Sendable, Hashable {
        let metric: String
        var matchers: [Matcher] = []
        /// The range behind it, in milliseconds; nil: an instant.
        var range: Int64?
    }

    /// One condition within the braces.
    struct Matcher: Sendable, Hashable {
        let label: String
        let sign: String
        let value: String
    }

    private(set) var selectors: [Selector] = []
    /// Labels of `by` and `without`.
    private(set) var groups: [String] = []
    /// What is wrong with the text.
    private(set) var problems: [String] = []

    private var tokens: ArraySlice<Token>

    init(_ text: String) {
        let (tokens, problem) = Token.all(in: text)
        self.tokens = tokens[...]
        if let problem { problems.append(problem) }
        var depth = 0
        while let token = self.tokens.popFirst() {
            switch token {
            case .word(let word): read(word)
            case .sign("("): depth += 1
            case .sign(")"): depth -= 1
            case .sign("{"), .sign("["): problems.append("a selector needs the name of a metric in front")
            case .sign, .number, .text: break
            }
        }
        if depth != 0 { problems.append("the parentheses do not match") }
        if selectors.isEmpty { problems.append("it names no metric") }
    }

    /// Operators that are words.
    private static let operators: Set = ["and", "or", "unless", "bool", "on", "ignoring"]
    private static let groupings: Set = ["by", "without"]
    private static let aggregations: Set = [
        "sum", "min", "max", "avg", "count", "group", "stddev", "stdvar", "topk", "bottomk", "quantile",
    ]
    private static let functions: Set = [
        "abs", "absent", "absent_over_time", "avg_over_time", "ceil", "changes", "clamp_max", "clamp_min",
        "count_over_time", "delta", "floor", "last_over_time", "max_over_time", "min_over_time",
        "present_over_time", "quantile_over_time", "round", "scalar", "sum_over_time", "time", "vector",
    ]

    private mutating func read(_ word: String) {
        if Self.groupings.contains(word) { return list() }
        if Self.operators.contains(word) { return }
        if tokens.first == .sign("(") || Self.aggregations.contains(word) {
            if !Self.functions.contains(word), !Self.aggregations.contains(word) {
                problems.append("there is no function \(word)()")
            }
            return
        }
        var selector = Selector(metric: word)
        if tokens.first == .sign("{") { selector.matchers = matchers() }
        if tokens.first == .sign("[") { selector.range = range() }
        selectors.append(selector)
    }

    /// `(a, b)`
    private mutating func list() {
        guard tokens.popFirst() == .sign("(") else { return problems.append("by needs labels in parentheses") }
        while let token = tokens.popFirst(), token != .sign(")") {
            if case .word(let label) = token { groups.append(label) }
        }
    }

    /// `{a="b", c=~"d|e"}`
    private mutating func matchers() -> [Matcher] {
        tokens.removeFirst()
        var found: [Matcher] = []
        while let token = tokens.popFirst(), token != .sign("}") {
            if token == .sign(",") { continue }
            guard case .word(let label) = token, case .sign(let sign)? = tokens.popFirst(),
                ["=", "!=", "=~", "!~"].contains(sign), case .text(let value)? = tokens.popFirst()
            else {
                problems.append("within braces stand label=\"value\" only")
                return found
            }
            found.append(Matcher(label: label, sign: sign, value: value))
        }
        return found
    }

    /// `[6h]`
    private mutating func range() -> Int64? {
        tokens.removeFirst()
        guard case .number(let text)? = tokens.popFirst(), let length = Self.length(text),
            tokens.popFirst() == .sign("]")
        else {
            problems.append("within brackets stands a length such as 6h")
            return nil
        }
        return length
    }

    private static func length(_ text: String) -> Int64? {
        guard let unit = text.last, let factor = ["s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000][unit],
            let count = Int64(text.dropLast()), (1...10_000).contains(count)
        else { return nil }
        return count * Int64(factor)
    }
}

extension PromQLReading {
    /// A piece of the text.
    fileprivate enum Token: Hashable {
        case word(String), number(String), text(String), sign(String)

        /// The pieces, and what cannot be one.
        static func all(in text: String) -> (tokens: [Token], problem: String?) {
            var tokens: [Token] = []
            var rest = Substring(text)
            while let first = rest.first {
                if first.isWhitespace {
                    rest.removeFirst()
                } else if first.isLetter || first == "_" || first == ":" {
                    tokens.append(.word(take(&rest) { $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" }))
                } else if first.isNumber {
                    tokens.append(.number(take(&rest) { $0.isLetter || $0.isNumber || $0 == "." }))
                } else if first == "\"" {
                    rest.removeFirst()
                    tokens.append(.text(take(&rest) { $0 != "\"" }))
                    guard rest.popFirst() == "\"" else { return (tokens, "a text has no end") }
                } else if let sign = ["=~", "!~", "!=", "==", ">=", "<="].first(where: rest.hasPrefix) {
                    tokens.append(.sign(sign))
                    rest.removeFirst(2)
                } else if "(){}[],+-*/%^=<>".contains(first) {
                    tokens.append(.sign(String(first)))
                    rest.removeFirst()
                } else {
                    return (tokens, "\"\(first)\" has no meaning here")
                }
            }
            return (tokens, nil)
        }

        private static func take(_ rest: inout Substring, while isPart: (Character) -> Bool) -> String {
            let part = rest.prefix(while: isPart)
            rest = rest.dropFirst(part.count)
            return String(part)
        }
    }
}
