// SPDX-License-Identifier: MIT

import FoundationEssentials

/// What systemd (252 or later) tells a service that a timer has started.
///
/// Source: systemd.exec(5), `$TRIGGER_UNIT` and `$TRIGGER_TIMER_REALTIME_USEC`.
enum TimerTrigger {
    /// The minutes of the shipped timer; half-hour zones included.
    private static let (first, period) = (60.0, 1_800.0)
    /// The shipped timer's random delay and accuracy, and half a minute for a manager that is busy.
    private static let latest = 120.0

    /// The slot that the run of this process was planned for: where the timer elapsed as the shipped one does, the
    /// slot before that; else, as with a timer of another schedule or a slot made up for, when it elapsed.
    ///
    /// - Returns: nil where no timer started this process just now.
    static func plannedAt(_ environment: [String: String], now: Date) -> Date? {
        guard environment["TRIGGER_UNIT"]?.hasSuffix(".timer") == true,
            let microseconds = environment["TRIGGER_TIMER_REALTIME_USEC"].flatMap(UInt64.init)
        else { return nil }
        let elapsed = Double(microseconds) / 1e6
        // A service may take time to be started; what lies further back was the trigger of an earlier start.
        guard (-60...1_200).contains(now.timeIntervalSince1970 - elapsed) else { return nil }
        let delay = (elapsed - first).truncatingRemainder(dividingBy: period)
        return Date(timeIntervalSince1970: delay >= 0 && delay <= latest ? (elapsed - delay).rounded() : elapsed)
    }
}
