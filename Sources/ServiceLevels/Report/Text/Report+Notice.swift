// SPDX-License-Identifier: MIT

import FoundationEssentials

extension Report {
    /// A short summary for the notification topic: a title of at most 60 characters, a body of at most 1,000.
    ///
    /// The link always fits; what else does not is left out from its end.
    ///
    /// - Parameter link: where the whole report lies; nil where it lies nowhere.
    package func notice(_ language: ReportLanguage, link: String?) -> (title: String, body: String) {
        let words = ReportWords(language)
        let title = words.texts.notice.noticeTitle.filled([
            "verdict": words.word(verdict.word), "job": job.harmless, "period": words.shortPeriod(period),
        ])
        let end = link.map { words.texts.notice.noticeLink.filled(["link": $0.harmless]) }
        let room = 1_000 - (end.map { min(900, $0.unicodeScalars.count) + 1 } ?? 0)
        var body = ""
        for line in noticeLines(words) {
            let cut = line.shortened(to: 300)
            guard body.unicodeScalars.count + cut.unicodeScalars.count + 1 <= room else { break }
            body += (body.isEmpty ? "" : "\n") + cut
        }
        if let end { body += "\n" + end.shortened(to: 900) }
        return (ReportWords.plain(title.shortened(to: 60)), ReportWords.plain(body))
    }

    private func noticeLines(_ words: ReportWords) -> [String] {
        let notice = words.texts.notice
        var lines = [words.verdictLine(self)] + words.doubts(self) + words.nextSteps(self)
        let because = objectives.filter { verdict.because.contains($0.slo.name) }
        lines += because.map { words.standing($0, in: self) }
        if let longest = words.longestIncident(self) {
            lines.append(
                notice.noticeIncidents.filled([
                    "incidents": words.number(incidents.count + incidentsLeftOut), "duration": words.duration(longest),
                ]))
        } else {
            lines.append(notice.noticeNoIncidents)
        }
        let open = actions.filter { $0.doneAt == nil }
        return lines + open.map { "[\(words.actionState($0))] \($0.text.harmless)".shortened(to: 120) }
    }
}

extension ReportWords {
    /// `Freshness: week 99.41 %, 28 d 99.62 % of 99.5 %, budget left 18 %`.
    func standing(_ objective: ObjectiveReport, in report: Report) -> String {
        let target = objective.slo.targetMillionths
        return texts.notice.standing.filled([
            "name": name(of: objective.slo, among: report.objectives.map(\.slo)), "period": column(report.period),
            "attained": attained(objective.period.counted, of: target), "window": window(objective.slo.window),
            "inWindow": attained(objective.window.counted, of: target), "target": self.target(millionths: target),
            "left": budgetLeft(objective.budget.remainingRatio),
        ])
    }
}

extension String {
    /// At most so many Unicode scalars, the last an ellipsis where it was longer.
    func shortened(to limit: Int) -> String {
        guard unicodeScalars.count > limit else { return self }
        var (text, used) = ("", 1)
        for character in self {
            used += character.unicodeScalars.count
            guard used <= limit else { break }
            text.append(character)
        }
        return text + "…"
    }
}
