// SPDX-License-Identifier: MIT

import Files
import Foundation
import JSON
import Ledger
import TestSupport
import Testing

/// What can be seen of jobs that `exec` runs, by the built program.
@Suite struct EndToEndJobSeeingTests {
    private func exec(_ host: EndToEndHost, _ script: String, job: String = "nightly") async throws -> EndedProgram {
        try await host.run(["exec", "--job", job, "--state-path", host.state, "--", "sh", "-c", script])
    }

    /// Starts a job that waits until `open` writes into `gate`. It takes no turn: others have to run beside it.
    private func start(_ host: EndToEndHost, job: String = "nightly", gate: String) async throws -> Process {
        _ = try await ToolProcess.run("mkfifo", [gate], directory: host.root)
        let process = try ChildProcess.start(
            builtExecutable("polisen-collector"),
            ["exec", "--job", job, "--state-path", host.state, "--", "head", "-n", "1", gate],
            environment: ["PATH": "/usr/bin:/bin", "HOME": host.root], output: gate + ".out", errors: gate + ".err")
        _ = try await eventually("a marker of \(job)") {
            FileSystem.exists(host.state + "/jobs/\(job)/running.json") ? true : nil
        }
        return process
    }

    private func open(_ gate: String, of process: Process) async throws {
        // Both ends, so that nobody waits for the other, and kept until the line is read.
        let pipe = try #require(FileHandle(forUpdatingAtPath: gate))
        try pipe.write(contentsOf: Data("go\n".utf8))
        _ = try await eventually("the end of the job") { process.isRunning ? nil : true }
        #expect(process.terminationStatus == 0)
        try pipe.close()
        #expect(ToolProcess.text(of: gate + ".out") == "go\n")
    }

    private func see(_ host: EndToEndHost, _ words: [String]) async throws -> EndedProgram {
        try await host.run(words + ["--state-path", host.state, "--exec-job", "nightly"])
    }

    @Test func `runs shows a job's runs by how long they took and how they ended`() async throws {
        try await EndToEndHost.use { host in
            let none = try await see(host, ["runs"])
            #expect(none.status == 0 && none.output.contains("exec --job nightly -- "), "\(none.output)")
            #expect(try await exec(host, "exit 0").status == 0)
            #expect(try await exec(host, "exit 3").status == 3)
            #expect(try await exec(host, "kill -KILL $$").status == 137)
            let rows = try await see(host, ["runs", "list"]).output.split(separator: "\n")
            #expect(rows.count == 3)
            for (row, words) in zip(rows, ["sh: signal 9, killed", "sh: status 3 ", "sh: status 0 "]) {
                #expect(row.contains(words) && row.count <= 82 && !row.contains("new"), "\(row)")
            }
            #expect(rows.map { String($0.split(separator: " ")[2]) } == ["killed", "failed", "success"])
            #expect(rows.allSatisfy { $0.split(separator: " ")[3].hasSuffix("s") })
            let failed = try await see(host, ["runs", "list", "--failed", "--json"])
            let records = try JSONValue.parse(Array(failed.output.utf8)).array ?? []
            #expect(records.map { $0["job"]?.string } == ["nightly", "nightly"])
            let shown = try await see(host, ["runs", "show", "last", "--json"])
            #expect(try JSONValue.parse(Array(shown.output.utf8))["exec"]?["signal"]?.int == 9, "\(shown.output)")
            // The collector's own ledger is another.
            let own = try await host.run(["runs", "--state-path", host.state])
            #expect(own.output.hasPrefix("no runs in "), "\(own.output)")
            #expect(try await see(host, ["runs", "list", "--replay"]).status == 64)
        }
    }

    @Test func `status and explain tell of a job, not of the collector's slots, feed or timer`() async throws {
        try await EndToEndHost.use { host in
            let before = try await see(host, ["status"])
            #expect(before.status == 1 && before.output.hasPrefix("unknown — no run has been recorded yet\n"))
            _ = try await exec(host, "exit 3")
            let failing = try await see(host, ["status"])
            #expect(failing.status == 1 && failing.output.hasPrefix("failing — there has been no good run; 1 run"))
            let story = try await see(host, ["explain"])
            #expect(story.output.hasPrefix("failed: exec_exit\n"), "\(story.output)")
            #expect(story.output.contains("\ncommand      sh: status 3; "), "\(story.output)")
            _ = try await exec(host, "exit 0")
            let fresh = try await see(host, ["status"])
            #expect(fresh.status == 0 && fresh.output.hasPrefix("fresh — the last good run ended "))
            for text in [failing.output, fresh.output, story.output] {
                for word in ["slot", "feed", "timer", "event", "next run"] { #expect(!text.contains(word), "\(text)") }
            }
            let json = try JSONValue.parse(Array(try await see(host, ["status", "--json"]).output.utf8))
            #expect(json["job"] == "nightly" && json["verdict"] == "fresh" && json["feed_calls"] == nil)
        }
    }

    @Test func `freshness watches a job as it watches the collector`() async throws {
        try await EndToEndHost.use { host in
            let flags = ["--state-path", host.state, "--exec-job", "nightly", "--json"]
            let before = try await host.run(["freshness"] + flags)
            #expect(before.status == 1 && before.output.contains("no run has been recorded yet"), "\(before.output)")
            _ = try await exec(host, "exit 0")
            let fresh = try await host.run(["freshness", "--max-age", "25h"] + flags)
            #expect(fresh.status == 0, "\(fresh.output)\(fresh.errors)")
            let good = try JSONValue.parse(Array(fresh.output.utf8))
            #expect(good["state"] == "fresh")
            #expect(good["next"]?.string == "polisen-collector status --state-path \(host.state) --exec-job nightly")
            #expect(FileSystem.exists(host.state + "/jobs/nightly/freshness-ledger.json"))
            #expect(try RunLedger(statePath: host.state + "/jobs/nightly").checks().allSatisfy { $0.job == "nightly" })
            #expect(try FileSystem.list(host.state) == ["jobs"], "nothing of it is among the collector's own")
            // A day and two hours later by the clock it may be told; nothing is asked over any network.
            let later = Date().addingTimeInterval(26 * 3_600).formatted(.iso8601)
            var world = ["POLISEN_CLOCK": later, "POLISEN_FEED_URL": "http://127.0.0.1:1/"]
            let told = try await withFaultServer([.readRequest, .answer(""), .again]) { hook in
                world["POLISEN_NOTIFICATIONS_WEBHOOK"] = "http://\(hook.authority)/"
                world["POLISEN_METRICS_BACKEND"] = "textfile"
                let stale = try await host.run(["freshness", "--max-age", "25h"] + flags, environment: world)
                #expect(stale.status == 1, "\(stale.output)\(stale.errors)")
                let answer = try JSONValue.parse(Array(stale.output.utf8))
                #expect(answer["state"] == "missed" && answer["alarming"] == true, "\(stale.output)")
                return hook.receivedText.joined()
            }
            #expect(told.contains("MISSED: nightly on ") && told.contains(#""job":"nightly""#), "\(told)")
            #expect(told.contains("--exec-job nightly") && !told.contains("systemctl"), "\(told)")
            let files = try FileSystem.walk(host.state).filter { $0.hasSuffix("-freshness.prom") }
            #expect(files.count == 1, "\(files)")
            let gauges = ToolProcess.text(of: host.state + "/" + (files.first ?? ""))
            #expect(gauges.contains(#"job="nightly""#) && !gauges.contains(#"job="polisen""#), "\(gauges)")
            world["POLISEN_METRICS_BACKEND"] = nil
            let status = try await host.run(
                ["status", "--exec-job", "nightly", "--state-path", host.state, "--freshness-max-age", "25h"],
                environment: world)
            #expect(status.status == 1 && status.output.hasPrefix("missed — no run was recorded in the last 1 d 1 h"))
        }
    }

    @Test func `a job at work is shown, and one whose process is gone is not`() async throws {
        try await EndToEndHost.use { host in
            let gate = host.root + "/gate"
            let job = try await start(host, gate: gate)
            defer { ToolProcess.end(job) }
            let status = try await see(host, ["status"])
            #expect(status.output.contains("\nrunning      run "), "\(status.output)")
            try await open(gate, of: job)
            #expect(!(try await see(host, ["status"]).output.contains("\nrunning ")))
        }
    }

    @Test func `two jobs run at once, and a run beside another that dies is buried by the next`() async throws {
        try await EndToEndHost.use { host in
            let gates = ["nightly", "weekly"].map { host.root + "/" + $0 }
            let nightly = try await start(host, gate: gates[0])
            defer { ToolProcess.end(nightly) }
            let weekly = try await start(host, job: "weekly", gate: gates[1])
            defer { ToolProcess.end(weekly) }
            // Killed as soon as it has its marker, while nightly is at work.
            let parallel = host.state + "/jobs/nightly/parallel"
            let program = builtExecutable("polisen-collector")
            let line =
                "/usr/bin/env --default-signal \(program) exec --job nightly --allow-parallel --state-path \(host.state) "
                + "-- sh -c 'until ls \(parallel)/*.json; do sleep 0.02; done >/dev/null 2>&1; kill -KILL $PPID'; true"
            _ = try await ToolProcess.run("sh", ["-c", line], directory: host.root)
            #expect(try FileSystem.list(parallel).count == 2, "a marker and its lock")
            try await open(gates[0], of: nightly)
            try await open(gates[1], of: weekly)
            #expect(try await exec(host, "exit 0").status == 0)
            let runs = try RunLedger(statePath: host.state + "/jobs/nightly").last(.max).runs
            #expect(runs.map(\.outcome) == [.success, .killed, .success], "newest first: the last run found the dead")
            #expect(runs.allSatisfy { $0.command == .exec && $0.job == "nightly" })
            #expect(try FileSystem.list(parallel) == [])
            #expect(try RunLedger(statePath: host.state + "/jobs/weekly").last(.max).runs.map(\.outcome) == [.success])
        }
    }

    @Test func `a parallel run that ends leaves nothing, and the other's marker alone`() async throws {
        try await EndToEndHost.use { host in
            let held = try #require(try FileLock.tryAcquire(host.state + "/jobs/nightly/lock"))
            try Data("another's".utf8).write(to: URL(fileURLWithPath: host.state + "/jobs/nightly/running.json"))
            let ended = try await host.run([
                "exec", "--job", "nightly", "--allow-parallel", "--state-path", host.state, "--", "true",
            ])
            #expect(ended.status == 0)
            #expect(try FileSystem.list(host.state + "/jobs/nightly/parallel") == [])
            #expect(ToolProcess.text(of: host.state + "/jobs/nightly/running.json") == "another's")
            held.release()
        }
    }
}
