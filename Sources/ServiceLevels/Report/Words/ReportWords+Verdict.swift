// SPDX-License-Identifier: MIT

package import FoundationEssentials

extension ReportWords {
    package func word(_ verdict: ReportVerdict.Word) -> String {
        switch verdict {
        case .go: texts.verdicts.wordGo
        case .careful: texts.verdicts.wordCareful
        case .stop: texts.verdicts.wordStop
        case .unknown: texts.verdicts.wordUnknown
        }
    }

    /// `careful — freshness has 18 % of its budget left: no risky changes`.
    package func verdictLine(_ report: Report) -> String {
        word(report.verdict.word) + " — " + verdictSentence(report)
    }

    /// What stands behind the word.
    package func verdictSentence(_ report: Report) -> String {
        let reasons = reasons(report).joined(separator: "; ")
        guard report.verdict.word != .go, !reasons.isEmpty else { return sentence(report.verdict.word) }
        return sentence(report.verdict.word).filled(["reasons": reasons])
    }

    private func sentence(_ word: ReportVerdict.Word) -> String {
        switch word {
        case .go: texts.verdicts.go
        case .careful: texts.verdicts.careful
        case .stop: texts.verdicts.stop
        case .unknown: texts.verdicts.unknown
        }
    }

    /// Of each objective that decided the verdict, worst first: how its budget stands.
    package func reasons(_ report: Report) -> [String] {
        let names = report.verdict.because
        let found = names.map { name in
            guard let objective = report.objectives.first(where: { $0.slo.name == name }) else { return name.harmless }
            return reason(objective, in: report)
        }
        // A verdict without a name has its reason in nothing being known at all.
        return found.isEmpty && report.verdict.word != .go ? [texts.sections.noEvidence] : found
    }

    private func reason(_ objective: ObjectiveReport, in report: Report) -> String {
        let name = name(of: objective.slo, among: report.objectives.map(\.slo))
        guard objective.window.counted.valid > 0 else { return texts.verdicts.noEvidence.filled(["name": name]) }
        guard objective.verdict != .unknown, let left = objective.budget.remainingRatio else {
            return texts.verdicts.mostlyUnknown.filled(["name": name])
        }
        guard left < 0 else { return texts.verdicts.left.filled(["name": name, "share": budgetLeft(left)]) }
        return texts.verdicts.overspent.filled(["name": name, "share": overspent(left)])
    }

    private func overspent(_ ratio: Double) -> String {
        budgetLeft(ratio).replacing(Self.minus, with: "")
    }

    /// What to do next, one sentence each, most urgent first.
    package func nextSteps(_ report: Report) -> [String] {
        var steps: [String] = []
        if let incident = report.incidents.last(where: { $0.endedAt == nil }) {
            steps.append(
                texts.verdicts.nextOngoing.filled(["date": date(incident.startedAt), "end": date(report.asOf)]))
        }
        switch report.verdict.word {
        case .go: steps.append(texts.verdicts.nextGo)
        case .careful: steps.append(texts.verdicts.nextCareful)
        case .stop: steps.append(texts.verdicts.nextStop)
        case .unknown: steps.append(texts.verdicts.nextUnknown)
        }
        if report.verdict.word != .go, let cause = report.causes.first {
            let template = cause.runbook == nil ? texts.verdicts.nextCause : texts.verdicts.nextCauseRunbook
            steps.append(
                template.filled([
                    "error": cause.errorType.harmless, "runs": counted(cause.runs, texts.nouns.runs),
                    "runbook": (cause.runbook ?? "").harmless,
                ]))
        }
        let open = report.actions.count { $0.doneAt == nil }
        if open > 0 { steps.append(texts.verdicts.nextActions.filled(["actions": counted(open, texts.nouns.actions)])) }
        return steps
    }
}

extension ReportWords {
    /// `Service levels of polisen, week 2026-W47 (2026-11-16 to 2026-11-22)`.
    package func title(_ report: Report) -> String {
        texts.headings.title.filled(["job": report.job.harmless, "period": period(report.period)])
    }

    /// `week 2026-W47`, `November 2026`, or the ends of a span; with the days of a week.
    package func period(_ period: ReportPeriod) -> String {
        switch period.kind {
        case .week: "\(shortPeriod(period)) (\(range(day(period.span.startDate), lastDay(of: period.span))))"
        case .month, .since: shortPeriod(period)
        }
    }

    /// `2026-W47`, `November 2026`, `2026-11-01 00:00 to 2026-11-23 09:00`.
    package func shortPeriod(_ period: ReportPeriod) -> String {
        switch period.kind {
        case .week(let week): "\(week.year)-W\(Self.two(week.week))"
        case .month(let month): "\(texts.calendar.months[(month.month + 11) % 12]) \(month.year)"
        case .since: range(date(period.span.startDate), date(period.span.endDate))
        }
    }

    /// The heading of the column with a period's figures.
    package func column(_ period: ReportPeriod) -> String {
        switch period.kind {
        case .week: texts.columns.week
        case .month: texts.columns.month
        case .since: texts.columns.period
        }
    }

    /// The heading of the column with what objectives reached in their windows: `28 d` where that is so for all.
    package func windowColumn(_ report: Report) -> String {
        Set(report.objectives.map(\.slo.window)).count == 1
            ? report.objectives.first.map { window($0.slo.window) } ?? "" : texts.columns.window
    }

    /// What an objective reached in its window; with the window where they differ.
    package func inWindow(_ objective: ObjectiveReport, of report: Report) -> String {
        let attained = attained(objective.window.counted, of: objective.slo.targetMillionths)
        let isOne = Set(report.objectives.map(\.slo.window)).count == 1
        return isOne ? attained : "\(attained) (\(window(objective.slo.window)))"
    }

    /// `{from} to {to}`.
    package func range(_ from: String, _ to: String) -> String {
        texts.incidents.range.filled(["from": from, "to": to])
    }

    /// `2026-11-16`, in Stockholm.
    package func day(_ date: Date) -> String { String(self.date(date).prefix(10)) }

    private func lastDay(of span: MinuteSpan) -> String {
        day(Date(timeIntervalSince1970: Double(max(span.start, span.end - 1)) * 60))
    }

    package func projection(_ projection: Projection) -> String {
        switch projection {
        case .lasts: return texts.projections.lasts
        case .spent: return texts.projections.spent
        case .unknown: return texts.projections.unknown
        case .usedUp(let days) where days < 1: return texts.projections.usedUpToday
        // Down: rather a day too early.
        case .usedUp(let days):
            return texts.projections.usedUp.filled([
                "days": number(
                    days < 10 ? (days * 10).rounded(.down) / 10 : days.rounded(.down), decimals: days < 10 ? 1 : 0)
            ])
        }
    }

    package func state(_ state: Slot.State) -> String {
        switch state {
        case .success: texts.slots.success
        case .partial: texts.slots.partial
        case .failed: texts.slots.failed
        case .killed: texts.slots.killed
        case .skipped: texts.slots.skipped
        case .missed: texts.slots.missed
        case .unknown: texts.slots.unknown
        case .future: texts.slots.future
        }
    }
}
