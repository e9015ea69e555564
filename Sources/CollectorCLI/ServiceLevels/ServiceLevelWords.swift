// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Ledger
import ServiceLevels

/// Figures of service levels as commands print them: in English, as the report has them, with ordinary spaces.
enum ServiceLevelWords {
    private static let words = ReportWords(.english)

    /// `99.87 %`; `–` where nobody knows. Never rounded up to 100 % or to the target.
    static func attained(_ objective: ObjectiveReport) -> String {
        plain(words.attained(objective.window.counted, of: objective.slo.targetMillionths))
    }

    /// `74 %`, rounded down; `–` where nobody knows.
    static func share(_ ratio: Double?) -> String { plain(words.budgetLeft(ratio)) }

    /// `0.4×`; `–` where nobody knows.
    static func burn(_ rate: BurnRate?) -> String { plain(words.burnRate(rate?.rate)) }

    /// `99.5 %`, without zeros at the end.
    static func target(_ millionths: Int) -> String { plain(words.target(millionths: millionths)) }

    /// `28 d`, `week`, `month`: the same in answers for people and for programs.
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
        case .usedUp(let days): "used up in \(plain(words.number(days, decimals: 1))) days"
        case .spent: "used up"
        case .unknown: "unknown"
        }
    }

    /// What stands behind the word of a verdict, continuing `stop — `.
    static func sentence(_ report: Report) -> String { plain(words.verdictSentence(report)) }

    /// `careful — Freshness has 18 % of its budget left: no risky changes`.
    static func verdict(_ report: Report) -> String { plain(words.verdictLine(report)) }

    /// Which targets are attained only because unknown time is left out; nil where none is.
    static func doubts(_ report: Report) -> String? {
        let doubts = words.doubts(report)
        return doubts.isEmpty ? nil : plain(doubts.joined(separator: " "))
    }

    private static func plain(_ text: String) -> String { ReportWords.plain(text) }
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
