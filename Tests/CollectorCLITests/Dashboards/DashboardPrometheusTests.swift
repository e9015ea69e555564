// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Freshness
import Ledger
import MQL
import OCIMetrics
import TestSupport
import Testing

@testable import CollectorCLI

/// Whether the Prometheus dashboards ask for what the textfiles really hold.
@Suite struct DashboardPrometheusTests {
    private struct Line: Hashable {
        let metric: String
        let labels: [String: String]
    }

    private static let now = Date(timeIntervalSince1970: 1_790_000_000)
    private static let common = ["job": "polisen", "env": "production"]

    private static func points(_ samples: [MetricSample]) -> [MetricPoint] {
        samples.map {
            MetricPoint(
                name: $0.name, dimensions: $0.dimensions.merging(common) { own, _ in own }, value: $0.value, at: now)
        }
    }

    /// What a run that failed has in its textfile, on a host that knows everything about itself.
    private static var run: [MetricPoint] {
        var record = RunRecord(
            runID: RunID(at: now, hash: []), job: "polisen", environment: "production", command: .collect,
            startedAt: now, endedAt: now.addingTimeInterval(2), outcome: .failed, version: "1", configSHA: "aa",
            host: "h")
        record.plannedAt = now
        record.error = .init(type: "feed_timeout", message: "m", stage: .fetch, exitCode: 69)
        var around = RunSurroundings()
        (around.eventsNew24h, around.storageUsedRatio, around.stateFreeBytes) = (60, 0.2, 1 << 30)
        around.telemetry = .init()
        return points(RunMetrics.samples(of: record, in: around))
    }

    private static var check: [MetricPoint] {
        let units = SchedulerFacts.Units(
            timer: "t", service: "s", timerState: "active", timerSubState: "waiting",
            nextElapse: now.addingTimeInterval(60), serviceState: "inactive")
        let reading = SourceReading.Content.readable(
            RunEvidence(lastSuccess: .init(key: "a", endedAt: now.addingTimeInterval(-60)), runs: []))
        let evidence = Evidence(sources: [SourceReading(.ledger, reading)], scheduler: .known(units))
        return FreshnessCheck(limits: FreshnessLimits(maxAge: 3_600))
            .check(evidence, at: CheckTime(now: now), memory: CheckMemory()).verdict.gauges(vantage: "v", suppressed: 0)
            .map {
                MetricPoint(
                    name: $0.name, dimensions: $0.dimensions.merging(common) { own, _ in own }, value: $0.value, at: now
                )
            }
    }

    private func objectives() throws -> [MetricPoint] {
        try withTemporaryDirectory { state in
            try DashboardSamples.fill(state, slots: 8)
            let end = DashboardSamples.start.addingTimeInterval(4 * 3_600)
            let source = try ServiceLevelSource(
                configuration(flags: ["state.path": state]), slos: packageRoot + "/slos", now: end)
            let instant = Int64(end.timeIntervalSince1970 * 1_000)
            return try ObjectivePoints(source: source, namespace: "n").points(at: [instant]).map {
                MetricPoint(
                    name: $0.identity.metric, dimensions: $0.identity.dimensions, value: $0.value, at: end)
            }
        }
    }

    /// `name{label="value",…} number`
    private func lines(_ text: String) -> Set<Line> {
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line -> Line? in
            let metric = String(line.prefix { $0 != "{" && $0 != " " })
            let braces = line.drop { $0 != "{" }.dropFirst().prefix { $0 != "}" }
            let labels = braces.split(separator: ",").map { $0.split(separator: "=", maxSplits: 1) }
            return Line(
                metric: metric,
                labels: Dictionary(
                    uniqueKeysWithValues: labels.map { (String($0[0]), String($0[1].dropFirst().dropLast())) }))
        }
        return Set(lines)
    }

    private func fits(_ line: Line, _ selector: PromQLReading.Selector) -> Bool {
        line.metric == selector.metric
            && selector.matchers.allSatisfy { matcher in
                let value = line.labels[matcher.label] ?? ""
                let wanted = matcher.value.replacing("${job}", with: "polisen")
                return matcher.sign == "=~" ? wanted.split(separator: "|").contains { $0 == value } : value == wanted
            }
    }

    @Test func `each query finds series in the text that Prometheus reads, with the labels it groups by`() throws {
        let lines = lines(MetricTextfile.text(Self.run + Self.check + (try objectives())))
        #expect(lines.count > 100)
        for query in try DashboardSamples.set().panels.flatMap(\.queries) {
            let reading = PromQLReading(query.promql)
            #expect(!reading.selectors.isEmpty && reading.problems == [])
            for selector in reading.selectors {
                let found = lines.filter { fits($0, selector) }
                #expect(!found.isEmpty, "\(query.promql)")
                #expect(
                    found.allSatisfy { line in reading.groups.allSatisfy { line.labels[$0] != nil } }, "\(query.promql)"
                )
            }
        }
    }

    @Test(
        arguments: [
            ("up", ["up"], [], nil), ("max by (a, b) (m{x=\"1\",y!~\"2|3\"})", ["m"], ["a", "b"], nil),
            ("sum(avg_over_time(m[6h])) / 2", ["m"], [], 21_600_000), ("(a + b) > bool 3", ["a", "b"], [], nil),
        ] as [(String, [String], [String], Int64?)])
    func `what an expression names is read`(text: String, metrics: [String], groups: [String], range: Int64?) {
        let reading = PromQLReading(text)
        #expect(reading.problems == [] && reading.groups == groups)
        #expect(reading.selectors.map(\.metric) == metrics && reading.selectors.first?.range == range)
    }

    @Test(
        arguments: [
            ("", "it names no metric"), ("max(m", "parentheses do not match"), ("m{a=\"b}", "a text has no end"),
            ("m{a}", "within braces"), ("{a=\"b\"}", "needs the name of a metric"), ("m[6y]", "within brackets"),
            ("max by m", "by needs labels"), ("m # x", "has no meaning here"), ("irate(m[1h])", "no function irate()"),
        ])
    func `what is no expression is told`(text: String, message: String) {
        #expect(PromQLReading(text).problems.contains { $0.contains(message) }, "\(PromQLReading(text).problems)")
    }
}
