// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

extension ReportText {
    mutating func incidents() {
        guard !report.incidents.isEmpty else {
            part(words.texts.headings.incidents, [], none: words.texts.incidents.none)
            return
        }
        page.heading(words.texts.headings.incidents)
        page.add(words.incidentSummary(report))
        for incident in report.incidents {
            page.blank()
            add(incident)
        }
        guard report.incidentsLeftOut > 0 else { return }
        page.blank()
        page.add(words.texts.incidents.leftOut.filled(["count": words.number(report.incidentsLeftOut)]))
    }

    private mutating func add(_ incident: Incident) {
        let texts = words.texts.incidents
        page.add("\(words.when(incident)): \(words.kind(incident.kind))")
        page.add("\(words.detection(incident)), \(words.repair(incident)); \(words.minutes(incident))", after: "  ")
        page.add(words.cause(incident), after: "  \(texts.cause): ")
        page.add(incident.runbook?.harmless ?? texts.noRunbook, after: "  \(texts.runbook): ")
        for entry in incident.timeline {
            let isSameDay = words.day(entry.at) == words.day(incident.startedAt)
            let time = isSameDay ? words.clock(entry.at) : words.date(entry.at)
            page.add(words.event(entry.event), after: "    \(time)  ")
        }
    }

    mutating func causes() {
        let headings = words.texts.headings
        guard !report.causes.isEmpty else {
            part(headings.causes, [], none: words.texts.sections.noCauses)
            return
        }
        page.heading(headings.causes)
        let columns = words.texts.columns
        var table = TextTable([
            (columns.error, .left), (columns.runs, .right), (columns.first, .left), (columns.last, .left),
            (columns.runbook, .left),
        ])
        for cause in report.causes {
            table.add([
                cause.errorType.harmless, words.number(cause.runs), words.date(cause.firstAt), words.date(cause.lastAt),
                cause.runbook?.harmless ?? "",
            ])
        }
        page.table(table)
    }

    mutating func runs() {
        guard report.runs.total > 0 else {
            part(words.texts.headings.runs, [], none: words.texts.sections.noRuns)
            return
        }
        page.heading(words.texts.headings.runs)
        page.add(words.runs(report.runs))
        if let answers = words.feedAnswers(report.runs) { page.add(answers) }
        let rows = words.percentiles(report.runs)
        guard !rows.isEmpty else { return }
        let columns = words.texts.columns
        let headers = [columns.count, columns.half, columns.ninth, columns.worst, columns.slowest]
        var table = TextTable([(columns.measure, .left)] + headers.map { ($0, .right) })
        rows.forEach { table.add($0) }
        page.blank()
        page.table(table)
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
        part(
            headings.actions, report.actions.map { "[\(words.actionState($0))] \(words.action($0))" },
            none: sections.noActions)
        part(headings.notes, report.notes.map { "\(words.date($0.at)): \(words.note($0))" }, none: sections.noNotes)
    }

    /// Its heading and its lines; one line, or the words for none of them, behind the heading.
    private mutating func part(_ heading: String, _ lines: [String], none: String = "") {
        guard lines.count > 1 else {
            if !isAfterShortPart { page.blank() }
            page.add(hanging: "\(heading): \(lines.first ?? none)")
            isAfterShortPart = true
            return
        }
        page.heading(heading)
        lines.forEach { page.add(hanging: $0) }
        isAfterShortPart = false
    }

    mutating func method() {
        page.heading(words.texts.headings.method)
        for line in words.method(report) { page.add(line, after: "* ") }
    }
}
