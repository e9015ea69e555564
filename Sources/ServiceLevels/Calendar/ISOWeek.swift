// SPDX-License-Identifier: MIT

import Ledger

/// A week of ISO 8601: it begins on Monday, and belongs to the year of its Thursday.
package struct ISOWeek: Sendable, Hashable, Comparable {
    package let year: Int
    /// 1…53.
    package let week: Int

    package init(year: Int, week: Int) {
        self.year = year
        self.week = week
    }

    /// The week in Stockholm at a minute of UTC.
    package init(containing minute: Int) {
        self.init(day: StockholmTime.days(minute + StockholmTime.offsetMinutes(at: minute)))
    }

    /// Reads `2026-W47`; nil for every other form, and for weeks that the year has not.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let year = digits(parts[0], 4), parts[1].first == "W",
            let week = digits(parts[1].dropFirst(), 2), 1970...9_998 ~= year,
            1...Self.weeks(in: year) ~= week
        else { return nil }
        self.init(year: year, week: week)
    }

    /// `2026-W47`.
    package var text: String { "\(fourDigits(year))-W\(StockholmTime.twoDigits(week))" }

    package var previous: ISOWeek { ISOWeek(day: monday - 7) }
    package var next: ISOWeek { ISOWeek(day: monday + 7) }

    /// From Monday's midnight in Stockholm to the next one's: 10,080 minutes, or 10,020 and 10,140 where the clocks
    /// change.
    package var span: MinuteSpan {
        MinuteSpan(start: StockholmTime.midnight(monday), end: StockholmTime.midnight(monday + 7))
    }

    /// 53 where the year begins on a Thursday, or is a leap year that begins on a Wednesday.
    package static func weeks(in year: Int) -> Int {
        ISOWeek(day: ISOWeek(year: year + 1, week: 1).monday - 7).week
    }

    package static func < (left: ISOWeek, right: ISOWeek) -> Bool {
        (left.year, left.week) < (right.year, right.week)
    }

    /// - Parameter day: days since 1970, by the calendar in Stockholm.
    private init(day: Int) {
        let thursday = day - StockholmTime.weekday(day) + 4
        let year = CalendarDay(day: thursday).year
        let first = CalendarDay(year: year, month: 1, day: 1)?.daysSince1970 ?? 0
        self.init(year: year, week: (thursday - first) / 7 + 1)
    }

    /// Of its Monday, in days since 1970: the fourth of January always lies in the first week.
    private var monday: Int {
        let fourth = CalendarDay(year: year, month: 1, day: 4)?.daysSince1970 ?? 0
        return fourth - StockholmTime.weekday(fourth) + 1 + (week - 1) * 7
    }
}

/// nil for anything but so many digits.
func digits(_ text: Substring, _ count: Int) -> Int? {
    guard text.utf8.count == count, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
    return Int(text)
}

func fourDigits(_ value: Int) -> String {
    let text = "\(value)"
    return String(repeating: "0", count: max(0, 4 - text.utf8.count)) + text
}
