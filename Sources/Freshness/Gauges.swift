// SPDX-License-Identifier: MIT

/// One value of a gauge, as the catalogue declares it; `job` and `env` are added by who posts it.
package struct Gauge: Sendable, Hashable {
    package let name: String
    package let unit: String
    package let dimensions: [String: String]
    package let value: Double
}

extension Verdict {
    /// The gauges of a check from `vantage`. What nobody knows is left out; verdict and heartbeat never are.
    ///
    /// - Parameter suppressed: entries journald threw away since the check before; nil where nobody knows.
    package func gauges(vantage: String, suppressed: Int? = nil) -> [Gauge] {
        let here = ["vantage": vantage]
        var gauges = [
            Gauge(name: "checker_heartbeat", unit: "1", dimensions: here, value: 1),
            Gauge(name: "run_in_progress_seconds", unit: "s", dimensions: [:], value: runningSeconds),
        ]
        if let countsAsStale {
            gauges.append(
                Gauge(name: "freshness_stale", unit: "1", dimensions: here, value: countsAsStale ? 1 : 0))
        }
        if let ageSeconds {
            gauges.append(Gauge(name: "freshness_age_seconds", unit: "s", dimensions: here, value: ageSeconds))
        }
        if let dataAgeSeconds {
            gauges.append(Gauge(name: "data_age_seconds", unit: "s", dimensions: here, value: dataAgeSeconds))
        }
        if let suppressed {
            gauges.append(
                Gauge(
                    name: "journal_entries_dropped", unit: "{entry}", dimensions: ["cause": "suppressed"],
                    value: Double(suppressed)))
        }
        switch scheduler {
        case .healthy: gauges.append(Gauge(name: "scheduler_healthy", unit: "1", dimensions: [:], value: 1))
        case .unhealthy: gauges.append(Gauge(name: "scheduler_healthy", unit: "1", dimensions: [:], value: 0))
        case .unknown: break
        }
        return gauges
            + FreshnessState.allCases.map { state in
                Gauge(
                    name: "freshness_verdict", unit: "1", dimensions: ["verdict": state.rawValue],
                    value: state == self.state ? 1 : 0)
            }
    }
}
