// SPDX-License-Identifier: MIT

import Collector
import Files
import Foundation
import JSON
import Ledger
import TestSupport
import Testing

@testable import CollectorCLI

/// `report-failure` as systemd starts it.
@Suite struct ReportFailureTests {
    private static let invocation = "7c1e0d6c4c5b4a0e8a3f0b1c2d3e4f50"

    private func mark(_ host: EndToEndHost, _ invocation: String?) throws -> RunMarker {
        var random = SystemRandomNumberGenerator()
        let start = Date(timeIntervalSinceNow: -5)
        let marker = RunMarker(
            run: RunID(at: start, using: &random), startedAt: start, invocationID: invocation)
        try FileSystem.makeDirectories(host.state)
        try marker.write(host.state + "/running.json")
        return marker
    }

    private func report(
        _ host: EndToEndHost, _ environment: [String: String], _ more: [String] = []
    ) async throws -> EndedProgram {
        try await host.run(
            ["report-failure", "--state-path", host.state, "--log-target", "json", "--log-level", "debug"] + more,
            environment: environment)
    }

    static let stopPost = [
        "SERVICE_RESULT": "signal", "EXIT_CODE": "killed", "EXIT_STATUS": "KILL", "INVOCATION_ID": invocation,
    ]
    static let monitor = [
        "MONITOR_SERVICE_RESULT": "oom-kill", "MONITOR_EXIT_CODE": "killed", "MONITOR_EXIT_STATUS": "KILL",
        "MONITOR_INVOCATION_ID": invocation, "MONITOR_UNIT": "polisen-collector.service",
        "INVOCATION_ID": "00000000000000000000000000000000",
    ]

    @Test(arguments: [(stopPost, "killed_signal"), (monitor, "killed_oom")])
    func `what systemd says becomes the record, once`(environment: [String: String], type: String) async throws {
        try await EndToEndHost.use { host in
            let marker = try mark(host, Self.invocation)
            let ended = try await report(host, environment, ["--json"])
            #expect(ended.status == 0)
            let answer = try JSONValue.parse(ended.output)
            #expect(answer["verdict"] == "recorded" && answer["run_id"]?.string == marker.run.description)
            #expect(answer["cause"]?.string == type)
            let entry = try #require(ended.entries("run.killed").first)
            #expect(entry["message_id"] == "1312f57ae0a64686b0c009011271da38" && entry["level"] == "error")
            #expect(entry["run.id"]?.string == marker.run.description && entry["error.type"]?.string == type)
            let again = try await report(host, environment)
            #expect(again.status == 0 && again.output.hasPrefix("known: "))
            // OnFailure= comes when systemd tries no more, which is worth a word.
            let isLast = environment["MONITOR_UNIT"] != nil
            #expect(again.entries("run.killed").isEmpty)
            #expect(again.log.contains { $0["level"]?.string == (isLast ? "error" : "debug") })
            #expect(again.entries("scheduler.unhealthy").count == (isLast ? 1 : 0))
            let records = try host.records()
            #expect(records.map(\.runID) == [marker.run] && records.first?.error?.type == type)
        }
    }

    @Test func `a run that ended well costs nothing and needs no configuration`() async throws {
        try await EndToEndHost.use { host in
            let ended = try await host.run(
                ["report-failure", "--config", "/nowhere"], environment: ["SERVICE_RESULT": "success"])
            #expect(ended.status == 0 && ended.output.hasPrefix("nothing: ") && ended.errors.isEmpty)
        }
    }

    @Test func `without a result it says what is missing`() async throws {
        try await EndToEndHost.use { host in
            let ended = try await report(host, ["INVOCATION_ID": Self.invocation])
            #expect(ended.status == 64 && ended.errors.contains("--result"))
        }
    }

    @Test func `by hand, flags say it all`() async throws {
        try await EndToEndHost.use { host in
            let flags = [
                "--result", "core-dump", "--exit-code", "dumped", "--exit-status", "SEGV", "--unit", "mine.service",
                "--invocation-id", "7C1E0D6C-4C5B-4A0E-8A3F-0B1C2D3E4F50",
            ]
            let ended = try await report(host, [:], flags)
            #expect(ended.status == 0 && ended.output.hasPrefix("recorded: mine.service crashed"))
            let record = try #require(try host.records().first)
            #expect(record.error?.type == "killed_core_dump" && record.invocationID == Self.invocation)
            #expect(record.error?.exitCode == 139)
            #expect(ended.output.hasSuffix("polisen-collector runs show \(record.runID)\n"))
            #expect(ended.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        }
    }

    @Test func `a configuration that is wrong does not hide the death it caused`() async throws {
        try await EndToEndHost.use { host in
            let marker = try mark(host, Self.invocation)
            let ended = try await host.run(
                ["report-failure", "--state-path", host.state, "--set", "log.level=loud"], environment: Self.monitor)
            #expect(ended.status == 0 && ended.errors.contains("log.level"))
            #expect(try host.records().map(\.runID) == [marker.run])
        }
    }

    @Test(arguments: ["polisen-freshness.service", "polisen-health@1.service"])
    func `units that collect nothing are told of in the journal alone`(unit: String) async throws {
        try await EndToEndHost.use { host in
            var environment = Self.monitor
            environment["MONITOR_UNIT"] = unit
            let ended = try await report(host, environment)
            #expect(ended.status == 0 && ended.entries("scheduler.unhealthy").count == 1)
            #expect(try host.records().isEmpty)
        }
    }

    @Test func `a ledger that cannot be written is told loudly`() async throws {
        try await EndToEndHost.use { host in
            try FileSystem.makeDirectories(host.state)
            try FileSystem.replace(host.state + "/ledger", [])
            let ended = try await report(host, Self.stopPost)
            #expect(ended.status == 73 && ended.entries("run.killed").first?["level"] == "critical")
        }
    }
}
