// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels
import Testing

/// The week in which the clocks go forward, an hour short, with an incident and maintenance over the hour that is not.
@Suite struct SpringFiguresTests {
    private static let truth = ScenarioTruth(.spring)
    private static let span = "2026-03-22 23:00".utc..<"2026-03-29 22:00".utc

    private static func report() throws -> Report {
        try ScenarioReport.spring.get().report(.week(try #require(ISOWeek("2026-W13"))))
    }

    @Test func `its minutes are those of 167 hours`() throws {
        let report = try Self.report()
        #expect(report.period.span.count == 167 * 60)
        for objective in report.objectives {
            let found = Self.truth.figures(objective.slo, Self.span, asOf: Self.span.upperBound)
            #expect(objective.period == found, "\(objective.slo.name)")
        }
        // Two hours were stale; the hour from 00:30 to 01:30 UTC was planned, of which 00:30 was fresh.
        let fresh = try #require(report.objectives.first)
        #expect(fresh.period.whole == Attainment(good: 167 * 60 - 120, bad: 120))
        #expect(fresh.period.counted == Attainment(good: 167 * 60 - 121, bad: 61))
        #expect(fresh.period.excluded == 60)
    }

    @Test func `the incident lasts two hours, whatever the clocks show`() throws {
        let incident = try #require(try Self.report().incidents.first)
        #expect(incident.repairSeconds == 7_200)
        // The alarm fired before a check said so.
        #expect(incident.detectionSeconds == 14 * 60)
        #expect(incident.maintenanceMinutes == 59)
        let report = try Self.report()
        #expect(report.objectives.first { $0.slo.name == "resolution" }?.period.counted == Attainment(good: 1))
    }

    @Test func `its Sunday has 46 half hours, none of them at two o'clock`() throws {
        let report = try Self.report()
        #expect(report.days.map(\.slots.count) == [48, 48, 48, 48, 48, 48, 46])
        #expect(report.days.last?.slots.contains { $0.hour == 2 } == false)
        for slot in report.days.flatMap(\.slots) {
            let expected = Self.truth.slot(slot.start.minute)
            #expect((slot.state, slot.isMaintenance) == (expected.state, expected.isMaintenance), "\(slot.start)")
        }
        #expect(report.runs == Self.truth.runFigures(Self.span))
        let midnights = (0..<7).map { Self.span.lowerBound + $0 * 1_440 } + [Self.span.upperBound]
        #expect(report.events == Self.truth.eventFigures(Self.span, midnights: midnights))
    }
}
