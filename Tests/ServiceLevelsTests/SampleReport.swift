// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels

/// Made-up reports with something in every section, for the tests of what is drawn and written from one.
///
/// The figures fit together (good + bad + unknown + excluded = window), but come from no ledger.
extension Report {
    /// Week 2026-W47: an incident that was repaired, a blind one, one that lasts, maintenance, hostile texts.
    static var sample: Report {
        var report = Report(
            job: "polisen-collector", environment: "prod", period: samplePeriod, asOf: samplePeriod.span.endDate,
            verdict: ReportVerdict(word: .careful, because: ["freshness"]))
        report.objectives = SampleObjectives.all
        report.days = SampleDays.week(from: samplePeriod.span.start, year: 2026, month: 11, day: 16)
        report.incidents = SampleIncidents.all
        report.incidentsLeftOut = 2
        report.causes = sampleCauses
        report.runs = sampleRuns
        report.events = sampleEvents
        report.telemetry.posted = 20_462
        report.telemetry.dropped = 118
        report.storage = sampleStorage
        report.changes = sampleChanges
        report.maintenance = sampleMaintenance
        report.notes = SampleNotes.all
        report.actions = sampleActions
        report.alarms = sampleAlarms
        report.reading = sampleReading
        return report
    }

    /// A week of which the ledger knows nothing.
    static var sampleWithoutData: Report {
        var report = Report(
            job: "polisen-collector", environment: "prod", period: samplePeriod, asOf: samplePeriod.span.endDate,
            verdict: ReportVerdict(word: .unknown, because: ["freshness"]))
        report.objectives = SampleObjectives.all.map { objective in
            let isTime = objective.slo.unit == .minutes
            let week = Attainment(unknown: isTime ? 10_080 : 0)
            let window = Attainment(unknown: isTime ? 40_320 : 0)
            return ObjectiveReport(
                slo: objective.slo, period: Figures(counted: week, whole: week),
                window: Figures(counted: window, whole: window),
                budget: ErrorBudget(targetMillionths: objective.slo.targetMillionths, attainment: window),
                burnRates: BurnRate.windows.map { BurnRate(windowMinutes: $0, rate: nil) }, projection: .unknown,
                trend: [], verdict: objective.slo.policy == nil ? nil : .unknown)
        }
        report.days = SampleDays.week(
            from: samplePeriod.span.start, year: 2026, month: 11, day: 16, states: { _ in .unknown })
        report.events.newByDay = [0, 0, 0, 0, 0, 0, 0]
        return report
    }

    /// Week 2026-W43: its Sunday has 50 half hours; 2:00 and 2:30 stand twice.
    static var sampleOfLongDay: Report {
        var report = sample
        let start = sampleMinute("2026-10-18T22:00:00Z")
        report.period = ReportPeriod(
            kind: .week(ISOWeek(year: 2026, week: 43)),
            span: MinuteSpan(start: start, end: sampleMinute("2026-10-25T23:00:00Z")))
        report.asOf = report.period.span.endDate
        report.days = SampleDays.week(from: start, year: 2026, month: 10, day: 19, change: .clocksBack)
        return report
    }

    /// Week 2027-W12: its Sunday has 46 half hours; 2:00 and 2:30 are not there.
    static var sampleOfShortDay: Report {
        var report = sample
        let start = sampleMinute("2027-03-21T23:00:00Z")
        report.period = ReportPeriod(
            kind: .week(ISOWeek(year: 2027, week: 12)),
            span: MinuteSpan(start: start, end: sampleMinute("2027-03-28T22:00:00Z")))
        report.asOf = report.period.span.endDate
        report.days = SampleDays.week(from: start, year: 2027, month: 3, day: 22, change: .clocksForward)
        return report
    }

    static let samplePeriod = ReportPeriod(
        kind: .week(ISOWeek(year: 2026, week: 47)),
        span: MinuteSpan(start: sampleMinute("2026-11-15T23:00:00Z"), end: sampleMinute("2026-11-22T23:00:00Z")))

    private static var sampleCauses: [CauseCount] {
        [
            CauseCount(
                errorType: "feed_timeout", runs: 5, firstAt: sampleDate("2026-11-18T02:00:31Z"),
                lastAt: sampleDate("2026-11-18T04:00:31Z"), runbook: "feed-errors"),
            CauseCount(
                errorType: "answer_filtered", runs: 1, firstAt: sampleDate("2026-11-19T10:30:02Z"),
                lastAt: sampleDate("2026-11-19T10:30:02Z"), runbook: nil),
            CauseCount(
                errorType: "killed", runs: 1, firstAt: sampleDate("2026-11-20T11:00:01Z"),
                lastAt: sampleDate("2026-11-20T11:00:01Z"), runbook: "run-killed"),
        ]
    }

    private static var sampleRuns: RunFigures {
        var runs = RunFigures()
        (runs.success, runs.partial, runs.failed, runs.killed, runs.skipped) = (319, 1, 5, 1, 2)
        runs.duration = samplePercentiles(325, 1.42, 2.31, 30.82, 31.07)
        runs.feedLatency = samplePercentiles(325, 0.412, 0.655, 30.004, 30.011)
        (runs.feedCalls, runs.feedAnswers) = (337, 320)
        return runs
    }

    private static func samplePercentiles(
        _ count: Int, _ p50: Double, _ p90: Double, _ p99: Double, _ max: Double
    ) -> Percentiles {
        var result = Percentiles()
        (result.count, result.p50, result.p90, result.p99, result.max) = (count, p50, p90, p99, max)
        return result
    }

    private static var sampleEvents: EventFigures {
        var events = EventFigures()
        (events.new, events.revised, events.rejected, events.filteredAnswers) = (452, 9, 1, 1)
        events.newByDay = [65, 71, 43, 66, 88, 67, 52]
        return events
    }

    private static var sampleStorage: StorageFigures {
        var storage = StorageFigures()
        (storage.bytesPut, storage.putsDone, storage.putsFailed) = (8_412_933, 961, 3)
        (storage.bytesADay, storage.bytesInAYear, storage.daysWithRuns) = (1_204_118.5, 439_804_282.1, 28)
        return storage
    }

    private static var sampleChanges: [ConfigurationChange] {
        let at = sampleDate("2026-11-17T09:30:00Z")
        return [
            ConfigurationChange(what: .version, before: "0.5.0", after: "0.5.1", at: at),
            ConfigurationChange(what: .configuration, before: "1f2e3d4c", after: "a0b1c2d3", at: at),
            ConfigurationChange(
                what: .host, before: "göteborg-1", after: "malmö-2", at: sampleDate("2026-11-21T12:00:00Z")),
        ]
    }

    private static var sampleMaintenance: [MaintenanceSpan] {
        [
            MaintenanceSpan(
                id: "0a1b2c3d",
                span: MinuteSpan(
                    start: sampleMinute("2026-11-17T09:00:00Z"), end: sampleMinute("2026-11-17T10:00:00Z")),
                reason: "Ny kärna & omstart", author: "åsa", isBackdated: false, isOpen: false),
            MaintenanceSpan(
                id: "4e5f6071",
                span: MinuteSpan(
                    start: sampleMinute("2026-11-22T21:30:00Z"), end: sampleMinute("2026-11-22T23:00:00Z")),
                reason: "disk full", author: "bo", isBackdated: true, isOpen: true),
        ]
    }

    private static var sampleActions: [ActionItem] {
        [
            ActionItem(
                id: "77aa0011", text: "Höj feed.timeout till 45 s", author: "åsa",
                openedAt: sampleDate("2026-11-09T08:12:00Z"), doneAt: nil, isCarriedOver: true),
            ActionItem(
                id: "77aa0012", text: "Ask the feed's owner about <Inbrott> lists", author: "bo",
                openedAt: sampleDate("2026-11-12T14:00:00Z"), doneAt: sampleDate("2026-11-19T15:00:00Z"),
                isCarriedOver: true),
            ActionItem(
                id: "77aa0013", text: "=HYPERLINK(\"http://example.invalid\") must stay text", author: "örjan",
                openedAt: sampleDate("2026-11-18T09:00:00Z"), doneAt: nil, isCarriedOver: false),
        ]
    }

    private static var sampleAlarms: [AlarmCount] {
        [
            AlarmCount(alarm: "freshness-absent", fired: 1, lastAt: sampleDate("2026-11-18T03:04:00Z")),
            AlarmCount(alarm: "freshness-burn-fast", fired: 2, lastAt: sampleDate("2026-11-22T22:20:00Z")),
        ]
    }

    private static var sampleReading: ReadingFacts {
        var reading = ReadingFacts()
        (reading.lines, reading.runs, reading.checks, reading.damagedCount) = (31_872, 4_030, 27_801, 1)
        reading.damaged = ["line 1204 of 2026-11.jsonl cannot be read: it is no JSON"]
        reading.firstAt = sampleDate("2026-08-31T22:00:12.412Z")
        reading.lastAt = sampleDate("2026-11-22T22:59:58.004Z")
        reading.clockSteps = [sampleDate("2026-11-20T03:15:00Z")]
        return reading
    }
}

/// The instant of an RFC 3339 text; 1970 for anything else, which no test would overlook.
func sampleDate(_ text: String) -> Date { Timestamp.date(text) ?? Date(timeIntervalSince1970: 0) }

func sampleMinute(_ text: String) -> Int { sampleDate(text).minute }
