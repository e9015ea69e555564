// SPDX-License-Identifier: MIT

import Collector
import Foundation
import Glibc
import JSON
import Ledger
import TestSupport
import Testing

/// Metrics of runs, from the program to OCI Monitoring, whatever happens on the way.
struct EndToEndTelemetryTests {
    @Test func `the points of a run arrive with its values, after the feed and the archive`() async throws {
        try await TelemetryWorld.use(seed: 301, .oci) { world in
            // Else the first run of all asks for it while it waits for the feed.
            world.settings["OCI_NAMESPACE"] = world.cloud.endpoints["namespace"]?.string
            _ = try await world.cloud.takeRequests()
            let end = try await world.collect()
            #expect(end.status == 0, Comment(rawValue: end.errors))
            let services = try await world.cloud.takeRequests().compactMap { $0["service"]?.string }
            #expect(services.first == "feed" && services.last == "monitoring_ingestion", "\(services)")
            #expect(services.count { $0 == "monitoring_ingestion" } == 2, "\(services)")
            #expect(try await world.values("run_success") == [1])
            #expect(try await world.values("run_success_heartbeat") == [1])
            #expect(try await world.values("events_new") == [500])
            #expect(try await world.values("events_new_24h") == [500])
            #expect(try await world.values("api_requests", "ok") == [1])
            #expect(try await world.values("telemetry_points_posted") == [0])
            let points = try await world.arrived()
            for point in points {
                let name = try #require(point["name"]?.string)
                var dimensions = Dictionary(
                    uniqueKeysWithValues: (point["dimensions"]?.object ?? []).map { ($0.name, $0.value.string ?? "") })
                #expect(dimensions.removeValue(forKey: "job") == "polisen")
                #expect(dimensions.removeValue(forKey: "env") == "production")
                #expect(try #require(MetricCatalog.named(name), "\(name)").admits(dimensions), "\(point)")
            }
            #expect(points.count <= MetricCatalog.streamLimit(of: .collector))
            #expect(end.totals == [0, 0])
            try await world.advance()
            // The next run tells how the post before it went.
            #expect(try await world.collect().totals == [points.count, 0])
            #expect(try await world.values("telemetry_points_posted") == [0, Double(points.count)])
            #expect(try await world.values("events_new_24h").count == 2)
        }
    }

    @Test func `a new host beside an old archive tells of no quiet day, a new archive of no window that rolled past`()
        async throws
    {
        try await TelemetryWorld.use(seed: 301, .oci) { world in
            _ = try await world.collect()
            try await world.flush()
            try FileManager.default.removeItem(atPath: world.state)
            try await world.advance()
            _ = try await world.collect()
            try await world.flush()
            #expect(try await world.values("run_success").count == 2)
            #expect(try await world.values("events_new_24h") == [500])
            #expect(try await world.values("api_window_new_ratio").first == 0)
        }
    }

    enum Trouble: String, CaseIterable, Sendable {
        case throttled, failing, dropped, refused, hanging

        var action: JSONValue? {
            switch self {
            case .throttled: ["status": 429, "code": "TooManyRequests", "message": "slow down"]
            case .failing: ["status": 500, "code": "InternalServerError", "message": "no"]
            case .dropped: ["drop": "before"]
            case .refused, .hanging: nil
            }
        }
    }

    @Test(arguments: Trouble.allCases)
    func `a service in trouble changes nothing about the run, and gets its points later`(trouble: Trouble) async throws
    {
        try await TelemetryWorld.use(seed: 302) { world in
            try await withFaultServer([.readRequest, .hang]) { hole in
                var endpoint: [String: String] = [:]
                if let action = trouble.action { try await world.disturb(action) }
                let variable = "POLISEN_OCI_ENDPOINTS_MONITORING_INGESTION"
                if trouble == .hanging { endpoint[variable] = "http://\(hole.authority)" }
                if trouble == .refused { endpoint[variable] = "http://127.0.0.1:1" }
                let end = try await world.collect(endpoint)
                #expect(end.status == 0, Comment(rawValue: end.errors))
                #expect(end.record?["outcome"]?.string == "success")
                let told = end.entries("telemetry.post.failed")
                #expect(told.count == 1, Comment(rawValue: end.errors))
                if trouble == .hanging { #expect(told.first?["error.type"]?.string == "timeout") }
                #expect(try await world.arrived().isEmpty)
                let waiting = try #require(try await world.spool()["points"]?.int)
                #expect(waiting > 60)
                try await world.cloud.calm()
                try await world.advance()
                // The next run posts its own points and those that waited.
                let next = try await world.collect()
                #expect(
                    next.status == 0 && next.entries("telemetry.post.failed").isEmpty, Comment(rawValue: next.errors))
                #expect(try await world.values("run_success") == [1, 1])
                #expect(try await world.spool()["points"]?.int == 0)
                #expect(try await world.values("telemetry_spool_age_seconds").count == 2)
            }
        }
    }

    @Test(arguments: [SIGKILL, SIGTERM])
    func `a program that is ended while OCI hangs has its run and its points on disk`(signal: Int32) async throws {
        try await TelemetryWorld.use(seed: 310) { world in
            try await withFaultServer([.readRequest, .hang]) { hole in
                let environment = world.environment([
                    "POLISEN_OCI_ENDPOINTS_MONITORING_INGESTION": "http://\(hole.authority)"
                ])
                let run = try CollectorProcess.startUnmasked(environment, in: world.cloud.directory)
                _ = try await eventually("a request for OCI Monitoring", within: .seconds(120)) {
                    hole.requestCount > 0 ? true : nil
                }
                run.signal(signal)
                let end = try await run.end()
                #expect(signal == SIGKILL || end.status == 0, Comment(rawValue: end.errors))
                #expect(end.record?["outcome"]?.string == "success")
            }
            let spool = try await world.spool()
            #expect((spool["points"]?.int ?? 0) > 60)
            try await world.flush()
            #expect(try await world.values("run_success") == [1])
            try await world.advance()
            // No death is noticed: the run had ended.
            #expect(try await world.collect().status == 0)
            #expect(try await world.values("run_failed") == [0, 0])
        }
    }

    @Test func `what is refused inside a 200 is dropped, logged and told by the next run`() async throws {
        try await TelemetryWorld.use(seed: 303) { world in
            try await world.disturb(["partial_failure": 3], times: 1)
            let end = try await world.collect()
            #expect(end.status == 0)
            let told = end.entries("telemetry.point.dropped")
            #expect(told.count == 1 && told.first?["reason"]?.string == "rejected", Comment(rawValue: end.errors))
            #expect(told.first?["metric.dropped"]?.string == "3")
            try await world.advance()
            _ = try await world.collect()
            #expect(try await world.values("telemetry_points_dropped", "rejected").last == 3)
            try await world.advance()
            // The total has what was told by then, and keeps it.
            #expect(try await world.collect().totals?.last == 3)
            #expect(try await world.values("telemetry_points_dropped", "rejected").last == 0)
            try await world.advance()
            #expect(try await world.collect(["POLISEN_METRICS_BACKEND": "none"]).totals == nil)
        }
    }

    @Test func `a clock that is wrong costs no point, once it is right again`() async throws {
        try await TelemetryWorld.use(seed: 304) { world in
            let end = try await world.collect(offBy: -600)
            #expect(end.status == 0)
            #expect(
                end.entries("telemetry.post.failed").first?["error.type"]?.string == "clock_skew",
                Comment(rawValue: end.errors))
            #expect(try await world.arrived().isEmpty)
            try await world.flush()
            #expect(try await world.values("run_success") == [1])
            #expect(try await world.values("clock_skew_seconds").first.map { $0 > 590 && $0 < 610 } == true)
        }
    }

    @Test func `flush keeps what cannot be posted, and says so`() async throws {
        try await TelemetryWorld.use(seed: 305) { world in
            try await world.disturb(["status": 500, "code": "InternalServerError", "message": "no"])
            _ = try await world.collect()
            let failed = try await world.run(["metrics", "flush", "--timeout", "1s"])
            #expect(failed.status == 69 && failed.output.hasPrefix("flush      some are left"), "\(failed.output)")
            #expect(failed.output.contains("next: polisen-collector metrics flush"))
            let waiting = try await world.run(["metrics", "spool"])
            #expect(waiting.output.hasPrefix("spool      pausing"), "\(waiting.output)")
            #expect(waiting.output.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.contains(world.state) })
            try await world.cloud.calm()
            try await world.flush()
            #expect(try await world.values("run_success") == [1])
            let again = try await world.run(["metrics", "flush"])
            #expect(again.status == 0 && again.output.contains("nothing waited"), "\(again.output)")
        }
    }

    @Test func `failed and skipped runs and one that was killed are told, too`() async throws {
        try await TelemetryWorld.use(seed: 306) { world in
            try await world.cloud.disturb([
                ["match": ["service": "feed"], "times": .null, "action": ["status": 404, "code": "x", "message": "x"]]
            ])
            #expect(try await world.collect().status == 69)
            #expect(try await world.values("run_failed_by_reason", "api_4xx") == [1])
            #expect(try await world.values("run_success") == [0])
            #expect(try await world.values("api_requests", "http_4xx") == [1])
            try await world.cloud.calm()
            let marker =
                #"{"schema":1,"run_id":"01890000-0000-7000-8000-000000000000","started_at":"2026-01-05T00:01:00Z"}"#
            try Data(marker.utf8).write(to: URL(fileURLWithPath: world.state + "/running.json"))
            try await world.advance()
            #expect(try await world.collect().status == 0)
            #expect(try await world.values("run_failed_by_reason", "killed") == [1])
            #expect(try await world.values("run_failed").sorted() == [0, 1, 1])
        }
    }

    @Test func `without a backend nothing is made`() async throws {
        try await TelemetryWorld.use(seed: 307) { world in
            #expect(try await world.collect(["POLISEN_METRICS_BACKEND": "none"]).status == 0)
            #expect(!FileManager.default.fileExists(atPath: world.state + "/spool"))
            #expect(!FileManager.default.fileExists(atPath: world.state + "/metrics"))
            let spool = try await world.run(["metrics", "spool"], ["POLISEN_METRICS_BACKEND": "none"])
            #expect(spool.status == 0 && spool.output.hasPrefix("spool      off"), "\(spool.output)")
            #expect(!FileManager.default.fileExists(atPath: world.state + "/spool"))
            let flush = try await world.run(["metrics", "flush"], ["POLISEN_METRICS_BACKEND": "none"])
            #expect(flush.status == 78)
        }
    }

    @Test func `a textfile holds the metrics of the last run, and no spool is made for it`() async throws {
        try await TelemetryWorld.use(seed: 308) { world in
            let settings = ["POLISEN_METRICS_BACKEND": "textfile", "POLISEN_ENVIRONMENT": "test"]
            #expect(try await world.collect(settings).status == 0)
            let text = ToolProcess.text(of: world.state + "/metrics/polisen.prom")
            #expect(text.contains("# TYPE run_success gauge\nrun_success{env=\"test\",job=\"polisen\"} 1\n"), "\(text)")
            #expect(text.contains("events_new{env=\"test\",job=\"polisen\"} 500\n"))
            #expect(!FileManager.default.fileExists(atPath: world.state + "/spool"))
            let elsewhere = world.cloud.directory + "/x/y.prom"
            let both = settings.merging([
                "POLISEN_METRICS_BACKEND": "textfile,oci", "POLISEN_METRICS_TEXTFILE_PATH": elsewhere,
            ]) { $1 }
            try await world.advance()
            #expect(try await world.collect(both).status == 0)
            #expect(ToolProcess.text(of: elsewhere).contains("telemetry_points_posted"))
            #expect(try await world.values("run_success") == [1])
        }
    }

    @Test func `a run killed while the archive takes its record's copy has its points on disk`() async throws {
        try await TelemetryWorld.use(seed: 311, .oci) { world in
            let copy: JSONValue = ["service": "object_storage", "method": "PUT", "path": "/runs/"]
            try await world.cloud.disturb([["match": copy, "times": .null, "action": ["latency_ms": 60_000]]])
            let run = try CollectorProcess.startUnmasked(world.environment([:]), in: world.cloud.directory)
            let ledger = RunLedger(statePath: world.state)
            _ = try await eventually("the run's record", within: .seconds(120)) {
                try ledger.last(1).runs.isEmpty ? nil : true
            }
            // The spool comes right after it, the copy goes on for a minute. The file is there before its lines are.
            _ = try await eventually("points on disk", within: .seconds(120)) {
                let text = ToolProcess.text(of: world.state + "/spool/points.jsonl")
                return text.contains("\"run_success\"") && text.contains("\"run_failed\"") && text.hasSuffix("\n")
                    ? true : nil
            }
            run.signal(SIGKILL)
            _ = try await run.end()
            try await world.cloud.disturb([])
            try await world.advance()
            #expect(try await world.collect().status == 0)
            // The posting goes on beside the copy: killed between a post and its mark, a point is sent again.
            for (name, value) in [("run_success", 1.0), ("run_failed", 0)] {
                let points = try await world.arrived(name)
                #expect(Set(points.map { $0["timestamp"]?.string }).count == 2, "\(points)")
                #expect(points.allSatisfy { $0["value"]?.double == value }, "\(points)")
            }
        }
    }

    @Test func `points that cannot be written are posted at once, of a run without a record, too`() async throws {
        try await TelemetryWorld.use(seed: 312) { world in
            let ledger = world.state + "/ledger"
            try FileManager.default.createDirectory(atPath: ledger, withIntermediateDirectories: true)
            let month = EndToEndCloud.text(world.now).prefix(7)
            try FileManager.default.createSymbolicLink(
                atPath: "\(ledger)/runs-\(month).jsonl", withDestinationPath: "/proc/none/file")
            try Data().write(to: URL(fileURLWithPath: world.state + "/spool"))
            let end = try await world.collect()
            #expect(end.status == 73, Comment(rawValue: end.errors))
            #expect(try await world.values("run_failed") == [1], Comment(rawValue: end.errors))
            #expect(end.entries("telemetry.point.dropped").isEmpty)
        }
    }

    @Test func `a spool that cannot be written is told, and its points are posted at once or counted`() async throws {
        try await TelemetryWorld.use(seed: 309) { world in
            try FileManager.default.createDirectory(atPath: world.state, withIntermediateDirectories: true)
            try Data().write(to: URL(fileURLWithPath: world.state + "/spool"))
            let end = try await world.collect()
            #expect(end.status == 0 && end.record?["outcome"]?.string == "success")
            #expect(
                end.entries("telemetry.post.failed").first?["error.type"]?.string == "spool",
                Comment(rawValue: end.errors))
            #expect(try await world.values("run_success") == [1])
            #expect(end.entries("telemetry.point.dropped").isEmpty)
            try await world.advance()
            try await world.disturb(["status": 503])
            let lost = try await world.collect()
            #expect(lost.status == 0)
            let told = lost.entries("telemetry.point.dropped")
            #expect(told.map { $0["reason"]?.string } == ["spool"], Comment(rawValue: lost.errors))
        }
    }
}
