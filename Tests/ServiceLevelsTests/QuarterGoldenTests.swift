// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Ledger
import ServiceLevels
import TestSupport
import Testing

/// Reports on weeks of a quarter whose every figure `QuarterFiguresTests` works out a second time.
@Suite struct QuarterGoldenTests {
    /// The first week, a normal one, the 169 hours of autumn, overlapping maintenance, clock steps, no data, the end of
    /// the year.
    static let weeks = [
        "2026-W40", "2026-W41", "2026-W43", "2026-W44", "2026-W46", "2026-W47", "2026-W48", "2026-W53",
    ]

    @Test(arguments: weeks)
    func `a week reads as it was`(week: String) throws {
        let report = try Self.report(week)
        try expectGolden(report.text(.english), "quarter-\(week).en.txt")
    }

    static func report(_ week: String) throws -> Report {
        let reports = try ScenarioReport.quarter.get()
        return reports.report(.week(try #require(ISOWeek(week))))
    }
}
