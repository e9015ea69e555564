// SPDX-License-Identifier: MIT

/// The alarm over what is left of error budgets: one for all objectives that have a policy.
struct BudgetPlan: Sendable {
    static let alarm = "budget-low"
    private static let title = "the error budget runs low"
    private static let windowMinutes = BurnPlan.gaugeWindowMinutes
    private static let pendingMinutes = 5
    private static let repeatMinutes = 1_440

    /// In millionths of the budget.
    private let careful: Int
    private let stop: Int
    /// Names of the objectives, as the gauge has them.
    private let slos: [String]

    /// nil where no objective has a policy.
    ///
    /// - Throws: where policies differ, since the alarm has one threshold for all.
    init?(_ slos: [SLO]) throws(BurnRefusal) {
        let policies = slos.compactMap { slo in slo.policy.map { (name: slo.name, policy: $0) } }
        guard let first = policies.first else { return nil }
        if let other = policies.first(where: { $0.policy != first.policy }) {
            throw BurnRefusal(
                description: """
                    \(Self.alarm): \(other.name) has another budget policy than \(first.name), and one alarm watches all; \
                    give them the same
                    """)
        }
        careful = Int((first.policy.carefulBelow * 1_000_000).rounded())
        stop = Int((first.policy.stopBelow * 1_000_000).rounded())
        self.slos = policies.map(\.name)
    }

    var definition: AlarmDefinition {
        let first = "polisen-collector slo status"
        let what = "(value: share left; the dimension slo says of which objective)"
        let low = "Less than \(percent(careful)) of an error budget are left \(what): no risky changes."
        let gone =
            stop == 0
            ? "An error budget is used up \(what): only work on reliability until it has come back."
            : "Less than \(percent(stop)) of an error budget are left \(what): only work on reliability until more is."
        let override = AlarmDefinition.Override(
            rule: "EXHAUSTED", query: query(stop), severity: "ERROR",
            body: AlarmDefinition.body(gone, first: first, runbook: Self.alarm))
        return AlarmDefinition(
            name: Self.alarm, query: query(careful), pendingMinutes: Self.pendingMinutes, severity: "WARNING",
            rule: "LOW", overrides: [override], title: Self.title,
            body: AlarmDefinition.body(low, first: first, runbook: Self.alarm), isPerStream: true,
            repeatMinutes: Self.repeatMinutes, slo: nil)
    }

    private func percent(_ millionths: Int) -> String { BurnText.percent(millionths: millionths) }

    private func query(_ millionths: Int) -> String {
        let selector = "slo_budget_remaining_ratio[\(Self.windowMinutes)m]{job = \"${job}\"}.groupBy(job, slo)"
        return "\(selector).min() < \(Decimal.text(millionths, places: 6))"
    }
}

extension BudgetPlan {
    var testFile: AlarmTestText {
        let text = """
            A budget is a share: 1 untouched, 0 used up. Under \(percent(careful)) it is a warning, under \(percent(stop)) \
            an error; the repeat within the day names the worse.
            """
        return AlarmTestText(
            alarm: Self.alarm, comment: text, step: BurnPlan.gaugePeriodMinutes,
            cases: [worsening, silent, several, absentWhileFiring, absentWhileGood])
    }

    private static var step: Int { BurnPlan.gaugePeriodMinutes }
    /// One hundredth of a budget.
    private static let bit = 10_000

    private var worsening: AlarmTestText.Case {
        let day = Self.repeatMinutes / Self.step
        let values =
            BurnPlan.times(careful, 6) + BurnPlan.times(careful - Self.bit, 12) + BurnPlan.times(stop, 6)
            + BurnPlan.times(stop - Self.bit, day) + BurnPlan.times(careful, 6)
        return scene(
            "warns under \(percent(careful)), is an error under \(percent(stop)) as its repeat says, and clears at \(percent(careful))",
            [slos[0]: values])
    }

    private var silent: AlarmTestText.Case {
        let values = BurnPlan.times(1_000_000, 6) + BurnPlan.times(careful, 12)
        var test = scene("stays silent at \(percent(careful)), and for another job", [slos[0]: values])
        test.series.append(series(BurnPlan.times(stop - Self.bit, values.count), slos[0], job: "nightly"))
        return test
    }

    private var several: AlarmTestText.Case {
        let last = slos[slos.count - 1]
        let first = BurnPlan.times(careful, 2) + BurnPlan.times(careful - Self.bit, 8) + BurnPlan.times(careful, 12)
        let second = BurnPlan.times(careful, 6) + BurnPlan.times(stop - Self.bit, 10) + BurnPlan.times(careful, 6)
        let values = slos.count == 1 ? [slos[0]: first] : [slos[0]: first, last: second]
        return scene("tells of each objective by itself", values)
    }

    private var absentWhileFiring: AlarmTestText.Case {
        scene(
            "absent while firing it ends with RESET ten minutes after its window has emptied",
            why: "checker-silent tells that nobody looks.",
            [slos[0]: BurnPlan.times(careful, 2) + BurnPlan.times(careful - Self.bit, 4)], after: 30)
    }

    private var absentWhileGood: AlarmTestText.Case {
        scene("absent while good it never fires", [slos[0]: BurnPlan.times(careful, 3)], after: 60)
    }

    private func series(_ values: [Int?], _ slo: String, job: String = "polisen") -> AlarmTestText.Series {
        AlarmTestText.Series(
            metric: "slo_budget_remaining_ratio", dimensions: [("job", job), ("env", "production"), ("slo", slo)],
            step: Self.step, values: values)
    }

    private func scene(
        _ name: String, why comment: String = "", _ values: [String: [Int?]], after: Int = 0
    ) -> AlarmTestText.Case {
        let all = slos.compactMap { slo in values[slo].map { (slo, series($0, slo)) } }
        let until = all.reduce(0) { max($0, $1.1.values.count * Self.step) } + after
        let timing = AlarmForecast.Timing(
            window: Self.windowMinutes, pending: Self.pendingMinutes, repeats: Self.repeatMinutes)
        let streams = all.map { slo, series in
            AlarmTestText.Stream(
                dimensions: [("job", "polisen"), ("slo", slo)],
                forecast: AlarmForecast(series.points, rules: rules, timing: timing, until: until))
        }
        return AlarmTestText.Case(
            name: name, comment: comment, series: all.map(\.1), until: until, streams: streams, title: Self.title,
            showsRules: true)
    }

    private var rules: [AlarmForecast.Rule] {
        let (careful, stop) = (careful, stop)
        return [
            AlarmForecast.Rule(name: "EXHAUSTED", severity: "ERROR") { values in values.contains { $0 < stop } },
            AlarmForecast.Rule(name: "LOW", severity: "WARNING") { values in values.contains { $0 < careful } },
        ]
    }
}
