// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// What became of minutes.
package enum SliceState: String, Sendable, Hashable, CaseIterable { case good, bad, unknown }

/// A stretch of minutes of the same state.
package struct Slice: Sendable, Hashable {
    package let span: MinuteSpan
    package let state: SliceState

    package init(span: MinuteSpan, state: SliceState) {
        self.span = span
        self.state = state
    }
}

/// Planned work as it counts: the newest record of each id, cut to what is known.
package struct MaintenanceSpan: Sendable, Hashable {
    package let id: String
    /// Rounded out to whole minutes.
    package let span: MinuteSpan
    package let reason: String
    package let author: String
    /// Written down after it had begun.
    package let isBackdated: Bool
    /// Whether it goes on.
    package let isOpen: Bool

    package init(id: String, span: MinuteSpan, reason: String, author: String, isBackdated: Bool, isOpen: Bool) {
        self.id = id
        self.span = span
        self.reason = reason
        self.author = author
        self.isBackdated = isBackdated
        self.isOpen = isOpen
    }
}

/// How the ledger was read: what a report says about its own evidence.
package struct ReadingFacts: Sendable, Hashable {
    package var lines = 0
    package var runs = 0
    package var checks = 0
    /// Lines that cannot be read: how many, and the first 20 of them.
    package var damagedCount = 0
    package var damaged: [String] = []
    /// Of runs and checks: when the first ended, and the last.
    package var firstAt: Date?
    package var lastAt: Date?
    /// Times the clock was set back by more than five minutes between two records, oldest first, at most 20: what it
    /// showed after it.
    package var clockSteps: [Date] = []

    package init() {}
}
