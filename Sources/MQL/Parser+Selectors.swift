// SPDX-License-Identifier: MIT

extension Parser {
    /// What belongs to a metric besides its name, as far as it has been read.
    private struct Parts {
        var name: SourceRange
        var interval = Interval(1, .minutes)
        var filters: [DimensionFilter] = []
        var hasEmptyBraces = false
        /// Whether the interval is missing, which is complaint enough.
        var isIncomplete = false
        var end: Int
    }

    /// `group::metric[interval]{dimensions}` and the calls on it.
    mutating func metric(named given: Token? = nil) throws(Stop) -> Node {
        let first = given ?? take()
        var group: String?
        var parts = Parts(name: first.range, end: first.range.end)
        if take(.resourceGroup) != nil {
            group = text(first.range)
            guard peek().kind == .name else {
                throw fail("E-OPERAND", "the name of the metric is missing behind \"::\"", at: peek().range)
            }
            let name = take().range
            parts.name = name
            parts.end = name.end
        }
        if let open = take(.openBracket) {
            parts.interval = try interval(behind: open)
            parts.end = lexer.position
            while peek().symbol == .openBrace { try readDimensions(into: &parts) }
        } else {
            try withoutInterval(&parts)
        }
        let selector = Selector(
            resourceGroup: group, metric: text(parts.name), interval: parts.interval, filters: parts.filters,
            hasEmptyBraces: parts.hasEmptyBraces)
        let range = SourceRange(first.range.start, parts.end)
        let node = Node(expression: Expression(.selector(selector), at: range), hasMetric: true)
        return try calls(on: node, isSelector: true, isExcused: parts.isIncomplete)
    }

    private mutating func readDimensions(into parts: inout Parts) throws(Stop) {
        let open = peek().range
        if lexer.byte(parts.end - 1) == 0x7D {
            let seam = SourceRange(parts.end - 1, open.end)
            report(
                "E-DIMS", "all dimensions stand in one pair of braces", at: open,
                fix: FixIt("put a comma between them", replacing: seam, with: ", ", isSafe: !parts.filters.isEmpty))
        }
        parts.filters += try dimensions()
        parts.hasEmptyBraces = parts.filters.isEmpty
        parts.end = lexer.position
    }

    /// The rest of `[5m]`, behind the bracket.
    private mutating func interval(behind open: Token) throws(Stop) -> Interval {
        let content = lexer.bracketContent()
        for problem in lexer.takeProblems() { report(problem) }
        let word = text(content.range)
        if !content.isClosed { return try unclosedInterval(word, open, content.range) }
        switch QueryRules.interval(word) {
        case .valid(let interval): return interval
        case .invalid(let suggestion, let isSafe):
            let isVariable = word.contains { "${}".contains($0) } || word == "auto"
            report(
                "E-INTERVAL",
                word.isEmpty ? "the interval is missing" : "\(word.quotedForMessage()) is not an interval",
                at: word.isEmpty ? SourceRange(open.range.start, lexer.position) : content.range,
                hint: isVariable
                    ? "a dashboard's variable means nothing to the service; \(QueryRules.intervals)"
                    : QueryRules.intervals,
                fix: suggestion.map { FixIt("write \($0)", replacing: content.range, with: $0, isSafe: isSafe) })
            return Interval(1, .minutes)
        }
    }

    private mutating func unclosedInterval(
        _ word: String, _ open: Token, _ range: SourceRange
    ) throws(Stop) -> Interval {
        guard case .valid(let interval) = QueryRules.interval(word) else {
            throw fail(
                "E-INTERVAL", "no interval and no \"]\" follow this bracket", at: open.range, hint: QueryRules.intervals
            )
        }
        let end = SourceRange(range.end, range.end)
        report(
            "E-INTERVAL", "\"]\" is missing behind the interval", at: range,
            fix: FixIt("add it", replacing: end, with: "]", isSafe: true))
        return interval
    }

    /// A name without `[interval]` behind it. Finds out what was meant and reads on where that can be told.
    private mutating func withoutInterval(_ parts: inout Parts) throws(Stop) {
        let name = parts.name
        let written = text(name)
        let next = peek()
        switch next.symbol {
        case .openBrace: try dimensionsFirst(&parts)
        case .openParenthesis: try prefixCall(&parts, written)
        case .resourceGroup:
            throw fail("E-NO-INTERVAL", "a metric has one resource group only", at: name)
        case .colon:
            throw fail(
                "E-NO-INTERVAL", "\":\" does not belong here", at: next.range,
                hint: "the namespace is not part of a query; a resource group is written group::metric[1m]")
        default:
            parts.isIncomplete = true
            report(
                "E-NO-INTERVAL", "\(written.quotedForMessage()) has no interval", at: name,
                hint: "a metric is written metric[1m].mean(), a threshold is a number")
            let isOperator = ["in", "not", "and", "or"].contains(word(next))
            if next.symbol == nil, next.kind != .end, !isOperator { throw Stop() }
        }
    }

    /// `metric{dimensions}[interval]`
    private mutating func dimensionsFirst(_ parts: inout Parts) throws(Stop) {
        let start = peek().range.start
        try readDimensions(into: &parts)
        let braces = SourceRange(start, parts.end)
        guard let open = take(.openBracket) else {
            parts.isIncomplete = true
            report(
                "E-NO-INTERVAL", "\(text(parts.name).quotedForMessage()) has no interval", at: parts.name,
                hint: "it stands between the name and the dimensions: metric[1m]{name = \"value\"}")
            return
        }
        parts.interval = try interval(behind: open)
        let brackets = SourceRange(open.range.start, lexer.position)
        parts.end = brackets.end
        report(
            "E-NO-INTERVAL", "the interval stands before the dimensions", at: braces,
            fix: FixIt(
                "put \(text(brackets)) first", replacing: braces.joined(with: brackets),
                with: text(brackets) + text(braces), isSafe: true))
    }

    /// `metric.mean()` without interval, or `rate(metric[1m])` as in other languages.
    private mutating func prefixCall(_ parts: inout Parts, _ written: String) throws(Stop) {
        let name = parts.name
        if let dot = written.utf8.lastIndex(of: 0x2E) {
            let length = written.utf8.distance(from: written.startIndex, to: dot)
            let function = String(decoding: written.utf8.suffix(from: dot).dropFirst(), as: UTF8.self)
            if length > 0, FunctionName(anyCase: function) != nil || FunctionName.suggestion(for: function) != nil {
                parts.name = SourceRange(name.start, name.start + length)
                parts.end = parts.name.end
                lexer.move(to: parts.name.end)
                report(
                    "E-NO-INTERVAL", "\(text(parts.name).quotedForMessage()) has no interval", at: parts.name,
                    hint: "write it behind the name, as in metric[1m].mean()")
                return
            }
        }
        throw fail(
            "E-NO-INTERVAL", "\(written.quotedForMessage()) has no interval, and no function goes before a metric",
            at: name, hint: "functions stand behind: metric[1m].rate()")
    }
}

extension Lexer {
    /// What stands up to a closing bracket nearby, without white space around it; moves behind the bracket. Without such
    /// a bracket only the word that follows.
    mutating func bracketContent() -> (range: SourceRange, isClosed: Bool) {
        skipSpace()
        let start = position
        let limit = min(bytes.count, start + 48)
        var close = start
        while close < limit, ![0x5D, 0x5B, 0x28, 0x29, 0x22].contains(bytes[close]) { close += 1 }
        if close < limit, bytes[close] == 0x5D {
            var end = close
            while end > start, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[end - 1]) { end -= 1 }
            move(to: close + 1)
            return (SourceRange(start, end), true)
        }
        var end = start
        while byte(end).isLetter || byte(end).isDigit { end += 1 }
        move(to: end)
        return (SourceRange(start, end), false)
    }
}
