// SPDX-License-Identifier: MIT

/// Every text of a report in one language, by what it is used for; `{…}` stands for what is filled in.
///
/// Plain strings only, so that a test can walk through both languages (`ReportWordsTests`).
package struct ReportTexts: Sendable {
    package let headings: Headings
    package let columns: Columns
    package let verdicts: Verdicts
    package let indicators: Indicators
    package let nouns: Nouns
    package let slots: Slots
    package let incidents: Incidents
    package let timeline: Timeline
    package let projections: Projections
    package let sections: Sections
    package let evidence: Evidence
    package let records: Records
    package let method: Method
    package let notice: Notice
    package let whatIf: WhatIfTexts
    package let calendar: Names

    /// Of the report and its parts.
    package struct Headings: Sendable {
        package let title, objectives, counted, burnRates, trend, grid, incidents, causes, runs, events: String
        package let telemetry, storage, alarms, changes, maintenance, actions, notes, method, verdict: String
    }

    /// Of tables.
    package struct Columns: Sendable {
        package let objective, target, week, month, period, window, budgetLeft, trend, verdict: String
        package let good, bad, unknown, maintenance, attained, withMaintenance, atWorst: String
        package let projection, error, runs, first, last, runbook: String
        package let measure, count, half, ninth, worst, slowest: String
        package let alarm, fired, when, what, before, after, why, who: String
    }

    /// What to do; `word…` stands first in a report.
    package struct Verdicts: Sendable {
        package let wordGo, wordCareful, wordStop, wordUnknown: String
        package let go, careful, stop, unknown: String
        package let left, overspent, noEvidence, mostlyUnknown: String
        package let nextGo, nextCareful, nextStop, nextUnknown: String
        package let nextCause, nextCauseRunbook, nextOngoing, nextActions, nextFirst: String
    }

    /// Names of objectives by what they measure; empty where the objective's own name is used.
    package struct Indicators: Sendable {
        package let freshMinutes, runSuccess, latency, apiAvailability, telemetryDelivery, uniqueLines,
            storagePuts: String
        package let detection, resolution: String
    }

    /// Something that is counted: `1 run`, `2 runs`.
    package struct Noun: Sendable {
        package let one, many: String

        init(_ one: String, _ many: String) { (self.one, self.many) = (one, many) }
    }

    package struct Nouns: Sendable {
        package let minutes, runs, calls, points, lines, writes, incidents, checks, days, events, answers: Noun
        package let times, failures, actions, weeks: Noun
    }

    /// The legend of the grid.
    package struct Slots: Sendable {
        package let success, partial, failed, killed, skipped, missed, unknown, future, maintenance: String
        package let shortDay, longDay, goodOf: String
    }

    package struct Incidents: Sendable {
        package let none, stale, blind, ongoing, range, leftOut, cause, runbook, noRunbook: String
        package let failing, failingOne, partial, skipped, noRuns, tooSeldom, clockSet: String
        package let locked, rateBudget, maintenance: String
        package let noticed, noticedAtOnce, unnoticed, over, notOver, badMinutes, unknownMinutes, inMaintenance: String
        package let timeline, summary, summaryOne: String
    }

    package struct Timeline: Sendable {
        package let lastGood, firstFailure, stale, evidenceEnded, evidenceBack, detected, alarm: String
        package let maintenanceStarted, maintenanceEnded, note, cause, recovered: String
    }

    package struct Projections: Sendable {
        package let lasts, usedUp, usedUpToday, spent, unknown: String
    }

    /// Sentences of the report's parts.
    package struct Sections: Sendable {
        package let asOf, zone, environment, noEvidence, unknownTime, ledgerBegins, maintenanceTime, bothNumbers: String
        package let trendLegend, trendGap, burnLegend, noGrid, noCauses, runCounts, noRuns: String
        package let runDuration, feedLatency, feedAnswers: String
        package let eventCounts, newByDay, noEvents: String
        package let telemetry, telemetryUnknown, storage, storageNone, forecast, forecastOfSome, noForecast: String
        package let noAlarms, noChanges, noMaintenance, noActions, noNotes: String
    }

    /// What is attained only because unknown time is left out.
    package struct Evidence: Sendable {
        package let doubt, doubtAlso, week, month: String
    }

    /// What people and programs wrote down.
    package struct Records: Sendable {
        package let version, configuration, host, change: String
        package let maintenance, maintenanceOpen, backdated: String
        package let open, carriedOver, overdue, done, actionOpen, actionDone, actionDue: String
        package let note, cause, verification, author, alarm: String
    }

    /// How the numbers were made.
    package struct Method: Sendable {
        package let fresh, unknown, maintenance, budget, calendar, events: String
        package let input, span, empty, damaged, moreDamaged, clockSteps, lastBefore: String
    }

    /// Of the short summary.
    package struct Notice: Sendable {
        package let noticeTitle, noticeIncidents, noticeNoIncidents, noticeLink, standing: String
    }

    /// Of `slo whatif`.
    package struct WhatIfTexts: Sendable {
        package let title, now, then, target, attained, allowed, spent, left, verdict, reported: String
        package let fires, alarm, firesAfter, oneBlip, never, neverEmpty, window, evidence: String
    }

    package struct Names: Sendable {
        /// From January; from Monday.
        package let months, weekdays: [String]
    }
}
