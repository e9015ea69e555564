// SPDX-License-Identifier: MIT

import Collector
import Foundation
import JSON
import TestSupport
import Testing

/// Metrics of what `exec` runs and of what `report-failure` finds, taken by a real local-oci.
@Suite struct EndToEndJobMetricsTests {
    private static let hangs = "POLISEN_OCI_ENDPOINTS_MONITORING_INGESTION"

    private func exec(
        _ world: TelemetryWorld, _ script: String, job: String = "nightly", _ more: [String: String] = [:]
    ) async throws -> CollectorProcess.End {
        try await world.run(["exec", "--job", job, "--", "sh", "-c", script], more)
    }

    private func dimensions(_ point: JSONValue) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: (point["dimensions"]?.object ?? []).compactMap { member in
                member.value.string.map { (member.name, $0) }
            })
    }

    @Test(arguments: [
        ("exit 0", Int32(0), nil), ("exit 3", 3, "_OTHER"), ("kill -KILL $$", 137, "killed"),
    ])
    func `a job's points arrive under its own name, with the cause`(
        script: String, status: Int32, reason: String?
    ) async throws {
        try await TelemetryWorld.use(seed: 330) { world in
            let end = try await exec(world, script)
            #expect(end.status == status, Comment(rawValue: end.errors))
            let points = try await world.arrived()
            #expect(try await world.values("run_success") == [status == 0 ? 1 : 0])
            #expect(try await world.values("run_failed") == [status == 0 ? 0 : 1])
            let causes = try await world.arrived("run_failed_by_reason").map { dimensions($0)["reason"] }
            #expect(causes == (reason.map { [$0] } ?? []))
            for point in points {
                var own = dimensions(point)
                #expect(own.removeValue(forKey: "job") == "nightly", "\(point)")
                #expect(own.removeValue(forKey: "env") == "production")
                let metric = try #require(MetricCatalog.named(point["name"]?.string ?? ""), "\(point)")
                #expect(metric.admits(own), "\(point)")
            }
            #expect(points.count <= MetricCatalog.streamLimit(of: .collector))
            #expect(try await world.arrived("events_new").isEmpty, "a job has no events")
        }
    }

    @Test func `where OCI hangs the command's end is ours in time, and the points come with the next run`()
        async throws
    {
        try await TelemetryWorld.use(seed: 331) { world in
            try await withFaultServer([.readRequest, .hang]) { hole in
                let began = ContinuousClock().now
                let end = try await exec(world, "exit 3", [Self.hangs: "http://\(hole.authority)"])
                #expect(end.status == 3, Comment(rawValue: end.errors))
                // Two seconds of patience; the rest is a busy machine's.
                #expect(ContinuousClock().now - began < .seconds(12))
                #expect(end.entries("telemetry.post.failed").first?["error.type"]?.string == "timeout")
                #expect(end.entries("run.failed").count == 1)
            }
            #expect(try await world.arrived().isEmpty)
            #expect((try await world.spool()["points"]?.int ?? 0) > 5)
            // The user's other programs look into the same spool: here, the collector.
            try await world.advance()
            #expect(try await world.collect().status == 0)
            let failed = try await world.arrived("run_failed").map { point in
                "\(dimensions(point)["job"] ?? "") \(point["value"]?.int ?? -1)"
            }
            #expect(failed.sorted() == ["nightly 1", "polisen 0"])
            #expect(try await world.spool()["points"]?.int == 0)
        }
    }

    @Test func `a job that does not wait for its metrics lets the next one run`() async throws {
        try await TelemetryWorld.use(seed: 332) { world in
            try await withFaultServer([.readRequest, .hang]) { hole in
                let environment = world.environment([Self.hangs: "http://\(hole.authority)"])
                let arguments = ["exec", "--job", "nightly", "--", "true"]
                let first = try CollectorProcess.start(environment, arguments, in: world.cloud.directory)
                _ = try await eventually("a request for OCI Monitoring", within: .seconds(120)) {
                    hole.requestCount > 0 ? true : nil
                }
                // It may have ended by now, on a machine that is busy; the lock is free in either case.
                let second = try await exec(world, "exit 0")
                #expect(second.status == 0, Comment(rawValue: second.errors))
                #expect(try await first.end().status == 0)
            }
        }
    }

    @Test func `without a backend nothing is made, and a textfile is the job's own`() async throws {
        try await TelemetryWorld.use(seed: 333) { world in
            #expect(try await exec(world, "exit 3", ["POLISEN_METRICS_BACKEND": "none"]).status == 3)
            let made = try FileManager.default.subpathsOfDirectory(atPath: world.state)
            #expect(!made.contains { $0.contains("spool") || $0.contains("metrics") }, "\(made)")
            let file = world.cloud.directory + "/text/polisen.prom"
            let settings = ["POLISEN_METRICS_BACKEND": "textfile", "POLISEN_METRICS_TEXTFILE_PATH": file]
            #expect(try await exec(world, "exit 3", settings).status == 3)
            #expect(!FileManager.default.fileExists(atPath: file), "that one is the collector's")
            let text = ToolProcess.text(of: world.cloud.directory + "/text/polisen-job-nightly.prom")
            #expect(text.contains("run_failed{env=\"production\",job=\"nightly\"} 1\n"), "\(text)")
            #expect(try await world.arrived().isEmpty)
        }
    }

    /// What systemd says of a start.
    private static func death(_ result: String, _ invocation: Character) -> [String: String] {
        [
            "MONITOR_SERVICE_RESULT": result, "MONITOR_EXIT_CODE": "killed", "MONITOR_EXIT_STATUS": "KILL",
            "MONITOR_INVOCATION_ID": String(repeating: invocation, count: 32),
            "MONITOR_UNIT": "polisen-collector.service",
        ]
    }

    @Test func `a death that systemd reports is told by metrics, too, once`() async throws {
        try await TelemetryWorld.use(seed: 334) { world in
            for _ in 1...2 {
                let end = try await world.run(["report-failure", "--json"], Self.death("oom-kill", "a"))
                #expect(end.status == 0, Comment(rawValue: end.errors))
            }
            #expect(try await world.values("run_failed") == [1])
            #expect(try await world.values("run_failed_by_reason", "killed") == [1])
            #expect(try await world.arrived().allSatisfy { dimensions($0)["job"] == "polisen" })
        }
    }

    @Test func `a reporter whose metrics hang has recorded the death, and its points come with the next run`()
        async throws
    {
        try await TelemetryWorld.use(seed: 335) { world in
            try await withFaultServer([.readRequest, .hang]) { hole in
                let began = ContinuousClock().now
                let end = try await world.run(
                    ["report-failure", "--json"],
                    Self.death("signal", "b").merging([Self.hangs: "http://\(hole.authority)"]) { $1 })
                #expect(end.status == 0 && end.record?["verdict"] == "recorded", Comment(rawValue: end.errors))
                #expect(ContinuousClock().now - began < .seconds(12))
            }
            #expect(try await world.arrived().isEmpty)
            try await world.advance()
            #expect(try await world.collect().status == 0)
            #expect(try await world.values("run_failed_by_reason", "killed") == [1])
        }
    }

    @Test(arguments: [true, false])
    func `a reporter that may not see the unit's keys leaves the points to others, with a sign`(
        isNamedByVariable: Bool
    ) async throws {
        try await TelemetryWorld.use(seed: 337) { world in
            let keys = world.cloud.directory + "/no-credentials"
            let file = (isNamedByVariable ? "$CREDENTIALS_DIRECTORY" : keys) + "/oci_config"
            let hidden = ["CREDENTIALS_DIRECTORY": keys, "POLISEN_OCI_CONFIG_FILE": file]
            let end = try await world.run(["report-failure"], Self.death("signal", "d").merging(hidden) { $1 })
            #expect(end.status == 0 && end.entries("telemetry.post.failed").isEmpty, Comment(rawValue: end.errors))
            #expect(FileManager.default.fileExists(atPath: world.state + "/spool/urgent"))
            #expect(try await world.arrived().isEmpty)
            try await world.flush()
            #expect(try await world.values("run_failed_by_reason", "killed") == [1])
        }
    }

    @Test func `what the metrics lost is not forgotten by a death in between`() async throws {
        try await TelemetryWorld.use(seed: 336) { world in
            try await world.disturb(["partial_failure": 3], times: 1)
            #expect(try await world.collect().status == 0)
            let end = try await world.run(["report-failure"], Self.death("signal", "c"))
            #expect(end.status == 0, Comment(rawValue: end.errors))
            try await world.advance()
            #expect(try await world.collect().status == 0)
            #expect(try await world.values("telemetry_points_dropped", "rejected").last == 3)
        }
    }
}
