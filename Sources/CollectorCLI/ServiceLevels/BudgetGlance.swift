// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON
import Ledger
import ServiceLevels

/// How the main objective stands, for `status`: a look at the ledger that fails nothing.
enum BudgetGlance: Sendable {
    case known(ObjectiveReport)
    /// Objectives or ledger cannot be read.
    case unknown(String)

    /// nil where there is nothing to judge: the place is a job's of `exec`, nothing was recorded yet, or nobody has named
    /// objectives and none are installed.
    static func look(_ place: SeenPlace) -> BudgetGlance? {
        let chosen = place.configuration.serviceLevels.path
        guard place.execJob == nil, chosen != nil || FileSystem.exists(SLOPlaces.slos(nil)) else { return nil }
        do {
            let source = try ServiceLevelSource(place.configuration, now: place.now)
            guard try source.hasLedger, let main = ServiceLevelSource.main(source.slos) else { return nil }
            return try source.standing([main]).objectives.first.map(BudgetGlance.known)
        } catch {
            let first = "\(error)".split(whereSeparator: \.isNewline).first ?? ""
            return .unknown(String(first))
        }
    }

    /// `freshness: 74 % left over 28 d (go), 99.87 % attained`.
    var text: String {
        switch self {
        case .unknown(let problem): return "not known: \(problem)"
        case .known(let objective):
            let words = ServiceLevelWords.self
            let verdict = objective.verdict.map { " (\($0.rawValue))" } ?? ""
            return "\(objective.slo.name): \(words.share(objective.budget.remainingRatio)) left over "
                + "\(words.window(objective.slo.window))\(verdict), \(words.attained(objective)) attained"
        }
    }

    var json: JSONValue {
        switch self {
        case .unknown(let problem): return ["known": false, "problem": .string(problem)]
        case .known(let objective):
            return [
                "known": true, "problem": .null, "slo": .string(objective.slo.name),
                "window": .string(ServiceLevelWords.window(objective.slo.window)),
                "attainment": .optionalNumber(objective.window.counted.ratio),
                "remaining_ratio": .optionalNumber(objective.budget.remainingRatio),
                "verdict": .optional(objective.verdict?.rawValue),
            ]
        }
    }
}

extension ServiceLevelSource {
    /// The objective that stands for all where there is room for one: freshness, else the first.
    static func main(_ slos: [SLO]) -> SLO? {
        slos.first { if case .freshMinutes = $0.indicator { true } else { false } } ?? slos.first
    }

    static func main(_ objectives: [ObjectiveReport]) -> ObjectiveReport? {
        let name = main(objectives.map(\.slo))?.name
        return objectives.first { $0.slo.name == name }
    }
}
