// SPDX-License-Identifier: MIT

import FoundationEssentials

extension ReportWords {
    /// What a reader must know who acts upon the verdict: which objectives with a policy attain their target only as
    /// long as what nobody knows is left out. Empty where that is so of none.
    ///
    /// The first says also what of the period is unknown: `evidenceNotes` then does not say it again.
    package func doubts(_ report: Report) -> [String] {
        let doubtful = report.objectives.filter(\.isAttainedByUnknown)
        var lines = doubtful.enumerated().map { doubt($1, in: report, isFirst: $0 == 0) }
        guard !doubtful.isEmpty else { return [] }
        let days = doubtful.compactMap(\.slo.window.days).max() ?? 0
        let start = min(report.period.span.startDate, report.asOf.addingTimeInterval(Double(-days) * 86_400))
        if let begins = ledgerBegins(report, after: start) { lines.append(begins) }
        return lines
    }

    private func doubt(_ objective: ObjectiveReport, in report: Report, isFirst: Bool) -> String {
        let (window, target) = (objective.window.counted, objective.slo.targetMillionths)
        let unknown = isFirst ? period(of: report)?.unknown ?? 0 : 0
        return (unknown > 0 ? texts.evidence.doubtAlso : texts.evidence.doubt).filled([
            "periodMinutes": counted(unknown, texts.nouns.minutes),
            "periodShare": share(unknown, of: period(of: report)?.total ?? 0),
            "minutes": counted(window.unknown, objective.slo.unit), "share": share(window.unknown, of: window.total),
            "name": name(of: objective.slo, among: report.objectives.map(\.slo)),
            "window": windowInSentence(objective.slo.window), "worst": atWorst(window, of: target),
        ])
    }

    private func windowInSentence(_ window: SLO.Window) -> String {
        switch window {
        case .rolling: self.window(window)
        case .calendarWeek: texts.evidence.week
        case .calendarMonth: texts.evidence.month
        }
    }

    /// What of the period's minutes nobody knows, where `doubts` does not say it, and what maintenance leaves out; empty
    /// where there is nothing to say.
    package func evidenceNotes(_ report: Report) -> [String] {
        var notes: [String] = []
        if let minutes = period(of: report), minutes.unknown > 0, doubts(report).isEmpty {
            notes.append(
                texts.sections.unknownTime.filled([
                    "minutes": counted(minutes.unknown, texts.nouns.minutes),
                    "share": share(minutes.unknown, of: minutes.total),
                ]))
            if let begins = ledgerBegins(report, after: report.period.span.startDate) { notes.append(begins) }
        }
        let excluded = judgedByMinutes(report)?.period.excluded ?? 0
        if excluded > 0 {
            notes.append(texts.sections.maintenanceTime.filled(["minutes": counted(excluded, texts.nouns.minutes)]))
        }
        return notes
    }

    /// nil where the ledger is older than that.
    private func ledgerBegins(_ report: Report, after start: Date) -> String? {
        guard let first = report.reading.firstAt, start < first else { return nil }
        return texts.sections.ledgerBegins.filled(["date": date(first)])
    }

    private func judgedByMinutes(_ report: Report) -> ObjectiveReport? {
        report.objectives.first { $0.slo.unit == .minutes }
    }

    private func period(of report: Report) -> Attainment? { judgedByMinutes(report)?.period.whole }
}

extension SLO.Window {
    /// nil for weeks and months of the calendar.
    fileprivate var days: Int? {
        if case .rolling(let days) = self { days } else { nil }
    }
}

extension ObjectiveReport {
    /// Whether changes may be made as far as its policy goes, and its budget would be overspent if what nobody knows were
    /// bad.
    package var isAttainedByUnknown: Bool {
        guard slo.policy != nil, window.counted.valid > 0, budget.remainingMillionths >= 0 else { return false }
        let known = window.counted
        let worst = Attainment(good: known.good, bad: known.bad + known.unknown)
        return ErrorBudget(targetMillionths: slo.targetMillionths, attainment: worst).remainingMillionths < 0
    }
}
