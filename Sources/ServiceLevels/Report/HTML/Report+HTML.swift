// SPDX-License-Identifier: MIT

import FoundationEssentials
import Pages

extension Report {
    /// The report as one self-contained page; the same report gives the same bytes.
    package func html(_ language: ReportLanguage) -> String {
        let page = ReportPage(report: self, words: ReportWords(language))
        return Page(title: page.words.title(self), language: language.rawValue, body: page.body).html
    }
}

/// Draws a report: what stands where. What it says is `ReportWords`' business, how it looks that of `Pages`.
struct ReportPage {
    let report: Report
    let words: ReportWords

    var texts: ReportTexts { words.texts }

    var body: [Markup] {
        [
            masthead, banner, objectives, slots, incidents, causes, runs, events, stored, alarms, changed, actions,
            notes,
            method,
        ]
    }

    private var masthead: Markup {
        let sections = texts.sections
        var facts = [
            sections.asOf.filled(["date": words.date(report.asOf)]), sections.zone,
            sections.environment.filled(["environment": report.environment.harmless]),
        ]
        var title = Markup.foreign(words.title(report))
        if case .since = report.period.kind {
        } else {
            // A week or month stays in one line; its days stand below.
            let name = texts.headings.title.filled(["job": report.job.harmless, "period": ""])
            title = .foreign(name) + .element("span", ["class": "nowrap"], text: words.shortPeriod(report.period))
            let last = Date(
                timeIntervalSince1970: Double(max(report.period.span.start, report.period.span.end - 1)) * 60)
            facts.insert(words.range(words.day(report.period.span.startDate), words.day(last)), at: 0)
        }
        return Masthead(kicker: report.job.harmless, title: title, facts: facts.map(Markup.foreign)).markup
    }

    /// The answer first: what to do, why, and what nobody knows.
    private var banner: Markup {
        let steps = words.nextSteps(report).map { Markup.element("li", [:], [.foreign($0)]) }
        let notes = words.evidenceNotes(report).joined(separator: " ")
        let doubts = words.doubts(report).map(paragraph)
        return Banner(
            tone: report.verdict.word.tone, headline: words.word(report.verdict.word).capital,
            details: [
                .element("p", ["class": "because"], [.foreign(words.verdictSentence(report).capital + ".")]),
                .all(doubts), .element("ul", [:], steps),
                notes.isEmpty ? .none : .element("p", ["class": "note"], text: notes),
            ]
        ).markup(id: "verdict")
    }

    func section(_ title: String, _ id: String, lead: String? = nil, _ body: [Markup]) -> Markup {
        Section(title, lead: lead, body: body).markup(id: id)
    }

    func paragraph(_ text: String) -> Markup { .element("p", [:], [.foreign(text)]) }

    /// What is said where there is nothing to show.
    func nothing(_ text: String) -> Markup { .element("p", ["class": "muted"], text: text) }

    func list(_ items: [Markup], style: String? = "rows") -> Markup {
        .element("ul", ["class": style], items.map { .element("li", [:], [$0]) })
    }

    func code(_ text: String) -> Markup { .element("code", [:], [.foreign(text.harmless)]) }

    /// A date and a time, which stay together.
    func moment(_ date: Date) -> Markup { .element("span", ["class": "nowrap"], text: words.date(date)) }

    /// A runbook's name; a dash where none fits.
    func runbook(_ name: String?) -> Markup { name.map(code) ?? .text("–") }
}

extension ReportVerdict.Word {
    var tone: Tone {
        switch self {
        case .go: .good
        case .careful: .careful
        case .stop: .bad
        case .unknown: .unknown
        }
    }
}

extension String {
    /// With a capital letter first: sentences that `ReportWords` gives for use within others.
    var capital: String { prefix(1).uppercased() + dropFirst() }
}
