// SPDX-License-Identifier: MIT

import FoundationEssentials
import ServiceLevels
import Testing

/// A week or month of a scenario, its bounds written down by hand: 22:00 UTC in summer time, 23:00 in winter.
struct ScenarioPeriod: Sendable, CustomTestStringConvertible {
    let label: String
    let span: Range<Int>

    var testDescription: String { label }

    /// Of all local days: where they begin, and the period's end.
    var midnights: [Int] {
        let change = "2026-10-25 01:00".utc
        var found = [span.lowerBound]
        while let last = found.last, last < span.upperBound {
            let next = last + 1_440
            found.append(last < change && change < next ? next + 60 : next)
        }
        return found
    }

    static let quarter = weeks + [
        ScenarioPeriod(label: "2026-10", span: "2026-09-30 22:00".utc..<"2026-10-31 23:00".utc),
        ScenarioPeriod(label: "2026-11", span: "2026-10-31 23:00".utc..<"2026-11-30 23:00".utc),
        ScenarioPeriod(label: "2026-12", span: "2026-11-30 23:00".utc..<"2026-12-31 23:00".utc),
    ]

    /// W29 to W53 are there for the trend, W40 to W53 are reported on.
    private static let weeks = (40...53).map { week in
        ScenarioPeriod(label: "2026-W\(week)", span: start(week)..<start(week + 1))
    }

    private static func start(_ week: Int) -> Int {
        week <= 43
            ? "2026-09-27 22:00".utc + (week - 40) * 10_080 : "2026-10-25 23:00".utc + (week - 44) * 10_080
    }

    /// Weeks by name, cut at a minute.
    static func weeks(upTo asOf: Int) -> [String: Range<Int>] {
        let all = (20...53).map { week in
            (week, max(0, min(start(week), asOf))..<min(start(week + 1), asOf))
        }
        return Dictionary(uniqueKeysWithValues: all.map { ("2026-W\($0)", $1) })
    }

    /// Made once.
    func report() throws -> Report { try #require(try Self.reports.get()[label]) }

    private static let reports = Result {
        let maker = try ScenarioReport.quarter.get()
        return try quarter.reduce(into: [String: Report]()) { reports, period in
            let label = period.label
            let found: ReportPeriod? =
                label.contains("W") ? ISOWeek(label).map(ReportPeriod.week) : CalendarMonth(label).map(ReportPeriod.month)
            reports[label] = maker.report(try #require(found))
        }
    }
}
