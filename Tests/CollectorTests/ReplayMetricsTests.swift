// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Ledger
import Testing

@testable import Collector

struct ReplayMetricsTests {
    private static let start = Date(timeIntervalSince1970: 1_790_000_000)

    private static func record(hour: Double, new: Int, answerClass: String = "normal") -> RunRecord {
        var random = SystemRandomNumberGenerator()
        let at = start.addingTimeInterval(hour * 3_600)
        var record = RunSetting().record(RunID(at: at, using: &random), .replay, at: at)
        record.outcome = answerClass == "normal" ? .success : .failed
        record.answer = .init(
            answerClass: answerClass, newestAt: answerClass == "normal" ? at.addingTimeInterval(-60) : nil)
        record.counts.new = new
        record.measures.feedOutcomes = [answerClass == "normal" ? "ok" : "parse": 1]
        return record
    }

    private static func value(_ samples: [MetricSample], _ name: String) -> Double? {
        samples.first { $0.name == name && ($0.dimensions.isEmpty || $0.value > 0) }?.value
    }

    @Test func `a day's new events are those of the answers within it`() {
        var metrics = ReplayMetrics(job: "j", environment: "e")
        let day = [(0.0, 10), (12.0, 5), (24.0, 1), (25.0, 2)].map { hour, new in
            Self.value(metrics.samples(of: Self.record(hour: hour, new: new)), "events_new_24h")
        }
        #expect(day == [10, 15, 16, 8])
    }

    @Test func `of the first answer nobody knows whether the window rolled past`() {
        var metrics = ReplayMetrics(job: "j", environment: "e")
        let shares = (0..<2).map { hour -> Double? in
            var record = Self.record(hour: Double(hour), new: 500)
            record.counts.returned = 500
            return Self.value(metrics.samples(of: record), "api_window_new_ratio")
        }
        #expect(shares == [0, 1])
    }

    @Test func `points are declared, and nothing is made up of what nobody measured`() throws {
        var metrics = ReplayMetrics(job: "j", environment: "e")
        let samples = metrics.samples(of: Self.record(hour: 0, new: 3))
        for sample in samples {
            let metric = try #require(MetricCatalog.named(sample.name))
            #expect(metric.admits(sample.dimensions))
        }
        let names = Set(samples.map(\.name))
        #expect(names.isSuperset(of: ["run_success", "run_success_heartbeat", "upstream_newest_age_seconds"]))
        #expect(names.isDisjoint(with: ["run_cpu_seconds", "state_disk_free_bytes", "telemetry_points_posted"]))
    }

    @Test func `a line says when, of which answer, and what`() throws {
        var metrics = ReplayMetrics(job: "j", environment: "e")
        let record = Self.record(hour: 0, new: 0, answerClass: "not_json")
        let line = try JSONValue.parse(metrics.line(record))
        #expect(line["at"]?.string == Timestamp.text(Self.start) && line["run_id"]?.string == "\(record.runID)")
        #expect(line["dimensions"] == ["job": "j", "env": "e"])
        let points = try #require(line["points"]?.array)
        #expect(points.contains(["name": "run_failed", "value": 1]))
        #expect(points.contains(["name": "api_requests", "dimensions": ["outcome": "parse"], "value": 1]))
    }
}
