// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Ledger
import ServiceLevels

/// Figures of service levels as commands print them, in English.
enum ServiceLevelWords {
    /// `99.87 %`, rounded down, so that only what is whole shows as 100 %; `-` where nobody knows.
    static func attainment(_ ratio: Double?) -> String {
        guard let ratio else { return "-" }
        // Ten thousandths, with room for what a division leaves behind.
        return decimal(Int((ratio * 10_000 + 1e-6).rounded(.down)), places: 2) + " %"
    }

    /// `74 %`; `-` where nobody knows.
    static func share(_ ratio: Double?) -> String {
        ratio.map { "\(Int(($0.clampedToPercent * 100).rounded(.down))) %" } ?? "-"
    }

    /// `0.42`.
    static func burn(_ rate: BurnRate?) -> String {
        guard let rate = rate?.rate else { return "-" }
        return decimal(Int((min(rate, 1e6) * 100).rounded()), places: 2)
    }

    /// `99.5 %`, without zeros at the end.
    static func target(_ millionths: Int) -> String {
        var text = decimal(millionths, places: 4)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text + " %"
    }

    static func window(_ window: SLO.Window) -> String {
        switch window {
        case .rolling(let days): "\(days) d"
        case .calendarWeek: "week"
        case .calendarMonth: "month"
        }
    }

    static func projection(_ projection: Projection) -> String {
        switch projection {
        case .lasts: "lasts"
        case .usedUp(let days): "used up in \(decimal(Int((days * 10).rounded()), places: 1)) days"
        case .spent: "used up"
        case .unknown: "unknown"
        }
    }

    /// What a verdict means for a plan, continuing the sentence of its word.
    static func meaning(_ word: ReportVerdict.Word) -> String {
        switch word {
        case .go: "all error budgets are fine"
        case .careful: "little is left of an error budget: no risky changes"
        case .stop: "an error budget is used up: only what makes the service more reliable"
        case .unknown: "there is too little evidence to tell"
        }
    }

    /// `freshness (-12 % of its budget left)`.
    static func reasons(_ report: Report) -> String {
        report.verdict.because.map { name in
            guard let objective = report.objectives.first(where: { $0.slo.name == name }) else { return name }
            guard let left = objective.budget.remainingRatio else { return "\(name) (no evidence)" }
            return "\(name) (\(share(left)) of its budget left)"
        }.joined(separator: ", ")
    }

    /// `-0.05` for -5 and two places.
    private static func decimal(_ number: Int, places: Int) -> String {
        let digits = String(number.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return (number < 0 ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
    }
}

extension Double {
    fileprivate var clampedToPercent: Double { isFinite ? Swift.min(Swift.max(self, -1e6), 1e6) : 0 }
}

extension ObjectiveReport {
    func burnRate(_ windowMinutes: Int) -> BurnRate? { burnRates.first { $0.windowMinutes == windowMinutes } }

    /// What `slo status --json` says of it.
    var standing: JSONValue {
        [
            "name": .string(slo.name), "display_name": .string(slo.displayName),
            "target": .double(Double(slo.targetMillionths) / 1_000_000),
            "window": .string(ServiceLevelWords.window(slo.window)), "unit": .string(slo.unit.rawValue),
            "good": .int(window.counted.good), "bad": .int(window.counted.bad),
            "unknown": .int(window.counted.unknown), "excluded": .int(window.excluded),
            "attainment": .optionalNumber(window.counted.ratio),
            "attainment_with_maintenance": .optionalNumber(window.whole.ratio),
            "attainment_at_worst": .optionalNumber(window.counted.worstRatio),
            "budget": [
                "allowed": .double(budget.allowed), "spent": .int(budget.spent),
                "remaining_ratio": .optionalNumber(budget.remainingRatio),
            ],
            "burn_rates": .array(
                burnRates.map { ["window_minutes": .int($0.windowMinutes), "rate": .optionalNumber($0.rate)] }),
            "projection": .string(ServiceLevelWords.projection(projection)),
            "verdict": .optional(verdict?.rawValue),
        ]
    }
}

extension JSONValue {
    static func optionalNumber(_ number: Double?) -> JSONValue { number.map(JSONValue.double) ?? .null }
}
