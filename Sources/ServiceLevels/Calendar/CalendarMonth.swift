// SPDX-License-Identifier: MIT

import Ledger

/// A month of the calendar.
package struct CalendarMonth: Sendable, Hashable, Comparable {
    package let year: Int
    /// 1…12.
    package let month: Int

    package init(year: Int, month: Int) {
        self.year = year
        self.month = month
    }

    /// The month in Stockholm at a minute of UTC.
    package init(containing minute: Int) {
        let day = StockholmTime.day(minute)
        self.init(year: day.year, month: day.month)
    }

    /// Reads `2026-11`; nil for every other form.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let year = digits(parts[0], 4), let month = digits(parts[1], 2),
            1970...9_998 ~= year, 1...12 ~= month
        else { return nil }
        self.init(year: year, month: month)
    }

    /// `2026-11`.
    package var text: String { "\(fourDigits(year))-\(StockholmTime.twoDigits(month))" }

    package var previous: CalendarMonth {
        month == 1 ? CalendarMonth(year: year - 1, month: 12) : CalendarMonth(year: year, month: month - 1)
    }

    package var next: CalendarMonth {
        month == 12 ? CalendarMonth(year: year + 1, month: 1) : CalendarMonth(year: year, month: month + 1)
    }

    /// From the first day's midnight in Stockholm to that of the next month's.
    package var span: MinuteSpan { MinuteSpan(start: start, end: next.start) }

    package static func < (left: CalendarMonth, right: CalendarMonth) -> Bool {
        (left.year, left.month) < (right.year, right.month)
    }

    private var start: Int {
        CalendarDay(year: year, month: month, day: 1).map(StockholmTime.midnight) ?? 0
    }
}
