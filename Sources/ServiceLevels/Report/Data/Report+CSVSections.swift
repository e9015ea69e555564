// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

extension Report {
    /// - Parameter number: from 1, by their start; the incident's name in the table.
    func add(_ incident: Incident, number: Int, to table: inout CSVTable) {
        let (name, cause) = (String(number), incident.cause.parts)
        let rows: [(String, String, CSVTable.Value?)] = [
            ("kind", "", .text(incident.kind.rawValue)), ("ongoing", "", .bool(incident.endedAt == nil)),
            ("last_good_at", "", incident.lastGoodAt.map { .instant($0) }),
            ("detected_at", "", incident.detectedAt.map { .instant($0) }),
            ("detection", "seconds", incident.detectionSeconds.map { .double($0) }),
            ("repair", "seconds", incident.repairSeconds.map { .double($0) }),
            ("bad", "seconds", .int(incident.badMinutes * 60)),
            ("unknown", "seconds", .int(incident.unknownMinutes * 60)),
            ("maintenance", "seconds", .int(incident.maintenanceMinutes * 60)), ("cause", "", .text(cause.type)),
            ("cause_error_type", "", cause.errorType.map { .text($0) }),
            ("cause_reason", "", cause.reason.map { .text($0) }), ("cause_runs", "runs", cause.runs.map { .int($0) }),
            ("runbook", "", incident.runbook.map { .text($0) }),
        ]
        for (measure, unit, value) in rows {
            table.add("incident", name, measure, unit, value, from: incident.startedAt, to: incident.endedAt)
        }
        for entry in incident.timeline {
            let parts = entry.parts
            let words = [parts.detail, parts.status].compactMap { $0 }.joined(separator: " ")
            table.add("timeline", name, parts.event, .text(words), from: entry.at, to: entry.at)
        }
    }

    func addCounts(to table: inout CSVTable) {
        let (start, end) = (period.span.startDate, asOf)
        table.add("incident", "", "left_out", "incidents", .int(incidentsLeftOut), from: start, to: end)
        for cause in causes {
            table.add("cause", cause.errorType, "runs", "runs", .int(cause.runs), from: cause.firstAt, to: cause.lastAt)
            let runbook: CSVTable.Value? = cause.runbook.map { .text($0) }
            table.add("cause", cause.errorType, "runbook", runbook, from: cause.firstAt, to: cause.lastAt)
        }
        for (section, measure, unit, value) in runRows + otherRows {
            table.add(section, "", measure, unit, value, from: start, to: end)
        }
        for (index, new) in events.newByDay.enumerated() {
            table.add("event", String(index + 1), "new_by_day", "events", .int(new), from: start, to: end)
        }
        for alarm in alarms {
            table.add("alarm", alarm.alarm, "fired", "times", .int(alarm.fired), from: start, to: alarm.lastAt)
        }
    }

    private typealias Row = (section: String, measure: String, unit: String, value: CSVTable.Value?)

    private var runRows: [Row] {
        let counts = [
            ("total", runs.total), ("success", runs.success), ("partial", runs.partial), ("failed", runs.failed),
            ("killed", runs.killed), ("skipped", runs.skipped),
        ]
        var rows: [Row] = counts.map { ("run", $0.0, "runs", .int($0.1)) }
        for (name, percentiles) in [("duration", runs.duration), ("feed", runs.feedLatency)] {
            let values = [
                ("p50", percentiles.p50), ("p90", percentiles.p90), ("p99", percentiles.p99), ("max", percentiles.max),
            ]
            rows.append(("run", name + "_count", "runs", .int(percentiles.count)))
            rows += values.map { ("run", name + "_" + $0.0, "seconds", $0.1.map { .double($0) }) }
        }
        rows.append(("run", "feed_calls", "calls", .int(runs.feedCalls)))
        rows.append(("run", "feed_answers", "calls", .int(runs.feedAnswers)))
        return rows
    }

    private var otherRows: [Row] {
        [
            ("event", "new", "events", .int(events.new)), ("event", "revised", "events", .int(events.revised)),
            ("event", "rejected", "events", .int(events.rejected)),
            ("event", "filtered_answers", "runs", .int(events.filteredAnswers)),
            ("telemetry", "posted", "points", telemetry.posted.map { .int($0) }),
            ("telemetry", "dropped", "points", telemetry.dropped.map { .int($0) }),
            ("storage", "bytes_put", "bytes", .int(storage.bytesPut)),
            ("storage", "puts_done", "puts", .int(storage.putsDone)),
            ("storage", "puts_failed", "puts", .int(storage.putsFailed)),
            ("storage", "bytes_a_day", "bytes", storage.bytesADay.map { .double($0) }),
            ("storage", "days_with_runs", "days", storage.daysWithRuns.map { .int($0) }),
            ("storage", "bytes_in_a_year", "bytes", storage.bytesInAYear.map { .double($0) }),
        ]
    }

    func addRecords(to table: inout CSVTable) {
        for change in changes {
            table.add("change", change.what.rawValue, "before", .text(change.before), to: change.at)
            table.add("change", change.what.rawValue, "after", .text(change.after), from: change.at)
        }
        for work in maintenance {
            let rows: [(String, CSVTable.Value)] = [
                ("reason", .text(work.reason)), ("author", .text(work.author)), ("backdated", .bool(work.isBackdated)),
                ("open", .bool(work.isOpen)),
            ]
            for (measure, value) in rows {
                table.add("maintenance", work.id, measure, value, from: work.span.startDate, to: work.span.endDate)
            }
        }
        for note in notes {
            table.add("note", note.id, note.kind.rawValue, .text(note.text), from: note.at, to: note.at)
            table.add("note", note.id, "author", .text(note.author), from: note.at, to: note.at)
            let counts = [("lines_counted", note.linesCounted), ("duplicates", note.duplicates)]
            for (measure, count) in counts {
                table.add("note", note.id, measure, "lines", count.map { .int($0) }, from: note.at, to: note.at)
            }
        }
        for action in actions {
            let rows: [(String, CSVTable.Value?)] = [
                ("text", .text(action.text)), ("author", .text(action.author)), ("done", .bool(action.doneAt != nil)),
                ("carried_over", .bool(action.isCarriedOver)), ("overdue", .bool(action.isOverdue)),
                ("due", action.dueAt.map { .instant($0) }),
            ]
            for (measure, value) in rows {
                table.add("action", action.id, measure, value, from: action.openedAt, to: action.doneAt)
            }
        }
    }

    func addReading(to table: inout CSVTable) {
        let counts = [
            ("lines", reading.lines), ("runs", reading.runs), ("checks", reading.checks),
            ("damaged", reading.damagedCount),
        ]
        for (measure, count) in counts {
            table.add("reading", "", measure, "lines", .int(count), from: reading.firstAt, to: reading.lastAt)
        }
        for problem in reading.damaged { table.add("reading", "", "damaged_line", .text(problem)) }
        for step in reading.clockSteps { table.add("reading", "", "clock_step", .instant(step), from: step, to: step) }
    }
}
