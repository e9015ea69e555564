// SPDX-License-Identifier: MIT

extension Report {
    /// The report for a terminal: 80 columns, the verdict first.
    package func text(_ language: ReportLanguage) -> String {
        var text = ReportText(report: self, words: ReportWords(language))
        return text.written()
    }
}

/// Writes a report's parts one below the other.
struct ReportText {
    let report: Report
    let words: ReportWords
    var page = TextPage()
    /// The part before took one line: the next such follows without a blank line.
    var isAfterShortPart = false

    init(report: Report, words: ReportWords) {
        self.report = report
        self.words = words
    }

    mutating func written() -> String {
        verdict()
        objectives()
        counted()
        burnRates()
        grid()
        incidents()
        causes()
        runs()
        lists()
        method()
        return page.text
    }

    private mutating func verdict() {
        page.add(words.verdictLine(report))
        for doubt in words.doubts(report) { page.add(doubt) }
        let heading = words.texts.verdicts.nextFirst + " "
        for (index, step) in words.nextSteps(report).enumerated() {
            page.add(step, after: index == 0 ? heading : String(repeating: " ", count: heading.displayWidth))
        }
        page.heading(words.title(report), underline: "=")
        page.add(words.scope(report))
    }

    private mutating func objectives() {
        guard !report.objectives.isEmpty else { return }
        page.heading(words.texts.headings.objectives)
        page.table(objectiveTable())
        page.blank()
        if report.objectives.contains(where: { !$0.trend.isEmpty }) { page.add(words.texts.sections.trendLegend) }
        for note in words.evidenceNotes(report) { page.add(note) }
    }

    private func objectiveTable() -> TextTable {
        let columns = words.texts.columns
        var table = TextTable([
            (columns.objective, .left), (columns.target, .right), (words.column(report.period), .right),
            (words.windowColumn(report), .right), (columns.budgetLeft, .right), (columns.trend, .left),
            (columns.verdict, .left),
        ])
        for objective in report.objectives {
            let target = objective.slo.targetMillionths
            table.add([
                words.name(of: objective.slo, among: report.objectives.map(\.slo)), words.target(millionths: target),
                words.attained(objective.period.counted, of: target),
                words.inWindow(objective, of: report),
                words.budgetLeft(objective.budget.remainingRatio),
                Sparkline.trend(objective.trend, targetMillionths: target),
                objective.verdict.map(words.word) ?? "",
            ])
        }
        return table
    }

    /// Good, bad, unknown and left out, and every figure that differs from the one that counts.
    private mutating func counted() {
        let known = report.objectives.filter { $0.window.whole.total + $0.period.whole.total > 0 }
        guard !known.isEmpty else { return }
        let columns = words.texts.columns
        page.heading(words.texts.headings.counted)
        var table = TextTable([
            ("", .left), (columns.good, .right), (columns.bad, .right), (columns.unknown, .right),
            (columns.maintenance, .right), (columns.attained, .right), (columns.withMaintenance, .right),
            (columns.atWorst, .right),
        ])
        let indent = ReportWords.space + ReportWords.space
        for objective in known {
            let name = words.name(of: objective.slo, among: report.objectives.map(\.slo))
            let unit = words.noun(objective.slo.unit).many
            table.add(spanning: "\(name) (\(unit))")
            table.add([indent + words.column(report.period)] + words.counts(objective.period, of: objective.slo))
            table.add([indent + words.window(objective.slo.window)] + words.counts(objective.window, of: objective.slo))
        }
        page.table(table)
    }

    private mutating func burnRates() {
        let known = report.objectives.filter { $0.burnRates.contains { $0.rate != nil } }
        guard let windows = known.first?.burnRates.map(\.windowMinutes) else { return }
        page.heading(words.texts.headings.burnRates)
        var table = TextTable(
            [(words.texts.columns.objective, .left)] + windows.map { (words.window(minutes: $0), .right) }
                + [(words.texts.columns.projection, .left)])
        for objective in known {
            let rates = words.burnRates(objective, windows: windows)
            let name = words.name(of: objective.slo, among: report.objectives.map(\.slo))
            table.add([name] + rates + [words.projection(objective.projection)])
        }
        page.table(table)
        page.blank()
        page.add(words.texts.sections.burnLegend)
    }
}
