// SPDX-License-Identifier: MIT

extension ReportTexts {
    static let english = ReportTexts(
        headings: .english, columns: .english, verdicts: .english, indicators: .english, nouns: .english,
        slots: .english,
        incidents: .english, timeline: .english, projections: .english, sections: .english, evidence: .english,
        records: .english,
        method: .english, notice: .english, whatIf: .english, calendar: .english)
}

extension ReportTexts.Headings {
    fileprivate static let english = Self(
        title: "Service levels of {job}, {period}", objectives: "Objectives", counted: "What was counted",
        burnRates: "Burn rates", trend: "Twelve weeks", grid: "Every half hour", incidents: "Incidents",
        causes: "Top causes", runs: "Runs", events: "Events", telemetry: "Telemetry", storage: "Storage",
        alarms: "Alarms", changes: "What changed", maintenance: "Maintenance", actions: "Actions", notes: "Notes",
        method: "How the numbers were made", verdict: "Verdict")
}

extension ReportTexts.Columns {
    fileprivate static let english = Self(
        objective: "Objective", target: "Target", week: "Week", month: "Month", period: "Period", window: "Window",
        budgetLeft: "Budget left", trend: "12 weeks", verdict: "Verdict", good: "Good", bad: "Bad",
        unknown: "Unknown", maintenance: "Left out", attained: "Attained", withMaintenance: "With maint.",
        atWorst: "At worst", projection: "Outlook", error: "Error", runs: "Runs", first: "First", last: "Last",
        runbook: "Runbook", measure: "Measure", count: "Count", half: "p50", ninth: "p90", worst: "p99",
        slowest: "Longest", alarm: "Alarm", fired: "Fired", when: "When", what: "What", before: "Before",
        after: "After", why: "Why", who: "Who")
}

extension ReportTexts.Verdicts {
    fileprivate static let english = Self(
        wordGo: "go", wordCareful: "careful", wordStop: "stop", wordUnknown: "unknown",
        go: "every error budget has room: changes may be made", careful: "{reasons}: no risky changes",
        stop: "{reasons}: only work on reliability", unknown: "{reasons}: find out why before anything is changed",
        left: "{name} has {share} of its budget left", overspent: "{name} has overspent its budget by {share}",
        noEvidence: "there is no evidence of {name}", mostlyUnknown: "most of the time of {name} is without evidence",
        nextGo: "Release as planned.", nextCareful: "Put off risky changes until the budget has recovered.",
        nextStop: "Release nothing but fixes until the budget has recovered.",
        nextUnknown: "Run polisen-collector doctor: it says what keeps evidence away.",
        nextCause: "Begin with {error}, the commonest error ({runs}).",
        nextCauseRunbook: "Begin with {error}, the commonest error ({runs}): runbook {runbook}.",
        nextOngoing: "An incident since {date} was not over at {end}: that comes first.",
        nextActions: "{actions} open from this or earlier reports.", nextFirst: "Next:")
}

extension ReportTexts.Indicators {
    /// The objectives' own names, which are English.
    fileprivate static let english = Self(
        freshMinutes: "", runSuccess: "", latency: "", apiAvailability: "", telemetryDelivery: "", uniqueLines: "",
        storagePuts: "", detection: "", resolution: "")
}

extension ReportTexts.Nouns {
    fileprivate static let english = Self(
        minutes: .init("minute", "minutes"), runs: .init("run", "runs"), calls: .init("call", "calls"),
        points: .init("point", "points"), lines: .init("line", "lines"), writes: .init("write", "writes"),
        incidents: .init("incident", "incidents"), checks: .init("check", "checks"), days: .init("day", "days"),
        events: .init("event", "events"), answers: .init("filtered answer", "filtered answers"),
        times: .init("time", "times"), failures: .init("failure", "failures"), actions: .init("action", "actions"),
        weeks: .init("week", "weeks"))
}

extension ReportTexts.Slots {
    fileprivate static let english = Self(
        success: "success", partial: "partial", failed: "failed", killed: "killed", skipped: "skipped",
        missed: "no run", unknown: "no evidence", future: "still to come", maintenance: "maintenance",
        shortDay: "23 hours: the clocks went forward", longDay: "25 hours: 02:00 came twice",
        goodOf: "{good} of {all}")
}

extension ReportTexts.Incidents {
    fileprivate static let english = Self(
        none: "None.", stale: "data too old", blind: "no evidence", ongoing: "going on", range: "{from} to {to}",
        leftOut: "{count} shorter ones are left out.", cause: "Cause", runbook: "Runbook", noRunbook: "none fits",
        failing: "{runs} failed or were killed, mostly {error}", failingOne: "1 run failed or was killed: {error}",
        partial: "{runs} got only a filtered answer", skipped: "{runs} skipped: {reason}", noRuns: "no run ended",
        tooSeldom: "runs succeeded, but too seldom", clockSet: "the clock was set", locked: "another run held the lock",
        rateBudget: "the source's limit of calls was reached", maintenance: "maintenance",
        noticed: "noticed after {duration}", noticedAtOnce: "noticed at once", unnoticed: "nobody noticed",
        over: "over after {duration}",
        notOver: "still going on", badMinutes: "{minutes} too old", unknownMinutes: "{minutes} without evidence",
        inMaintenance: "{minutes} of it in maintenance", timeline: "Timeline",
        summary: "{incidents}; the longest lasted {duration}.", summaryOne: "{incidents} of {duration}.")
}

extension ReportTexts.Timeline {
    fileprivate static let english = Self(
        lastGood: "last success", firstFailure: "first failure: {error}", stale: "data is too old",
        evidenceEnded: "evidence ends", evidenceBack: "evidence again", detected: "noticed by {vantage}",
        alarm: "alarm {alarm}: {status}", maintenanceStarted: "maintenance begins: {reason}",
        maintenanceEnded: "maintenance ends: {reason}", note: "note: {text}", cause: "cause: {text}",
        recovered: "data is fresh again")
}

extension ReportTexts.Projections {
    fileprivate static let english = Self(
        lasts: "lasts", usedUp: "used up in {days} d", usedUpToday: "used up within a day", spent: "used up",
        unknown: "no evidence")
}
