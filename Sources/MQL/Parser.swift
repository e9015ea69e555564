// SPDX-License-Identifier: MIT

/// Reads a text as a query, by recursive descent with precedence climbing. Goes on after an error where what follows can
/// still be understood, and reports all it finds.
struct Parser {
    /// Thrown when the rest of the text cannot be understood; the reason has been reported by then.
    struct Stop: Error {}

    /// A subtree and what the rules ask about it.
    struct Node {
        var expression: Expression
        /// 1 for a leaf.
        var height = 1
        var isParenthesised = false
        /// Whether there is a selector in it.
        var hasMetric = false
    }

    var lexer: Lexer
    let knobs: Knobs
    /// What a name is at this place: `.identifier` inside a filter, else `.query`.
    var mode = Lexer.Mode.query
    /// The parameter of the filter that is being read.
    var parameter: String?
    /// How many parentheses are open.
    var depth = 0
    private(set) var diagnostics: [Diagnostic] = []
    private var lookahead: (position: Int, mode: Lexer.Mode, token: Token, end: Int, problems: [Diagnostic])?

    init(_ text: String, knobs: Knobs) {
        lexer = Lexer(text)
        self.knobs = knobs
    }

    /// The tree of the whole text, nil if it could not be read to its end; see `diagnostics`.
    mutating func query(as purpose: Query.Purpose) -> Expression? {
        do {
            if peek().kind == .end { throw fail("E-EOF", "the query is empty", at: peek().range) }
            let node = try binary(above: 0)
            if peek().kind != .end { throw trailing() }
            take()
            let hasErrors = diagnostics.contains { $0.severity == .error }
            if !hasErrors, !node.hasMetric {
                report("E-NO-METRIC", "the query names no metric", at: node.expression.range)
            } else if !hasErrors, purpose == .alarm, !node.expression.hasTrigger {
                report(
                    "E-ALARM-NO-TRIGGER", "nothing in this query can make an alarm fire", at: node.expression.range,
                    hint: "compare it with a threshold, as in … > 80, or use absent()")
            }
            return node.expression
        } catch {
            return nil
        }
    }

    /// The next token, without moving on.
    mutating func peek(_ mode: Lexer.Mode? = nil) -> Token {
        let mode = mode ?? self.mode
        let start = lexer.position
        if let lookahead, lookahead.position == start, lookahead.mode == mode { return lookahead.token }
        let token = lexer.next(mode)
        lookahead = (start, mode, token, lexer.position, lexer.takeProblems())
        lexer.move(to: start)
        return token
    }

    /// The next token, moving behind it.
    @discardableResult mutating func take(_ mode: Lexer.Mode? = nil) -> Token {
        let token = peek(mode)
        if let lookahead {
            lexer.move(to: lookahead.end)
            for problem in lookahead.problems { report(problem) }
        }
        return token
    }

    /// Takes the next token if it is this symbol.
    mutating func take(_ symbol: Symbol) -> Token? { peek().symbol == symbol ? take() : nil }

    /// The text of a token or stretch.
    func text(_ range: SourceRange) -> String { lexer.text(range) }

    /// The word of a token, in lower case, if it is a short name.
    func word(_ token: Token) -> String? {
        guard token.kind == .name, token.range.end - token.range.start <= 12 else { return nil }
        return text(token.range).lowercased()
    }

    /// Notes a problem, once for each code and place.
    mutating func report(_ problem: Diagnostic) {
        let isKnown = diagnostics.contains { $0.code == problem.code && $0.range.start == problem.range.start }
        // Counted apart, so that warnings never crowd out the error that makes the query invalid.
        let alike = diagnostics.count { $0.severity == problem.severity }
        if !isKnown, alike < QueryRules.maximumDiagnostics { diagnostics.append(problem) }
    }

    /// Notes a problem.
    mutating func report(
        _ code: String, _ message: String, at range: SourceRange, hint: String? = nil, fix: FixIt? = nil
    ) {
        report(Diagnostic(code: code, message, at: range, hint: hint, fix: fix))
    }

    /// Notes a problem after which the rest cannot be understood.
    mutating func fail(
        _ code: String, _ message: String, at range: SourceRange, hint: String? = nil, fix: FixIt? = nil
    ) -> Stop {
        report(code, message, at: range, hint: hint, fix: fix)
        return Stop()
    }

    /// A node over others. Throws if the tree gets too deep.
    mutating func node(_ kind: Expression.Kind, at range: SourceRange, over parts: [Node]) throws(Stop) -> Node {
        let height = 1 + (parts.map(\.height).max() ?? 0)
        guard height <= QueryRules.maximumDepth else { throw tooDeep(at: range) }
        return Node(
            expression: Expression(kind, at: range), height: height, hasMetric: parts.contains(where: \.hasMetric))
    }

    /// Reports a tree or nesting past the limit.
    mutating func tooDeep(at range: SourceRange) -> Stop {
        fail(
            "E-DEPTH", "the query is nested or chained more than \(QueryRules.maximumDepth) deep",
            at: SourceRange(range.start, range.start),
            hint: "use groupBy() or =~ with | instead of one term for each stream")
    }
}
