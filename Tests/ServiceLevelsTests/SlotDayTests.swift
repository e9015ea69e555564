// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels
import Testing

@Suite struct SlotDayTests {
    private let week = ReportHistory.week

    @Test func `a week has seven days of 48 half hours of local time`() {
        let days = ReportHistory().report(week).days
        #expect(days.map(\.day) == [16, 17, 18, 19, 20, 21, 22])
        #expect(days.allSatisfy { $0.slots.count == 48 })
        #expect(days[0].slots[0].start == sampleDate("2026-11-15T23:00:00Z"))
        #expect(days[0].slots[19].hour == 9)
        #expect(days[0].slots[19].minute == 30)
    }

    @Test(arguments: [(2026, 43, 25, 50), (2027, 12, 28, 46), (2026, 13, 29, 46), (2027, 43, 31, 50)])
    func `the Sunday on which the clocks change has 46 or 50`(year: Int, week: Int, day: Int, count: Int) throws {
        let report = ReportHistory().report(.week(ISOWeek(year: year, week: week)))
        #expect(report.days.count == 7)
        let sunday = try #require(report.days.last)
        #expect(sunday.day == day)
        #expect(sunday.slots.count == count)
        let twos = sunday.slots.filter { $0.hour == 2 }.map(\.minute)
        #expect(twos == (count == 50 ? [0, 30, 0, 30] : []))
        for (slot, next) in zip(sunday.slots, sunday.slots.dropFirst()) {
            #expect(next.start.timeIntervalSince(slot.start) == 1_800)
        }
        #expect(sunday.slots.last?.start.addingTimeInterval(1_800) == report.period.span.endDate)
        #expect(report.days.dropLast().allSatisfy { $0.slots.count == 48 })
    }

    @Test func `runs on both sides of the change stand in their own half hours`() throws {
        var history = ReportHistory()
        history.run("2026-10-25T00:00:10Z", .failed)
        history.run("2026-10-25T01:00:10Z", .killed)
        let report = history.report(.week(ISOWeek(year: 2026, week: 43)))
        let slots = try #require(report.days.last).slots
        #expect(slots.filter { $0.hour == 2 && $0.minute == 0 }.map(\.state) == [.failed, .killed])
    }

    @Test(arguments: [
        ([RunRecord.Outcome.failed, .success, .partial], Slot.State.success), ([.failed, .partial], .partial),
        ([.skipped, .killed, .failed], .failed), ([.skipped, .killed], .killed), ([.skipped], .skipped),
    ])
    func `the best run of a half hour decides`(outcomes: [RunRecord.Outcome], state: Slot.State) {
        var history = ReportHistory()
        for outcome in outcomes { history.run("2026-11-16T08:00:10Z", outcome) }
        let slot = history.report(week).days[0].slots[18]
        #expect(slot.state == state)
        #expect(slot.runs == outcomes.count)
    }

    @Test func `a run belongs to the slot it was planned for, else to that of its start`() {
        var history = ReportHistory()
        history.run("2026-11-16T08:31:00Z") { $0.plannedAt = sampleDate("2026-11-16T08:00:00Z") }
        history.run("2026-11-16T09:59:59Z", .failed)
        // Planned within the week, over after it: it stands in the grid, but counts in the next week.
        history.run("2026-11-22T22:59:59Z", seconds: 2) { $0.plannedAt = sampleDate("2026-11-22T22:30:00Z") }
        history.run("2026-11-16T11:00:00Z") { $0.command = .replay }
        let report = history.report(.since(week.span.start, until: week.span.end + 60))
        let slots = report.days[0].slots
        #expect([18, 19, 20, 21, 22].map { slots[$0].state } == [.success, .missed, .missed, .failed, .missed])
        #expect(slots.map(\.runs).reduce(0, +) == 2)
        #expect(report.days[6].slots[47].state == .success)
    }

    @Test func `without a run a half hour is missed where the ledger was kept, else unknown`() {
        var history = ReportHistory()
        history.run("2026-11-16T08:00:00Z", .failed)
        history.check("2026-11-16T09:40:00Z")
        history.check("2026-11-16T11:40:00Z", state: "unknown")
        history.run("2026-11-16T13:10:00Z") { $0.command = .exec }
        let slots = history.report(week).days[0].slots
        // The failed run covers 35 minutes from its end; the check 16; an exec run is evidence, too.
        let expected: [Int: Slot.State] = [
            17: .unknown, 18: .failed, 19: .missed, 20: .unknown, 21: .missed, 22: .unknown, 24: .unknown, 25: .missed,
            26: .unknown, 28: .missed, 31: .unknown,
        ]
        for (index, state) in expected { #expect(slots[index].state == state, "slot \(index)") }
    }

    @Test func `what has not come is future, also the rest of the half hour that goes on`() {
        var history = ReportHistory()
        history.runs(from: "2026-11-16T06:00:00Z", to: "2026-11-16T08:00:00Z")
        let slots = history.report(week, asOf: "2026-11-16T08:29:00Z").days[0].slots
        #expect(slots[17].state == .success)
        #expect(slots[18...].allSatisfy { $0.state == .future })
        #expect(history.report(week, asOf: "2026-11-16T08:30:00Z").days[0].slots[18].state == .missed)
    }

    @Test func `a period that begins within a day shows the whole day`() {
        let period = ReportPeriod.since(
            sampleMinute("2026-11-17T11:20:00Z"), until: sampleMinute("2026-11-18T10:00:00Z"))
        var history = ReportHistory()
        history.run("2026-11-17T05:00:00Z")
        history.run("2026-11-17T12:00:00Z")
        let report = history.report(period)
        #expect(report.days.map(\.day) == [17, 18])
        #expect(report.days.map(\.slots.count) == [48, 48])
        #expect(report.days[0].slots.filter { $0.state == .success }.count == 2)
        #expect(report.days[1].slots.filter { $0.state == .future }.count == 26)
        #expect(report.runs.success == 1)
    }

    @Test(arguments: [(31, 31), (35, 35), (36, 28), (365, 28)])
    func `of more than 35 days only the last 28 are drawn`(days: Int, drawn: Int) {
        let end = sampleMinute("2026-11-22T23:00:00Z")
        // Hours of summer time do not matter: it begins at the midnight of its first day.
        let start = ISOWeek(containing: end - 1).span.end - days * 1_440
        let period = ReportPeriod.since(start + (start < sampleMinute("2026-10-25T01:00:00Z") ? -60 : 0), until: end)
        let report = ReportHistory().report(period)
        #expect(report.days.count == drawn)
        #expect(report.days.last?.day == 22)
    }
}
