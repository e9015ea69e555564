// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

extension ReportMarkdown {
    mutating func incidents() {
        let texts = words.texts
        page.heading(texts.headings.incidents)
        page.paragraph(words.incidentSummary(report))
        for incident in report.incidents {
            page.heading("\(words.when(incident)): \(words.kind(incident.kind))", level: 3)
            page.list(
                [
                    "\(words.detection(incident)), \(words.repair(incident))", words.minutes(incident),
                    "\(texts.incidents.cause): \(words.cause(incident))",
                    "\(texts.incidents.runbook): \(incident.runbook?.harmless ?? texts.incidents.noRunbook)",
                ].filter { !$0.isEmpty })
            guard !incident.timeline.isEmpty else { continue }
            page.table(
                [(texts.columns.when, false), (texts.columns.what, false)],
                incident.timeline.map { [words.date($0.at), words.event($0.event)] })
        }
        guard report.incidentsLeftOut > 0 else { return }
        page.paragraph(texts.incidents.leftOut.filled(["count": words.number(report.incidentsLeftOut)]))
    }

    mutating func causes() {
        let columns = words.texts.columns
        page.heading(words.texts.headings.causes)
        guard !report.causes.isEmpty else {
            page.paragraph(words.texts.sections.noCauses)
            return
        }
        let rows = report.causes.map { cause in
            [
                cause.errorType.harmless, words.number(cause.runs), words.date(cause.firstAt), words.date(cause.lastAt),
                cause.runbook?.harmless ?? "",
            ]
        }
        page.table(
            [
                (columns.error, false), (columns.runs, true), (columns.first, false), (columns.last, false),
                (columns.runbook, false),
            ], rows)
    }

    mutating func runs() {
        let columns = words.texts.columns
        page.heading(words.texts.headings.runs)
        page.paragraph(
            ([words.runs(report.runs)] + [words.feedAnswers(report.runs)].compactMap { $0 }).joined(separator: " "))
        let rows = words.percentiles(report.runs)
        guard !rows.isEmpty else { return }
        let headers = [columns.count, columns.half, columns.ninth, columns.worst, columns.slowest]
        page.table([(columns.measure, false)] + headers.map { ($0, true) }, rows)
    }

    /// Parts of a few lines each.
    mutating func lists() {
        let (headings, sections) = (words.texts.headings, words.texts.sections)
        part(headings.events, [words.events(report.events)] + [words.eventsByDay(report.events)].compactMap { $0 })
        part(headings.telemetry, [words.telemetry(report)])
        part(headings.storage, [words.storage(report.storage), words.forecast(report.storage)])
        part(headings.alarms, report.alarms.map(words.alarm), none: sections.noAlarms)
        part(
            headings.changes, report.changes.map { "\(words.date($0.at)): \(words.change($0))" },
            none: sections.noChanges)
        part(headings.maintenance, report.maintenance.map(words.maintenance), none: sections.noMaintenance)
        actions()
        part(headings.notes, report.notes.map { "\(words.date($0.at)): \(words.note($0))" }, none: sections.noNotes)
    }

    private mutating func part(_ heading: String, _ lines: [String], none: String = "") {
        page.heading(heading)
        lines.isEmpty ? page.paragraph(none) : page.list(lines)
    }

    private mutating func actions() {
        page.heading(words.texts.headings.actions)
        guard !report.actions.isEmpty else {
            page.paragraph(words.texts.sections.noActions)
            return
        }
        page.tasks(report.actions.map { ("\(words.actionState($0)): \(words.action($0))", $0.doneAt != nil) })
    }
}
