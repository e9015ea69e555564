// SPDX-License-Identifier: MIT

import FoundationEssentials

/// What a verdict is measured against; seconds throughout.
package struct FreshnessLimits: Sendable, Hashable {
    /// `freshness.max_age`.
    package var maxAge: Double
    /// Added to `maxAge`, so that a run that took as long as ever is not late.
    package var tolerance = 30.0
    /// Runs are planned for these minutes of every hour; the same in all zones that differ by half hours, so a change
    /// to summer time moves no slot.
    package var slotMinutes = [1, 31]
    /// How long after its slot a run must have left a trace: the timer's random delay, a run, and some air.
    package var grace = 300.0
    /// A run at work for longer is stuck; its own deadline is minutes.
    package var stuckAfter = 900.0
    /// The longest stretch without a new event in a year was 15.1 h (catalogue §0.2).
    package var quietAfter = 57_600.0
    /// Evidence that cannot be read for so long is an alarm of its own.
    package var unknownAlarmAfter = 900.0
    /// A notice is repeated as long as the alarm lasts.
    package var repeatAfter = 3_600.0
    /// A check is recorded at least so often.
    package var recordAfter = 900.0
    /// An unhealthy scheduler is told when it has been so for longer: a timer at work may look odd for a moment.
    package var schedulerAfter = 90.0
    /// Clocks of two hosts may differ by so much; beyond it an instant lies in the future.
    package var skew = 60.0

    package init(maxAge: Double) { self.maxAge = maxAge }

    /// For runs that nobody plans by the minute, as those of `exec`: one is due within every `maxAge`, and may take as
    /// long.
    package static func unplanned(maxAge: Double) -> FreshnessLimits {
        var limits = FreshnessLimits(maxAge: maxAge)
        limits.slotMinutes = []
        limits.stuckAfter = limits.staleAfter
        return limits
    }

    /// Whether there are slots.
    var isPlanned: Bool { !slotMinutes.isEmpty }

    /// Older is stale.
    package var staleAfter: Double { maxAge + tolerance }

    /// The newest slot whose run must have left a trace by now; without slots, when a run must have been at the latest.
    func dueSlot(at now: Date) -> Date? {
        guard isPlanned else { return now.addingTimeInterval(-staleAfter) }
        let limit = now.timeIntervalSince1970 - grace
        let hour = (limit / 3600).rounded(.down) * 3600
        let slots = [hour - 3600, hour].flatMap { hour in slotMinutes.map { hour + Double($0) * 60 } }
        return slots.filter { $0 <= limit }.max().map { Date(timeIntervalSince1970: $0) }
    }
}
