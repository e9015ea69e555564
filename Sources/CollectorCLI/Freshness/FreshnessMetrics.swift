// SPDX-License-Identifier: MIT

import Collector
import FoundationEssentials
import Freshness
import OCIMetrics
import Transport

/// Brings the gauges of a check to where metrics go, by way of a spool and a textfile of the checker's own.
struct FreshnessMetrics: Sendable {
    let live: Live
    let transport: HTTPTransport

    /// - Parameter suppressed: entries journald threw away since the check before; nil where nobody knows.
    func post(_ verdict: Verdict, _ vantage: String, suppressed: Int?) async {
        guard let telemetry = Telemetry(live, transport, of: .checker) else { return }
        let always = ["job": live.configuration.job, "env": live.configuration.environment]
        let now = live.time.now()
        let gauges = verdict.gauges(vantage: vantage, suppressed: suppressed)
        await telemetry.tell(
            gauges.map { gauge in
                MetricPoint(
                    name: gauge.name, dimensions: gauge.dimensions.merging(always) { own, _ in own }, unit: gauge.unit,
                    value: gauge.value, at: now)
            })
    }
}
