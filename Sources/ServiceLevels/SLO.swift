// SPDX-License-Identifier: MIT

/// A service level objective: what is measured, how much of it has to be good, and over which time.
///
/// Source: Google SRE Workbook, chapter 2; read from OpenSLO v1 (`SLOFile`).
package struct SLO: Sendable, Hashable {
    /// `freshness`; the `slo` dimension of the gauges.
    package var name: String
    package var displayName: String
    package var description: String
    package var indicator: Indicator
    /// The share that has to be good, in millionths: 995,000 for 99.5 %.
    package var targetMillionths: Int
    package var window: Window
    /// What the error budget decides; nil where the objective is only reported.
    package var policy: BudgetPolicy?
    /// Which burn rates alarm; empty where it is only reported.
    package var burnConditions: [BurnCondition]

    package init(
        name: String, displayName: String, description: String = "", indicator: Indicator, targetMillionths: Int,
        window: Window = .rolling(days: 28), policy: BudgetPolicy? = nil, burnConditions: [BurnCondition] = []
    ) {
        self.name = name
        self.displayName = displayName
        self.description = description
        self.indicator = indicator
        self.targetMillionths = targetMillionths
        self.window = window
        self.policy = policy
        self.burnConditions = burnConditions
    }

    /// The share that may be bad, 0…1.
    package var allowedErrorRatio: Double { Double(1_000_000 - targetMillionths) / 1_000_000 }

    /// What is counted, and when it is good.
    package enum Indicator: Sendable, Hashable {
        /// Minutes whose newest success is at most so old / minutes with evidence.
        case freshMinutes(maxAgeSeconds: Int, toleranceSeconds: Int)
        /// Runs that succeeded / runs that ended, skipped ones left out.
        case runSuccess
        /// Successful runs with a planned slot that ended at most so long after it / successful runs with one.
        case latency(limitSeconds: Int)
        /// Answers that can be used / calls of the feed.
        case apiAvailability
        /// Points that OCI accepted / points accepted or dropped.
        case telemetryDelivery
        /// Event lines that stand once / event lines, by the verifications of the archive.
        case uniqueLines
        /// Objects written / objects written, refused or failed.
        case storagePuts
        /// Incidents noticed within the limit / incidents.
        case detection(limitSeconds: Int)
        /// Incidents over within the limit / incidents.
        case resolution(limitSeconds: Int)
    }

    /// What `good` and `bad` count.
    package enum Unit: String, Sendable, Hashable, CaseIterable {
        case minutes, runs, calls, points, lines, puts, incidents
    }

    package var unit: Unit {
        switch indicator {
        case .freshMinutes: .minutes
        case .runSuccess, .latency: .runs
        case .apiAvailability: .calls
        case .telemetryDelivery: .points
        case .uniqueLines: .lines
        case .storagePuts: .puts
        case .detection, .resolution: .incidents
        }
    }

    /// The time an objective holds for.
    package enum Window: Sendable, Hashable {
        case rolling(days: Int)
        /// From Monday 00:00 in Stockholm.
        case calendarWeek
        /// From the first day 00:00 in Stockholm.
        case calendarMonth
    }
}

/// What happens when little is left of an error budget.
package struct BudgetPolicy: Sendable, Hashable {
    /// Under this share no risky changes are made: 0.25.
    package var carefulBelow: Double
    /// Under this share only work on reliability: 0.
    package var stopBelow: Double

    package init(carefulBelow: Double = 0.25, stopBelow: Double = 0) {
        self.carefulBelow = carefulBelow
        self.stopBelow = stopBelow
    }
}

/// A burn rate that is to alarm, over one window.
package struct BurnCondition: Sendable, Hashable {
    /// The alarm's name: `freshness-burn-fast`.
    package var alarm: String
    /// What its messages are called, in a few words without a full stop.
    package var title: String
    package var windowMinutes: Int
    /// Times the rate that spends the budget exactly over the objective's window.
    package var burnRate: Double
    /// OCI's: `CRITICAL` `ERROR` `WARNING` `INFO`.
    package var severity: String
    package var pendingMinutes: Int
    /// Between two repeated messages while it fires.
    package var repeatMinutes: Int

    package init(
        alarm: String, title: String = "the error budget burns", windowMinutes: Int, burnRate: Double,
        severity: String, pendingMinutes: Int = 1, repeatMinutes: Int = 240
    ) {
        self.alarm = alarm
        self.title = title
        self.windowMinutes = windowMinutes
        self.burnRate = burnRate
        self.severity = severity
        self.pendingMinutes = pendingMinutes
        self.repeatMinutes = repeatMinutes
    }
}
