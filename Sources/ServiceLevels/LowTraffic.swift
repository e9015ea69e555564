// SPDX-License-Identifier: MIT

/// What a burn rate means for a service that has few events: how many of them must be bad before it alarms.
///
/// A job that runs every half hour has two events an hour: the windows of the SRE Workbook, made for thousands, then
/// alarm at one blip or never. Sources: Google SRE Workbook, chapter 5, "Low-Traffic Services and Error Budget
/// Alerting"; github.com/slok/sloth issue 341.
package enum LowTraffic {
    /// - Parameters:
    ///   - targetMillionths: the share that has to be good, in millionths.
    ///   - burnRate: alarms where bad / events is *greater* than this times (1 − target).
    ///   - eventsInWindow: how many the alarm's window holds when nothing is missing.
    package static func failuresToFire(
        targetMillionths: Int, burnRate: Double, eventsInWindow: Int
    ) -> FailuresToFire {
        let ratio = max(0, burnRate) * Double(1_000_000 - targetMillionths) / 1_000_000
        // In millionths of millionths, so that a product that is a whole number stays one.
        let burnMillionths = Int(min(max(0, burnRate), 1_000_000) * 1_000_000 + 0.5)
        let share = ErrorBudget.product(burnMillionths, max(0, 1_000_000 - targetMillionths))
        let events = max(0, eventsInWindow)
        let failures = ErrorBudget.product(share, events) / 1_000_000_000_000 + 1
        guard failures <= events, share < 1_000_000_000_000 else { return .never(threshold: ratio) }
        return failures == 1 ? .oneBlip : .after(failures)
    }
}

/// How many bad events within a window make a burn rate alarm.
package enum FailuresToFire: Sendable, Hashable {
    /// So many, two at least.
    case after(Int)
    /// No number of failures is enough: the threshold is 1 or more, or the window holds nothing.
    case never(threshold: Double)
    /// The first failure is enough: it pages on a blip.
    case oneBlip

    /// Why such a condition must not become an alarm, for people; nil where it may.
    package var objection: String? {
        switch self {
        case .after: nil
        case .never(let threshold) where threshold >= 1:
            "can never fire: more than \(Self.percent(threshold)) of the events would have to be bad; "
                + "take a lower burn rate over a longer window"
        case .never:
            "can never fire: its window holds no event; take a longer window"
        case .oneBlip:
            "fires after a single failure: take a longer window, a higher burn rate, or a lower target"
        }
    }

    /// Cut after one decimal: `144 %`, `107.5 %`.
    private static func percent(_ ratio: Double) -> String {
        let tenths = Int(min(ratio, 1e9) * 1_000)
        return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }
}
