// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// The clocks of the program, handed in so that tests and accelerated demos can move them.
package struct TimeSource: Sendable {
    /// The wall clock.
    package var now: @Sendable () -> Date
    /// Time since an arbitrary start; never goes back.
    package var uptime: @Sendable () -> Duration
    /// Returns early, throwing, when the task is cancelled.
    package var sleep: @Sendable (Duration) async throws(CancellationError) -> Void

    package init(
        now: @escaping @Sendable () -> Date, uptime: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws(CancellationError) -> Void
    ) {
        self.now = now
        self.uptime = uptime
        self.sleep = sleep
    }
}
