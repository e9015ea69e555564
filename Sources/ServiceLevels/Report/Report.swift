// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import Ledger

/// A report on service levels: figures only. How they are worded and drawn is its renderers' business.
package struct Report: Sendable, Hashable {
    package static let schema = 1

    package var job: String
    package var environment: String
    package var period: ReportPeriod
    /// Up to here the ledger was read: the end of a period that is over, else the minute it was made.
    package var asOf: Date
    package var verdict: ReportVerdict
    package var objectives: [ObjectiveReport]
    /// One for each local day, oldest first; of a long period its last 28 days.
    package var days: [SlotDay]
    /// Those that began in the period or had not ended when it began, oldest first; the longest 50 where there are more.
    package var incidents: [Incident]
    package var incidentsLeftOut: Int
    /// Commonest first.
    package var causes: [CauseCount]
    package var runs: RunFigures
    package var events: EventFigures
    package var telemetry: TelemetryFigures
    package var storage: StorageFigures
    /// Oldest first.
    package var changes: [ConfigurationChange]
    package var maintenance: [MaintenanceSpan]
    /// Notes of the period.
    package var notes: [NoteRecord]
    /// Open ones, and those done within the period; oldest first.
    package var actions: [ActionItem]
    package var alarms: [AlarmCount]
    package var reading: ReadingFacts

    package init(
        job: String, environment: String, period: ReportPeriod, asOf: Date, verdict: ReportVerdict,
        objectives: [ObjectiveReport] = [], days: [SlotDay] = [], incidents: [Incident] = [], incidentsLeftOut: Int = 0,
        causes: [CauseCount] = [], runs: RunFigures = RunFigures(), events: EventFigures = EventFigures(),
        telemetry: TelemetryFigures = TelemetryFigures(), storage: StorageFigures = StorageFigures(),
        changes: [ConfigurationChange] = [], maintenance: [MaintenanceSpan] = [], notes: [NoteRecord] = [],
        actions: [ActionItem] = [], alarms: [AlarmCount] = [], reading: ReadingFacts = ReadingFacts()
    ) {
        self.job = job
        self.environment = environment
        self.period = period
        self.asOf = asOf
        self.verdict = verdict
        self.objectives = objectives
        self.days = days
        self.incidents = incidents
        self.incidentsLeftOut = incidentsLeftOut
        self.causes = causes
        self.runs = runs
        self.events = events
        self.telemetry = telemetry
        self.storage = storage
        self.changes = changes
        self.maintenance = maintenance
        self.notes = notes
        self.actions = actions
        self.alarms = alarms
        self.reading = reading
    }
}

/// What to do this week.
package struct ReportVerdict: Sendable, Hashable {
    package enum Word: String, Sendable, Hashable, CaseIterable {
        /// All budgets are fine.
        case go
        /// Little is left of one: no risky changes.
        case careful
        /// One is used up: only work on reliability.
        case stop
        /// There is too little evidence to tell.
        case unknown
    }

    package let word: Word
    /// Names of the objectives that decided it; worst first.
    package let because: [String]

    package init(word: Word, because: [String]) {
        self.word = word
        self.because = because
    }
}

/// One objective in the report.
package struct ObjectiveReport: Sendable, Hashable {
    package var slo: SLO
    /// Over the report's period.
    package var period: Figures
    /// Over the objective's own window, up to the report's end.
    package var window: Figures
    package var budget: ErrorBudget
    package var burnRates: [BurnRate]
    package var projection: Projection
    /// Twelve ISO weeks up to the period's last, oldest first, those without evidence too.
    package var trend: [TrendWeek]
    package var verdict: ReportVerdict.Word?

    package init(
        slo: SLO, period: Figures, window: Figures, budget: ErrorBudget, burnRates: [BurnRate], projection: Projection,
        trend: [TrendWeek], verdict: ReportVerdict.Word?
    ) {
        self.slo = slo
        self.period = period
        self.window = window
        self.budget = budget
        self.burnRates = burnRates
        self.projection = projection
        self.trend = trend
        self.verdict = verdict
    }
}

package struct TrendWeek: Sendable, Hashable {
    package let week: ISOWeek
    package let figures: Figures

    package init(week: ISOWeek, figures: Figures) {
        self.week = week
        self.figures = figures
    }

    /// What is drawn of it: what was attained, or nothing where there is evidence of less than half of it.
    package var drawn: Attainment? {
        let counted = figures.counted
        return counted.valid > 0 && counted.unknown <= counted.valid ? counted : nil
    }
}

/// How fast a service spends its error budget over one window.
///
/// 1 spends it exactly over the objective's window; 14.4 for one hour spends 2 % of a 30-day budget.
/// Source: Google SRE Workbook, chapter 5.
package struct BurnRate: Sendable, Hashable {
    package let windowMinutes: Int
    /// nil without evidence.
    package let rate: Double?

    package init(windowMinutes: Int, rate: Double?) {
        self.windowMinutes = windowMinutes
        self.rate = rate
    }

    /// 1 h, 6 h, 1 d, 3 d, 7 d, 28 d.
    package static let windows = [60, 360, 1_440, 4_320, 10_080, 40_320]
}

/// Where the budget goes if what was goes on.
package enum Projection: Sendable, Hashable {
    /// Nothing is being spent, or more comes back than goes.
    case lasts
    /// At the rate of the last three days it is used up in so many days from `asOf`.
    case usedUp(inDays: Double)
    /// It is used up already.
    case spent
    /// No evidence.
    case unknown
}

/// One local day of half-hour slots: 48, or 46 and 50 where the clocks change.
package struct SlotDay: Sendable, Hashable {
    package let year: Int
    package let month: Int
    package let day: Int
    package let slots: [Slot]

    package init(year: Int, month: Int, day: Int, slots: [Slot]) {
        self.year = year
        self.month = month
        self.day = day
        self.slots = slots
    }
}

/// One half hour, and how the run that belongs to it ended.
package struct Slot: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case success, partial, failed, killed, skipped
        /// No run, though the ledger was kept then.
        case missed
        /// No run and no evidence that anybody looked.
        case unknown
        /// It lies after the report's end.
        case future
    }

    package let start: Date
    /// Local: 0…23, and 0 or 30.
    package let hour: Int
    package let minute: Int
    package let state: State
    package let isMaintenance: Bool
    /// Runs that belong to it: planned for it, or started within it where nobody planned them.
    package let runs: Int

    package init(start: Date, hour: Int, minute: Int, state: State, isMaintenance: Bool, runs: Int) {
        self.start = start
        self.hour = hour
        self.minute = minute
        self.state = state
        self.isMaintenance = isMaintenance
        self.runs = runs
    }
}
