// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels

/// Reports on a scenario, made of facts as the command makes them.
struct ScenarioReport: Sendable {
    let facts: [LedgerFact]

    /// The facts of the quarter, read once.
    static let quarter = Result { ScenarioReport(facts: try ScenarioLedger(scenario: .quarter).facts()) }

    static let spring = Result { ScenarioReport(facts: try ScenarioLedger(scenario: .spring).facts()) }

    /// - Parameter asOf: a minute since 1970; the period's end unless said otherwise.
    func report(_ period: ReportPeriod, asOf: Int? = nil) -> Report {
        let asOf = min(asOf ?? period.span.end, period.span.end)
        let end = Date(timeIntervalSince1970: Double(asOf) * 60)
        var builder = ChronicleBuilder(rules: ChronicleRules(runbook: Self.runbook), detailFrom: .max)
        var totals = PeriodTotals(period: MinuteSpan(start: period.span.start, end: min(period.span.end, asOf)))
        for fact in facts where !fact.isAbout(end) {
            builder.add(fact)
            totals.add(fact)
        }
        return ReportBuilder(
            chronicle: builder.chronicle(asOf: asOf), totals: totals, slos: ScenarioObjectives.all, job: "polisen",
            environment: "production", period: period, asOf: end, runbook: Self.runbook
        ).report()
    }

    @Sendable static func runbook(_ errorType: String) -> String? {
        switch errorType {
        case _ where errorType.hasPrefix("feed_"): "api-failing"
        case _ where errorType.hasPrefix("oci_credential_vault"): "vault-access"
        case "killed_oom": "memory-growth"
        case "answer_filtered": "api-answer-filtered"
        case "locked": "scheduler-unhealthy"
        default: "runs-failing"
        }
    }
}

extension LedgerFact {
    /// What the command leaves out of a report up to `date`.
    fileprivate func isAbout(_ date: Date) -> Bool {
        switch self {
        case .maintenance(let record): record.startsAt >= date
        case .note(let record): record.at >= date
        case .alarm(let record): record.at >= date
        case .drill(let record): record.startedAt >= date
        case .run, .check, .other, .damaged: false
        }
    }
}
