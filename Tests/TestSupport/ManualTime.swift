// SPDX-License-Identifier: MIT

package import FoundationEssentials
import Synchronization
package import Transport

/// Clocks that move only by hand or by sleeping on them: sleeping returns at once and moves both clocks on.
package final class ManualTime: Sendable {
    private struct State: Sendable {
        var now: Date
        var uptime: Duration = .zero
        var sleeps: [Duration] = []
    }

    private let state: Mutex<State>

    /// Starts the wall clock at `now` (by default 2026-07-21 12:00:00 UTC) and the uptime at zero.
    package init(now: Date = Date(timeIntervalSince1970: 1_784_635_200)) { state = Mutex(State(now: now)) }

    /// The wall clock.
    package var now: Date { state.withLock { $0.now } }

    /// Time moved on since the start.
    package var uptime: Duration { state.withLock { $0.uptime } }

    /// How long each sleep was asked to be, in order; a sleep of a cancelled task is not among them.
    package var sleeps: [Duration] { state.withLock { $0.sleeps } }

    /// Moves both clocks on.
    package func advance(by duration: Duration) {
        state.withLock { Self.move(&$0, by: duration) }
    }

    /// Moves the wall clock alone, back or forth, as an administrator or NTP would.
    package func setNow(_ now: Date) { state.withLock { $0.now = now } }

    /// The clocks to hand to the code under test.
    package var source: TimeSource {
        TimeSource(now: { self.now }, uptime: { self.uptime }) { (duration) async throws(CancellationError) in
            if Task.isCancelled { throw CancellationError() }
            self.state.withLock { state in
                state.sleeps.append(duration)
                Self.move(&state, by: duration)
            }
        }
    }

    private static func move(_ state: inout State, by duration: Duration) {
        let (seconds, attoseconds) = duration.components
        state.now += Double(seconds) + Double(attoseconds) / 1e18
        state.uptime += duration
    }
}
