// SPDX-License-Identifier: MIT

import FoundationEssentials
import Pages

extension ReportPage {
    /// The grid of half hours, and each day's numbers.
    var slots: Markup {
        guard report.days.contains(where: { !$0.slots.isEmpty }) else {
            return section(texts.headings.grid, "slots", [nothing(texts.sections.noGrid)])
        }
        let grid = SlotChart(days: report.days, words: words)
        let scroll = Markup.element(
            "div", ["class": "card scroll", "role": "group", "aria-labelledby": "slots", "tabindex": "0"],
            [grid.markup])
        return section(texts.headings.grid, "slots", [scroll, clockChanges, dayTable])
    }

    /// Days that are shorter or longer than others.
    private var clockChanges: Markup {
        let odd = report.days.filter { ![48, 0].contains($0.slots.count) }
        guard !odd.isEmpty else { return .none }
        return .all(
            odd.map { day in
                let name = words.day(year: day.year, month: day.month, day: day.day)
                let what = day.slots.count < 48 ? texts.slots.shortDay : texts.slots.longDay
                return .element("p", ["class": "note"], text: "\(name): \(what).")
            })
    }

    /// The grid in numbers: who cannot see it reads this.
    private var dayTable: Markup {
        let all = report.days.flatMap(\.slots)
        let states = Slot.State.allCases.filter { state in all.contains { $0.state == state } }
        let heads =
            [Table.Column(texts.columns.when)]
            + (states.map(words.state) + [texts.slots.maintenance]).map { Table.Column($0.capital, isNumeric: true) }
        let rows = report.days.map { day in
            [Markup.text(words.day(year: day.year, month: day.month, day: day.day))]
                + states.map { state in .text(words.number(day.slots.count { $0.state == state })) }
                + [.text(words.number(day.slots.count(where: \.isMaintenance)))]
        }
        let table = Table(texts.headings.grid, hidesCaption: true, columns: heads, rows: rows)
        let title = "\(texts.headings.counted): \(words.counted(report.days.count, texts.nouns.days))"
        return .element(
            "div", ["class": "more"],
            [Disclosure(summary: [.text(title)], body: [table.markup(id: "slots-table")]).markup])
    }

    /// Newest last; open as long as they are few, and on paper.
    var incidents: Markup {
        guard !report.incidents.isEmpty else {
            return section(texts.headings.incidents, "incidents", [nothing(texts.incidents.none)])
        }
        let isOpen = report.incidents.count <= 6
        let left =
            report.incidentsLeftOut > 0
            ? Markup.element(
                "p", ["class": "note"],
                text: texts.incidents.leftOut.filled(["count": words.number(report.incidentsLeftOut)])) : .none
        return section(
            texts.headings.incidents, "incidents", lead: words.incidentSummary(report),
            report.incidents.map { disclosure($0, isOpen: isOpen) } + [left])
    }

    private func disclosure(_ incident: Incident, isOpen: Bool) -> Markup {
        let tone: Tone = incident.kind == .stale ? .bad : .unknown
        let fate = [words.detection(incident), words.repair(incident)].joined(separator: " · ")
        return Disclosure(
            summary: [
                .element(
                    "span", ["class": "line-up"],
                    [
                        .element("strong", [:], text: words.when(incident)),
                        Badge(words.kind(incident.kind), tone: tone).markup,
                        .element("span", ["class": "muted"], text: fate),
                    ])
            ], isOpen: isOpen,
            body: [facts(incident).markup, timeline(incident)]
        ).markup
    }

    private func facts(_ incident: Incident) -> FactList {
        let incidents = texts.incidents
        return FactList([
            FactList.Fact(incidents.cause, .text(words.cause(incident).capital)),
            FactList.Fact(
                incidents.runbook,
                incident.runbook.map(code) ?? .element("span", ["class": "muted"], text: incidents.noRunbook)),
            FactList.Fact(texts.headings.counted, .text(words.minutes(incident))),
        ])
    }

    private func timeline(_ incident: Incident) -> Markup {
        guard !incident.timeline.isEmpty else { return .none }
        let today = words.day(incident.startedAt)
        let entries = incident.timeline.map { entry in
            Timeline.Entry(
                time: words.day(entry.at) == today ? words.clock(entry.at) : words.date(entry.at),
                text: .text(words.event(entry.event).capital), tone: entry.event.tone)
        }
        return Heading(texts.incidents.timeline, level: 3).markup + Timeline(entries).markup
    }

    var causes: Markup {
        guard !report.causes.isEmpty else {
            return section(texts.headings.causes, "causes", [nothing(texts.sections.noCauses)])
        }
        let columns = texts.columns
        let rows = report.causes.map { cause in
            [
                code(cause.errorType), .text(words.number(cause.runs)), runbook(cause.runbook),
                moment(cause.firstAt), moment(cause.lastAt),
            ]
        }
        let table = Table(
            texts.headings.causes, hidesCaption: true,
            columns: [
                Table.Column(columns.error), Table.Column(columns.runs, isNumeric: true), Table.Column(columns.runbook),
                Table.Column(columns.first), Table.Column(columns.last),
            ], rows: rows)
        return section(texts.headings.causes, "causes", [table.markup(id: "causes-table")])
    }
}

extension TimelineEntry.Event {
    /// What it means for the data.
    var tone: Tone {
        switch self {
        case .lastGood, .recovered, .evidenceBack: .good
        case .firstFailure, .stale: .bad
        case .evidenceEnded: .unknown
        case .detected: .careful
        case .alarm(_, let status): status == "OK" ? .good : .careful
        case .maintenanceStarted, .maintenanceEnded, .note, .cause: .neutral
        }
    }
}
