// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Freshness
import JSON
import Ledger
import OCI
import OCIMetrics
import ServiceLevels
import TestSupport
import Testing

@testable import CollectorCLI

/// Whether what the checker posts of the shipped objectives is what `MetricCatalog` declares, and alarms and panels read.
@Suite struct ObjectiveGaugesTests {
    private static let start = 29_000_000

    private static func shipped() throws -> [SLO] { try SLOFiles.read(packageRoot + "/slos") }

    /// Three days and an hour of runs at each half hour; the hour before the end failed, the last run came late.
    private static func chronicle() -> Chronicle {
        var builder = ChronicleBuilder(detailFrom: .max)
        var random = SeededGenerator(seed: 5)
        let count = 146
        for slot in 0..<count {
            let planned = Date(timeIntervalSince1970: Double(start + slot * 30) * 60)
            let started = planned.addingTimeInterval(slot == count - 1 ? 600 : 20)
            let isBad = (count - 4..<count - 1).contains(slot)
            var run = RunSummary(
                runID: RunID(at: started, using: &random), command: .collect, startedAt: started,
                endedAt: started.addingTimeInterval(10), outcome: isBad ? .failed : .success)
            run.plannedAt = planned
            run.feedCalls = 4
            run.feedAnswers = isBad ? 0 : 4
            run.pointsPosted = (slot + 1) * 50
            run.pointsDropped = slot / 40
            builder.add(.run(run))
        }
        return builder.chronicle(asOf: end)
    }

    private static let end = start + 146 * 30

    private static func samples() throws -> [MetricSample] {
        let chronicle = chronicle()
        return try shipped().flatMap { ObjectiveGauges($0, chronicle, at: end).samples }
    }

    private static let declared = MetricCatalog.all.filter { $0.name.hasPrefix("slo_") }

    private static func stream(_ name: String, _ dimensions: [String: String]) -> String {
        name + dimensions.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    }

    @Test func `with evidence of everything, each stream that is declared gets a sample, and no other is made`() throws
    {
        let named = Set(try Self.shipped().filter { $0.policy != nil }.map(\.name))
        #expect(named == Set(MetricCatalog.objectives))
        let samples = try Self.samples().filter { named.contains($0.dimensions["slo"] ?? "") }
        var expected: Set<String> = []
        for metric in Self.declared {
            let combinations = metric.dimensions.reduce([[:]]) { rows, dimension in
                rows.flatMap { row in
                    (dimension.values ?? []).map { row.merging([dimension.name: $0]) { _, own in own } }
                }
            }
            #expect(combinations.count == metric.streams)
            expected.formUnion(combinations.map { Self.stream(metric.name, $0) })
        }
        #expect(Set(samples.map { Self.stream($0.name, $0.dimensions) }) == expected)
        #expect(samples.count == expected.count)
    }

    @Test func `values lie where the declaration says, and are not all the same`() throws {
        for sample in try Self.samples() {
            let metric = try #require(MetricCatalog.named(sample.name), "\(sample.name)")
            #expect((metric.values ?? 0...1).contains(sample.value), "\(sample)")
            #expect(metric.source == .checker && metric.density == .dense && metric.unit == "1")
        }
        let values = Dictionary(grouping: try Self.samples(), by: \.name).mapValues { Set($0.map(\.value)) }
        #expect(values.values.allSatisfy { $0.count > 2 })
        #expect(values["slo_budget_remaining_ratio"]?.contains { $0 < 0 } == true)
    }

    @Test func `the error ratio over a window times the burn rate's divisor is the burn rate`() throws {
        let samples = try Self.samples()
        for slo in try Self.shipped() {
            for window in ["1d", "3d"] {
                let dimensions = ["slo": slo.name, "window": window]
                let rate = samples.first { $0.name == "slo_burn_rate" && $0.dimensions == dimensions }?.value
                let ratio = samples.first { $0.name == "slo_error_ratio" && $0.dimensions == dimensions }?.value
                #expect((rate == nil) == (ratio == nil), "\(dimensions)")
                guard let rate, let ratio else { continue }
                #expect(abs(rate - ratio / slo.allowedErrorRatio) < 1e-9, "\(dimensions)")
            }
        }
    }

    @Test func `what is only reported has no stream`() throws {
        let reported = try Self.shipped().filter { $0.policy == nil }
        #expect(reported.count == 4)
        for slo in reported {
            for metric in Self.declared { #expect(!metric.admitsChecker(["slo": slo.name, "window": "1d"])) }
        }
    }

    @Test func `OCI takes all of it in one request`() throws {
        let at = Date(timeIntervalSince1970: Double(Self.end) * 60)
        let factory = OCIMetricsFactory(dimensions: ["job": "polisen", "env": "test"]) { MetricCatalog.named($0)?.unit }
        let samples = try Self.samples().filter { MetricCatalog.named($0.name)?.admitsChecker($0.dimensions) == true }
        RunMetrics.record(samples, into: factory)
        let points = factory.takePoints(at: at)
        #expect(points.count == samples.count && points.count == 35)
        #expect(points.count <= 50)
    }

    @Test func `the checker looks as often as is declared`() {
        var memory = BudgetMemory()
        let times = (0...60).filter { minute in
            let now = Date(timeIntervalSince1970: 1_790_000_000 + Double(minute) * 60)
            return memory.take(CheckTime(now: now, uptime: Double(minute) * 60, bootID: "b"))
        }
        let gaps = zip(times, times.dropFirst()).map { ($1 - $0) * 60 }
        #expect(Self.declared.allSatisfy { metric in gaps.allSatisfy { $0 == metric.periodSeconds } })
        #expect(times.count == 13)
    }

    @Test func `a ledger without evidence makes no sample`() throws {
        let empty = ChronicleBuilder(detailFrom: .max).chronicle(asOf: Self.end)
        #expect(try Self.shipped().allSatisfy { ObjectiveGauges($0, empty, at: Self.end).samples.isEmpty })
    }
}
