// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels
import TestSupport
import Testing

/// Every figure of the reports on each week and month of a quarter, against the same worked out from what happened.
@Suite struct QuarterFiguresTests {
    private static let truth = ScenarioTruth(.quarter)

    @Test(arguments: ScenarioPeriod.quarter)
    func `a period's bounds are midnights in Stockholm`(period: ScenarioPeriod) throws {
        let report = try period.report()
        #expect(report.period.span == MinuteSpan(start: period.span.lowerBound, end: period.span.upperBound))
        #expect(report.asOf == report.period.span.endDate)
        guard period.label.contains("W") else { return }
        #expect(period.span.count == (period.label == "2026-W43" ? 169 : 168) * 60)
    }

    @Test(arguments: ScenarioPeriod.quarter)
    func `good, bad, unknown and left out are those of the minutes and runs`(period: ScenarioPeriod) throws {
        let report = try period.report()
        let asOf = period.span.upperBound
        #expect(report.objectives.map(\.slo) == ScenarioObjectives.all)
        for objective in report.objectives {
            let name = Comment(rawValue: objective.slo.name)
            let found = Self.truth.figures(objective.slo, period.span, asOf: asOf)
            #expect(objective.period == found, name)
            if objective.slo.unit == .minutes {
                #expect(objective.period.counted.total + objective.period.excluded == period.span.count)
            }
            let window = Self.truth.figures(objective.slo, (asOf - 28 * 1_440)..<asOf, asOf: asOf)
            #expect(objective.window == window, name)
            for week in objective.trend {
                let span = try #require(ScenarioPeriod.weeks(upTo: asOf)[week.week.text])
                #expect(week.figures == Self.truth.figures(objective.slo, span, asOf: asOf), name)
            }
            #expect(objective.trend.count == 12)
        }
    }

    @Test(arguments: ScenarioPeriod.quarter)
    func `budgets and burn rates follow from the counts`(period: ScenarioPeriod) throws {
        let report = try period.report()
        let asOf = period.span.upperBound
        for objective in report.objectives {
            let allowed = 1 - Double(objective.slo.targetMillionths) / 1e6
            func burn(_ minutes: Int) -> Double? {
                let found = Self.truth.figures(objective.slo, (asOf - minutes)..<asOf, asOf: asOf).counted
                let valid = found.good + found.bad
                return valid == 0 ? nil : Double(found.bad) / Double(valid) / allowed
            }
            let name = objective.slo.name
            #expect(objective.burnRates.map(\.windowMinutes) == [60, 360, 1_440, 4_320, 10_080, 40_320])
            for rate in objective.burnRates {
                expectNear(rate.rate, burn(rate.windowMinutes), "\(name) burns over \(rate.windowMinutes) min")
            }
            expectNear(objective.budget.remainingRatio, burn(40_320).map { 1 - $0 }, "what is left of \(name)")
        }
    }

    @Test(arguments: ScenarioPeriod.quarter)
    func `the verdict is the worst of the budgets`(period: ScenarioPeriod) throws {
        let report = try period.report()
        let asOf = period.span.upperBound
        let window = max(asOf - 28 * 1_440, Self.truth.scenario.firstGood.utc)..<asOf
        let words = report.objectives.prefix(5).map { objective -> ReportVerdict.Word in
            let found = Self.truth.figures(objective.slo, window, asOf: asOf).counted
            guard found.good + found.bad > 0 else { return .unknown }
            let allowed = 1 - Double(objective.slo.targetMillionths) / 1e6
            let left = 1 - Double(found.bad) / Double(found.good + found.bad) / allowed
            if left < 0 { return .stop }
            if found.unknown > found.good + found.bad { return .unknown }
            let own = max(period.span.lowerBound, Self.truth.scenario.firstGood.utc)..<asOf
            let known = Self.truth.figures(objective.slo, own, asOf: asOf).counted
            if objective.slo.unit == .minutes, known.unknown > known.good + known.bad { return .unknown }
            return left < 0.25 ? .careful : .go
        }
        #expect(report.objectives.prefix(5).map(\.verdict) == words)
        let worst = [ReportVerdict.Word.stop, .unknown, .careful, .go].first { words.contains($0) }
        #expect(report.verdict.word == worst)
    }

    @Test(arguments: ScenarioPeriod.quarter)
    func `incidents are told as they were`(period: ScenarioPeriod) throws {
        let report = try period.report()
        let asOf = period.span.upperBound
        let declared = Self.truth.incidents(period.span)
        try #require(report.incidents.count == declared.count)
        for (found, incident) in zip(report.incidents, declared) {
            let stale = incident.stale?.utc ?? .max
            let begins = stale < asOf ? stale : incident.blind?.utc ?? stale
            let all = (incident.blind?.utc ?? stale)..<min(incident.good?.utc ?? asOf, asOf)
            #expect(found.kind == (stale < asOf ? .stale : .blind))
            #expect(found.startedAt.minute == begins)
            #expect(found.endedAt?.minute == incident.good.map(\.utc).flatMap { $0 < asOf ? $0 : nil })
            #expect(found.detectedAt?.minute == incident.noticed.map(\.utc).flatMap { $0 < asOf ? $0 : nil })
            #expect(found.lastGoodAt?.minute == incident.lastGood.utc)
            #expect(found.badMinutes == all.count { Self.truth.state($0) == .bad })
            #expect(found.unknownMinutes == all.count { Self.truth.state($0) == .unknown })
            #expect(found.maintenanceMinutes == all.count(where: Self.truth.isPlanned))
            if found.endedAt != nil { #expect(found.cause == incident.cause) }
        }
    }

    @Test(arguments: ScenarioPeriod.quarter)
    func `runs, events, points and bytes are those of the runs`(period: ScenarioPeriod) throws {
        let report = try period.report()
        let truth = Self.truth
        #expect(report.runs == truth.runFigures(period.span))
        #expect(report.events == truth.eventFigures(period.span, midnights: period.midnights))
        let telemetry = truth.telemetry(period.span)
        #expect(report.telemetry.posted == telemetry?.posted)
        #expect(report.telemetry.dropped == telemetry?.dropped)
        let storage = truth.storage(period.span)
        #expect(report.storage.bytesPut == storage.bytesPut)
        #expect(report.storage.putsDone == storage.putsDone)
        #expect(report.storage.putsFailed == storage.putsFailed)
        expectNear(report.storage.bytesADay, storage.bytesADay, "bytes a day")
        #expect(report.storage.daysWithRuns == storage.daysWithRuns)
        expectNear(report.storage.bytesInAYear, storage.bytesInAYear, "bytes in a year")
        let causes = Dictionary(uniqueKeysWithValues: report.causes.map { ($0.errorType, $0.runs) })
        #expect(causes == truth.causes(period.span))
    }

    @Test(arguments: ScenarioPeriod.quarter)
    func `each half hour has its colour`(period: ScenarioPeriod) throws {
        let report = try period.report()
        let shown = period.midnights.suffix(period.midnights.count > 36 ? 29 : 36)
        #expect(report.days.map(\.slots.count) == zip(shown, shown.dropFirst()).map { ($1 - $0) / 30 })
        let wrong = report.days.flatMap(\.slots).filter { slot in
            let expected = Self.truth.slot(slot.start.minute)
            return (slot.state, slot.isMaintenance, slot.runs)
                != (expected.state, expected.isMaintenance, expected.runs)
        }
        #expect(wrong == [])
    }

    @Test(arguments: ScenarioPeriod.quarter)
    func `what people and programs wrote down is there, and nothing of later`(period: ScenarioPeriod) throws {
        let report = try period.report()
        let (scenario, span) = (Self.truth.scenario, period.span)
        func isWithin(_ text: String) -> Bool { span.contains(text.utc) }
        let works = scenario.maintenance.filter {
            !$0.isCancelled && $0.from.utc < span.upperBound && $0.to.utc > span.lowerBound
        }
        #expect(report.maintenance.map(\.id) == works.map(\.id))
        #expect(report.maintenance.map(\.isBackdated) == works.map { $0.recorded.utc > $0.from.utc })
        #expect(report.maintenance.allSatisfy { !$0.isOpen })
        let notes = scenario.notes.filter { [.note, .verification].contains($0.kind) && isWithin($0.at) }
        #expect(report.notes.map(\.id).sorted() == notes.map(\.id).sorted())
        let actions = scenario.notes.filter { action in
            let done = scenario.notes.first { $0.kind == .done && $0.id == action.id }?.at.utc ?? .max
            return action.kind == .action && action.at.utc < span.upperBound && done >= span.lowerBound
        }
        #expect(report.actions.map(\.id) == actions.map(\.id))
        #expect(report.actions.map(\.isCarriedOver) == actions.map { $0.at.utc < span.lowerBound })
        let fired = scenario.alarms.filter { $0.status == "FIRING" && isWithin($0.at) }
        #expect(report.alarms.map(\.alarm).sorted() == fired.map(\.name).sorted())
        #expect(report.alarms.allSatisfy { $0.fired == 1 })
        let changes = (scenario.versions.dropFirst().map(\.slot) + scenario.configurations.dropFirst().map(\.slot))
            .filter(isWithin)
        #expect(report.changes.map(\.at.minute) == changes.map(\.utc))
    }

    /// Damaged lines are taken for as old as what stands before them: a crash in December does not change the report of
    /// October, and what tore the ledger's end belongs to no week that is over.
    @Test(arguments: ScenarioPeriod.quarter)
    func `the reading is told up to the period's end`(period: ScenarioPeriod) throws {
        let reading = try period.report().reading
        let (scenario, end) = (Self.truth.scenario, period.span.upperBound)
        let runs = Self.truth.runs.filter { $0.endMinute < end }
        #expect(reading.runs == runs.count)
        #expect(reading.checks == scenario.checks().count { $0.shown / 60_000 < end })
        #expect(reading.damagedCount == scenario.damaged.count { $0.utc < end })
        #expect(reading.damaged.count == reading.damagedCount)
        #expect(reading.firstAt == runs.first.map { Timestamp.date(milliseconds: $0.end) })
        // The first check after the clock was right again, and the first after it was wrong.
        let steps = ["2026-11-10 13:20", "2026-11-12 11:20"].map(\.utc).filter { $0 < end }
        #expect(reading.clockSteps.map(\.minute) == steps)
    }
}

/// - Parameter name: what it is.
func expectNear(_ found: Double?, _ expected: Double?, _ name: String, location: SourceLocation = #_sourceLocation) {
    guard let found, let expected else {
        if found != nil || expected != nil {
            Issue.record("\(name): \(found as Any), not \(expected as Any)", sourceLocation: location)
        }
        return
    }
    #expect(abs(found - expected) <= 1e-9 * max(1, abs(expected)), "\(name)", sourceLocation: location)
}
