// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import Ledger

/// The clock on the wall in Sweden, in minutes: one hour ahead of UTC, two in summer.
///
/// Summer time begins and ends at 01:00 UTC on the last Sundays of March and October, in Sweden since 1996.
/// Source: Directive 2000/84/EC, articles 1 to 3. Integer arithmetic: the zone files may be missing or old.
package enum StockholmTime {
    /// Ahead of UTC: 60 or 120.
    package static func offsetMinutes(at minute: Int) -> Int {
        let year = CalendarDay(day: days(minute)).year
        guard let start = change(year, 3), let end = change(year, 10) else { return 60 }
        return start <= minute && minute < end ? 120 : 60
    }

    /// What clock and calendar show at a minute of UTC; Monday is weekday 1.
    package static func local(
        _ minute: Int
    ) -> (year: Int, month: Int, day: Int, hour: Int, minute: Int, weekday: Int) {
        let shown = minute + offsetMinutes(at: minute)
        let days = days(shown)
        let day = CalendarDay(day: days)
        let time = shown - days * 1_440
        return (day.year, day.month, day.day, time / 60, time % 60, weekday(days))
    }

    /// The day on the calendar at a minute of UTC.
    package static func day(_ minute: Int) -> CalendarDay {
        CalendarDay(day: days(minute + offsetMinutes(at: minute)))
    }

    /// When a day begins, in minutes of UTC.
    package static func midnight(_ day: CalendarDay) -> Int { midnight(day.daysSince1970) }

    /// The minutes of UTC at which a day begins, oldest first.
    package static func midnights(in span: MinuteSpan) -> [Int] {
        guard !span.isEmpty else { return [] }
        return (days(span.start)...days(span.end) + 1).map(midnight).filter(span.contains)
    }

    /// `2026-11-23 09:00`; seconds are cut off.
    package static func text(_ date: Date) -> String {
        let minute = date.minute
        let local = local(minute)
        return "\(day(minute).text()) \(twoDigits(local.hour)):\(twoDigits(local.minute))"
    }

    /// - Parameter days: since 1970, by the calendar in Stockholm.
    static func midnight(_ days: Int) -> Int {
        // Clocks change at night, but never at midnight: one hour before it in winter the offset is that of midnight.
        let winter = days * 1_440 - 60
        return days * 1_440 - offsetMinutes(at: winter)
    }

    /// 1 for Monday; 1970 began on a Thursday.
    static func weekday(_ days: Int) -> Int { ((days + 3) % 7 + 7) % 7 + 1 }

    static func days(_ minute: Int) -> Int { (minute >= 0 ? minute : minute - 1_439) / 1_440 }

    static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    /// 01:00 UTC on the last Sunday of a month of 31 days.
    private static func change(_ year: Int, _ month: Int) -> Int? {
        CalendarDay(year: year, month: month, day: 31).map { last in
            let days = last.daysSince1970
            return (days - weekday(days) % 7) * 1_440 + 60
        }
    }
}

extension CalendarDay {
    /// - Parameter day: days since 1970; what lies outside the years 1970 to 9999 becomes the nearest end of them.
    init(day: Int) { self.init(Date(timeIntervalSince1970: Double(day) * 86_400)) }
}
