// SPDX-License-Identifier: MIT

import CoreMetrics
import FoundationEssentials
import Ledger
import Synchronization
import Testing

@testable import Collector

struct RunMetricsTests {
    private static let start = Date(timeIntervalSince1970: 1_790_000_000)

    private static func record(
        _ outcome: RunRecord.Outcome, _ change: (inout RunRecord) -> Void = { _ in }
    ) -> RunRecord {
        var setting = RunSetting()
        (setting.version, setting.host) = ("1.2.3", "host")
        var random = SystemRandomNumberGenerator()
        var record = setting.record(RunID(at: start, using: &random), .collect, at: start)
        record.outcome = outcome
        record.endedAt = start.addingTimeInterval(1.5)
        change(&record)
        return record
    }

    /// Everything that can be known is.
    private static var full: RunSurroundings {
        var all = RunSurroundings()
        all.rateBudget = [.hour: 0.5, .day: 0.1]
        all.eventsNew24h = 66
        all.lastNewestAt = start.addingTimeInterval(-600)
        (all.storageUsedRatio, all.storageDaysToFull) = (0.25, 3_650)
        all.telemetry = .init()
        all.stateFreeBytes = 1 << 30
        all.apiKeyEndsAt = start.addingTimeInterval(86_400 * 3)
        return all
    }

    private static let records: [RunRecord] = RunRecord.Outcome.allCases.map { outcome in
        record(outcome) { record in
            record.plannedAt = start.addingTimeInterval(-3)
            if outcome == .skipped { record.skipReason = .rateBudget }
            if outcome == .failed {
                record.error = .init(type: "feed_server_error", message: "m", stage: .fetch, exitCode: 69)
            }
            record.answer = .init(answerClass: "unchanged", status: 304)
            record.measures.clockSkewSeconds = 2
            record.measures.secretEndsAt = start.addingTimeInterval(86_400 * 10)
        }
    }

    private static func value(_ samples: [MetricSample], _ name: String, _ dimensions: [String: String] = [:])
        -> Double?
    {
        samples.first { $0.name == name && $0.dimensions == dimensions }?.value
    }

    @Test(arguments: records) func `a run posts only what is declared, each stream once`(record: RunRecord) throws {
        let samples = RunMetrics.samples(of: record, in: Self.full)
        for sample in samples {
            let metric = try #require(MetricCatalog.named(sample.name), "\(sample.name)")
            #expect(metric.source == .collector && metric.admits(sample.dimensions), "\(sample)")
            #expect(sample.value.isFinite)
        }
        let streams = Set(samples.map { MetricSample($0.name, $0.dimensions, 0) })
        #expect(streams.count == samples.count)
    }

    @Test(arguments: records.filter { $0.outcome != .killed })
    func `dense metrics are there whatever happened, with each of their values`(record: RunRecord) {
        let samples = RunMetrics.samples(of: record, in: Self.full)
        for metric in MetricCatalog.all where metric.source == .collector && metric.density == .dense {
            let count = samples.count { $0.name == metric.name }
            // What journald suppressed is the checker's to say.
            let others = metric.name == "journal_entries_dropped" ? metric.checkerValues.count : 0
            #expect(count == metric.streams - others, "\(metric.name)")
        }
    }

    @Test func `of a run that knows nothing, only metrics with a stated condition are missing`() {
        let samples = RunMetrics.samples(of: Self.record(.failed))
        for metric in MetricCatalog.all where metric.source == .collector && metric.density == .dense {
            if !samples.contains(where: { $0.name == metric.name }) {
                #expect(metric.condition != nil, "\(metric.name)")
            }
        }
    }

    @Test(arguments: RunRecord.Outcome.allCases) func `the heart beats only on success`(outcome: RunRecord.Outcome) {
        let samples = RunMetrics.samples(of: Self.record(outcome))
        #expect(samples.contains { $0.name == "run_success_heartbeat" } == (outcome == .success))
        #expect(Self.value(samples, "run_success") == (outcome == .success ? 1 : 0))
        #expect(Self.value(samples, "run_failed") == (outcome == .failed || outcome == .killed ? 1 : 0))
    }

    @Test func `a killed run says that it failed, why, and nothing else`() {
        let names = Set(RunMetrics.samples(of: Self.record(.killed), in: Self.full).map(\.name))
        #expect(names == ["run_success", "run_failed", "run_failed_by_reason", "run_skipped"])
    }

    @Test func `values are those of the record`() {
        let record = Self.record(.success) { record in
            record.stages = [.init(.fetch, seconds: 0.2), .init(.fetch, seconds: 0.3), .init(.commit, seconds: 1)]
            record.answer = .init(
                answerClass: "normal", status: 200, bytes: 7_000, events: 40, types: 8,
                newestAt: Self.start.addingTimeInterval(-60))
            record.counts = .init(returned: 40, new: 10, revised: 2, unchanged: 27, rejected: 1)
            record.measures.feedOutcomes = ["http_5xx": 2, "ok": 1]
            record.measures.rejected = ["schema": 1]
            record.measures.lag = .init([10, 20, 30, 40])
            record.measures.puts = ["ok": 4]
            record.measures.bytesPut = 900
            record.plannedAt = Self.start.addingTimeInterval(-4)
        }
        let samples = RunMetrics.samples(of: record, in: Self.full)
        #expect(Self.value(samples, "run_duration_seconds") == 1.5)
        #expect(Self.value(samples, "stage_duration_seconds", ["stage": "fetch"]) == 0.5)
        #expect(Self.value(samples, "stage_duration_seconds", ["stage": "auth"]) == 0)
        #expect(Self.value(samples, "run_start_delay_seconds") == 4)
        #expect(Self.value(samples, "api_requests", ["outcome": "http_5xx"]) == 2)
        #expect(Self.value(samples, "api_requests", ["outcome": "dns"]) == 0)
        #expect(Self.value(samples, "api_window_new_ratio") == 0.25)
        #expect(Self.value(samples, "upstream_newest_age_seconds") == 61.5)
        #expect(Self.value(samples, "events_rejected", ["reason": "schema"]) == 1)
        #expect(Self.value(samples, "event_lag_seconds", ["stat": "p50"]) == 20)
        #expect(Self.value(samples, "event_lag_seconds", ["stat": "p95"]) == 40)
        #expect(Self.value(samples, "object_puts", ["outcome": "ok"]) == 4)
        #expect(Self.value(samples, "storage_bytes") == 900)
        #expect(Self.value(samples, "events_new_24h") == 66)
        #expect(Self.value(samples, "api_rate_budget_used_ratio", ["window": "hour"]) == 0.5)
        #expect(Self.value(samples, "build_info", ["version": "1.2.3"]) == 1)
        #expect(Self.value(samples, "state_disk_free_bytes", ["instance": "host"]) == Double(1 << 30))
    }

    @Test func `the first run of an archive is no window that rolled past`() {
        let runs = [[1], [2]].map { commits in
            Self.record(.success) { record in
                record.answer = .init(answerClass: "normal", status: 200, events: 500, types: 60)
                record.counts = .init(returned: 500, new: 500)
                record.commits = commits
            }
        }
        #expect(runs.map { Self.value(RunMetrics.samples(of: $0), "api_window_new_ratio") } == [0, 1])
    }

    @Test func `the newest event keeps ageing while the feed says 304, and is not told of a filtered list`() {
        let unchanged = Self.record(.success) { $0.answer = .init(answerClass: "unchanged", status: 304) }
        let filtered = Self.record(.partial) { record in
            record.answer = .init(answerClass: "filtered", newestAt: Self.start.addingTimeInterval(-9))
        }
        let name = "upstream_newest_age_seconds"
        #expect(Self.value(RunMetrics.samples(of: unchanged, in: Self.full), name) == 601.5)
        let samples = RunMetrics.samples(of: filtered, in: Self.full)
        #expect(Self.value(samples, name) == nil && Self.value(samples, "answer_filtered") == 1)
    }

    @Test func `samples go through the metrics API as gauges`() {
        let factory = GaugeRecorder()
        RunMetrics.record(
            [MetricSample("run_skipped", ["why": "locked"], 1), MetricSample("run_success", 0)], into: factory)
        #expect(factory.recorded.withLock { $0 } == ["run_skipped why=locked 1.0", "run_success  0.0"])
    }
}

/// Keeps what is recorded with gauges.
private final class GaugeRecorder: MetricsFactory {
    let recorded = Mutex<[String]>([])

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        Handler(self, label + " " + dimensions.map { "\($0.0)=\($0.1)" }.joined(separator: ","))
    }
    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        NOOPMetricsHandler.instance
    }
    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { NOOPMetricsHandler.instance }
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    private final class Handler: RecorderHandler {
        let owner: GaugeRecorder
        let stream: String

        init(_ owner: GaugeRecorder, _ stream: String) { (self.owner, self.stream) = (owner, stream) }

        func record(_ value: Int64) { record(Double(value)) }
        func record(_ value: Double) { owner.recorded.withLock { $0.append("\(stream) \(value)") } }
    }
}
