// SPDX-License-Identifier: MIT

/// Why a burn condition makes no alarm, and what would.
package struct BurnRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence, or two: the reason with its arithmetic, then what to write instead.
    package let description: String

    package init(description: String) { self.description = description }
}

/// How one burn condition is asked of OCI.
///
/// A service of few events is counted in them: what fires at the first bad one is no burn rate, and what takes more than
/// all there are never fires. Source: Google SRE Workbook, chapter 5, "Low-Traffic Services and Error Budget Alerting".
struct BurnPlan: Sendable {
    enum Question: Sendable, Hashable {
        /// The mean of a gauge of 0 and 1 over the window.
        case staleShare
        /// The sum of failures over the window.
        case failedRuns
        /// The checker's own figure for the dimension `window`.
        case gauge(window: String)
    }

    let slo: SLO
    let condition: BurnCondition
    let question: Question
    let arithmetic: BurnArithmetic
    /// How many there are in the window: minutes, or runs as the timer starts them.
    let events: Int
    /// How many of them have to be bad.
    let failures: Int
    /// Minutes between two runs.
    let runMinutes: Int

    /// - Parameter runMinutes: the timer's period.
    /// - Throws: why there cannot be such an alarm.
    init(slo: SLO, condition: BurnCondition, runMinutes: Int) throws(BurnRefusal) {
        question = try Self.question(slo, condition)
        self.slo = slo
        self.condition = condition
        self.runMinutes = runMinutes
        arithmetic = BurnArithmetic(targetMillionths: slo.targetMillionths, burnRate: condition.burnRate)
        events = slo.indicator.isSliced ? condition.windowMinutes : condition.windowMinutes / runMinutes
        failures = arithmetic.failuresToFire(of: events)
        try refuseWhatNeverFires()
        try refuseOneBlip()
    }

    /// Windows that MQL takes without reading too much; longer ones are gauges.
    private static let longestMinutes = 360
    private static let gauges = [1_440: "1d", 4_320: "3d"]

    private static func question(_ slo: SLO, _ condition: BurnCondition) throws(BurnRefusal) -> Question {
        let minutes = condition.windowMinutes
        if [.lines, .puts, .incidents].contains(slo.unit) {
            throw BurnRefusal(
                description: "\(slo.name) counts \(slo.unit.rawValue), too few to alarm by; it is reported only")
        }
        if let window = gauges[minutes] { return .gauge(window: window) }
        switch slo.indicator {
        case .freshMinutes where (2...60).contains(minutes): return .staleShare
        case .freshMinutes where minutes <= longestMinutes && minutes % 60 == 0 && minutes > 0: return .staleShare
        case .runSuccess where minutes <= longestMinutes && minutes % 60 == 0 && minutes > 0: return .failedRuns
        case .freshMinutes:
            throw BurnRefusal(
                description: "no alarm looks back over \(BurnText.length(minutes)); take 2m to 60m, 1h to 6h, 1d or 3d")
        case .runSuccess:
            throw BurnRefusal(
                description: "no alarm looks back over \(BurnText.length(minutes)); take 1h to 6h, 1d or 3d")
        default:
            throw BurnRefusal(
                description:
                    "there is no metric of \(slo.name) over \(BurnText.length(minutes)); the checker posts 1d and 3d")
        }
    }

    /// `2 runs`, `60 minutes`
    var counted: String { "\(events) \(slo.indicator.isSliced ? "minutes" : "runs")" }

    /// `14.4 times what 98 % allow is 28.8 %`
    private var product: String {
        let allowed = BurnText.percent(millionths: slo.targetMillionths)
        let share = BurnText.percent(billionths: arithmetic.threshold)
        return "\(BurnText.rate(arithmetic.rateThousandths)) times what \(allowed) allow is \(share)"
    }

    private func refuseWhatNeverFires() throws(BurnRefusal) {
        guard failures > events else { return }
        let most = BurnText.rate(1_000_000_000 / arithmetic.allowedMillionths)
        throw BurnRefusal(
            description: """
                this never fires: \(product) of \(counted), and no more than all of them can be bad. Take a burn rate \
                below \(most)\(proposal(" ("))
                """)
    }

    private func refuseOneBlip() throws(BurnRefusal) {
        guard failures == 1, !slo.indicator.isSliced else { return }
        throw BurnRefusal(
            description: """
                this fires at the first bad one: \(product) of \(counted), less than one. Take a longer window\
                \(proposal(", or "))
                """)
    }

    /// What to write for the second bad one; nothing for minutes.
    private func proposal(_ start: String) -> String {
        guard !slo.indicator.isSliced, let rate = arithmetic.rateForSecond(of: events) else { return "" }
        let end = start.hasSuffix("(") ? ")" : ""
        return "\(start)threshold: \(BurnText.rate(rate)), which fires at the second of \(counted)\(end)"
    }
}
