// SPDX-License-Identifier: MIT

extension ReportBuilder {
    /// Weeks of a trend.
    private static let trendWeeks = 12

    func objective(_ slo: SLO) -> ObjectiveReport {
        let span = chronicle.windowSpan(of: slo, at: now)
        let window = chronicle.figures(of: slo, over: span)
        let budget = ErrorBudget(targetMillionths: slo.targetMillionths, attainment: window.counted)
        return ObjectiveReport(
            slo: slo, period: chronicle.figures(of: slo, over: passed), window: window, budget: budget,
            burnRates: BurnRate.windows.map { chronicle.burnRate(of: slo, windowMinutes: $0, at: now) },
            projection: chronicle.projection(of: slo, at: now), trend: trend(slo),
            verdict: slo.policy.map { verdict(slo, $0, window: window.counted, span: span, budget: budget) })
    }

    /// The worst of the objectives that have a policy: stop, unknown, careful, go; unknown where none has one.
    func verdict(_ objectives: [ObjectiveReport]) -> ReportVerdict {
        let words = objectives.compactMap(\.verdict)
        guard let word = words.max(by: { Self.weight($0) < Self.weight($1) }) else {
            return ReportVerdict(word: .unknown, because: [])
        }
        guard word != .go else { return ReportVerdict(word: .go, because: []) }
        let deciding = objectives.filter { $0.verdict == word }
        let ranked = deciding.enumerated()
            .sorted { left, right in
                (left.element.budget.remainingRatio ?? -.infinity, left.offset)
                    < (right.element.budget.remainingRatio ?? -.infinity, right.offset)
            }
        return ReportVerdict(word: word, because: ranked.map(\.element.slo.name))
    }

    private static func weight(_ word: ReportVerdict.Word) -> Int {
        switch word {
        case .go: 0
        case .careful: 1
        case .unknown: 2
        case .stop: 3
        }
    }

    private func verdict(
        _ slo: SLO, _ policy: BudgetPolicy, window: Attainment, span: MinuteSpan, budget: ErrorBudget
    ) -> ReportVerdict.Word {
        guard window.valid > 0 else { return .unknown }
        // A target of 100 % allows nothing: what is bad is bad without end.
        let remaining = budget.remainingRatio ?? (window.bad > 0 ? -.infinity : 1)
        if remaining < policy.stopBelow { return .stop }
        if isMostlyUnknown(slo, span) || isMostlyUnknown(slo, passed) { return .unknown }
        return remaining < policy.carefulBelow ? .careful : .go
    }

    /// Whether more than half of a span since the ledger's first record is unknown; only time can be.
    ///
    /// Asked of the window, and of the report's own period: a week of which nobody knows anything is no week to go on
    /// after, however good those before it were.
    private func isMostlyUnknown(_ slo: SLO, _ span: MinuteSpan) -> Bool {
        guard slo.unit == .minutes else { return false }
        let first = chronicle.reading.firstAt?.minute ?? span.start
        let since = MinuteSpan(start: min(max(first, span.start), span.end), end: span.end)
        let known = chronicle.figures(of: slo, over: since).counted
        return known.unknown * 2 > known.total
    }

    /// ISO weeks up to the one in which the period ends, as far as they have come; oldest first.
    private func trend(_ slo: SLO) -> [TrendWeek] {
        var weeks = [ISOWeek(containing: max(passed.start, passed.end - 1))]
        while weeks.count < Self.trendWeeks { weeks.append(weeks[weeks.count - 1].previous) }
        return weeks.reversed()
            .map { week in
                let span = MinuteSpan(start: week.span.start, end: min(week.span.end, now))
                return TrendWeek(week: week, figures: chronicle.figures(of: slo, over: span))
            }
    }
}
