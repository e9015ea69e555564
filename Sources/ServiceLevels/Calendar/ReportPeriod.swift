// SPDX-License-Identifier: MIT

/// The time a report is about: minutes of UTC whose ends are midnights in Stockholm, but for `since`.
package struct ReportPeriod: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case week(ISOWeek)
        case month(CalendarMonth)
        /// From an instant to now.
        case since
    }

    package let kind: Kind
    package let span: MinuteSpan

    package init(kind: Kind, span: MinuteSpan) {
        self.kind = kind
        self.span = span
    }
}

/// A week of ISO 8601: it begins on Monday, and belongs to the year of its Thursday.
package struct ISOWeek: Sendable, Hashable {
    package let year: Int
    /// 1…53.
    package let week: Int

    package init(year: Int, week: Int) {
        self.year = year
        self.week = week
    }
}

/// A month of the calendar.
package struct CalendarMonth: Sendable, Hashable {
    package let year: Int
    /// 1…12.
    package let month: Int

    package init(year: Int, month: Int) {
        self.year = year
        self.month = month
    }
}
