// SPDX-License-Identifier: MIT

import Collector
import Files
import Foundation
import JSON
import Ledger
import TestSupport
import Testing

/// `status`, `explain`, `doctor` and `health` by the built program, over what real runs left.
@Suite struct EndToEndSeeingTests {
    /// Verdict first, next command last, nothing wider than a phone held sideways.
    private func expectShape(_ text: String, verdict: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let lines = text.split(separator: "\n")
        #expect(lines.first?.hasPrefix(verdict) == true, "\(text)", sourceLocation: sourceLocation)
        #expect(lines.last?.hasPrefix("next ") == true, "\(text)", sourceLocation: sourceLocation)
        let wide = lines.dropLast().filter { $0.count > 80 && $0.contains(" ") && !$0.contains("/") }
        #expect(wide == [], sourceLocation: sourceLocation)
    }

    /// A run that finds everything new.
    private func collect(_ host: EndToEndHost) async throws {
        try await EndToEndFeed().serve { feed in
            let ended = try await host.collect(feed)
            #expect(ended.status == 0, "\(ended.errors)")
        }
    }

    @Test func `after a good run all is fresh, and explain has no failure to tell`() async throws {
        try await EndToEndHost.use { host in
            try await collect(host)
            let flags = ["--state-path", host.state]
            let status = try await host.run(["status"] + flags)
            #expect(status.status == 0)
            expectShape(status.output, verdict: "fresh — ")
            let json = try JSONValue.parse(Array(try await host.run(["status", "--json"] + flags).output.utf8))
            #expect(json["good"] == true)
            #expect(json["last_runs"]?.array?.count == 1)
            expectShape(try await host.run(["explain"] + flags).output, verdict: "no failed or killed run")
            expectShape(try await host.run(["explain", "last"] + flags).output, verdict: "success: 40 new")
        }
    }

    @Test func `a failed run is explained with cause, stage, data, runbook and the way on`() async throws {
        try await EndToEndHost.use { host in
            #expect(try await host.collect("http://127.0.0.1:1/api").status == 69)
            let flags = ["--state-path", host.state]
            let status = try await host.run(["status"] + flags)
            #expect(status.status == 1)
            expectShape(status.output, verdict: "failing — ")
            #expect(status.output.contains("explain last-failure"))
            let story = try await host.run(["explain", "last-failure"] + flags)
            #expect(story.status == 0)
            expectShape(story.output, verdict: "failed at fetch: feed_")
            for part in ["cause ", "stages ", "data ", "runbooks/api-failing.md", "recovered    no"] {
                #expect(story.output.contains(part), "\(part)")
            }
            try await collect(host)
            let after = try JSONValue.parse(Array(try await host.run(["explain", "--json"] + flags).output.utf8))
            #expect(after["recovered_by"]?["run_id"]?.string == (try host.records().last?.runID.description))
            #expect(try await host.run(["explain", "0000"] + flags).status == 65)
        }
    }

    @Test func `doctor tries the host, the feed and a directory, and says what fails`() async throws {
        try await EndToEndHost.use { host in
            try await EndToEndFeed().serve { feed in
                let flags = [
                    "--state-path", host.state, "--archive-path", host.archive, "--feed-url", feed,
                    "--feed-rate-limits", "off",
                ]
                try FileManager.default.createDirectory(atPath: host.archive, withIntermediateDirectories: true)
                let good = try await host.run(["doctor"] + flags)
                #expect(good.status == 0, "\(good.output)\(good.errors)")
                expectShape(good.output, verdict: "ok: ")
                #expect(try FileManager.default.contentsOfDirectory(atPath: host.archive + "/.doctor") == [])
                // What it leaves is nothing that a run would take for somebody else's.
                #expect(try await host.collect(feed).status == 0)
            }
            let bad = try await host.run([
                "doctor", "--state-path", host.state, "--archive-path", host.root + "/no/where", "--feed-url",
                "http://127.0.0.1:1/x", "--feed-rate-limits", "off", "--json",
            ])
            #expect(bad.status == 1)
            let checks = try JSONValue.parse(Array(bad.output.utf8))["checks"]?.array ?? []
            let failed = checks.filter { $0["result"] == "fails" }
            #expect(failed.compactMap { $0["check"]?.string } == ["feed", "archive"])
            #expect(failed.allSatisfy { $0["fix"]?.string != nil })
        }
    }

    @Test func `doctor tries a bucket, credentials and posting for real, and leaves nothing`() async throws {
        try await EndToEndCloud.run { cloud in
            let environment = cloud.environment(.oci, state: "state", at: EndToEndCloud.start, [:])
            let end = try await CollectorProcess.start(environment, ["doctor", "--json"], in: cloud.directory).end()
            let checks = end.record?["checks"]?.array ?? []
            let archive = checks.first { $0["check"] == "archive" }
            #expect(
                archive?["can"] == "can see bucket, create, claim, read, remove" || archive?["result"] == "ok",
                "\(end.output)")
            #expect(checks.contains { $0["check"] == "credentials" && $0["result"] == "ok" }, "\(end.output)")
        }
    }

    @Test func `doctor shows no secret`() async throws {
        try await EndToEndHost.use { host in
            let canary = "c4n4ryS3CRET"
            let environment = ["POLISEN_NOTIFICATIONS_WEBHOOK": "https://hooks.example/\(canary)"]
            for command in [["doctor"], ["doctor", "--json"], ["status"], ["status", "--json"]] {
                let flags = [
                    "--state-path", host.state, "--feed-url", "http://127.0.0.1:1/x", "--archive-path", host.archive,
                ]
                let told = try await host.run(command + flags, environment: environment)
                #expect(!(told.output + told.errors).contains(canary))
            }
        }
    }

    private func ask(_ host: EndToEndHost, _ request: String) async throws -> String {
        try Data(request.utf8).write(to: URL(fileURLWithPath: host.root + "/request"))
        let command = "\(builtExecutable("polisen-collector")) health --http --state-path \(host.state) < request"
        return try await ToolProcess.run("sh", ["-c", command], directory: host.root)
    }

    @Test func `health answers machines: 503 before the first success, 200 after it, metrics always`() async throws {
        try await EndToEndHost.use { host in
            let request = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
            #expect(try await ask(host, request).hasPrefix("HTTP/1.1 503 "))
            try await collect(host)
            let healthy = try await ask(host, request)
            #expect(healthy.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(healthy.contains(#""status":"fresh""#))
            let metrics = try await ask(host, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            for line in ["run_success{", "freshness_stale{", "# TYPE events_new gauge"] {
                #expect(metrics.contains(line))
            }
            let head = try await ask(host, "HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(head.hasSuffix("\r\n\r\n"))
        }
    }

    @Test(arguments: [
        ("GET /x HTTP/1.1\r\nHost: x\r\n\r\n", "404"), ("DELETE /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "405"),
        ("\u{16}\u{3}\u{1}", "400"), ("GET /healthz HTTP/1.1\r\nHost: x\r\n", "400"),
        ("GET /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\n\r\n", "414"),
        ("GET / HTTP/1.1\r\n\(String(repeating: "a: b\r\n", count: 3_000))\r\n", "431"),
    ])
    func `hostile requests get their status`(request: String, status: String) async throws {
        try await EndToEndHost.use { host in
            let answer = try await ask(host, request)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
        }
    }

    @Test func `a connection that says nothing is closed in seconds`() async throws {
        try await EndToEndHost.use { host in
            let program = builtExecutable("polisen-collector")
            let command = "sleep 20 | \(program) health --http --state-path \(host.state) & wait $!"
            let answer = try await ToolProcess.run("timeout", ["60", "bash", "-c", command], directory: host.root)
            #expect(answer.hasPrefix("HTTP/1.1 408 "))
            #expect(try await ask(host, "") == "")
        }
    }
}
