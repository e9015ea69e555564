// SPDX-License-Identifier: MIT

extension ReportTexts.Sections {
    static let english = Self(
        asOf: "The ledger was read up to {date}.", zone: "All times are Stockholm's.",
        environment: "Environment: {environment}.", noEvidence: "no evidence",
        unknownTime: "Nobody knows about {minutes} of the period ({share}): never counted as good.",
        ledgerBegins: "The ledger begins only at {date}.",
        maintenanceTime: "{minutes} of maintenance are left out of what is judged.",
        bothNumbers: "{counted} without maintenance, {whole} with it",
        trendLegend:
            "Trend: upper half of the bar = target met, full = nothing bad, - = evidence of less than half the "
            + "week, or none.",
        trendGap: "a gap: evidence of less than half the week, or none",
        burnLegend: "1× spends the budget exactly over the objective's window.",
        noGrid: "No slot lies in this period.", noCauses: "No run failed, was killed or got a filtered answer.",
        runCounts: "{all}: {success} success, {partial} partial, {failed} failed, {killed} killed, {skipped} skipped.",
        noRuns: "No run ended in this period.", runDuration: "Run duration", feedLatency: "API latency",
        feedAnswers: "{answers} of {calls} to the API gave a usable answer ({share}).",
        eventCounts: "{new} new, {revised} revised, {rejected} rejected; {filtered}.",
        newByDay: "New events by day: {days}.", noEvents: "No new or revised event; none rejected.",
        telemetry: "{posted} accepted by OCI, {dropped} dropped for good ({share} delivered).",
        telemetryUnknown: "The ledger does not say: metrics went nowhere, or an older version ran.",
        storage: "{bytes} stored in {writes}; {failed} refused or failed.", storageNone: "Nothing was written.",
        forecast: "At {rate} a day (average of the last 28 days) a year needs {year}.",
        forecastOfSome: "At {rate} a day (average of the {days} with runs among the last 28) a year needs {year}.",
        noForecast: "Less than a day of evidence: no forecast.", noAlarms: "None fired.",
        noChanges: "Version, configuration and host are as they were.", noMaintenance: "None.", noActions: "None.",
        noNotes: "None.")
}

extension ReportTexts.Evidence {
    static let english = Self(
        doubt: "Nobody knows about {minutes} of {name}'s {window} ({share}): at worst {worst}.",
        doubtAlso: "Nobody knows about {periodMinutes} of the period ({periodShare}), nor about {minutes} of {name}'s "
            + "{window} ({share}): at worst {worst}.",
        week: "calendar week", month: "calendar month")
}

extension ReportTexts.Records {
    static let english = Self(
        version: "version", configuration: "configuration", host: "host", change: "{what}: {before} → {after}",
        maintenance: "{from} to {to}: {reason}", maintenanceOpen: "since {from}, going on: {reason}",
        backdated: "written down afterwards", open: "open", carriedOver: "carried over", overdue: "overdue",
        done: "done",
        actionOpen: "{author}, opened {date}", actionDone: "{author}, done {date}",
        actionDue: "due {date}", note: "note", cause: "cause: {text}",
        verification: "verification: {lines} counted, {duplicates} there twice", author: "{text} — {author}",
        alarm: "{alarm}: fired {times}, last {date}")
}

extension ReportTexts.Method {
    static let english = Self(
        fresh: "Freshness is judged minute by minute: good while the newest success is at most {limit} old, bad where "
            + "a check or a run was recorded but no such success, unknown where neither was.",
        unknown: "Unknown is never good: “at worst” is the figure with every unknown minute bad.",
        maintenance: "Maintenance is left out of what is judged, and counted once where it overlaps; the figure with "
            + "it stands beside wherever it differs.",
        budget: "The error budget is what the target allows to be bad over the objective's window; a burn rate of 1 "
            + "spends it in exactly that time (Google SRE Workbook, chapters 2 and 5).",
        calendar: "Weeks (ISO 8601) and months begin at midnight in Stockholm, summer time heeded.",
        events: "Runs count where they ended, incidents where they began.",
        input: "Read: {lines} of the ledger, with {runs} and {checks}.",
        span: "The first record is of {from}, the last of {to}.", empty: "The ledger holds no record.",
        damaged: "Left out as unreadable: {lines}:", moreDamaged: "and {count} more",
        clockSteps: "The clock was set back {times} ({dates}): what it had dated later than that claims nothing good.",
        lastBefore: "The newest record lies {duration} before the report's end.")
}

extension ReportTexts.Notice {
    static let english = Self(
        noticeTitle: "{verdict}: service levels of {job} {period}",
        noticeIncidents: "Incidents: {incidents}, the longest {duration}.", noticeNoIncidents: "No incidents.",
        noticeLink: "Report: {link}",
        standing: "{name}: {period} {attained}, {window} {inWindow} of {target}, budget left {left}")
}

extension ReportTexts.WhatIfTexts {
    static let english = Self(
        title: "{name}: a target of {new} instead of {old}", now: "Now", then: "Then", target: "Target",
        attained: "Attained", allowed: "Allowed", spent: "Spent", left: "Left", verdict: "Verdict",
        reported: "only reported", fires: "Failures until an alarm fires", alarm: "Burn rate",
        firesAfter: "after {failures}", oneBlip: "after 1 (one blip pages)",
        never: "never (needs over {threshold})", neverEmpty: "never (no run in the window)",
        window: "{window} ({events})", evidence: "Evidence ({window}): {good} good, {bad} bad, {unknown} unknown.")
}

extension ReportTexts.Names {
    static let english = Self(
        months: [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ], weekdays: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
}
