// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Freshness
import JSON
import Ledger
import OCIMetrics

/// What `health` answers.
struct HealthReport: Sendable {
    private let place: SeenPlace
    private let standing: Standing

    init(_ place: SeenPlace) {
        self.place = place
        standing = place.standing
    }

    /// `/healthz`. Says nothing of paths or hosts: whoever may connect may read it.
    var verdict: HealthAnswer {
        let body: JSONValue = [
            "status": .string(standing.state.rawValue), "good": .bool(standing.isGood),
            "reason": .string(
                standing.history.runs.isEmpty && standing.state == .unknown ? "no evidence" : standing.reason),
            "age_seconds": standing.ageSeconds.map(JSONValue.double) ?? .null,
            "last_success_at": .optional(standing.history.lastSuccess.map { Timestamp.text($0.endedAt) }),
        ]
        return HealthAnswer(
            status: standing.isGood ? 200 : 503, type: "application/json", body: body.text + "\n")
    }

    /// `/metrics`: always 200, so that the verdict arrives when it is bad.
    var metrics: HealthAnswer {
        let vantage = place.configuration.freshness.vantage ?? HostFacts.hostName
        var samples = [
            MetricSample("freshness_stale", ["vantage": vantage], standing.isGood ? 0 : 1),
            MetricSample(
                "run_in_progress_seconds",
                standing.running.map { max(0, place.now.timeIntervalSince($0.startedAt)) } ?? 0),
        ]
        if let age = standing.ageSeconds {
            samples.append(MetricSample("freshness_age_seconds", ["vantage": vantage], age))
        }
        samples += FreshnessState.allCases.map {
            MetricSample("freshness_verdict", ["verdict": $0.rawValue], $0 == standing.state ? 1 : 0)
        }
        var points = self.points(samples, at: place.now)
        if let last = standing.history.runs.first(where: { $0.outcome != .skipped }) ?? standing.history.last {
            points += self.points(RunMetrics.samples(of: last), at: last.endedAt)
        }
        return HealthAnswer(
            status: 200, type: "text/plain; version=0.0.4; charset=utf-8", body: MetricTextfile.text(points))
    }

    private func points(_ samples: [MetricSample], at date: Date) -> [MetricPoint] {
        let common = ["job": place.execJob ?? place.configuration.job, "env": place.configuration.environment]
        return samples.map {
            MetricPoint(
                name: $0.name, dimensions: $0.dimensions.merging(common) { own, _ in own },
                unit: MetricCatalog.named($0.name)?.unit, value: $0.value, at: date)
        }
    }
}
