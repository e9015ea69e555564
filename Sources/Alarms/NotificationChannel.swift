// SPDX-License-Identifier: MIT

import MQL

/// Decides what is sent about a set of streams: a whole alarm, or one stream of split notifications.
struct NotificationChannel: Sendable, Hashable {
    /// What the streams did at a label.
    struct Tally: Sendable, Hashable {
        /// How many fire.
        var firing = 0
        /// Whether one of those has a true value at the label.
        var hasTrueValue = false
        /// Whether one was reset at the label.
        var didReset = false
    }

    private(set) var isFiring = false
    private var wasReset = false
    /// The label of the last start or repeat.
    private(set) var lastSent = Int64.min

    /// The message that the label causes, if one.
    ///
    /// - Parameter interval: milliseconds between repeats; nil: none; 0: one for each label with a true value.
    @inline(__always)
    mutating func step(
        _ tally: Tally, at label: Int64, repeatAfter interval: Int64?, resetKind: Knobs.ResetKind
    ) -> MessageType? {
        guard isFiring || tally.firing > 0 else { return nil }
        return change(tally, at: label, repeatAfter: interval, resetKind: resetKind)
    }

    private mutating func change(
        _ tally: Tally, at label: Int64, repeatAfter interval: Int64?, resetKind: Knobs.ResetKind
    ) -> MessageType? {
        guard isFiring else {
            isFiring = true
            wasReset = tally.didReset
            lastSent = label
            return .okToFiring
        }
        if tally.didReset { wasReset = true }
        guard tally.firing > 0 else {
            isFiring = false
            return (resetKind == .any ? wasReset : tally.didReset) ? .reset : .firingToOK
        }
        guard let interval else { return nil }
        guard interval == 0 ? tally.hasTrueValue : label - lastSent >= interval else { return nil }
        lastSent = label
        return .repeated
    }
}
