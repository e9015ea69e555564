// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// What is in a spool.
package struct SpoolStatus: Sendable, Hashable {
    package let points: Int
    /// Of them, those whose request left without an answer that was noted: they will be sent again.
    package let inDoubt: Int
    /// Instant of the oldest point.
    package let oldest: Date?
    package let bytes: Int
    /// Not reported yet.
    package let dropped: DropCounts
    /// Lines that could not be read since the spool was begun; see `MetricSpool.damagedPath`.
    package let damagedLines: Int
    /// Posts that failed in a row.
    package let failures: Int
    /// Nothing is sent before; nil: the next post sends.
    package let pausedUntil: Date?
}

/// What the next points have to tell of a spool.
package struct SpoolNews: Sendable, Hashable {
    /// Since this was told last.
    package var dropped = DropCounts()
    /// Instant of the oldest point that waits.
    package var oldest: Date?

    package init(dropped: DropCounts = DropCounts(), oldest: Date? = nil) {
        self.dropped = dropped
        self.oldest = oldest
    }
}
