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

    private func markJob(_ host: EndToEndHost, _ path: String, _ invocation: String) throws -> RunID {
        var random = SystemRandomNumberGenerator()
        let start = Date(timeIntervalSinceNow: -5)
        let marker = RunMarker(run: RunID(at: start, using: &random), startedAt: start, invocationID: invocation)
        let place = host.state + "/jobs/nightly/" + path
        try FileSystem.makeDirectories(FileSystem.parent(of: place))
        try marker.write(place)
        return marker.run
    }

    private static let nightly = monitor.merging(["MONITOR_UNIT": "nightly.service"]) { $1 }

    @Test(arguments: ["running.json", "parallel/one.json"], [true, false])
    func `a death of a job is the job's: by its name, else by the start's id`(
        marker: String, isNamed: Bool
    ) async throws {
        try await EndToEndHost.use { host in
            // The same start has run the job before, with success.
            let first = try await host.run(
                ["exec", "--job", "nightly", "--state-path", host.state, "--", "true"],
                environment: ["INVOCATION_ID": Self.invocation])
            #expect(first.status == 0)
            let run = try markJob(host, marker, Self.invocation)
            let flags = isNamed ? ["--exec-job", "nightly"] : []
            let ended = try await report(host, Self.nightly, flags)
            #expect(ended.status == 0 && ended.output.hasPrefix("recorded: "), "\(ended.output)\(ended.errors)")
            #expect(ended.output.hasSuffix("polisen-collector runs show \(run) --exec-job nightly\n"))
            #expect(try await report(host, Self.nightly, flags).output.hasPrefix("known: "))
            // The next run finds nothing more to tell.
            _ = try await host.run(["exec", "--job", "nightly", "--state-path", host.state, "--", "true"])
            let records = try RunLedger(statePath: host.state + "/jobs/nightly").last(.max).runs
            #expect(records.map(\.outcome) == [.success, .killed, .success])
            #expect(records[1].runID == run && records[1].error?.type == "killed_oom")
            #expect(records[1].command == .exec && records[1].job == "nightly")
            #expect(try host.records().isEmpty, "the collector's ledger is another")
        }
    }

    @Test func `the end of a job that exec recorded is known, and nothing is added`() async throws {
        try await EndToEndHost.use { host in
            let flags = ["--state-path", host.state]
            let failed = try await host.run(
                ["exec", "--job", "nightly"] + flags + ["--", "false"], environment: ["INVOCATION_ID": Self.invocation])
            #expect(failed.status == 1)
            let exit = Self.nightly.merging(["MONITOR_SERVICE_RESULT": "exit-code", "MONITOR_EXIT_STATUS": "1"]) { $1 }
            let ended = try await report(host, exit)
            #expect(ended.status == 0 && ended.output.hasPrefix("known: "), "\(ended.output)")
            let told = ended.entries("scheduler.unhealthy").first?["message"]?.string ?? ""
            #expect(told.contains("the command ended with status 1"), "\(ended.errors)")
            #expect(try RunLedger(statePath: host.state + "/jobs/nightly").last(.max).runs.count == 1)
            #expect(try host.records().isEmpty)
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
