// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Ledger
import ServiceLevels
import Testing

@Suite struct ReportBuilderTests {
    private let week = ReportHistory.week
    private let slos = [ReportHistory.freshness, ReportHistory.runSuccess]

    /// Runs from three weeks before; of W47 Wednesday 02:00 to 05:00 UTC failed, and Friday is planned work.
    private var history: ReportHistory {
        var history = ReportHistory()
        history.runs(from: "2026-10-25T23:00:00Z", to: "2026-11-18T02:00:00Z")
        history.runs(from: "2026-11-18T02:00:00Z", to: "2026-11-18T05:00:00Z") { run in
            (run.outcome, run.errorType) = (.failed, "feed_timeout")
        }
        history.runs(from: "2026-11-18T05:00:00Z", to: "2026-11-22T23:00:00Z")
        return history
    }

    @Test func `an outage stands in figures, budget, incident, slots and cause alike`() throws {
        let report = history.report(week, slos: slos)
        let freshness = try #require(report.objectives.first)
        // Success ended 01:30:01; good up to 02:30:31, so minutes 02:31 to 05:00 are bad, and 05:00:01 ends it.
        #expect(freshness.period.counted == Attainment(good: 10_080 - 150, bad: 150, unknown: 0))
        #expect(freshness.window.counted == Attainment(good: 40_320 - 151, bad: 150, unknown: 1))
        #expect(freshness.budget.allowed == 0.005 * 40_319)
        #expect(freshness.verdict == .go)
        let runs = try #require(report.objectives.last)
        #expect(runs.period.counted == Attainment(good: 330, bad: 6))
        #expect(runs.budget.allowed == 0.02 * 1_344)
        let incident = try #require(report.incidents.first)
        #expect(report.incidents.count == 1)
        #expect(incident.startedAt == sampleDate("2026-11-18T02:31:00Z"))
        #expect(incident.endedAt == sampleDate("2026-11-18T05:01:00Z"))
        #expect(incident.badMinutes == 150)
        #expect(report.days[2].slots.filter { $0.state == .failed }.map(\.hour) == [3, 3, 4, 4, 5, 5])
        #expect(report.days.flatMap(\.slots).filter { $0.state == .success }.count == 330)
        #expect(report.causes.map(\.runs) == [6])
        #expect(report.runs.total == 336)
        #expect(report.verdict == ReportVerdict(word: .go, because: []))
    }

    @Test func `minutes add up to the window, with maintenance and without`() throws {
        var history = history
        history.maintenance("1", from: "2026-11-18T03:00:00Z", to: "2026-11-18T04:00:00Z")
        history.maintenance("2", from: "2026-11-18T03:30:00Z", to: "2026-11-18T04:30:00Z")
        let report = history.report(week, slos: slos)
        let freshness = try #require(report.objectives.first)
        #expect(freshness.period.counted.bad == 60)
        #expect(freshness.period.whole.bad == 150)
        #expect(freshness.period.excluded == 90)
        #expect(freshness.period.counted.total + freshness.period.excluded == 10_080)
        #expect(report.maintenance.map(\.id) == ["1", "2"])
        let marked = report.days.flatMap(\.slots).filter(\.isMaintenance).map(\.start)
        #expect(marked.first == sampleDate("2026-11-18T03:00:00Z"))
        #expect(marked.count == 3)
    }

    @Test func `the trend is of twelve weeks, the last of them as far as it has come`() throws {
        let report = history.report(week, asOf: "2026-11-19T11:00:00Z", slos: slos)
        let trend = try #require(report.objectives.first).trend
        #expect(trend.map(\.week.week) == Array(36...47))
        #expect(trend.prefix(8).allSatisfy { $0.figures.counted.ratio == nil })
        #expect(trend[8].figures.counted == Attainment(good: 10_079, bad: 0, unknown: 1))
        #expect(trend[11].figures.counted.total == 3 * 1_440 + 720)
        let runs = try #require(report.objectives.last).trend
        #expect(runs[11].figures.counted == Attainment(good: 3 * 48 + 24 - 6, bad: 6))
    }

    @Test func `a trend crosses the end of a year that has 53 weeks`() throws {
        let first = ReportPeriod.week(ISOWeek(year: 2027, week: 2))
        let trend = try #require(ReportHistory().report(first, slos: slos).objectives.first).trend
        #expect(trend.map(\.week.text).suffix(4) == ["2026-W52", "2026-W53", "2027-W01", "2027-W02"])
        let last = ReportHistory().report(.week(ISOWeek(year: 2026, week: 53)), slos: slos)
        #expect(last.days.map { [$0.year, $0.month, $0.day] }.last == [2027, 1, 3])
    }

    @Test func `an outage of before the period that lasts into it is shown, one that ended before is not`() {
        var history = ReportHistory()
        history.runs(from: "2026-11-10T00:00:00Z", to: "2026-11-12T00:00:00Z")
        history.runs(from: "2026-11-12T06:00:00Z", to: "2026-11-15T20:00:00Z")
        history.runs(from: "2026-11-16T03:00:00Z", to: "2026-11-22T23:00:00Z")
        let incidents = history.report(week).incidents
        #expect(incidents.count == 1)
        #expect(incidents.first?.endedAt == sampleDate("2026-11-16T03:01:00Z"))
    }

    @Test func `of more than 50 incidents the longest are kept, in their order`() {
        var history = ReportHistory()
        // After each success data is good for 60 minutes: 60 outages of 30 to 89, and the last one goes on.
        var (next, index) = (sampleMinute("2026-11-16T00:00:00Z"), 0)
        for minute in next..<week.span.end {
            let date = Date(timeIntervalSince1970: Double(minute) * 60 + 10)
            if minute == next, index <= 60 {
                history.run(date)
                next += 90 + index * 37 % 60
                index += 1
            }
            if minute % 15 == 0 { history.check(Timestamp.text(date)) }
        }
        let report = history.report(week)
        #expect(report.incidents.count == 50)
        #expect(report.incidentsLeftOut == 11)
        #expect(report.incidents.map(\.startedAt) == report.incidents.map(\.startedAt).sorted())
        #expect(report.incidents.filter { $0.endedAt == nil }.count == 1)
        let ended = report.incidents.compactMap(\.repairSeconds).map { Int($0) / 60 }
        #expect(ended.sorted() == Array(41...89))
    }

    @Test func `a report knows nothing of what came after it was made`() {
        let early = history.report(week, asOf: "2026-11-18T03:15:00Z", slos: slos)
        #expect(early.incidents.map(\.endedAt) == [nil])
        #expect(early.asOf == sampleDate("2026-11-18T03:15:00Z"))
        #expect(early.objectives.first?.period.counted.bad == 44)
        #expect(early.days[2].slots.filter { $0.state == .future }.count == 48 - 9)
    }

    @Test func `the report of a period is never of later than its end`() {
        #expect(history.report(week, asOf: "2026-12-24T00:00:00Z").asOf == week.span.endDate)
    }

    @Test func `the same facts make the same bytes, in whatever order equals come`() {
        var history = history
        for id in ["9", "3", "7"] { history.note(id, .action, at: "2026-11-17T08:00:00Z") }
        for name in ["c", "a", "b"] { history.alarm(name, "FIRING", at: "2026-11-17T09:00:00Z") }
        for name in ["z", "x", "y"] { history.run("2026-11-22T22:40:00Z", .failed) { $0.errorType = name } }
        let first = history.report(week, slos: slos)
        var other = history
        other.facts = Array(history.facts.dropLast(9)) + history.facts.suffix(9).reversed()
        let (text, again) = (first.json.text, history.report(week, slos: slos).json.text)
        let isSame = text == again
        #expect(isSame)
        let permuted = other.report(week, slos: slos)
        let isSamePermuted = text == permuted.json.text && first.csv == permuted.csv
        #expect(isSamePermuted)
    }

    @Test func `a clock that was set back makes nothing good, and the report says so`() throws {
        var history = ReportHistory()
        history.runs(from: "2026-11-16T00:00:00Z", to: "2026-11-17T00:00:00Z")
        history.run("2026-11-18T12:00:00Z")
        history.runs(from: "2026-11-17T00:00:00Z", to: "2026-11-18T00:00:00Z")
        let report = history.report(week, slos: slos)
        #expect(report.reading.clockSteps.count == 1)
        #expect(report.runs.success == 97)
        let good = try #require(report.objectives.first).period.counted.good
        #expect(good == 47 * 60 + 30 + 60)
    }
}
