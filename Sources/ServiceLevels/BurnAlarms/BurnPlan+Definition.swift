// SPDX-License-Identifier: MIT

extension BurnPlan {
    var definition: AlarmDefinition {
        AlarmDefinition(
            name: condition.alarm, query: query, pendingMinutes: condition.pendingMinutes,
            severity: condition.severity, title: condition.title,
            body: AlarmDefinition.body(verdict, first: firstCommand, runbook: condition.alarm),
            repeatMinutes: condition.repeatMinutes, slo: slo.name)
    }

    /// Minutes that a query over the checker's gauge looks back: two of its posts.
    static let gaugeWindowMinutes = 10
    /// Minutes between two posts of it.
    static let gaugePeriodMinutes = 5

    private var query: String {
        let job = "job = \"${job}\""
        switch question {
        case .staleShare:
            let share = Decimal.text(arithmetic.threshold, places: 9)
            return "freshness_stale[\(interval)]{\(job)}.groupBy(job).mean() > \(share)"
        case .failedRuns: return "run_failed[\(interval)]{\(job)}.groupBy(job).sum() >= \(failures)"
        case .gauge(let window):
            let dimensions = "\(job), slo = \"\(slo.name)\", window = \"\(window)\""
            let rate = BurnText.rate(arithmetic.rateThousandths)
            return "slo_burn_rate[\(Self.gaugeWindowMinutes)m]{\(dimensions)}.groupBy(job).max() > \(rate)"
        }
    }

    private var interval: String {
        let minutes = condition.windowMinutes
        return minutes % 60 == 0 ? "\(minutes / 60)h" : "\(minutes)m"
    }

    private var firstCommand: String {
        switch question {
        case .staleShare: "polisen-collector status"
        case .failedRuns: "polisen-collector explain last-failure"
        case .gauge: "polisen-collector slo status"
        }
    }

    /// `99.5 %`
    private var target: String { BurnText.percent(millionths: slo.targetMillionths) }
    private var rate: String { BurnText.rate(arithmetic.rateThousandths) }

    private var verdict: String {
        let span = BurnText.last(condition.windowMinutes)
        switch question {
        case .staleShare:
            let share = BurnText.percent(billionths: arithmetic.threshold)
            return """
                More than \(share) of \(span) were stale: \(rate) times what the objective of \(target) allows \
                (value: share). \(failures) of \(counted) do it.
                """
        case .failedRuns:
            return """
                \(failures) runs or more failed or were killed in \(span): of \(counted) more than \(rate) times what \
                the objective of \(target) allows (value: failed runs). Each try of a slot is a run; partial and skipped \
                ones are not counted here.
                """
        case .gauge:
            return """
                Over \(span) the error budget of \(slo.name) was spent more than \(rate) times as fast as the objective \
                of \(target) allows (value: burn rate). \(failures) \(badOnes) of \(events) do it.
                """
        }
    }

    /// What the bad ones are called.
    var badOnes: String {
        switch slo.indicator {
        case .freshMinutes: "stale minutes"
        case .latency: "late runs"
        case .apiAvailability: "failed calls"
        case .telemetryDelivery: "lost points"
        default: "bad runs"
        }
    }
}
