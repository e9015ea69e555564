// SPDX-License-Identifier: MIT

extension ReportWords {
    /// Good, bad, unknown, left out for maintenance, attained; then, empty where they do not differ from it, attained
    /// with maintenance counted and attained at worst.
    package func counts(_ figures: Figures, of slo: SLO) -> [String] {
        let (counted, target) = (figures.counted, slo.targetMillionths)
        return [
            number(counted.good), number(counted.bad), number(counted.unknown), number(figures.excluded),
            attained(counted, of: target), figures.whole == counted ? "" : attained(figures.whole, of: target),
            counted.unknown == 0 ? "" : atWorst(counted, of: target),
        ]
    }

    /// One a window, in their order.
    package func burnRates(_ objective: ObjectiveReport, windows: [Int]) -> [String] {
        windows.map { window in burnRate(objective.burnRates.first { $0.windowMinutes == window }?.rate) }
    }
}
