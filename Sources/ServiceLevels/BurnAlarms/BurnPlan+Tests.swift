// SPDX-License-Identifier: MIT

extension BurnPlan {
    /// The tests of the alarm: everything the hand-written ones ask, with numbers from the objective.
    var testFile: AlarmTestText {
        let cases =
            switch question {
            case .staleShare: staleCases
            case .failedRuns: failedCases
            case .gauge(let window): gaugeCases(window)
            }
        return AlarmTestText(alarm: condition.alarm, comment: reason, step: step, cases: cases)
    }

    private var step: Int {
        switch question {
        case .staleShare: 1
        case .failedRuns: runMinutes
        case .gauge: Self.gaugePeriodMinutes
        }
    }

    private var reason: String {
        let allowed = BurnText.percent(millionths: 1_000_000 - slo.targetMillionths)
        let share = BurnText.percent(billionths: arithmetic.threshold)
        let product = "\(BurnText.rate(arithmetic.rateThousandths)) times \(allowed) is \(share)"
        let amount = Decimal.text(arithmetic.threshold * events / 1_000, places: 6)
        return """
            \(product): of \(counted) in \(BurnText.length(condition.windowMinutes)) that is \(amount), so that the \
            \(BurnText.ordinal(failures)) bad one fires.
            """
    }

    // MARK: Making cases

    static let good = 0
    static let bad = 1_000_000

    /// The gauge or the metric of runs; dimensions as they are posted.
    func series(_ values: [Int?], job: String = "polisen") -> AlarmTestText.Series {
        switch question {
        case .staleShare:
            let dimensions = [("job", job), ("env", "production"), ("vantage", "host-a")]
            return AlarmTestText.Series(metric: "freshness_stale", dimensions: dimensions, step: 1, values: values)
        case .failedRuns:
            let dimensions = [("job", job), ("env", "production")]
            return AlarmTestText.Series(metric: "run_failed", dimensions: dimensions, step: runMinutes, values: values)
        case .gauge(let window): return gauge(values, slo: slo.name, window: window, job: job)
        }
    }

    func gauge(_ values: [Int?], slo: String, window: String, job: String = "polisen") -> AlarmTestText.Series {
        let dimensions = [("job", job), ("env", "production"), ("slo", slo), ("window", window)]
        return AlarmTestText.Series(
            metric: "slo_burn_rate", dimensions: dimensions, step: Self.gaugePeriodMinutes, values: values)
    }

    /// A case of one stream that can fire, and others that must not.
    func scene(
        _ name: String, why comment: String = "", _ values: [Int?], others: [AlarmTestText.Series] = [], until: Int
    ) -> AlarmTestText.Case {
        let main = series(values)
        let forecast = AlarmForecast(main.points, rules: [rule], timing: timing, until: until)
        let stream = AlarmTestText.Stream(dimensions: [("job", "polisen")], forecast: forecast)
        return AlarmTestText.Case(
            name: name, comment: comment, series: [main] + others, until: until, streams: [stream],
            title: condition.title)
    }

    private var timing: AlarmForecast.Timing {
        let window: Int
        if case .gauge = question { window = Self.gaugeWindowMinutes } else { window = condition.windowMinutes }
        return AlarmForecast.Timing(
            window: window, pending: condition.pendingMinutes, repeats: condition.repeatMinutes)
    }

    private var rule: AlarmForecast.Rule {
        let (arithmetic, failures) = (arithmetic, failures)
        return AlarmForecast.Rule(name: "BASE", severity: condition.severity) { values in
            let bad = values.count { $0 > 0 }
            return switch question {
            case .staleShare: arithmetic.isExceeded(by: bad, of: values.count)
            case .failedRuns: bad >= failures
            case .gauge: values.contains { $0 > arithmetic.rateThousandths * 1_000 }
            }
        }
    }

    static func times(_ value: Int?, _ count: Int) -> [Int?] { Array(repeating: value, count: max(0, count)) }

    /// ` after 5 minutes`, where it does not fire at once.
    var afterPending: String {
        condition.pendingMinutes > 1 ? ", \(condition.pendingMinutes) minutes on end" : ""
    }

    var repeating: String { "repeats after \(AlarmTestText.time(condition.repeatMinutes))" }
}
