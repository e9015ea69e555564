// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Ledger

extension JSONValue {
    /// RFC 3339 in UTC.
    static func instant(_ date: Date) -> JSONValue { .string(Timestamp.text(date)) }

    /// The instant, or null.
    static func optional(_ date: Date?) -> JSONValue { date.map(JSONValue.instant) ?? .null }

    /// The number, or null, also for what JSON cannot say.
    static func optional(_ value: Double?) -> JSONValue { value.map(JSONValue.double) ?? .null }
}

extension Incident {
    /// As `Report.json` describes it, and so do the others of this file.
    var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "started_at": .instant(startedAt), "ended_at": .optional(endedAt),
            "last_good_at": .optional(lastGoodAt), "detected_at": .optional(detectedAt),
            "detection_seconds": .optional(detectionSeconds), "repair_seconds": .optional(repairSeconds),
            "bad_seconds": .int(badMinutes * 60), "unknown_seconds": .int(unknownMinutes * 60),
            "maintenance_seconds": .int(maintenanceMinutes * 60), "cause": cause.json, "runbook": .optional(runbook),
            "timeline": .array(timeline.map(\.json)),
        ]
    }
}

extension IncidentCause {
    /// What stands in JSON and CSV: a closed word, what says more, and how many runs it concerns.
    var parts: (type: String, errorType: String?, reason: String?, runs: Int?) {
        switch self {
        case .failing(let errorType, let runs): ("failing", errorType, nil, runs)
        case .partial(let runs): ("partial", nil, nil, runs)
        case .skipped(let reason, let runs): ("skipped", nil, reason, runs)
        case .noRuns: ("no_runs", nil, nil, nil)
        case .clockSet: ("clock_set", nil, nil, nil)
        case .tooSeldom: ("too_seldom", nil, nil, nil)
        }
    }

    fileprivate var json: JSONValue {
        let parts = parts
        return [
            "type": .string(parts.type), "error_type": .optional(parts.errorType), "reason": .optional(parts.reason),
            "runs": .optional(parts.runs),
        ]
    }
}

extension TimelineEntry {
    /// A closed word, what says more, and the status of an alarm.
    var parts: (event: String, detail: String?, status: String?) {
        switch event {
        case .lastGood: ("last_good", nil, nil)
        case .firstFailure(let errorType): ("first_failure", errorType, nil)
        case .stale: ("stale", nil, nil)
        case .evidenceEnded: ("evidence_ended", nil, nil)
        case .evidenceBack: ("evidence_back", nil, nil)
        case .detected(let vantage): ("detected", vantage, nil)
        case .alarm(let name, let status): ("alarm", name, status)
        case .maintenanceStarted(let reason): ("maintenance_started", reason, nil)
        case .maintenanceEnded(let reason): ("maintenance_ended", reason, nil)
        case .note(let text): ("note", text, nil)
        case .cause(let text): ("cause", text, nil)
        case .recovered: ("recovered", nil, nil)
        }
    }

    fileprivate var json: JSONValue {
        let parts = parts
        return [
            "at": .instant(at), "event": .string(parts.event), "detail": .optional(parts.detail),
            "status": .optional(parts.status),
        ]
    }
}

extension CauseCount {
    var json: JSONValue {
        [
            "error_type": .string(errorType), "runs": .int(runs), "first_at": .instant(firstAt),
            "last_at": .instant(lastAt), "runbook": .optional(runbook),
        ]
    }
}

extension RunFigures {
    var json: JSONValue {
        [
            "total": .int(total), "success": .int(success), "partial": .int(partial), "failed": .int(failed),
            "killed": .int(killed), "skipped": .int(skipped), "duration_seconds": duration.json,
            "feed_seconds": feedLatency.json, "feed_calls": .int(feedCalls), "feed_answers": .int(feedAnswers),
        ]
    }
}

extension Percentiles {
    fileprivate var json: JSONValue {
        [
            "count": .int(count), "p50": .optional(p50), "p90": .optional(p90), "p99": .optional(p99),
            "max": .optional(max),
        ]
    }
}

extension EventFigures {
    var json: JSONValue {
        [
            "new": .int(new), "revised": .int(revised), "rejected": .int(rejected),
            "filtered_answers": .int(filteredAnswers), "new_by_day": .array(newByDay.map(JSONValue.int)),
        ]
    }
}

extension StorageFigures {
    var json: JSONValue {
        [
            "bytes_put": .int(bytesPut), "puts_done": .int(putsDone), "puts_failed": .int(putsFailed),
            "bytes_a_day": .optional(bytesADay), "days_with_runs": .optional(daysWithRuns),
            "bytes_in_a_year": .optional(bytesInAYear),
        ]
    }
}

extension ConfigurationChange {
    var json: JSONValue {
        [
            "what": .string(what.rawValue), "before": .string(before), "after": .string(after), "at": .instant(at),
        ]
    }
}

extension MaintenanceSpan {
    var json: JSONValue {
        [
            "id": .string(id), "from": .instant(span.startDate), "to": .instant(span.endDate),
            "reason": .string(reason), "author": .string(author), "is_backdated": .bool(isBackdated),
            "is_open": .bool(isOpen),
        ]
    }
}

extension Report {
    static func json(_ note: NoteRecord) -> JSONValue {
        [
            "id": .string(note.id), "kind": .string(note.kind.rawValue), "at": .instant(note.at),
            "recorded_at": .instant(note.recordedAt), "text": .string(note.text), "author": .string(note.author),
            "run_id": .optional(note.runID?.description), "lines_counted": .optional(note.linesCounted),
            "duplicates": .optional(note.duplicates),
        ]
    }
}

extension ActionItem {
    var json: JSONValue {
        [
            "id": .string(id), "text": .string(text), "author": .string(author), "opened_at": .instant(openedAt),
            "done_at": .optional(doneAt), "due_at": .optional(dueAt), "is_carried_over": .bool(isCarriedOver),
            "is_overdue": .bool(isOverdue),
        ]
    }
}

extension AlarmCount {
    var json: JSONValue {
        ["alarm": .string(alarm), "fired": .int(fired), "last_at": .instant(lastAt)]
    }
}

extension ReadingFacts {
    var json: JSONValue {
        [
            "lines": .int(lines), "runs": .int(runs), "checks": .int(checks), "damaged_count": .int(damagedCount),
            "damaged": .array(damaged.map(JSONValue.string)), "first_at": .optional(firstAt),
            "last_at": .optional(lastAt), "clock_steps": .array(clockSteps.map(JSONValue.instant)),
        ]
    }
}
