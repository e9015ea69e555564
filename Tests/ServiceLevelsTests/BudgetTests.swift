// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels
import Testing

@Suite struct BudgetTests {
    /// Monday 2026-11-23T00:00 in Stockholm, the end of W47.
    private static let end = ISOWeek(year: 2026, week: 47).span.end

    private static func slo(_ window: SLO.Window = .rolling(days: 28), target: Int = 980_000) -> SLO {
        SLO(
            name: "run-success", displayName: "Runs", indicator: .runSuccess, targetMillionths: target, window: window)
    }

    /// 48 runs a day up to `end`, of which the first of each day fail: so many as `failures` says, newest day last.
    private static func chronicle(_ failures: [Int], asOf: Int = end) -> Chronicle {
        var maker = HistoryMaker()
        for (day, count) in failures.enumerated() {
            let first = end - (failures.count - day) * 1_440
            for slot in 0..<48 {
                let at = (first + slot * 30) * 60_000 + 30_000
                maker.run(slot < count ? .failed : .success, at, at + 1_000)
            }
        }
        return maker.chronicle(asOf: asOf)
    }

    private static func days(_ projection: Projection) -> Double? {
        if case .usedUp(let days) = projection { return days }
        return nil
    }

    @Test func `windows end where they are asked to`() {
        let chronicle = Self.chronicle([0])
        let rolling = chronicle.windowSpan(of: Self.slo(), at: Self.end)
        #expect(rolling == MinuteSpan(start: Self.end - 40_320, end: Self.end))
        let week = Self.slo(.calendarWeek)
        #expect(chronicle.windowSpan(of: week, at: Self.end) == ISOWeek(year: 2026, week: 47).span)
        #expect(chronicle.windowSpan(of: week, at: Self.end + 5) == MinuteSpan(start: Self.end, end: Self.end + 5))
        let month = CalendarMonth(year: 2026, month: 11).span
        #expect(
            chronicle.windowSpan(of: Self.slo(.calendarMonth), at: Self.end)
                == MinuteSpan(start: month.start, end: Self.end))
        #expect(chronicle.windowSpan(of: Self.slo(.calendarMonth), at: month.end) == month)
    }

    /// 2 of 48 runs a day fail: 4.17 % for 2 % allowed.
    @Test func `a burn rate is the share that is bad for the share that may be`() throws {
        let chronicle = Self.chronicle(Array(repeating: 0, count: 6) + [2])
        let day = chronicle.burnRate(of: Self.slo(), windowMinutes: 1_440, at: Self.end)
        #expect(abs(try #require(day.rate) - 2.0 / 48 / 0.02) < 1e-9)
        let week = chronicle.burnRate(of: Self.slo(), windowMinutes: 10_080, at: Self.end)
        #expect(abs(try #require(week.rate) - 2.0 / 336 / 0.02) < 1e-9)
        #expect(chronicle.burnRate(of: Self.slo(), windowMinutes: 60, at: Self.end).rate == 0)
        #expect(chronicle.burnRate(of: Self.slo(), windowMinutes: 60, at: Self.end - 20_000).rate == nil)
        let whole = chronicle.burnRate(of: Self.slo(target: 1_000_000), windowMinutes: 1_440, at: Self.end)
        #expect(try #require(whole.rate).isFinite)
    }

    /// 1,344 runs allow 26.88 failures; nine of three days leave 17.88, three a day.
    @Test func `a budget that nothing comes back to is used up at the rate of three days`() throws {
        let chronicle = Self.chronicle(Array(repeating: 0, count: 25) + [3, 3, 3])
        let days = try #require(Self.days(chronicle.projection(of: Self.slo(), at: Self.end)))
        #expect(abs(days - 17.88 / 3) < 1e-9)
    }

    /// Six of 28 days ago leave the window on the first day: 26.88 − 15 = 11.88, + 6 − 3 a day later, then 3 a day.
    @Test func `what leaves the window comes back to the budget`() throws {
        let chronicle = Self.chronicle([6] + Array(repeating: 0, count: 24) + [3, 3, 3])
        let days = try #require(Self.days(chronicle.projection(of: Self.slo(), at: Self.end)))
        #expect(abs(days - (1 + 14.88 / 3)) < 1e-9)
    }

    @Test(arguments: [
        (Array(repeating: 0, count: 28), Projection.lasts), ([20] + Array(repeating: 0, count: 27), .lasts),
        (Array(repeating: 0, count: 25) + [1, 0, 0], .lasts), (Array(repeating: 0, count: 25) + [20, 10, 10], .spent),
        ([], .unknown),
    ])
    func `a budget lasts while no more is spent than comes back`(failures: [Int], expected: Projection) {
        #expect(Self.chronicle(failures).projection(of: Self.slo(), at: Self.end) == expected)
    }

    @Test func `days without runs tell nothing about those that come`() {
        let chronicle = Self.chronicle([1, 1, 0], asOf: Self.end + 6_000)
        #expect(chronicle.projection(of: Self.slo(), at: Self.end + 6_000) == .unknown)
    }

    /// Two days, 96 runs, one of which failed: 2 % allow 1.92, and 1 % allow 0.96.
    @Test(arguments: [(980_000, Projection.lasts), (990_000, .spent)])
    func `a young ledger counts for as long as it is there`(target: Int, expected: Projection) {
        #expect(Self.chronicle([0, 1]).projection(of: Self.slo(target: target), at: Self.end) == expected)
    }

    /// After five days 2 % of 240 runs allow 4.8, four of which are gone; 4/3 more a day for 0.96 allowed a day: the
    /// last 0.8 would be gone after 2.1 days, but the week has two.
    @Test func `a calendar window need only last to its end`() throws {
        let saturday = Self.end - 2_880
        let chronicle = Self.chronicle([0, 0, 2, 1, 1, 0, 0])
        #expect(chronicle.projection(of: Self.slo(.calendarWeek), at: saturday) == .lasts)
        // 3 % allow 7.2, seven are gone; 7/3 more a day for 1.44 allowed.
        let worse = Self.chronicle([0, 0, 3, 2, 2, 0, 0])
        let slo = Self.slo(.calendarWeek, target: 970_000)
        let days = try #require(Self.days(worse.projection(of: slo, at: saturday)))
        #expect(abs(days - 0.2 / (7.0 / 3 - 1.44)) < 1e-9)
    }
}
