// SPDX-License-Identifier: MIT

/// What is known about a metric from elsewhere. Where something is not known, a lint judges by name or warns.
public struct MetricTraits: Sendable, Hashable {
    /// Whether a point is posted for every interval even if nothing happens; nil: not known.
    public var isZeroFilled: Bool?
    /// Whether its values are percentages or ratios, which cannot be added up; nil: judged by the metric's name.
    public var isPercentage: Bool?

    /// Traits of a metric.
    public init(isZeroFilled: Bool? = nil, isPercentage: Bool? = nil) {
        self.isZeroFilled = isZeroFilled
        self.isPercentage = isPercentage
    }
}

/// Finds what a valid query probably does not mean. All findings are warnings with codes `W-…`.
///
/// | code | what |
/// | --- | --- |
/// | W-COUNT-ZERO | `count() < 1`, `sum() == 0`: an empty window is no point, so it is never seen |
/// | W-ABSENT-NO-GROUPBY | `absent()` without grouping: each old host or pod fires on its own |
/// | W-ABSENT-DEFAULT | `absent()` without a period gives up after two hours |
/// | W-RATE-GROUPED | `rate()` or `increment()` right behind a grouping function mixes counters |
/// | W-REGEX-LIKE | a regular expression behind `=~`, which knows only `*` and `\|` |
/// | W-DUP-DIM | one dimension twice with `=` |
/// | W-EMPTY-RANGE | `in (80, 60)` |
/// | W-PERCENT-FLEET | the sum of a percentage over several streams |
/// | W-CMP-QUERY | two queries compared with each other, which is not documented |
///
/// and those of `Query.diagnostics`: W-CASE, W-CHAINED-STAT, W-EMPTY-DIMS, W-ABSENT-UNIT, W-MIXED-JOIN.
public struct QueryLint: Sendable {
    /// What is known about the metric of a selector.
    public var traits: @Sendable (Selector) -> MetricTraits

    /// A lint that asks `traits` about metrics; without it nothing is known.
    public init(traits: @escaping @Sendable (Selector) -> MetricTraits = { _ in MetricTraits() }) {
        self.traits = traits
    }

    /// All warnings about a query, in the order of its text; those of `query.diagnostics` included.
    public func findings(in query: Query) -> [Diagnostic] {
        let nodes = query.root.descendants
        var found = query.diagnostics
        for node in nodes {
            switch node.kind {
            case .binary(let op, let left, let right) where op.isComparison:
                found += comparison(node, op, left, right, in: query)
            case .membership(let operand, let low, let high, _):
                found += range(node, operand, low, high, in: query)
            case .call(let function, let input): found += call(node, function, input)
            case .selector(let selector): found += filters(node, selector)
            default: break
            }
        }
        return found.sorted { ($0.range.start, $0.code) < ($1.range.start, $1.code) }
    }

    private func comparison(
        _ node: Expression, _ op: BinaryOperator, _ left: Expression, _ right: Expression, in query: Query
    ) -> [Diagnostic] {
        if !left.selectors.isEmpty, !right.selectors.isEmpty {
            return [
                Diagnostic(
                    code: "W-CMP-QUERY", "what comparing two queries does is not documented", at: node.range,
                    hint: "compare their difference or ratio with a number")
            ]
        }
        if let threshold = right.constant { return emptiness(left, node, in: query) { op.holds(0, threshold) } }
        if let threshold = left.constant { return emptiness(right, node, in: query) { op.flipped.holds(0, threshold) } }
        return []
    }

    private func range(
        _ node: Expression, _ operand: Expression, _ low: Double, _ high: Double, in query: Query
    ) -> [Diagnostic] {
        if low > high {
            return [
                Diagnostic(
                    code: "W-EMPTY-RANGE",
                    "the lower bound stands first: no value is in (\(low.mqlText), \(high.mqlText))",
                    at: node.range, hint: "write (\(high.mqlText), \(low.mqlText))")
            ]
        }
        guard case .membership(_, _, _, isNegated: false) = node.kind else { return [] }
        return emptiness(operand, node, in: query) { low <= 0 && 0 <= high }
    }

    /// W-COUNT-ZERO: a count or sum asked whether it is as small as nothing at all.
    private func emptiness(
        _ value: Expression, _ node: Expression, in query: Query, holdsForZero: () -> Bool
    ) -> [Diagnostic] {
        guard case .call(.statistic(let statistic), let input) = value.kind, let selector = input.rawSelector,
            statistic == .count || statistic == .sum, holdsForZero(), node.asksForFew
        else { return [] }
        let isNever = statistic == .count && !node.holdsForOne
        if !isNever {
            // Who also asks for absence has thought of the empty window.
            if traits(selector).isZeroFilled == true || query.root.asksAbsence(of: selector.metric) { return [] }
        }
        let name = statistic.name
        return [
            Diagnostic(
                code: "W-COUNT-ZERO",
                isNever
                    ? "this is never true: a window without points gives no point, so count() is never below 1"
                    : "a window without points gives no point: this \(name)() is never seen as 0 when data stop",
                at: node.range,
                hint:
                    "for data that stop use \(selector.metric.prefix(32))[\(selector.interval.text)].groupBy(…).absent(3d),"
                    + " or post zeros")
        ]
    }

    private func call(_ node: Expression, _ function: Function, _ input: Expression) -> [Diagnostic] {
        guard case .statistic(let statistic) = function, let selector = input.rawSelector else { return [] }
        let place = SourceRange(input.range.end, node.range.end)
        var found: [Diagnostic] = []
        switch statistic {
        case .absent(let period):
            if case .selector = input.kind { found.append(ungrouped(place)) }
            if period == nil { found.append(unlimited(place, selector)) }
        case .rate, .increment:
            guard case .call = input.kind else { break }
            found.append(
                Diagnostic(
                    code: "W-RATE-GROUPED", "\(statistic.name)() of a group mixes the counters of its streams",
                    at: place,
                    hint: "take it of each stream first: .\(statistic.name)().grouping().sum()"))
        case .sum where input.isGroup && (traits(selector).isPercentage ?? selector.looksLikePercentage):
            found.append(
                Diagnostic(
                    code: "W-PERCENT-FLEET", "the sum of percentages of several streams is no percentage", at: place,
                    hint: "use mean(), max() or percentile()"))
        default: break
        }
        return found
    }

    private func ungrouped(_ place: SourceRange) -> Diagnostic {
        Diagnostic(
            code: "W-ABSENT-NO-GROUPBY", "without groupBy() every stream that ever ended counts as absent", at: place,
            hint: "group by the dimensions that name the thing, not its host, pod or version: .groupBy(name).absent(3d)"
        )
    }

    private func unlimited(_ place: SourceRange, _ selector: Selector) -> Diagnostic {
        Diagnostic(
            code: "W-ABSENT-DEFAULT",
            "absent() gives up 2 hours after the window is empty, and 10 minutes later the alarm is OK again",
            at: place,
            hint: "write how long it shall go on, at most absent(3d)")
    }

    private func filters(_ node: Expression, _ selector: Selector) -> [Diagnostic] {
        var found: [Diagnostic] = []
        var seen: Set<String> = []
        for filter in selector.filters {
            if filter.comparison == .equal, !seen.insert(filter.name).inserted {
                found.append(
                    Diagnostic(
                        code: "W-DUP-DIM", "\(filter.name.quotedForMessage()) must equal two values at once",
                        at: node.range,
                        hint: "all filters must hold; alternatives are written =~ \"a|b\""))
            }
            if filter.looksLikeRegularExpression {
                found.append(
                    Diagnostic(
                        code: "W-REGEX-LIKE",
                        "\(filter.value.quotedForMessage()) looks like a regular expression, which \(filter.comparison.rawValue)"
                            + " does not know", at: node.range,
                        hint: "* stands for any characters and | separates alternatives; all else is literal"))
            }
        }
        return found
    }
}
