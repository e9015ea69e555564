// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels
import TestSupport
import Testing

@Suite struct PeriodTotalsTests {
    private let week = ReportHistory.week

    @Test func `runs count in the period in which they ended, and only those of collect`() {
        var history = ReportHistory()
        history.run("2026-11-15T22:59:30Z", .failed, seconds: 29)
        history.run("2026-11-15T22:59:30Z", .failed, seconds: 30)
        history.run("2026-11-16T08:00:00Z")
        history.run("2026-11-16T08:30:00Z") { $0.command = .replay }
        history.run("2026-11-16T09:00:00Z") { $0.command = .exec }
        history.run("2026-11-17T08:00:00Z", .partial)
        history.run("2026-11-18T08:00:00Z", .killed)
        history.run("2026-11-18T08:30:00Z", .skipped)
        history.run("2026-11-22T22:59:59Z", .killed, seconds: 1)
        let runs = history.report(week).runs
        #expect([runs.success, runs.partial, runs.failed, runs.killed, runs.skipped] == [1, 1, 1, 1, 1])
        #expect(runs.total == 5)
    }

    @Test(arguments: [1, 2, 9, 10, 11, 99, 100, 101, 1_000])
    func `percentiles are those of the sorted durations by the nearest rank`(count: Int) throws {
        var random = SeededGenerator(seed: UInt64(count))
        var history = ReportHistory()
        var expected: [Double] = []
        for _ in 0..<count {
            // A tenth of them is longer than the tally's array of milliseconds reaches.
            let limit = Int.random(in: 0..<10, using: &random) == 0 ? 900_000 : 40_000
            let seconds = Double(Int.random(in: 0...limit, using: &random)) / 1000
            expected.append(seconds)
            history.run("2026-11-18T10:00:00Z", seconds: seconds) { $0.feedSeconds = seconds / 2 }
        }
        let sorted = expected.sorted()
        func rank(_ percent: Double) -> Double {
            sorted[max(0, Int((percent / 100 * Double(count)).rounded(.up)) - 1)]
        }
        let found = history.report(week).runs
        #expect(found.duration.count == count)
        for (value, percent) in [
            (found.duration.p50, 50.0), (found.duration.p90, 90), (found.duration.p99, 99), (found.duration.max, 100),
        ] {
            #expect(abs(try #require(value) - rank(percent)) < 0.000_6)
        }
        #expect(abs(try #require(found.feedLatency.p90) - rank(90) / 2) < 0.000_6)
    }

    @Test func `durations leave out skipped and killed runs, and those whose clock was set back`() {
        var history = ReportHistory()
        history.run("2026-11-18T10:00:00Z", .failed, seconds: 31)
        history.run("2026-11-18T10:30:00Z", .skipped, seconds: 400)
        history.run("2026-11-18T11:00:00Z", .killed, seconds: 500)
        history.run("2026-11-18T11:30:00Z", seconds: -60)
        let duration = history.report(week).runs.duration
        #expect(duration.count == 1)
        #expect(duration.max == 31)
        #expect(ReportHistory().report(week).runs.duration == Percentiles())
    }

    @Test func `causes are counted by error type, commonest first, ties by name`() {
        var history = ReportHistory()
        for start in ["2026-11-18T10:00:00Z", "2026-11-17T10:00:00Z", "2026-11-19T10:00:00Z"] {
            history.run(start, .failed) { $0.errorType = "feed_timeout" }
        }
        history.run("2026-11-19T11:00:00Z", .partial)
        history.run("2026-11-19T12:00:00Z", .killed)
        history.run("2026-11-19T12:30:00Z", .partial) { $0.errorType = "answer_no_events" }
        history.run("2026-11-19T13:00:00Z", .skipped) { $0.errorType = "locked" }
        let causes = history.report(week).causes
        #expect(causes.map(\.errorType) == ["feed_timeout", "answer_filtered", "answer_no_events", "killed"])
        #expect(causes.map(\.runs) == [3, 1, 1, 1])
        #expect(causes[0].firstAt == sampleDate("2026-11-17T10:00:00Z"))
        #expect(causes[0].lastAt == sampleDate("2026-11-19T10:00:00Z"))
        #expect(causes[0].runbook == "book-of-feed_timeout")
    }

    @Test func `calls, events and puts are sums; new events stand by local day`() {
        var history = ReportHistory()
        history.run("2026-11-16T22:59:58Z") { run in
            (run.feedCalls, run.feedAnswers, run.answerClass) = (3, 1, "filtered")
            run.counts = RunRecord.Counts(new: 7, revised: 2, rejected: 1)
            (run.putsDone, run.putsFailed, run.bytesPut) = (4, 1, 1_000)
        }
        history.run("2026-11-16T22:59:59Z") { run in
            (run.feedCalls, run.feedAnswers, run.answerClass) = (1, 1, "normal")
            run.counts = RunRecord.Counts(new: 5, revised: 1, rejected: 0)
            (run.putsDone, run.putsFailed, run.bytesPut) = (3, 0, 500)
        }
        let report = history.report(week)
        #expect([report.runs.feedCalls, report.runs.feedAnswers] == [4, 2])
        #expect([report.events.new, report.events.revised, report.events.rejected] == [12, 3, 1])
        #expect(report.events.filteredAnswers == 1)
        #expect(report.events.newByDay == [7, 5, 0, 0, 0, 0, 0])
        #expect([report.storage.putsDone, report.storage.putsFailed, report.storage.bytesPut] == [7, 1, 1_500])
    }

    @Test func `days that have not come are left out, and a long period shows its last 62`() {
        var history = ReportHistory()
        history.run("2026-11-17T10:00:00Z") { $0.counts.new = 3 }
        #expect(history.report(week, asOf: "2026-11-17T12:00:00Z").events.newByDay == [0, 3])
        #expect(history.report(week, asOf: "2026-11-17T23:00:00Z").events.newByDay == [0, 3])
        let long = ReportPeriod.since(sampleMinute("2026-08-01T12:00:00Z"), until: sampleMinute("2026-11-18T12:00:00Z"))
        let days = history.report(long).events.newByDay
        #expect(days.count == 62)
        #expect(days.suffix(2) == [3, 0])
    }

    @Test func `telemetry is the difference of totals, also over a new state directory`() {
        var history = ReportHistory()
        let totals = [
            ("2026-11-15T20:00:00Z", 1_000, 50), ("2026-11-16T08:00:00Z", 1_062, 50),
            ("2026-11-17T08:00:00Z", 1_124, 60),
            ("2026-11-18T08:00:00Z", 62, 0), ("2026-11-19T08:00:00Z", 100, 3),
        ]
        for (start, posted, dropped) in totals {
            history.run(start) { ($0.pointsPosted, $0.pointsDropped) = (posted, dropped) }
        }
        let telemetry = history.report(week).telemetry
        #expect(telemetry.posted == 62 + 62 + 62 + 38)
        #expect(telemetry.dropped == 10 + 3)
    }

    @Test func `telemetry is not known where no run tells`() {
        var history = ReportHistory()
        history.run("2026-11-17T08:00:00Z")
        #expect(history.report(week).telemetry == TelemetryFigures())
    }

    /// It divided by 28 also where nothing ran on most of those days, and called it the average of 28 days.
    @Test func `growth is the average of the days with runs among the last 28`() throws {
        var history = ReportHistory()
        history.run("2026-10-25T22:00:00Z") { $0.bytesPut = 999_999 }
        history.run("2026-11-01T12:00:00Z") { $0.bytesPut = 28_000 }
        history.run("2026-11-20T12:00:00Z") { $0.bytesPut = 28_000 }
        let storage = history.report(week).storage
        #expect(storage.bytesPut == 28_000)
        #expect(storage.daysWithRuns == 2)
        #expect(storage.bytesADay == 28_000)
        #expect(storage.bytesInAYear == 10_220_000)

        var young = ReportHistory()
        young.run("2026-11-20T23:00:00Z") { $0.bytesPut = 500 }
        #expect(young.report(week).storage.bytesADay == 500)
        young.run("2026-11-22T10:00:00Z") { $0.bytesPut = 500 }
        #expect(young.report(week).storage.bytesADay == 500)
        #expect(young.report(week).storage.daysWithRuns == 2)
        // Of the second day, counted back from noon, the ledger holds half.
        #expect(young.report(week, asOf: "2026-11-22T11:00:00Z").storage.bytesADay == 1_000 / 1.5)
        #expect(young.report(week, asOf: "2026-11-21T22:59:00Z").storage.bytesADay == nil)
        #expect(ReportHistory().report(week).storage.bytesADay == nil)
    }

    @Test func `changes are seen against the run before, also the last one before the period`() {
        var history = ReportHistory()
        let settings = [
            ("2026-11-10T08:00:00Z", "1", "aa"), ("2026-11-14T08:00:00Z", "2", "aa"),
            ("2026-11-16T08:00:00Z", "3", "aa"),
            ("2026-11-17T08:00:00Z", "3", "bb"), ("2026-11-18T08:00:00Z", "3", "bb"),
        ]
        for (start, version, sha) in settings {
            history.run(start) { ($0.version, $0.configSHA, $0.host) = (version, sha, "malmö") }
        }
        history.run("2026-11-18T09:00:00Z", .killed) { ($0.version, $0.configSHA, $0.host) = ("1", "", "elsewhere") }
        history.run("2026-11-24T08:00:00Z") { $0.version = "4" }
        #expect(
            history.report(week).changes == [
                ConfigurationChange(what: .version, before: "2", after: "3", at: sampleDate("2026-11-16T08:00:00Z")),
                ConfigurationChange(
                    what: .configuration, before: "aa", after: "bb", at: sampleDate("2026-11-17T08:00:00Z")),
            ])
    }

    @Test func `an alarm counts each time it begins to fire in the period, once for the same change`() {
        var history = ReportHistory()
        history.alarm("b", "FIRING", at: "2026-11-15T22:00:00Z")
        for day in ["17", "18", "18"] { history.alarm("b", "FIRING", at: "2026-11-\(day)T08:00:00Z") }
        history.alarm("b", "OK", at: "2026-11-18T09:00:00Z")
        history.alarm("a", "FIRING", at: "2026-11-19T09:00:00Z")
        #expect(
            history.report(week).alarms == [
                AlarmCount(alarm: "b", fired: 2, lastAt: sampleDate("2026-11-18T08:00:00Z")),
                AlarmCount(alarm: "a", fired: 1, lastAt: sampleDate("2026-11-19T09:00:00Z")),
            ])
    }

    @Test func `actions stay until they are done, and say that the last report had them`() {
        var history = ReportHistory()
        history.note("1", .action, at: "2026-11-01T08:00:00Z", "done before")
        history.note("1", .done, at: "2026-11-15T22:00:00Z")
        history.note("2", .action, at: "2026-11-02T08:00:00Z", "done within")
        history.note("2", .done, at: "2026-11-18T08:00:00Z")
        history.note("2", .done, at: "2026-11-19T08:00:00Z")
        history.note("3", .action, at: "2026-11-03T08:00:00Z", "open")
        history.note("3", .done, at: "2026-11-24T08:00:00Z")
        history.note("4", .action, at: "2026-11-17T08:00:00Z", "old words")
        history.note("4", .action, at: "2026-11-20T08:00:00Z", "new words")
        history.note("5", .action, at: "2026-11-23T08:00:00Z", "of next week")
        history.note("6", .done, at: "2026-11-17T08:00:00Z", "of an action nobody opened")
        let actions = history.report(week).actions
        #expect(actions.map(\.id) == ["2", "3", "4"])
        #expect(actions.map(\.isCarriedOver) == [true, true, false])
        #expect(actions.map(\.doneAt) == [sampleDate("2026-11-18T08:00:00Z"), nil, nil])
        #expect(actions.last?.text == "new words")
        #expect(actions.last?.openedAt == sampleDate("2026-11-17T08:00:00Z"))
    }

    @Test func `an action is overdue where it was not done in time, as of the report's end`() {
        var history = ReportHistory()
        let (at, due) = ("2026-11-17T08:00:00Z", "2026-11-20T08:00:00Z")
        history.note("1", .action, at: at, due: due)
        history.note("2", .action, at: at, due: due)
        history.note("2", .done, at: "2026-11-19T08:00:00Z")
        history.note("3", .action, at: at, due: due)
        history.note("3", .done, at: "2026-11-21T08:00:00Z")
        history.note("4", .action, at: at, due: "2026-11-23T08:00:00Z")
        history.note("5", .action, at: at)
        let report = history.report(week)
        #expect(report.actions.map(\.isOverdue) == [true, false, true, false, false])
        #expect(report.actions.map(\.dueAt).prefix(2) == [sampleDate(due), sampleDate(due)])
        for (language, words) in [(ReportLanguage.english, "overdue"), (.swedish, "försenad")] {
            let said = ReportWords(language)
            #expect(report.actions.map { said.actionState($0) }.count { $0 == words } == 1)
        }
        #expect(
            ReportWords(.english).action(report.actions[0])
                == "text (åsa, opened 2026-11-17 09:00, due 2026-11-20 09:00; 1)")
    }

    @Test func `notes belong to the period they are about, whenever they were written`() {
        var history = ReportHistory()
        history.note("b", .note, at: "2026-11-18T08:00:00Z", recorded: "2026-11-23T08:00:00Z")
        history.note("a", .verification, at: "2026-11-16T08:00:00Z")
        history.note("c", .note, at: "2026-11-15T22:59:59Z")
        history.note("d", .note, at: "2026-11-22T23:00:00Z")
        history.note("e", .action, at: "2026-11-18T08:00:00Z")
        history.note("f", .cause, at: "2026-11-19T08:00:00Z")
        #expect(history.report(week).notes.map(\.id) == ["a", "b", "f"])
    }
}
