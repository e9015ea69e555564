// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import Testing

@testable import ServiceLevels

/// What was wrong when the quarter's reports were first read by a person, one test each.
@Suite struct QuarterFindingsTests {
    private static let english = ReportWords(.english)

    private static func report(_ week: String) throws -> Report {
        try ScenarioReport.quarter.get().report(.week(try #require(ISOWeek(week))))
    }

    /// The weeks before it were good enough for `go`, and nobody knew anything of the week itself.
    @Test func `a week without data is no week to go on after`() throws {
        let report = try Self.report("2026-W47")
        #expect(report.verdict == ReportVerdict(word: .unknown, because: ["freshness"]))
        #expect((report.objectives.first?.budget.remainingRatio ?? 0) > 0.25)
    }

    /// It stood in the reports of all weeks whose month it lies in.
    @Test func `a line torn later does not stand in a report on the time before`() throws {
        #expect(try Self.report("2026-W50").reading.damagedCount == 0)
        #expect(try Self.report("2026-W51").reading.damagedCount == 1)
        #expect(try Self.report("2026-W53").reading.damagedCount == 1)
        // Whoever looks at it later sees the ledger's torn end, too.
        let all = try ScenarioReport.quarter.get().report(.since("2027-01-01 00:00".utc, until: "2027-01-04 09:00".utc))
        #expect(all.reading.damagedCount == 2)
    }

    /// It read "no run ended", with the scheduler's runbook, and "runs succeeded, but too seldom".
    @Test func `a gap that the clock made is said to be the clock's`() throws {
        let clock = try Self.report("2026-W46").incidents.prefix(2)
        #expect(clock.map(\.cause) == [.clockSet, .clockSet])
        #expect(clock.map(\.runbook) == ["clock-skew", "clock-skew"])
    }

    /// "02:31 to 03:01, over after 1 h 30 min".
    @Test func `an instant in the hour that comes twice says which of the two it is`() throws {
        let words = Self.english
        let incident = try #require(try Self.report("2026-W43").incidents.first)
        #expect(words.when(incident) == "2026-10-25 02:31 CEST to 03:01")
        let minutes = ["2026-10-24 23:59", "2026-10-25 00:00", "2026-10-25 01:00", "2026-10-25 02:00"].map(\.utc)
        let dates = minutes.map { Date(timeIntervalSince1970: Double($0) * 60) }
        #expect(dates.map(words.clock) == ["01:59", "02:00 CEST", "02:00 CET", "03:00"])
        let spring = ["2026-03-29 00:59", "2026-03-29 01:00"].map { Date(timeIntervalSince1970: Double($0.utc) * 60) }
        #expect(spring.map(words.clock) == ["01:59", "03:00"])
    }

    /// "1 incident; the longest lasted 1 h 30 min"; "noticed after 0 ms".
    @Test func `one incident is not the longest of one, and at once is not after 0 ms`() throws {
        let words = Self.english
        let summary = words.incidentSummary(try Self.report("2026-W43"))
        #expect(summary.replacing(ReportWords.space, with: " ") == "1 incident of 1 h 30 min.")
        let back = try #require(try Self.report("2026-W48").incidents.first)
        #expect(words.detection(back) == "noticed at once")
    }

    /// It said "has been going on since" on Monday morning of what had ended during the night.
    @Test func `an incident that was not over when the period ended is told of that time`() throws {
        let steps = Self.english.nextSteps(try Self.report("2026-W53"))
        #expect(steps.first == "An incident since 2027-01-03 22:01 was not over at 2027-01-04 00:00: that comes first.")
    }

    /// Of a first week nobody could see why a third of it was unknown.
    @Test func `a first week says when the ledger begins`() throws {
        let (first, later) = (try Self.report("2026-W40"), try Self.report("2026-W47"))
        let notes = Self.english.doubts(first) + Self.english.evidenceNotes(first)
        #expect(notes.count { $0.contains("2026-09-30 09:30") } == 1)
        #expect((Self.english.doubts(later) + Self.english.evidenceNotes(later)).allSatisfy { !$0.contains("begins") })
    }

    /// 31 minutes were good and all others unknown: it was drawn as a week in which nothing was bad.
    @Test(arguments: [ReportLanguage.english, .swedish])
    func `a week that nobody knows of is a gap in the chart of the weeks after it`(language: ReportLanguage) throws {
        var report = try Self.report("2026-W48")
        let week = report.objectives[0].trend[10].week
        let counted = Attainment(good: 31, unknown: 10_049)
        report.objectives[0].trend[10] = TrendWeek(week: week, figures: Figures(counted: counted, whole: counted))
        let html = report.html(language)
        #expect(html.contains("(\(ReportWords(language).texts.sections.trendGap))"))
        #expect(html.contains("W47 –, W48 "))
        #expect(!html.contains("W47 100"))
    }

    /// "The ledger does not say: metrics went nowhere, or an older version ran", of a week in which nothing ran.
    @Test func `where no run ended telemetry says so, and not that an older version ran`() throws {
        var report = try Self.report("2026-W47")
        #expect(report.runs.total == 0 && report.telemetry == TelemetryFigures())
        #expect(Self.english.telemetry(report) == "No run ended in this period.")
        #expect(ReportWords(.swedish).telemetry(report) == "Ingen körning avslutades under perioden.")
        report.runs.success = 1
        #expect(Self.english.telemetry(report).hasPrefix("The ledger does not say: "))
    }

    /// The week after one in which no machine ran: `go`, and of a quarter of the 28 days nobody knew.
    @Test func `a target attained only because unknown time is left out is said beneath the verdict, once`() throws {
        let report = try Self.report("2026-W48")
        let freshness = try #require(report.objectives.first)
        #expect(freshness.isAttainedByUnknown)
        let doubt = "\(Self.english.counted(freshness.window.counted.unknown, .minutes)) of Freshness"
        for language in ReportLanguage.allCases {
            let words = ReportWords(language)
            let worst = words.atWorst(freshness.window.counted, of: freshness.slo.targetMillionths)
            let sentence = try #require(words.doubts(report).first)
            #expect(sentence.contains(worst) && sentence.contains(words.number(freshness.window.counted.unknown)))
            #expect(words.doubts(report).count == 1)
            #expect(words.evidenceNotes(report).allSatisfy { !$0.contains(words.texts.sections.unknownTime.prefix(8)) })
            let plain = ReportWords.plain(sentence)
            for page in [report.text(language), report.notice(language, link: nil).body] {
                let flat = page.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                #expect(flat.ranges(of: plain).count == 1, "\(flat.prefix(500))")
            }
            #expect(report.html(language).contains(words.number(freshness.window.counted.unknown)))
            #expect(ReportWords.plain(report.markdown(language)).contains(plain.prefix(40)))
        }
        #expect(Self.english.doubts(report).first?.contains(doubt) == true)
    }

    @Test func `nothing is doubted where the target is attained with unknown time counted as bad, or missed anyhow`() {
        var objective = Report.sample.objectives[0]
        let cases = [
            (990, 0, 0, false), (995, 0, 5, false), (990, 0, 10, true), (900, 0, 100, true), (900, 10, 90, false),
        ]
        for (good, bad, unknown, isDoubtful) in cases {
            let counted = Attainment(good: good, bad: bad, unknown: unknown)
            objective.slo.targetMillionths = 995_000
            objective.window = Figures(counted: counted, whole: counted)
            objective.budget = ErrorBudget(targetMillionths: 995_000, attainment: counted)
            #expect(objective.isAttainedByUnknown == isDoubtful, "\(good) \(bad) \(unknown)")
        }
    }
}
