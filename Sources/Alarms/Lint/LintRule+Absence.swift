// SPDX-License-Identifier: MIT

import MQL

/// Alarms that speak when data stop.
extension LintRule {
    static let absence = [
        LintRule(
            "L001", "absent() needs a detection period of three days", .error,
            why: """
                absent() gives values for its detection period only, two hours unless another is written, three days at \
                most. Ten minutes after that the service resets the alarm by itself: it goes to OK with a RESET message \
                while nothing was repaired, and a dead job looks healthy. The period delays nothing; the alarm fires as \
                soon as the interval is empty.
                """,
            instead: "Write absent(3d), and treat RESET as \"unknown\" wherever messages are read.",
            check: { subject, _ in subject.eachAbsence { query, use in shortPeriod(subject, query, use) } }),
        LintRule(
            "L002", "an absence alarm needs a twin that does not give up", .error,
            why: """
                Every absence alarm gives up after three days at the latest, and none sees a stream that was never \
                there. If it stands alone, an outage over a long weekend ends with an alarm that says OK.
                """,
            instead: """
                Add an alarm with a threshold on a gauge that somebody else posts every minute (the age of the last \
                success, seen by an independent checker), or one on the same metric whose repeats a dead man's switch \
                waits for. Where it has another severity, name it in freeformTags: {"twin": "its key"}.
                """,
            check: { subject, context in
                guard subject.isAbsenceAlarm, !hasTwin(subject, context) else { return [] }
                let message = """
                    no other alarm covers \(subject.key) once it has given up; add one with a threshold, or name it in \
                    freeformTags "twin"
                    """
                return [Remark("query", message)]
            }),
        LintRule(
            "L004", "every alarm needs streams that exist", .error,
            why: """
                A stream that the service has never seen cannot be absent, and a threshold without streams is never \
                evaluated: after a typo, another namespace or a job that never once succeeded the alarm stays OK for \
                ever. Only the service knows which streams there are.
                """,
            instead: """
                Let the job post once at deployment, and compare with the service's list of metrics when alarms are \
                applied.
                """,
            check: { subject, context in
                guard let live = context.options.liveMetrics else { return [] }
                return subject.uses.compactMap { query, use in
                    guard !live.contains(use.selector.metric) else { return nil }
                    return Remark(query.place, "the service has no stream of \"\(use.selector.metric)\" now")
                }
            }),
        LintRule(
            "L005", "group absence by job, never by host", .error,
            why: """
                Every combination of dimensions is a stream of its own. Without groupBy, or grouped by a host, a pod or a \
                version, each machine that was rebuilt leaves a stream behind that will be absent for ever and pages \
                somebody, while the new one is not watched until it has posted once.
                """,
            instead: "Write .groupBy(job) before absent(): one stream for the job, whoever runs it.",
            check: { subject, context in
                subject.eachAbsence { query, use in badAbsenceGrouping(query, use, context) }
            }),
        LintRule(
            "L010", "absence is for heartbeats", .error,
            why: """
                A metric that is also posted when things go wrong is not silent when they do: a job that fails every \
                half hour posts its zeros faithfully, and the absence alarm stays OK.
                """,
            instead: """
                Use a metric that is posted on success only, or by the checker while it lives; for conditions that the \
                metric's value tells, use a threshold.
                """,
            check: { subject, context in
                subject.eachAbsence { query, use in
                    guard let facts = context.facts(use), !facts.isHeart else { return [] }
                    let message = "\(facts.name) is posted whether all is well or not; its absence says little"
                    return [Remark(query.place, message)]
                }
            }),
    ]

    private static func shortPeriod(_ subject: LintSubject, _ query: LintedQuery, _ use: SelectorUse) -> [Remark] {
        guard case .absent(let period) = use.statistic, (period ?? .standard).interval.minutes < 3 * 1440 else {
            return []
        }
        let fix = query.edit { node in
            guard case .call(.statistic(.absent), let input) = node.kind else { return nil }
            return Expression(
                .call(.statistic(.absent(AbsencePeriod(Interval(3, .days)))), input: input), at: node.range)
        }
        let written = period == nil ? "without a period means two hours" : "gives up too early"
        let message = """
            absent() \(written): the alarm resets itself to OK while the job is still dead; write absent(3d)
            """
        return [
            Remark(
                query.place, message, severity: subject.worstSeverity == .critical ? .error : .warning,
                fix: fix.map { LintFix("write absent(3d)", [$0]) })
        ]
    }

    /// Whether another alarm goes on when this one has given up.
    private static func hasTwin(_ subject: LintSubject, _ context: LintContext) -> Bool {
        let named = subject.alarm?.freeformTags["twin"]
        let metrics = Set(subject.uses.filter(\.use.isAbsence).map(\.use.selector.metric))
        let sources = Set(metrics.compactMap { context.facts[$0]?.source })
        return context.subjects.contains { other in
            guard other.key != subject.key, !other.isAbsenceAlarm, other.canFire(context.facts) else { return false }
            if let named { return other.key == named }
            let theirs = other.uses.map(\.use.selector.metric)
            if theirs.contains(where: metrics.contains) { return true }
            return other.worstSeverity == subject.worstSeverity
                && theirs.contains { metric in
                    context.facts[metric].map { $0.isDense && !$0.source.isEmpty && !sources.contains($0.source) }
                        ?? false
                }
        }
    }

    private static func badAbsenceGrouping(
        _ query: LintedQuery, _ use: SelectorUse, _ context: LintContext
    ) -> [Remark] {
        guard let groups = use.groups else {
            let key = context.facts(use).map { $0.dimension("job") != nil } ?? true ? "job" : nil
            let message =
                "absent() without groupBy: each stream that ever was is watched for itself, old hosts for ever"
            return [Remark(query.place, message, fix: key.flatMap { grouped(query, by: $0) })]
        }
        return groups.filter(DimensionFacts.passing.contains).map {
            Remark(query.place, "grouped by \($0): a machine or release that is gone is absent for ever")
        }
    }

    private static func grouped(_ query: LintedQuery, by name: String) -> LintFix? {
        let edit = query.edit { node in
            guard case .call(.statistic(.absent(let period)), let input) = node.kind, case .selector = input.kind else {
                return nil
            }
            let grouped = Expression(.call(.groupBy([name]), input: input), at: input.range)
            return Expression(.call(.statistic(.absent(period)), input: grouped), at: node.range)
        }
        return edit.map { LintFix("write .groupBy(\(name)) before absent()", [$0]) }
    }
}

extension LintSubject {
    /// Whether it is on, is not silenced by its own definition, and has a condition that can be true.
    fileprivate func canFire(_ facts: [String: MetricFacts]) -> Bool {
        guard let alarm, alarm.isEnabled, alarm.suppression == nil else { return false }
        return queries.contains { query in query.query.map { $0.root.fixedTruth(facts) != false } ?? false }
    }

    /// What `body` says of each use of `absent()`.
    func eachAbsence(_ body: (LintedQuery, SelectorUse) -> [Remark]) -> [Remark] {
        uses.filter(\.use.isAbsence).flatMap { body($0.query, $0.use) }
    }
}
