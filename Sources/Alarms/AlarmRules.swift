// SPDX-License-Identifier: MIT

import JSON
package import MQL

/// An alarm's rules with their queries parsed: the overrides in their order, then the base values.
package struct AlarmRules: Sendable {
    /// One set of values an alarm is evaluated by.
    package struct Rule: Sendable {
        /// Unique in the alarm.
        package let name: String
        /// The query as written.
        package let text: String
        /// Its tree.
        package let query: Query
        package let severity: Severity
        /// A template.
        package let body: String?
        package let pendingMilliseconds: Int64
        /// How many labels in a row have to be true.
        package let pendingLabels: Int
        /// What is left of the query without its outermost comparisons.
        let operands: [(text: String, expression: Expression)]
    }

    /// At least one.
    package let rules: [Rule]

    /// Parses the queries of an alarm; a rule takes from the base what it does not say.
    ///
    /// - Throws: an error with every query that cannot be read, or that cannot fire.
    package init(_ alarm: Alarm, knobs: Knobs = Knobs()) throws(AlarmError) {
        var problems: [AlarmProblem] = []
        var rules: [Rule] = []
        for (index, override) in alarm.overrides.enumerated() {
            let path = DocumentPath().member("overrides").element(index).member("query")
            var found: [AlarmProblem] = []
            let query = Self.query(override.query ?? alarm.query, at: path, knobs, &found)
            // A rule without a query of its own repeats what is wrong with the base's.
            if override.query != nil { problems += found }
            guard let query else { continue }
            let pending = override.pendingMilliseconds ?? alarm.pendingMilliseconds
            rules.append(
                Rule(
                    override.ruleName, query, severity: override.severity ?? alarm.severity,
                    body: override.body ?? alarm.body, pendingMilliseconds: pending))
        }
        if let query = Self.query(alarm.query, at: DocumentPath().member("query"), knobs, &problems) {
            rules.append(
                Rule(
                    alarm.ruleName, query, severity: alarm.severity, body: alarm.body,
                    pendingMilliseconds: alarm.pendingMilliseconds))
        }
        guard problems.isEmpty else { throw AlarmError(key: alarm.key, problems) }
        self.rules = rules
    }

    private static func query(
        _ text: String, at path: DocumentPath, _ knobs: Knobs, _ problems: inout [AlarmProblem]
    ) -> Query? {
        do {
            return try Query(parsing: text, as: .alarm, knobs: knobs)
        } catch {
            problems += error.diagnostics.filter { $0.severity == .error }.map {
                AlarmProblem(path, .string(text), "is no query of an alarm: \($0.message) (\($0.code))")
            }
            return nil
        }
    }

    /// How many labels before the first one an evaluation looks at.
    var leadingLabels: Int { rules.reduce(0) { max($0, $1.pendingLabels - 1) } }
}

extension AlarmRules.Rule {
    init(_ name: String, _ query: Query, severity: Severity, body: String?, pendingMilliseconds: Int64) {
        self.name = name
        text = query.text
        self.query = query
        self.severity = severity
        self.body = body
        self.pendingMilliseconds = pendingMilliseconds
        pendingLabels = max(1, Int((pendingMilliseconds + UTCTime.minute - 1) / UTCTime.minute))
        var seen: Set<String> = []
        operands = Self.operands(of: query.root)
            .map { (text: query.text(of: $0), expression: $0) }
            .filter { seen.insert($0.text).inserted }
    }

    /// The sides of a comparison that are no constants; those of all comparisons of a join.
    private static func operands(of expression: Expression) -> [Expression] {
        switch expression.kind {
        case .binary(let symbol, let left, let right) where symbol.isJoin:
            return operands(of: left) + operands(of: right)
        case .binary(let symbol, let left, let right) where symbol.isComparison:
            let sides = [left, right].filter { !$0.isConstant }
            return sides.isEmpty ? [expression] : sides
        case .membership(let operand, _, _, _): return [operand]
        default: return [expression]
        }
    }
}

extension Expression {
    fileprivate var isConstant: Bool { selectors.isEmpty }
}
