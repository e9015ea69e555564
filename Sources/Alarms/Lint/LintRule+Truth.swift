// SPDX-License-Identifier: MIT

import MQL

/// Conditions that are not what they seem.
extension LintRule {
    static let truth = [
        LintRule(
            "L044", "a condition that can be true and false", .error,
            why: """
                A threshold outside the values a metric can have is never reached, or always: 80 for a ratio of 0 to 1, \
                more than 1 for a gauge of 0 and 1, a comparison of two numbers. count() counts posts, whatever they say, \
                and absent() is 1 for silence: asked for 0 the alarm fires while all is well.
                """,
            instead: """
                Compare with a number between the least and the greatest value; write sum() for how often something \
                happened, and absent(3d) without a comparison for silence.
                """,
            check: { subject, context in
                let isWatchdog = context.options.placeholders[.watchdogTopicID].map {
                    subject.alarm?.destinations.contains($0) == true
                }
                return subject.queries.flatMap { query in
                    conditions(query, context.facts, mayBeTrue: isWatchdog == true)
                        + counts(query, context) + (isWatchdog == true ? [] : inversions(query))
                }
            })
    ]

    private static func conditions(
        _ query: LintedQuery, _ facts: [String: MetricFacts], mayBeTrue: Bool
    ) -> [Remark] {
        (query.query?.root.descendants ?? []).flatMap { node -> [Remark] in
            if case .binary(let sign, let left, let right) = node.kind, sign.isJoin {
                return [left, right].filter { $0.constant != nil }.map {
                    Remark(query.place, "\"\($0.canonicalText)\" beside \(sign.rawValue) is the same whatever happens")
                }
            }
            let isCondition =
                switch node.kind {
                case .binary(let sign, _, _): sign.isComparison
                case .membership: true
                default: false
                }
            guard isCondition, let truth = node.fixedTruth(facts), !(truth && mayBeTrue) else { return [] }
            return [Remark(query.place, "\"\(node.canonicalText)\" is \(truth ? "always" : "never") true")]
        }
    }

    /// Counts of posts where somebody wants to know what they say, and ranges that begin at nothing.
    private static func counts(_ query: LintedQuery, _ context: LintContext) -> [Remark] {
        let upwards: Set<BinaryOperator> = [.greater, .greaterOrEqual, .equal, .notEqual]
        let posts = query.uses.compactMap { use -> Remark? in
            guard use.statistic == .count, use.calls.count <= 2, let facts = context.facts(use), facts.isDense,
                let comparison = use.comparison, upwards.contains(comparison.sign), comparison.number > 0
            else { return nil }
            let message = "\(facts.name) is posted each time, zeros too: count() counts posts; write sum()"
            return Remark(query.place, message)
        }
        let ranges = (query.query?.root.descendants ?? []).compactMap { node -> Remark? in
            guard case .membership(let input, let low, _, false) = node.kind, low < 1,
                case .call(.statistic(.count), _) = input.kind
            else { return nil }
            return Remark(query.place, "count() is never 0: an empty window gives no point")
        }
        return posts + ranges
    }

    /// `absent() == 0`: true while data come.
    private static func inversions(_ query: LintedQuery) -> [Remark] {
        query.uses.compactMap { use in
            guard use.isAbsence, let comparison = use.comparison else { return nil }
            let number = ValueRange(low: comparison.number, high: comparison.number)
            let truths = [0.0, 1].map { ValueRange(low: $0, high: $0).verdict(comparison.sign, number) }
            guard truths == [true, false] else { return nil }
            return Remark(query.place, "absent() is 0 while data come: this fires as long as all is well")
        }
    }
}
