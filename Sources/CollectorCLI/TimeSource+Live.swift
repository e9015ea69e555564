// SPDX-License-Identifier: MIT

import FoundationEssentials
import Transport

extension TimeSource {
    /// The machine's clocks.
    static var live: TimeSource {
        let start = ContinuousClock().now
        return TimeSource(
            now: { Date() }, uptime: { ContinuousClock().now - start },
            sleep: { duration throws(CancellationError) in try await pause(duration) })
    }

    /// A clock that starts elsewhere and may run faster (`POLISEN_CLOCK`).
    static func moved(_ setting: ClockSetting) -> TimeSource {
        let start = ContinuousClock().now
        @Sendable func elapsed() -> Duration { (ContinuousClock().now - start) * setting.rate }
        return TimeSource(
            now: { setting.start.addingTimeInterval(elapsed().inSeconds) }, uptime: elapsed,
            sleep: { duration throws(CancellationError) in try await pause(duration / setting.rate) })
    }

    private static func pause(_ duration: Duration) async throws(CancellationError) {
        do {
            try await Task.sleep(for: duration, clock: .continuous)
        } catch {
            throw CancellationError()
        }
    }
}

extension Duration {
    fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
