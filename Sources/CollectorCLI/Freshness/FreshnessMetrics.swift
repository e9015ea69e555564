// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Freshness
import Logging
import OCI
import OCIMetrics
import Transport

/// Brings the gauges of a check to OCI Monitoring by way of the checker's own spool, so that neither program waits for
/// the other's.
struct FreshnessMetrics: Sendable {
    let live: Live
    let transport: HTTPTransport

    /// All that a check waits for metrics; what is left goes with the next one.
    private static let limit = Duration.seconds(2)

    func post(_ verdict: Verdict, _ vantage: String) async {
        let configuration = live.configuration
        guard configuration.metrics.backends.contains(.oci) else { return }
        let now = live.time.now()
        let always = ["job": configuration.job, "env": configuration.environment]
        let points = verdict.gauges(vantage: vantage).map { gauge in
            MetricPoint(
                name: gauge.name, dimensions: gauge.dimensions.merging(always) { own, _ in own }, unit: gauge.unit,
                value: gauge.value, at: now)
        }
        let spool = MetricSpool(
            directory: FileSystem.join(live.state.root, "spool-freshness"), now: live.time.now)
        do throws(FileError) {
            try spool.append(points)
            tell(try spool.takeDropped())
        } catch {
            live.log.logger.warning("the gauges of this check are lost", metadata: ["error": "\(error)"])
            return
        }
        await send(spool)
    }

    /// A check has no metric for it.
    private func tell(_ dropped: DropCounts) {
        for reason in DropReason.allCases where dropped[reason] > 0 {
            live.log.logger.warning(
                "gauges of checks are lost",
                metadata: [
                    "event": "telemetry.point.dropped", "reason": "\(reason.rawValue)",
                    "metric.dropped": "\(dropped[reason])",
                ])
        }
    }

    private func send(_ spool: MetricSpool) async {
        let metrics = live.configuration.metrics
        let destination = MetricDestination(
            compartment: live.configuration.oci.compartment ?? "", namespace: metrics.namespace,
            resourceGroup: metrics.resourceGroup)
        let poster = MetricPoster(spool: spool, destination: destination, time: live.time) {
            [live, transport] metrics, deadline throws(MetricPoster.Failure) in
            var limited = live
            limited.deadline = deadline
            let client = try await CloudArchive(limited, transport).signedClient(live.run)
            return try await MetricPoster.through(Monitoring(client: client))(metrics, deadline)
        }
        let report = await poster.post(until: live.time.uptime() + Self.limit)
        guard report.stop == .failed else { return }
        live.log.logger.warning(
            "gauges wait for the next check",
            metadata: ["event": "telemetry.post.failed", "error.type": "\(report.errorType ?? "unknown")"])
    }
}
