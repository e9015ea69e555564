// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels

/// What `slo report --check` tells a release pipeline.
struct PipelineCheck: Sendable {
    /// Why not to release; nil: nothing speaks against it.
    let objection: String?

    /// Without any record for so long nobody knows how things stand, however full the budgets are.
    private static let silence: TimeInterval = 86_400

    /// - Parameter isNow: whether the report is about the time up to now, not about one that is over.
    init(_ report: Report, isNow: Bool) {
        let word = report.verdict.word
        let last = report.reading.lastAt
        if word != .stop, let last, report.asOf.timeIntervalSince(last) > Self.silence {
            objection = "unknown — nothing was recorded since \(Words.time(last)): is the collector running?"
        } else if word == .stop || word == .unknown {
            objection = ServiceLevelWords.verdict(report) + (isNow ? " (as of \(Words.time(report.asOf)))" : "")
        } else {
            objection = nil
        }
    }

    func status(_ surroundings: Surroundings) -> ExitStatus {
        guard let objection else { return .ok }
        let text = "polisen-collector: \(objection); --check is for a release pipeline, and exits 1 for this"
        surroundings.tell(wrapped(text, width: 80, indent: 4).joined(separator: "\n"))
        return .badState
    }
}
