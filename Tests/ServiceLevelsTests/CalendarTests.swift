// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels
import Testing

/// Expected values come from Python's `zoneinfo` and `isocalendar` (tzdata 2025b), not from this code.
@Suite struct CalendarTests {
    /// Year, its weeks, the minute its first one begins, and its week of 167 and of 169 hours.
    private static let years = [
        (2015, 53, 23_663_460, 13, 43), (2016, 52, 24_197_700, 12, 43), (2017, 52, 24_721_860, 12, 43),
        (2018, 52, 25_246_020, 12, 43), (2019, 52, 25_770_180, 13, 43), (2020, 53, 26_294_340, 13, 43),
        (2021, 52, 26_828_580, 12, 43), (2022, 52, 27_352_740, 12, 43), (2023, 52, 27_876_900, 12, 43),
        (2024, 52, 28_401_060, 13, 43), (2025, 52, 28_925_220, 13, 43), (2026, 53, 29_449_380, 13, 43),
        (2027, 52, 29_983_620, 12, 43), (2028, 52, 30_507_780, 12, 43), (2029, 52, 31_031_940, 12, 43),
        (2030, 52, 31_556_100, 13, 43), (2031, 52, 32_080_260, 13, 43), (2032, 53, 32_604_420, 13, 44),
        (2033, 52, 33_138_660, 12, 43), (2034, 52, 33_662_820, 12, 43), (2035, 52, 34_186_980, 12, 43),
        (2036, 52, 34_711_140, 13, 43), (2037, 53, 35_235_300, 13, 43), (2038, 52, 35_769_540, 12, 43),
        (2039, 52, 36_293_700, 12, 43), (2040, 52, 36_817_860, 12, 43),
    ]

    @Test(arguments: years)
    func `every week of a year begins and ends when it should`(
        year: Int, weeks: Int, first: Int, short: Int, long: Int
    ) {
        #expect(ISOWeek.weeks(in: year) == weeks)
        var start = first
        for number in 1...weeks {
            let week = ISOWeek(year: year, week: number)
            let length = number == short ? 10_020 : number == long ? 10_140 : 10_080
            #expect(week.span == MinuteSpan(start: start, end: start + length))
            #expect(ISOWeek(containing: start) == week)
            #expect(ISOWeek(containing: start + length - 1) == week)
            #expect(week.next.previous == week)
            #expect(week.next.span.start == start + length)
            #expect(ISOWeek(week.text) == week)
            start += length
        }
    }

    /// Minute of UTC, and what calendar and clock in Stockholm show: the last are around changes and years' ends.
    @Test(arguments: [
        (34_575_352, [2035, 9, 27, 17, 52, 4], "2035-W39"), (22_245_552, [2012, 4, 18, 9, 12, 3], "2012-W16"),
        (25_704_695, [2018, 11, 15, 12, 35, 4], "2018-W46"), (14_647_493, [1997, 11, 6, 21, 53, 4], "1997-W45"),
        (31_459_426, [2029, 10, 24, 21, 46, 3], "2029-W43"), (22_031_060, [2011, 11, 21, 9, 20, 1], "2011-W47"),
        (29_579_099, [2026, 3, 29, 1, 59, 7], "2026-W13"), (29_579_100, [2026, 3, 29, 3, 0, 7], "2026-W13"),
        (29_881_499, [2026, 10, 25, 2, 59, 7], "2026-W43"), (29_881_500, [2026, 10, 25, 2, 0, 7], "2026-W43"),
        (29_979_299, [2026, 12, 31, 23, 59, 4], "2026-W53"), (29_979_300, [2027, 1, 1, 0, 0, 5], "2026-W53"),
        (29_983_619, [2027, 1, 3, 23, 59, 7], "2026-W53"), (29_983_620, [2027, 1, 4, 0, 0, 1], "2027-W01"),
    ])
    func `clocks in Stockholm show what they should`(minute: Int, shown: [Int], week: String) {
        let local = StockholmTime.local(minute)
        #expect([local.year, local.month, local.day, local.hour, local.minute, local.weekday] == shown)
        #expect(ISOWeek(containing: minute).text == week)
        #expect(CalendarMonth(containing: minute) == CalendarMonth(year: shown[0], month: shown[1]))
    }

    @Test func `months begin at midnight in Stockholm`() throws {
        let starts = [
            29_453_700, 29_498_340, 29_538_660, 29_583_240, 29_626_440, 29_671_080, 29_714_280, 29_758_920, 29_803_560,
            29_846_760, 29_891_460, 29_934_660, 29_979_300,
        ]
        var month = try #require(CalendarMonth("2026-01"))
        for (start, end) in zip(starts, starts.dropFirst()) {
            #expect(month.span == MinuteSpan(start: start, end: end))
            #expect(month.next.previous == month)
            #expect(CalendarMonth(month.text) == month)
            #expect(CalendarMonth(containing: end - 1) == month)
            month = month.next
        }
        #expect(month == CalendarMonth(year: 2027, month: 1))
    }

    @Test func `a week has seven midnights, and the first minute of it is one`() {
        for week in [ISOWeek(year: 2026, week: 13), ISOWeek(year: 2026, week: 43), ISOWeek(year: 2026, week: 53)] {
            let midnights = StockholmTime.midnights(in: week.span)
            #expect(midnights.count == 7)
            #expect(midnights.first == week.span.start)
            #expect(midnights.allSatisfy { StockholmTime.local($0).hour == 0 && StockholmTime.local($0).minute == 0 })
        }
        #expect(StockholmTime.midnights(in: MinuteSpan(start: 5, end: 5)).isEmpty)
    }

    @Test(arguments: ["2026-W54", "2027-W53", "2026-W00", "2026W47", "26-W47", "2026-w47", "2026-W4", "2026-W+7", ""])
    func `what is no week is not read as one`(text: String) { #expect(ISOWeek(text) == nil) }

    @Test(arguments: ["2026-13", "2026-00", "2026-1", "202-11", "2026-11-01", "2026/11", "٢٠٢٦-11"])
    func `what is no month is not read as one`(text: String) { #expect(CalendarMonth(text) == nil) }

    @Test func `instants are shown to the minute`() {
        #expect(StockholmTime.text(Date(timeIntervalSince1970: 29_579_099 * 60 + 59.9)) == "2026-03-29 01:59")
        #expect(StockholmTime.text(Date(timeIntervalSince1970: 29_579_100 * 60)) == "2026-03-29 03:00")
    }

    @Test func `periods are labelled by what they are`() throws {
        let week = ReportPeriod.week(try #require(ISOWeek("2026-W47")))
        #expect(week.label == "2026-W47")
        #expect(week.span.count == 10_080)
        #expect(ReportPeriod.month(CalendarMonth(year: 2026, month: 11)).label == "2026-11")
        let since = ReportPeriod.since(29_891_520, until: 29_902_320)
        #expect(since.label == "2026-11-01T00:00Z to 2026-11-08T12:00Z")
        #expect(since.span.count == 10_800)
    }

    @Test func `weeks and months have an order`() {
        #expect(ISOWeek(year: 2026, week: 53) < ISOWeek(year: 2027, week: 1))
        #expect(CalendarMonth(year: 2026, month: 12) < CalendarMonth(year: 2027, month: 1))
    }
}
