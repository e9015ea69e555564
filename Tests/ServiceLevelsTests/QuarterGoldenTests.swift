// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Ledger
import ServiceLevels
import TestSupport
import Testing

/// Reports on weeks of a quarter, and of a spring; `QuarterFiguresTests` works out each of their figures a second time.
@Suite struct QuarterGoldenTests {
    /// The first week, a normal one, little budget left, the 169 hours of autumn, overlapping maintenance, clock steps, no
    /// data, the host's return, a torn line, the end of a year of 53 weeks, the 167 hours of spring.
    static let weeks = [
        "2026-W40", "2026-W41", "2026-W42", "2026-W43", "2026-W44", "2026-W46", "2026-W47", "2026-W48", "2026-W51",
        "2026-W53", "2026-W13",
    ]

    @Test(arguments: weeks)
    func `a week reads as it was`(week: String) throws {
        try expectGolden(try Self.report(week).text(.english), "quarter-\(week).en.txt")
    }

    @Test(arguments: ["2026-W13", "2026-W43", "2026-W47"])
    func `a week reads in Swedish as it was`(week: String) throws {
        try expectGolden(try Self.report(week).text(.swedish), "quarter-\(week).sv.txt")
    }

    @Test func `a month reads as it was`() throws {
        let month = try #require(CalendarMonth("2026-12"))
        try expectGolden(
            try ScenarioReport.quarter.get().report(.month(month)).text(.english), "quarter-2026-12.en.txt")
    }

    @Test(arguments: [("2026-W44", ReportLanguage.english, "en"), ("2026-W53", .swedish, "sv")])
    func `Markdown says the same`(week: String, language: ReportLanguage, name: String) throws {
        try expectGolden(try Self.report(week).markdown(language), "quarter-\(week).\(name).md")
    }

    @Test(arguments: ["2026-W43", "2026-W46"])
    func `CSV says the same`(week: String) throws {
        try expectGolden(try Self.report(week).csv, "quarter-\(week).csv")
    }

    @Test func `JSON says the same`() throws {
        let json = try Self.report("2026-W48").json.encoded()
        // A line a member of the report, so that a difference can be seen.
        let text = String(decoding: json, as: UTF8.self).replacing(#","objectives""#, with: ",\n\"objectives\"")
            .replacing(#"},{"#, with: "},\n{")
        try expectGolden(text + "\n", "quarter-2026-W48.json.txt")
    }

    /// What is drawn is held by `ReportHTMLTests`.
    @Test(arguments: weeks)
    func `the page is small and says what the text says`(week: String) throws {
        let report = try Self.report(week)
        for language in [ReportLanguage.english, .swedish] {
            let page = report.html(language)
            #expect(page.utf8.count <= 300_000)
            #expect(page == report.html(language))
            let words = ReportWords(language)
            for objective in report.objectives {
                let attained = words.attained(objective.period.counted, of: objective.slo.targetMillionths)
                #expect(page.contains(attained), "\(objective.slo.name)")
            }
            for incident in report.incidents { #expect(page.contains(words.repair(incident))) }
        }
    }

    static func report(_ week: String) throws -> Report {
        let reports = try (week == "2026-W13" ? ScenarioReport.spring : ScenarioReport.quarter).get()
        return reports.report(.week(try #require(ISOWeek(week))))
    }
}
