// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// A span of whole minutes, counted from 1970 in UTC: `start` belongs to it, `end` does not.
package struct MinuteSpan: Sendable, Hashable {
    package let start: Int
    package let end: Int

    /// An `end` before `start` makes an empty span.
    package init(start: Int, end: Int) {
        self.start = start
        self.end = max(start, end)
    }

    package var count: Int { end - start }
    package var isEmpty: Bool { start == end }
    package var startDate: Date { Date(timeIntervalSince1970: Double(start) * 60) }
    package var endDate: Date { Date(timeIntervalSince1970: Double(end) * 60) }

    package func contains(_ minute: Int) -> Bool { start <= minute && minute < end }

    /// Empty where they share no minute.
    package func intersection(_ other: MinuteSpan) -> MinuteSpan {
        MinuteSpan(start: max(start, other.start), end: min(end, other.end))
    }
}

extension Date {
    /// The minute it lies in, counted from 1970 in UTC.
    package var minute: Int { Int((timeIntervalSince1970 / 60).rounded(.down)) }
}
