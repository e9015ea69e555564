// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

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

    package static func week(_ week: ISOWeek) -> ReportPeriod { ReportPeriod(kind: .week(week), span: week.span) }

    package static func month(_ month: CalendarMonth) -> ReportPeriod {
        ReportPeriod(kind: .month(month), span: month.span)
    }

    /// - Parameters: minutes since 1970, in UTC; the period ends before `until`.
    package static func since(_ minute: Int, until: Int) -> ReportPeriod {
        ReportPeriod(kind: .since, span: MinuteSpan(start: minute, end: until))
    }

    /// `2026-W47`, `2026-11`, or `2026-11-01T00:00Z to 2026-11-08T12:00Z`.
    package var label: String {
        switch kind {
        case .week(let week): week.text
        case .month(let month): month.text
        case .since: "\(Self.text(span.startDate)) to \(Self.text(span.endDate))"
        }
    }

    /// Whole minutes of UTC.
    private static func text(_ date: Date) -> String { Timestamp.text(date).prefix(16) + "Z" }
}
