// SPDX-License-Identifier: MIT

/// A valid query: its text, its tree, and what is suspicious about the way it is written.
public struct Query: Sendable, Hashable {
    /// What a query is for.
    public enum Purpose: Sendable, Hashable {
        /// Values over time; any query will do.
        case metric
        /// The condition of an alarm; it needs a trigger: a comparison, a join, `in`, or `absent()`.
        case alarm
    }

    /// The text as given.
    public let text: String
    /// The tree. Ranges are those of `text`.
    public let root: Expression
    /// Warnings about the notation, in the order of the text: W-CASE, W-CHAINED-STAT, W-EMPTY-DIMS, W-ABSENT-UNIT and
    /// W-MIXED-JOIN. `QueryLint` finds them and more.
    public let diagnostics: [Diagnostic]

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - text: one query, without the escapes of the JSON, HCL or shell around it.
    ///   - purpose: `.alarm` refuses a query that cannot fire (`E-ALARM-NO-TRIGGER`).
    ///   - knobs: only `joinPrecedence` matters here.
    /// - Throws: every problem found, with its place. Texts over `QueryRules.maximumBytes` are refused unread.
    public init(parsing text: String, as purpose: Purpose = .metric, knobs: Knobs = Knobs()) throws(QueryError) {
        guard text.utf8.count <= QueryRules.maximumBytes else {
            throw QueryError(text: text, diagnostics: [Query.tooLong(text)])
        }
        var parser = Parser(text, knobs: knobs)
        let root = parser.query(as: purpose)
        let diagnostics = parser.diagnostics.sorted { ($0.range.start, $0.code) < ($1.range.start, $1.code) }
        guard let root, !diagnostics.contains(where: { $0.severity == .error }) else {
            throw QueryError(text: text, diagnostics: diagnostics)
        }
        self.text = text
        self.root = root
        self.diagnostics = diagnostics
    }

    /// The query in the one form that all queries of this tree have; parsing it gives an equal tree.
    public var canonicalText: String { root.canonicalText }

    /// The stretch of `text` where a node of `root` stands, parentheses around it included.
    public func text(of expression: Expression) -> String {
        String(
            decoding: text.utf8.dropFirst(expression.range.start).prefix(expression.range.end - expression.range.start),
            as: UTF8.self)
    }

    private static func tooLong(_ text: String) -> Diagnostic {
        let limit = QueryRules.maximumBytes
        return Diagnostic(
            code: "E-LENGTH", "the query has \(text.utf8.count) bytes; more than \(limit) are not read",
            at: SourceRange(limit, limit), hint: "split it into several alarms or queries")
    }
}

extension Expression {
    /// The nodes right below this one, in the order of the text. A filter's condition is none of them.
    public var children: [Expression] {
        switch kind {
        case .number, .variable, .selector: []
        case .negated(let operand): [operand]
        case .binary(_, let left, let right): [left, right]
        case .membership(let operand, _, _, _): [operand]
        case .call(_, let input): [input]
        }
    }

    /// This node and all below, a node before those below it. Conditions of filters are left out.
    public var descendants: [Expression] {
        var found: [Expression] = []
        collect(into: &found)
        return found
    }

    private func collect(into found: inout [Expression]) {
        found.append(self)
        for child in children { child.collect(into: &found) }
    }

    /// All selectors, in the order of the text.
    public var selectors: [Selector] {
        descendants.compactMap { if case .selector(let selector) = $0.kind { selector } else { nil } }
    }

    /// Whether an alarm could fire on this: somewhere a comparison, a join, `in`, or `absent()`. What a filter asks does
    /// not count.
    public var hasTrigger: Bool {
        descendants.contains { node in
            switch node.kind {
            case .membership, .call(.statistic(.absent), _): true
            case .binary(let op, _, _): op.isComparison || op.isJoin
            default: false
            }
        }
    }
}
