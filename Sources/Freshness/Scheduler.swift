// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// What the service manager says of the timer and of the service it starts.
package enum SchedulerFacts: Sendable, Hashable {
    /// Why nobody could be asked: no service manager, no bus, no answer.
    case unknown(String)
    /// The service manager answers and has no such timer: never installed, or taken away.
    case missing(String)
    case known(Units)

    package struct Units: Sendable, Hashable {
        package let timer: String
        package let service: String
        /// systemd's `ActiveState` and `SubState`.
        package var timerState: String
        package var timerSubState: String
        /// systemd's `UnitFileState`: `enabled` where it is there after a boot; nil: not asked for.
        package var timerFileState: String?
        /// nil: it will not elapse.
        package var nextElapse: Date?
        package var lastTrigger: Date?
        package var serviceState: String
        /// `success`, `timeout`, `oom-kill`, …
        package var serviceResult: String
        /// Since when the service is starting; nil where it is not.
        package var activatingSince: Date?

        package init(
            timer: String, service: String, timerState: String, timerSubState: String, nextElapse: Date?,
            lastTrigger: Date? = nil, serviceState: String, serviceResult: String = "success",
            activatingSince: Date? = nil
        ) {
            self.timer = timer
            self.service = service
            self.timerState = timerState
            self.timerSubState = timerSubState
            self.nextElapse = nextElapse
            self.lastTrigger = lastTrigger
            self.serviceState = serviceState
            self.serviceResult = serviceResult
            self.activatingSince = activatingSince
        }
    }
}

/// Whether the next run will be started.
package enum SchedulerHealth: Sendable, Hashable {
    case healthy
    case unhealthy(String)
    /// Nobody could be asked, which is not unhealthy.
    case unknown(String)

    package init(_ facts: SchedulerFacts, at now: Date, _ limits: FreshnessLimits) {
        switch facts {
        case .unknown(let reason), .missing(let reason): self = .unknown(reason)
        case .known(let units):
            self = Self.problem(units, now, limits).map(SchedulerHealth.unhealthy) ?? .healthy
        }
    }

    package var problem: String? {
        if case .unhealthy(let problem) = self { return problem }
        return nil
    }

    private static func problem(
        _ units: SchedulerFacts.Units, _ now: Date, _ limits: FreshnessLimits
    ) -> String? {
        if let since = units.activatingSince, now.timeIntervalSince(since) > limits.stuckAfter {
            return "\(units.service) has been starting for \(Spans.text(now.timeIntervalSince(since)))"
        }
        guard units.timerState == "active" else {
            return "\(units.timer) is \(units.timerState): nothing starts a run"
        }
        // While the service runs, the timer waits for it and has no next instant.
        if units.timerSubState == "running" || units.serviceState == "activating" { return nil }
        guard let next = units.nextElapse else { return "\(units.timer) is active but will not elapse again" }
        let late = now.timeIntervalSince(next)
        return late > limits.grace ? "\(units.timer) should have elapsed \(Spans.text(late)) ago" : nil
    }
}
