// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels

/// Objectives of every unit: one in trouble, one spent, fine ones, one without evidence.
enum SampleObjectives {
    static var all: [ObjectiveReport] {
        [
            freshness,
            make(
                "run-success", "Lyckade körningar", .runSuccess, 980_000,
                period: (319, 7, 0), window: (1_312, 21, 0), policy: BudgetPolicy(), verdict: .go, step: 3),
            make(
                "latency", "Latens inom 5 min", .latency(limitSeconds: 300), 990_000,
                period: (318, 1, 0), window: (1_311, 1, 0), policy: nil, verdict: nil, step: 1),
            make(
                "api-availability", "API availability", .apiAvailability, 995_000,
                period: (320, 17, 0), window: (1_333, 29, 0), policy: nil, verdict: nil, step: 2),
            make(
                "telemetry-delivery", "Telemetry delivery", .telemetryDelivery, 995_000,
                period: (20_462, 118, 0), window: (83_001, 118, 0), policy: nil, verdict: nil, step: 0),
            make(
                "duplicates", "No duplicates", .uniqueLines, 999_000,
                period: (0, 0, 0), window: (0, 0, 0), policy: nil, verdict: nil, step: 0),
            make(
                "detection", "Detected within 15 min", .detection(limitSeconds: 900), 900_000,
                period: (1, 1, 0), window: (3, 1, 0), policy: nil, verdict: nil, step: 0),
        ]
    }

    /// 10,080 minutes = 9,756 + 142 + 62 + 120 excluded; 40,320 = 39,875 + 175 + 62 + 208 excluded.
    private static var freshness: ObjectiveReport {
        let period = Figures(
            counted: Attainment(good: 9_756, bad: 142, unknown: 62),
            whole: Attainment(good: 9_816, bad: 202, unknown: 62))
        let window = Figures(
            counted: Attainment(good: 39_875, bad: 175, unknown: 62),
            whole: Attainment(good: 39_995, bad: 263, unknown: 62))
        let slo = SLO(
            name: "freshness", displayName: "Färska data", description: "Data is at most 60 minutes old.",
            indicator: .freshMinutes(maxAgeSeconds: 3_600, toleranceSeconds: 30), targetMillionths: 995_000,
            policy: BudgetPolicy(),
            burnConditions: [
                BurnCondition(alarm: "freshness-burn-fast", windowMinutes: 60, burnRate: 14.4, severity: "CRITICAL")
            ])
        return ObjectiveReport(
            slo: slo, period: period, window: window,
            budget: ErrorBudget(targetMillionths: 995_000, attainment: window.counted),
            burnRates: zip(BurnRate.windows, [20.0, 13.9, 2.87, 1.9, 2.87, 0.874]).map {
                BurnRate(windowMinutes: $0, rate: $1)
            },
            projection: .usedUp(inDays: 1.9), trend: trend(step: 20, unit: 10_080), verdict: .careful)
    }

    private static func make(
        _ name: String, _ displayName: String, _ indicator: SLO.Indicator, _ target: Int, period: (Int, Int, Int),
        window: (Int, Int, Int), policy: BudgetPolicy?, verdict: ReportVerdict.Word?, step: Int
    ) -> ObjectiveReport {
        let slo = SLO(
            name: name, displayName: displayName, indicator: indicator, targetMillionths: target, policy: policy)
        let inPeriod = Attainment(good: period.0, bad: period.1, unknown: period.2)
        let inWindow = Attainment(good: window.0, bad: window.1, unknown: window.2)
        let allowed = slo.allowedErrorRatio
        let rate = inWindow.errorRatio.map { $0 / allowed }
        let budget = ErrorBudget(targetMillionths: target, attainment: inWindow)
        let isSpent = budget.remainingRatio.map { $0 < 0 } ?? false
        return ObjectiveReport(
            slo: slo, period: Figures(counted: inPeriod, whole: inPeriod),
            window: Figures(counted: inWindow, whole: inWindow), budget: budget,
            burnRates: BurnRate.windows.map { BurnRate(windowMinutes: $0, rate: $0 < 1_440 ? nil : rate) },
            projection: inWindow.valid == 0 ? .unknown : isSpent ? .spent : .lasts,
            trend: inWindow.valid == 0 ? [] : trend(step: step, unit: inPeriod.total), verdict: verdict)
    }

    /// Weeks 36 to 47; the first two without evidence, week 40 a bad one.
    private static func trend(step: Int, unit: Int) -> [TrendWeek] {
        (36...47).map { week in
            let bad = week == 40 ? min(unit, step * 9) : min(unit, step * (week % 4))
            let known = Attainment(good: unit - bad, bad: bad)
            let attainment = week < 38 ? Attainment(unknown: unit == 10_080 ? unit : 0) : known
            return TrendWeek(
                week: ISOWeek(year: 2026, week: week), figures: Figures(counted: attainment, whole: attainment))
        }
    }
}

/// A repaired incident, a blind one, and one that lasts.
enum SampleIncidents {
    static var all: [Incident] { [repaired, blind, lasting] }

    private static var repaired: Incident {
        Incident(
            kind: .stale, startedAt: sampleDate("2026-11-18T02:31:00Z"), endedAt: sampleDate("2026-11-18T04:31:00Z"),
            lastGoodAt: sampleDate("2026-11-18T01:30:02Z"), detectedAt: sampleDate("2026-11-18T02:35:00Z"),
            badMinutes: 120, unknownMinutes: 0, maintenanceMinutes: 0,
            cause: .failing(errorType: "feed_timeout", runs: 5), runbook: "feed-errors",
            timeline: [
                TimelineEntry(at: sampleDate("2026-11-18T01:30:02Z"), event: .lastGood),
                TimelineEntry(
                    at: sampleDate("2026-11-18T02:00:31Z"), event: .firstFailure(errorType: "feed_timeout")),
                TimelineEntry(at: sampleDate("2026-11-18T02:31:00Z"), event: .stale),
                TimelineEntry(at: sampleDate("2026-11-18T02:35:00Z"), event: .detected(vantage: "host")),
                TimelineEntry(
                    at: sampleDate("2026-11-18T03:04:00Z"), event: .alarm(name: "freshness-absent", status: "FIRING")),
                TimelineEntry(
                    at: sampleDate("2026-11-18T03:40:00Z"), event: .note(text: "Polisen svarar inte; väntar på dem")),
                TimelineEntry(at: sampleDate("2026-11-18T04:31:00Z"), event: .recovered),
                TimelineEntry(
                    at: sampleDate("2026-11-18T04:34:00Z"), event: .alarm(name: "freshness-absent", status: "OK")),
            ])
    }

    private static var blind: Incident {
        Incident(
            kind: .blind, startedAt: sampleDate("2026-11-20T12:03:00Z"), endedAt: sampleDate("2026-11-20T13:05:00Z"),
            lastGoodAt: sampleDate("2026-11-20T11:02:11Z"), detectedAt: nil, badMinutes: 0, unknownMinutes: 62,
            maintenanceMinutes: 0, cause: .noRuns, runbook: nil,
            timeline: [
                TimelineEntry(at: sampleDate("2026-11-20T11:02:11Z"), event: .lastGood),
                TimelineEntry(at: sampleDate("2026-11-20T12:03:00Z"), event: .evidenceEnded),
                TimelineEntry(at: sampleDate("2026-11-20T13:05:00Z"), event: .evidenceBack),
            ])
    }

    private static var lasting: Incident {
        Incident(
            kind: .stale, startedAt: sampleDate("2026-11-22T21:38:00Z"), endedAt: nil,
            lastGoodAt: sampleDate("2026-11-22T20:37:30Z"), detectedAt: nil, badMinutes: 82, unknownMinutes: 0,
            maintenanceMinutes: 60, cause: .skipped(reason: "maintenance", runs: 2), runbook: "freshness-stale",
            timeline: [
                TimelineEntry(at: sampleDate("2026-11-22T20:37:30Z"), event: .lastGood),
                TimelineEntry(
                    at: sampleDate("2026-11-22T21:30:00Z"), event: .maintenanceStarted(reason: "disk full")),
                TimelineEntry(at: sampleDate("2026-11-22T21:38:00Z"), event: .stale),
            ])
    }
}

/// Notes of every kind, one of them hostile.
enum SampleNotes {
    static var all: [NoteRecord] {
        [
            make("b0000001", .note, "2026-11-17T10:05:00Z", "Omstart klar – läget är åter normalt"),
            make("b0000002", .note, "2026-11-18T03:40:00Z", "<script>alert('x')</script> & \"citat\" | pipe * star"),
            make("b0000003", .note, "2026-11-19T07:00:00Z", "=1+1, a formula that must stay text"),
            verification,
        ]
    }

    private static var verification: NoteRecord {
        var note = make("b0000004", .verification, "2026-11-22T03:00:00Z", "archive verify: 85,012 lines, none twice")
        note.linesCounted = 85_012
        note.duplicates = 0
        return note
    }

    private static func make(_ id: String, _ kind: NoteRecord.Kind, _ at: String, _ text: String) -> NoteRecord {
        NoteRecord(
            id: id, kind: kind, job: "polisen-collector", recordedAt: sampleDate(at), at: sampleDate(at), text: text,
            author: "åsa", host: "göteborg-1", version: "0.5.1")
    }
}

/// Seven local days of half hours.
enum SampleDays {
    enum Change { case none, clocksBack, clocksForward }

    /// - Parameter change: of the clocks, on the seventh day at 3:00 or 2:00.
    static func week(
        from start: Int, year: Int, month: Int, day: Int, change: Change = .none,
        states: (Int) -> Slot.State = SampleDays.state
    ) -> [SlotDay] {
        var minute = start
        return (0..<7).map { index in
            let slots = times(index == 6 ? change : .none).enumerated().map { position, half in
                defer { minute += 30 }
                let number = index * 48 + position
                let state = states(number)
                return Slot(
                    start: Date(timeIntervalSince1970: Double(minute) * 60), hour: half / 2, minute: half % 2 * 30,
                    state: state, isMaintenance: 68...69 ~= number || number >= 333,
                    runs: [.missed, .unknown, .future].contains(state) ? 0 : number == 100 ? 3 : 1)
            }
            return SlotDay(year: year, month: month, day: day + index, slots: slots)
        }
    }

    /// Half hours since local midnight as a clock shows them.
    private static func times(_ change: Change) -> [Int] {
        switch change {
        case .none: Array(0..<48)
        case .clocksBack: Array(0..<6) + [4, 5] + Array(6..<48)
        case .clocksForward: Array(0..<4) + Array(6..<48)
        }
    }

    static func state(_ number: Int) -> Slot.State {
        switch number {
        case 102...106: .failed
        case 165: .partial
        case 216: .killed
        case 217...218: .missed
        case 219: .unknown
        case 334...: .skipped
        default: .success
        }
    }
}
