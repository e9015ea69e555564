// SPDX-License-Identifier: MIT

import FoundationEssentials

extension Report {
    /// The short form for `slo status`: at most 24 lines of 80 columns; the verdict first, the next command last.
    package func statusText(_ language: ReportLanguage = .english) -> String {
        let words = ReportWords(language)
        let heading = "\(job.harmless) (\(environment.harmless)), \(words.date(asOf)). \(words.texts.sections.zone)"
        var page = TextPage()
        page.add(words.verdictLine(self).shortened(to: 400))
        let doubts = words.doubts(self).joined(separator: " ")
        if !doubts.isEmpty { page.add(doubts.shortened(to: 240)) }
        page.add(heading.shortened(to: 160))
        page.blank()
        let notes = words.evidenceNotes(self)
        // What is left of 24 lines besides a blank line, the notes, another and the command.
        let room = 24 - page.lines.count - notes.count - 3
        var shown = min(objectives.count, room)
        while shown > 0, statusLines(shown, words).count > room { shown -= 1 }
        statusLines(shown, words).forEach { page.verbatim($0) }
        page.blank()
        for note in notes { page.add(note.shortened(to: 80)) }
        page.blank()
        page.verbatim(words.texts.status.next.filled(["command": nextCommand]).shortened(to: 80))
        return page.text
    }

    /// The table, with as many objectives as are asked for; those that have a policy come first.
    private func statusLines(_ shown: Int, _ words: ReportWords) -> [String] {
        guard shown > 0 else { return [] }
        let columns = words.texts.columns
        let windows = [60, 360, 1_440, 4_320]
        var table = TextTable(
            [(columns.objective, .left), (words.windowColumn(self), .right), (columns.budgetLeft, .right)]
                + windows.map { (words.window(minutes: $0), .right) } + [(columns.projection, .left)])
        let ranked = objectives.filter { $0.verdict != nil } + objectives.filter { $0.verdict == nil }
        for objective in ranked.prefix(shown) {
            table.add(
                [
                    words.name(of: objective.slo, among: objectives.map(\.slo)), words.inWindow(objective, of: self),
                    words.budgetLeft(objective.budget.remainingRatio),
                ] + words.burnRates(objective, windows: windows) + [words.projection(objective.projection)])
        }
        let rest = ranked.count - shown
        if rest > 0 { table.add(spanning: words.texts.status.more.filled(["count": words.number(rest)])) }
        return table.lines(width: 80)
    }

    /// What to type next.
    package var nextCommand: String {
        let program = "polisen-collector"
        if let incident = incidents.last(where: { $0.endedAt == nil }) {
            return "\(program) \(incident.runbook.map { "runbook \($0.harmless)" } ?? "doctor")"
        }
        switch verdict.word {
        case .unknown: return "\(program) doctor"
        case .careful, .stop: return causes.isEmpty ? "\(program) slo report" : "\(program) explain last-failure"
        case .go: return "\(program) slo report"
        }
    }
}
