// SPDX-License-Identifier: MIT

package import JSON

extension Report {
    /// The report for other programs. Members stay what they are; new ones may come; `schema` changes where one goes.
    ///
    /// Instants are RFC 3339 in UTC, durations end in `_seconds`, ratios are 0–1, and what is not known is null.
    /// Counts of an objective (`good`, `bad`, `unknown`, …) are in its `unit`; unknown is never part of good.
    ///
    /// - `schema` 1, `type` `slo_report`, `job`, `environment`, `as_of`, `is_over` (whether the period is)
    /// - `period`: `kind` (`week` `month` `since`), `label`, `from`, `to`
    /// - `verdict`: `word` (`go` `careful` `stop` `unknown`), `because` (names of objectives, worst first)
    /// - `objectives`: each `name`, `display_name`, `description`, `unit`, `indicator` (`type`, `limit_seconds`), `target`,
    ///   `window` (`type`: `rolling` `calendar_week` `calendar_month`; `days`), `policy` (`careful_below`, `stop_below`),
    ///   `alarms` (`alarm`, `window_seconds`, `burn_rate`, `severity`), `verdict`;
    ///   `in_period` and `in_window`: `counted` (without maintenance: what the objective is judged by) and `whole`, each
    ///   `good`, `bad`, `unknown`, `valid`, `total`, `ratio`, `error_ratio`, `worst_ratio` (unknown taken as bad); `excluded`;
    ///   `budget` (`allowed`, `spent`, `left`, `remaining_ratio`), `burn_rates` (`window_seconds`, `rate`),
    ///   `projection` (`word`: `lasts` `used_up` `spent` `unknown`; `in_seconds`),
    ///   `trend` (`week`, `from`, `to`, and as `in_period`)
    /// - `days`: local days; `date`, `slots` (`start`, `local`, `state`, `maintenance`, `runs`)
    /// - `incidents`: `kind` (`stale` `blind`), `started_at`, `ended_at`, `last_good_at`, `detected_at`,
    ///   `detection_seconds`, `repair_seconds`, `bad_seconds`, `unknown_seconds`, `maintenance_seconds`, `cause` (`type`:
    ///   `failing` `partial` `skipped` `no_runs` `too_seldom` `clock_set`; `error_type`, `reason`, `runs`), `runbook`, `timeline` (`at`,
    ///   `event`, `detail`, `status`); `incidents_left_out`
    /// - `causes`: `error_type`, `runs`, `first_at`, `last_at`, `runbook`
    /// - `runs`: `total`, `success`, `partial`, `failed`, `killed`, `skipped`, `duration_seconds` and `feed_seconds`
    ///   (`count`, `p50`, `p90`, `p99`, `max`), `feed_calls`, `feed_answers`
    /// - `events`: `new`, `revised`, `rejected`, `filtered_answers`, `new_by_day`
    /// - `telemetry`: `posted`, `dropped`
    /// - `storage`: `bytes_put`, `puts_done`, `puts_failed`, `bytes_a_day` (average of the `days_with_runs` among the
    ///   last 28), `bytes_in_a_year`
    /// - `changes`: `what` (`version` `configuration` `host`), `before`, `after`, `at`
    /// - `maintenance`: `id`, `from`, `to`, `reason`, `author`, `is_backdated`, `is_open`
    /// - `notes`: `id`, `kind`, `at`, `recorded_at`, `text`, `author`, `run_id`, `lines_counted`, `duplicates`
    /// - `actions`: `id`, `text`, `author`, `opened_at`, `done_at`, `due_at`, `is_carried_over`, `is_overdue`
    /// - `alarms`: `alarm`, `fired`, `last_at`
    /// - `reading`: `lines`, `runs`, `checks`, `damaged_count`, `damaged`, `first_at`, `last_at`, `clock_steps`
    package var json: JSONValue {
        [
            "schema": .int(Self.schema), "type": "slo_report", "job": .string(job),
            "environment": .string(environment), "period": period.json, "as_of": .instant(asOf),
            "is_over": .bool(asOf >= period.span.endDate),
            "verdict": [
                "word": .string(verdict.word.rawValue), "because": .array(verdict.because.map(JSONValue.string)),
            ],
            "objectives": .array(objectives.map(\.json)), "days": .array(days.map(\.json)),
            "incidents": .array(incidents.map(\.json)), "incidents_left_out": .int(incidentsLeftOut),
            "causes": .array(causes.map(\.json)), "runs": runs.json, "events": events.json,
            "telemetry": ["posted": .optional(telemetry.posted), "dropped": .optional(telemetry.dropped)],
            "storage": storage.json, "changes": .array(changes.map(\.json)),
            "maintenance": .array(maintenance.map(\.json)), "notes": .array(notes.map(Self.json)),
            "actions": .array(actions.map(\.json)), "alarms": .array(alarms.map(\.json)), "reading": reading.json,
        ]
    }
}

extension ReportPeriod {
    fileprivate var json: JSONValue {
        [
            "kind": .string(word), "label": .string(label), "from": .instant(span.startDate),
            "to": .instant(span.endDate),
        ]
    }

    private var word: String {
        switch kind {
        case .week: "week"
        case .month: "month"
        case .since: "since"
        }
    }
}

extension SlotDay {
    /// `2026-11-23`.
    var text: String { "\(year)-" + twoDigits(month) + "-" + twoDigits(day) }

    fileprivate var json: JSONValue { ["date": .string(text), "slots": .array(slots.map(\.json))] }
}

extension Slot {
    /// `09:30`.
    var localText: String { twoDigits(hour) + ":" + twoDigits(minute) }

    fileprivate var json: JSONValue {
        [
            "start": .instant(start), "local": .string(localText), "state": .string(state.rawValue),
            "maintenance": .bool(isMaintenance), "runs": .int(runs),
        ]
    }
}

private func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
