// SPDX-License-Identifier: MIT

package import FoundationEssentials
import Synchronization

/// The clock everything in local-oci goes by: the real one, or one that was set and runs at a rate of its own.
package final class LocalClock: Sendable {
    private struct Setting: Sendable {
        /// Real time when it was set; nil follows the real clock.
        var real: Date?
        var shown = Date(timeIntervalSince1970: 0)
        var rate = 1.0
    }

    private let setting: Mutex<Setting>
    private let real: @Sendable () -> Date

    /// - Parameter real: the wall clock behind it.
    package init(real: @escaping @Sendable () -> Date = { Date() }) {
        self.real = real
        setting = Mutex(Setting())
    }

    /// What it shows.
    package var now: Date {
        let instant = real()
        return setting.withLock { setting in
            guard let start = setting.real else { return instant }
            return setting.shown.addingTimeInterval(instant.timeIntervalSince(start) * setting.rate)
        }
    }

    /// Shown seconds a real second: 0 stands still.
    package var rate: Double { setting.withLock(\.rate) }

    /// Shows `now` from this moment on and goes on at `rate`.
    package func set(_ now: Date, rate: Double) {
        let instant = real()
        setting.withLock { $0 = Setting(real: instant, shown: now, rate: rate) }
    }

    /// `2026-01-05T00:00:00Z`, which stands still there, or `…@60x`, which runs sixty times as fast as real time; nil
    /// for anything else.
    package static func parse(_ text: String) -> (now: Date, rate: Double)? {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard let now = WireTime.date(rfc3339: String(parts[0])) else { return nil }
        guard parts.count > 1 else { return (now, 0) }
        guard parts.count == 2, parts[1].hasSuffix("x"), let rate = Double(parts[1].dropLast()), rate >= 0,
            rate <= 1_000_000
        else { return nil }
        return (now, rate)
    }
}
