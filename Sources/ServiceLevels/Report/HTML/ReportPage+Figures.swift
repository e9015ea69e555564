// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import Pages

extension ReportPage {
    /// How runs ended, and how long they and the feed took.
    var runs: Markup {
        let answers = words.feedAnswers(report.runs)
        guard report.runs.total > 0 else {
            return section(texts.headings.runs, "runs", [nothing(texts.sections.noRuns)])
        }
        let columns = texts.columns
        let heads =
            [Table.Column(columns.measure)]
            + [columns.count, columns.half, columns.ninth, columns.worst, columns.slowest].map {
                Table.Column($0, isNumeric: true)
            }
        let rows = [
            row(texts.sections.runDuration, report.runs.duration),
            row(texts.sections.feedLatency, report.runs.feedLatency),
        ]
        let title = "\(texts.sections.runDuration), \(texts.sections.feedLatency)"
        return section(
            texts.headings.runs, "runs", lead: words.runs(report.runs),
            [
                Table(title, hidesCaption: true, columns: heads, rows: rows).markup(id: "percentiles"),
                answers.map { .element("p", ["class": "note"], text: $0) } ?? .none,
            ])
    }

    private func row(_ name: String, _ percentiles: Percentiles) -> [Markup] {
        [.text(name), .text(words.number(percentiles.count))]
            + [percentiles.p50, percentiles.p90, percentiles.p99, percentiles.max].map { .text(words.duration($0)) }
    }

    var events: Markup {
        let days = dayNames(report.events.newByDay.count)
        let numbers = zip(days, report.events.newByDay).map { "\($0) \(words.number($1))" }
        let title = texts.sections.newByDay.filled(["days": ""]).prefix { $0 != ":" }
        let local = self.words
        var chart = Chart(
            form: .bars, title: String(title),
            summary: texts.sections.newByDay.filled(["days": numbers.joined(separator: ", ")]), labels: days,
            series: [ChartSeries(name: texts.headings.events, values: report.events.newByDay.map(Double.init))],
            format: { local.number(Int($0.rounded())) })
        chart.countsWhole = true
        let drawn =
            report.events.newByDay.isEmpty ? Markup.none : Card(body: [chart.markup(id: "events-by-day")]).markup
        return section(texts.headings.events, "events", lead: words.events(report.events), [drawn])
    }

    /// `Mon 16`, or `11-16` in longer periods: the days that events were counted on, up to the period's last.
    private func dayNames(_ count: Int) -> [String] {
        guard count > 0 else { return [] }
        let last = report.period.span.end - 720
        return (0..<count).map { index in
            let minute = last - (count - 1 - index) * 1_440
            let text = words.day(Date(timeIntervalSince1970: Double(minute) * 60))
            let parts = text.split(separator: "-").compactMap { Int($0) }
            guard count <= 7, parts.count == 3 else { return String(text.suffix(5)) }
            return "\(words.weekday(year: parts[0], month: parts[1], day: parts[2])) \(parts[2])"
        }
    }

    /// Telemetry and storage, beside each other.
    var stored: Markup {
        let telemetry = Card(texts.headings.telemetry, body: [paragraph(words.telemetry(report))])
        let storage = Card(
            texts.headings.storage,
            body: [paragraph(words.storage(report.storage)), paragraph(words.forecast(report.storage))])
        return section(
            "\(texts.headings.telemetry), \(texts.headings.storage.small)", "stored",
            [CardGrid([telemetry, storage]).markup])
    }

    var alarms: Markup {
        guard !report.alarms.isEmpty else {
            return section(texts.headings.alarms, "alarms", [nothing(texts.sections.noAlarms)])
        }
        let columns = texts.columns
        let table = Table(
            texts.headings.alarms, hidesCaption: true,
            columns: [
                Table.Column(columns.alarm), Table.Column(columns.fired, isNumeric: true), Table.Column(columns.last),
            ],
            rows: report.alarms.map {
                [code($0.alarm), .text(words.number($0.fired)), moment($0.lastAt)]
            })
        return section(texts.headings.alarms, "alarms", [table.markup(id: "alarms-table")])
    }

    /// What was changed, and planned work.
    var changed: Markup {
        let columns = texts.columns
        let changes =
            report.changes.isEmpty
            ? nothing(texts.sections.noChanges)
            : Table(
                texts.headings.changes, hidesCaption: true,
                columns: [columns.when, columns.what, columns.before, columns.after].map { Table.Column($0) },
                rows: report.changes.map {
                    [moment($0.at), .text(words.what($0.what)), code($0.before), code($0.after)]
                }
            ).markup(id: "changes-table")
        let maintenance =
            report.maintenance.isEmpty
            ? nothing(texts.sections.noMaintenance)
            : Card(body: [list(report.maintenance.map { .foreign(words.maintenance($0)) })]).markup
        return section(texts.headings.changes, "changes", [changes])
            + section(texts.headings.maintenance, "maintenance", [maintenance])
    }

    var actions: Markup {
        guard !report.actions.isEmpty else {
            return section(texts.headings.actions, "actions", [nothing(texts.sections.noActions)])
        }
        let items = report.actions.map { action in
            let isLate = action.isCarriedOver || action.isOverdue
            let tone: Tone = action.doneAt != nil ? .good : isLate ? .careful : .neutral
            return Markup.element(
                "span", ["class": "line-up"],
                [
                    Badge(words.actionState(action), tone: tone).markup, .foreign(action.text.harmless),
                    .element("span", ["class": "muted"], [.foreign(words.actionAuthor(action))]),
                ])
        }
        return section(texts.headings.actions, "actions", [Card(body: [list(items)]).markup])
    }

    var notes: Markup {
        let items = report.notes.map { note in
            Markup.element(
                "div", ["class": "log"],
                [.element("time", [:], text: words.date(note.at)), .foreign(words.note(note))])
        }
        return section(
            texts.headings.notes, "notes",
            [items.isEmpty ? nothing(texts.sections.noNotes) : Card(body: [list(items)]).markup])
    }

    var method: Markup {
        section(
            texts.headings.method, "method",
            [.element("div", ["class": "prose"], words.method(report).map(paragraph))])
    }
}
