// SPDX-License-Identifier: MIT

import Collector
import FoundationEssentials
import Freshness
import Ledger
import Testing

@testable import CollectorCLI

/// Whether somebody really posts what `MetricCatalog` declares, and posts nothing else.
struct MetricProducerTests {
    private struct Stream: Hashable, CustomStringConvertible {
        let name: String
        let dimensions: [String: String]
        var description: String { "\(name)\(dimensions.sorted { $0.key < $1.key })" }
    }

    private static let now = Date(timeIntervalSince1970: 1_790_000_000)

    /// Verdicts of every state and every health of the scheduler.
    private static var gauges: [Gauge] {
        let check = FreshnessCheck(limits: FreshnessLimits(maxAge: 3600))
        let timers: [(String, Date?)] = [("active", now.addingTimeInterval(60)), ("inactive", nil)]
        let readings: [SourceReading.Content] = [
            .unreadable("no disk"),
            .readable(
                RunEvidence(
                    lastSuccess: .init(key: "a", endedAt: now.addingTimeInterval(-60)), runs: [],
                    newestData: now.addingTimeInterval(-60))),
        ]
        return readings.flatMap { reading in
            timers.flatMap { state, next in
                let facts = SchedulerFacts.Units(
                    timer: "t", service: "s", timerState: state, timerSubState: "waiting", nextElapse: next,
                    serviceState: "inactive")
                let evidence = Evidence(sources: [SourceReading(.ledger, reading)], scheduler: .known(facts))
                return check.check(evidence, at: CheckTime(now: now), memory: CheckMemory()).verdict
                    .gauges(vantage: "here", suppressed: 3)
            }
        }
    }

    @Test func `the checker posts what is declared as its own, in its unit, and at most 50 streams`() throws {
        var streams: Set<Stream> = []
        for gauge in Self.gauges {
            let metric = try #require(MetricCatalog.named(gauge.name), "\(gauge.name)")
            #expect(metric.admitsChecker(gauge.dimensions), "\(gauge)")
            #expect(metric.unit == gauge.unit, "\(gauge)")
            streams.insert(Stream(name: gauge.name, dimensions: gauge.dimensions))
        }
        // Figures of objectives are no part of a verdict.
        for metric in MetricCatalog.all where metric.source == .checker && metric.periodSeconds == 60 {
            #expect(streams.count { $0.name == metric.name } == metric.streams, "\(metric.name)")
        }
        // Points it adds to streams of the collector make no streams of their own.
        #expect(MetricCatalog.streams(of: .checker) <= MetricCatalog.streamLimit(of: .checker))
    }

    @Test func `values the checker adds are among those declared`() {
        for metric in MetricCatalog.all where !metric.checkerValues.isEmpty {
            #expect(metric.dimensions.count == 1)
            let values = Set(metric.dimensions.flatMap { $0.values ?? [] })
            #expect(values.isSuperset(of: metric.checkerValues), "\(metric.name)")
        }
    }
}
