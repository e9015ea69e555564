// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

extension Report {
    /// The report in GitHub-flavoured Markdown.
    package func markdown(_ language: ReportLanguage) -> String {
        var markdown = ReportMarkdown(report: self, words: ReportWords(language))
        return markdown.written()
    }
}

/// Writes a report's parts as headings, tables and lists.
struct ReportMarkdown {
    let report: Report
    let words: ReportWords
    var page = MarkdownPage()

    init(report: Report, words: ReportWords) {
        self.report = report
        self.words = words
    }

    mutating func written() -> String {
        page.heading(words.title(report), level: 1)
        page.paragraph(strong: words.word(report.verdict.word), "— " + words.verdictSentence(report) + ".")
        let doubts = words.doubts(report)
        if !doubts.isEmpty { page.paragraph(doubts.joined(separator: " ")) }
        page.list(words.nextSteps(report))
        page.paragraph(words.scope(report))
        objectives()
        counted()
        burnRates()
        grid()
        incidents()
        causes()
        runs()
        lists()
        page.heading(words.texts.headings.method)
        page.list(words.method(report))
        return page.text
    }

    private func name(_ objective: ObjectiveReport) -> String {
        words.name(of: objective.slo, among: report.objectives.map(\.slo))
    }

    private mutating func objectives() {
        guard !report.objectives.isEmpty else { return }
        let columns = words.texts.columns
        page.heading(words.texts.headings.objectives)
        let rows = report.objectives.map { objective in
            let target = objective.slo.targetMillionths
            return [
                name(objective), words.target(millionths: target), words.attained(objective.period.counted, of: target),
                words.inWindow(objective, of: report), words.budgetLeft(objective.budget.remainingRatio),
                Sparkline.trend(objective.trend, targetMillionths: target), objective.verdict.map(words.word) ?? "",
            ]
        }
        page.table(
            [
                (columns.objective, false), (columns.target, true), (words.column(report.period), true),
                (words.windowColumn(report), true), (columns.budgetLeft, true), (columns.trend, false),
                (columns.verdict, false),
            ], rows)
        if report.objectives.contains(where: { !$0.trend.isEmpty }) { page.paragraph(words.texts.sections.trendLegend) }
        page.list(words.evidenceNotes(report))
    }

    private mutating func counted() {
        let known = report.objectives.filter { $0.window.whole.total + $0.period.whole.total > 0 }
        guard !known.isEmpty else { return }
        let columns = words.texts.columns
        page.heading(words.texts.headings.counted)
        let rows = known.flatMap { objective in
            let name = "\(name(objective)) (\(words.noun(objective.slo.unit).many))"
            return [
                [name, words.column(report.period)] + words.counts(objective.period, of: objective.slo),
                [name, words.window(objective.slo.window)] + words.counts(objective.window, of: objective.slo),
            ]
        }
        page.table(
            [
                (columns.objective, false), (columns.window, false), (columns.good, true), (columns.bad, true),
                (columns.unknown, true), (columns.maintenance, true), (columns.attained, true),
                (columns.withMaintenance, true), (columns.atWorst, true),
            ], rows)
    }

    private mutating func burnRates() {
        let known = report.objectives.filter { $0.burnRates.contains { $0.rate != nil } }
        guard let windows = known.first?.burnRates.map(\.windowMinutes) else { return }
        page.heading(words.texts.headings.burnRates)
        let rows = known.map { objective in
            [name(objective)] + words.burnRates(objective, windows: windows) + [words.projection(objective.projection)]
        }
        page.table(
            [(words.texts.columns.objective, false)] + windows.map { (words.window(minutes: $0), true) }
                + [(words.texts.columns.projection, false)], rows)
        page.paragraph(words.texts.sections.burnLegend)
    }

    private mutating func grid() {
        guard !report.days.isEmpty else { return }
        let grid = SlotGrid(words: words, days: report.days)
        page.heading(words.texts.headings.grid)
        page.fixed(grid.lines)
        page.list([grid.legend] + grid.notes)
    }
}
