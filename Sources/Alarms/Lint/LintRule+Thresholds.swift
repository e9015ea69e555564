// SPDX-License-Identifier: MIT

import MQL

/// Alarms that compare a value.
extension LintRule {
    static let thresholds = [
        LintRule(
            "L003", "a window must hold two emissions", .error,
            why: """
                A window without a point gives no value, not zero. If a metric is posted every half hour, a window of \
                five minutes is empty most of the time: the alarm fires for minutes, is reset after ten minutes without \
                values, and fires again, some fifty times a day, and a condition over several minutes never holds.
                """,
            instead: "Make the interval at least twice the emission period: one hour for a job that runs half-hourly.",
            check: { subject, context in
                subject.uses.flatMap { query, use in shortWindow(query, use, context) }
            }),
        LintRule(
            "L006", "thresholds are for dense metrics", .error,
            why: """
                A metric that is posted only when something happens falls silent afterwards. A firing threshold alarm \
                then ends by internal reset, not because anything was found to be well, and where the metric has never \
                been posted the alarm cannot fire at all.
                """,
            instead: "Post zeros: let the metric be declared dense. Else use it in charts only.",
            check: { subject, context in
                subject.uses.compactMap { query, use in
                    guard !use.isAbsence, let facts = context.facts(use), !facts.isDense else { return nil }
                    let kind = facts.isHeart ? "only on success" : "only when there is something to tell"
                    return Remark(query.place, "\(facts.name) is posted \(kind): a threshold on it ends by reset")
                }
            }),
        LintRule(
            "L011", "nothing is never counted as zero", .error,
            why: """
                count() and sum() over an empty window give no point at all; they are never 0 by emptiness. \
                count() == 0 and count() < 1 can therefore never be true, and sum() < 1 on a metric that is posted only \
                on success neither: the alarm is OK whatever happens.
                """,
            instead: """
                For "nothing came" write absent(3d), grouped by job. For "too little came" use a metric that is posted \
                with zeros.
                """,
            check: { subject, context in
                subject.uses.compactMap { query, use in zeroCount(query, use, context) }
            }),
        LintRule(
            "L027", "say how streams are grouped", .warning,
            why: """
                Without groupBy each metric stream is compared for itself: a sum over reasons or hosts never reaches \
                its threshold although the total does, and each new dimension changes what the alarm means.
                """,
            instead: "Write .groupBy(job) or .grouping() before the statistic; never group by host.",
            check: { subject, context in
                subject.uses.flatMap { query, use in thresholdGrouping(query, use, context) }
            }),
        LintRule(
            "L032", "rate() and increment() do not fit metrics of single runs", .error,
            why: """
                The metrics count for one run and begin at 0 with the next. Differences between them mean nothing, and \
                the service knows no counter resets; two points in a window are the least that rate() needs.
                """,
            instead: "Add the runs up with sum(), or take max() of a gauge.",
            check: { subject, context in
                subject.uses.compactMap { query, use in
                    guard use.statistic == .rate || use.statistic == .increment, context.facts(use) != nil else {
                        return nil
                    }
                    let name = use.statistic == .rate ? "rate()" : "increment()"
                    return Remark(query.place, "\(name) of \(use.selector.metric), whose points are no counter")
                }
            }),
        LintRule(
            "L033", "a gauge is not summed", .warning,
            why: """
                A sum over a window grows with the number of points and streams in it. The sum of ages, ratios or \
                bytes says more about how often somebody posted than about the value.
                """,
            instead: "Take max(), min(), mean() or last().",
            check: { subject, context in
                subject.uses.compactMap { query, use in
                    guard use.statistic == .sum, let facts = context.facts(use), isGauge(facts) else { return nil }
                    return Remark(query.place, "sum() of \(facts.name), a gauge in \"\(facts.unit)\"")
                }
            }),
        LintRule(
            "L036", "worse rules come first", .error,
            why: """
                Of the rules that fire, overrides in their order and the base rule last, the first one speaks. A milder \
                rule before a worse one hides it: the message says WARNING although the critical condition holds.
                """,
            instead: "Order overrides from the worst severity to the mildest, and let the base rule be the mildest.",
            check: { subject, _ in hiddenRules(subject) }),
    ]

    private static func shortWindow(_ query: LintedQuery, _ use: SelectorUse, _ context: LintContext) -> [Remark] {
        guard let facts = context.facts(use) else { return [] }
        let window = use.selector.interval.minutes * 60
        guard window < 2 * facts.emissionPeriodSeconds else { return [] }
        let period = TestTime.text(length: Int64(facts.emissionPeriodSeconds) * 1_000)
        let least = TestTime.text(length: Int64(facts.emissionPeriodSeconds) * 2_000)
        let message = """
            the window [\(use.selector.interval.text)] of \(facts.name), which is posted every \(period), is empty at \
            times; take at least [\(least)]
            """
        return [Remark(query.place, message)]
    }

    private static func zeroCount(_ query: LintedQuery, _ use: SelectorUse, _ context: LintContext) -> Remark? {
        guard let comparison = use.comparison, use.calls.count <= 2 else { return nil }
        let (sign, number) = (comparison.sign, comparison.number)
        let asksForLittle = sign == .less || sign == .lessOrEqual || (sign == .equal && number == 0)
        guard asksForLittle else { return nil }
        if use.statistic == .count, sign == .less ? number <= 1 : number <= 0 {
            return Remark(query.place, "count() is never 0: an empty window gives no point, so this is never true")
        }
        guard use.statistic == .sum || use.statistic == .count, let facts = context.facts(use), !facts.isDense else {
            return nil
        }
        let message = """
            \(facts.name) is posted only \(facts.isHeart ? "on success" : "at times"): without a point \
            there is no value to compare, and the alarm stays OK
            """
        return Remark(query.place, message)
    }

    private static func thresholdGrouping(
        _ query: LintedQuery, _ use: SelectorUse, _ context: LintContext
    ) -> [Remark] {
        guard !use.isAbsence else { return [] }
        guard let groups = use.groups else {
            return [Remark(query.place, "\(use.selector.metric) is compared stream by stream; group by job")]
        }
        return groups.filter(DimensionFacts.passing.contains).map {
            Remark(query.place, "grouped by \($0), which changes with the machine or the release")
        }
    }

    private static func isGauge(_ facts: MetricFacts) -> Bool {
        ["s", "d", "By", "%"].contains(facts.unit) || facts.name.hasSuffix("_ratio")
    }

    private static func hiddenRules(_ subject: LintSubject) -> [Remark] {
        guard let alarm = subject.alarm else { return [] }
        let severities = alarm.overrides.map { $0.severity ?? alarm.severity } + [alarm.severity]
        return severities.indices.dropLast().compactMap { index in
            guard let worse = severities[(index + 1)...].max(), worse > severities[index] else { return nil }
            let place = DocumentPath().member("overrides").element(index).member("severity")
            let name = alarm.overrides[index].ruleName
            return Remark(
                place, "rule \(name) (\(severities[index].rawValue)) stands before a rule that is \(worse.rawValue)")
        }
    }
}
