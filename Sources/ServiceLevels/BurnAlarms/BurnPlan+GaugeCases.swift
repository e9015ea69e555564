// SPDX-License-Identifier: MIT

/// Tests of an alarm over the checker's own figure.
extension BurnPlan {
    /// The figure with as many bad ones as fire, and with one less, in millionths.
    private var high: Int { max(arithmetic.rateMillionths(of: failures, events), threshold + 1) }
    private var low: Int { arithmetic.rateMillionths(of: failures - 1, events) }
    private var threshold: Int { arithmetic.rateThousandths * 1_000 }

    func gaugeCases(_ window: String) -> [AlarmTestText.Case] {
        [firing, silent(window), missed, absentWhileFiring, absentWhileGood]
    }

    private var firing: AlarmTestText.Case {
        let posts = (condition.repeatMinutes + condition.pendingMinutes) / Self.gaugePeriodMinutes + 4
        let values = Self.times(low, 12) + Self.times(high, posts) + Self.times(low, 6)
        let few = "with \(failures - 1) bad of \(events), \(Decimal.text(low, places: 6))"
        return scene(
            "fires with \(failures) bad of \(events)\(afterPending), \(repeating), and clears \(few)",
            values, until: values.count * Self.gaugePeriodMinutes)
    }

    private func silent(_ window: String) -> AlarmTestText.Case {
        let rate = BurnText.rate(arithmetic.rateThousandths)
        let values = Self.times(low, 12) + Self.times(threshold, 12) + Self.times(low, 6)
        let loud = Self.times(high, values.count)
        let other = slo.name == "latency" ? "freshness" : "latency"
        let others = [
            gauge(loud, slo: other, window: window), gauge(loud, slo: slo.name, window: window == "1d" ? "3d" : "1d"),
            gauge(loud, slo: slo.name, window: window, job: "nightly"),
        ]
        return scene(
            "stays silent at a burn rate of \(rate) and below, and over another objective, window and job", values,
            others: others, until: values.count * Self.gaugePeriodMinutes)
    }

    private var missed: AlarmTestText.Case {
        let posts = condition.pendingMinutes / Self.gaugePeriodMinutes + 3
        let values = Self.times(high, posts) + [nil] + Self.times(high, 2) + Self.times(low, 6)
        return scene(
            "goes on firing while one post is missing", values, until: values.count * Self.gaugePeriodMinutes)
    }

    private var absentWhileFiring: AlarmTestText.Case {
        let posts = condition.pendingMinutes / Self.gaugePeriodMinutes + 3
        let values = Self.times(low, 2) + Self.times(high, posts)
        return scene(
            "absent while firing it ends with RESET ten minutes after its window has emptied",
            why: "checker-silent tells that nobody looks.", values, until: values.count * Self.gaugePeriodMinutes + 30)
    }

    private var absentWhileGood: AlarmTestText.Case {
        scene("absent while good it never fires", Self.times(low, 3), until: 60)
    }
}
