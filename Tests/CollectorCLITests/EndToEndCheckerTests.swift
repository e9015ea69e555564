// SPDX-License-Identifier: MIT

import Collector
import Files
import Foundation
import HTTPTypes
import JSON
import Ledger
import TestSupport
import Testing
import Transport

/// The checker when what it leans on is gone: its state, the places it tells, OCI Monitoring.
@Suite struct EndToEndCheckerTests {
    /// A host with one good run, and the instant that ended.
    private static func watched(_ body: (EndToEndHost, _ success: Date) async throws -> Void) async throws {
        try await EndToEndHost.use { host in
            try await EndToEndFeed().serve { feed in
                let ended = try await host.collect(feed, deadline: "30s")
                #expect(ended.status == 0, "\(ended.errors)")
            }
            try await body(host, try #require(try host.records().last?.endedAt))
        }
    }

    private static func check(
        _ host: EndToEndHost, at now: Date, _ environment: [String: String]
    ) async throws -> EndedProgram {
        let arguments = ["freshness", "--feed-url", "http://127.0.0.1:1/x", "--log-target", "json", "--json"]
        let settings = ["POLISEN_CLOCK": EndToEndCloud.text(now), "POLISEN_STATE_PATH": host.state]
        return try await host.run(arguments, environment: settings.merging(environment) { $1 })
    }

    enum Break: String, CaseIterable, Sendable {
        /// Nothing can be locked.
        case lock = "freshness.lock"
        /// Memory can neither be read nor replaced.
        case memory = "freshness-ledger.json/x"
    }

    @Test(arguments: Break.allCases)
    func `an alarm goes out hourly where the checker cannot keep its memory`(what: Break) async throws {
        try await Self.watched { host, success in
            // A directory where a file should be stops root, too.
            try FileManager.default.createDirectory(
                atPath: host.state + "/" + what.rawValue, withIntermediateDirectories: true)
            try await withFaultServer([.readRequest, .answer(""), .again]) { hook in
                let environment = ["POLISEN_NOTIFICATIONS_WEBHOOK": "http://\(hook.authority)/x"]
                var told: [Int] = []
                for seconds in [60, 3_630 + 30, 3_630 + 600, 7_230 + 30] as [Double] {
                    let ended = try await Self.check(host, at: success.addingTimeInterval(seconds), environment)
                    #expect(ended.status == (seconds == 60 ? 0 : 1), "\(ended.errors)")
                    #expect(ended.errors.contains("the checker's memory cannot be kept: an alarm is told once an hour"))
                    told.append(hook.requestCount)
                }
                #expect(told == [0, 1, 1, 2])
                let bodies = hook.receivedText.joined()
                #expect(bodies.contains("checker: its memory cannot be kept: "))
                #expect(bodies.contains(#""reason":"alarm""#) && bodies.contains(#""reason":"reminder""#))
            }
        }
    }

    @Test func `where there is no state at all, the full hour tells that nothing is known`() async throws {
        try await EndToEndHost.use { host in
            try Data().write(to: URL(fileURLWithPath: host.state))
            try await withFaultServer([.readRequest, .answer(""), .again]) { hook in
                let environment = ["POLISEN_NOTIFICATIONS_WEBHOOK": "http://\(hook.authority)/x"]
                let hour = Date(timeIntervalSince1970: 1_795_420_800)
                for (seconds, count) in [(-100.0, 0), (20, 1), (80, 1), (600, 1)] {
                    let ended = try await Self.check(host, at: hour.addingTimeInterval(seconds), environment)
                    #expect(ended.status == 1 && ended.output.contains(#""state":"unknown""#), "\(ended.output)")
                    #expect(ended.output.contains(#""alarming":true"#))
                    #expect(hook.requestCount == count, "\(seconds)")
                }
                #expect(hook.receivedText.joined().contains("UNKNOWN: "))
            }
        }
    }

    @Test func `a webhook and a topic that accept and never answer hold a check for 10 s, and get their notice later`()
        async throws
    {
        try await EndToEndCloud.run(seed: 91) { cloud in
            try await withFaultServer([.readRequest, .hang]) { hole in
                let now = EndToEndCloud.start.addingTimeInterval(86_400)
                try await cloud.set(now)
                let hanging = "http://\(hole.authority)"
                var settings = [
                    "POLISEN_NOTIFICATIONS_TOPIC": cloud.endpoints["topic_id"]?.string ?? "",
                    "POLISEN_NOTIFICATIONS_WEBHOOK": hanging + "/hook",
                    "POLISEN_OCI_ENDPOINTS_NOTIFICATIONS": hanging,
                ]
                // A run that failed, and none that was good.
                (settings["POLISEN_FEED_URL"], settings["POLISEN_RUN_DEADLINE"]) = ("http://127.0.0.1:1/x", "2s")
                let failing = cloud.environment(.directory, state: "state", at: now, settings)
                let run = try await CollectorProcess.start(failing, in: cloud.directory).end()
                #expect(run.status == 69, Comment(rawValue: run.errors))
                let begin = ContinuousClock.now
                let first = try await CollectorProcess.start(
                    failing, ["freshness", "--json"], in: cloud.directory
                ).end()
                // Both for 10 s, side by side; the rest is a busy machine's.
                #expect(ContinuousClock.now - begin < .seconds(25))
                #expect(first.status == 1)
                #expect(first.record?["notices"]?["waiting"] == 1, Comment(rawValue: first.errors))
                #expect(hole.requestCount == 2)
                try await withFaultServer([.readRequest, .answer(""), .again]) { hook in
                    settings["POLISEN_NOTIFICATIONS_WEBHOOK"] = "http://\(hook.authority)/hook"
                    settings["POLISEN_OCI_ENDPOINTS_NOTIFICATIONS"] = cloud.url
                    let later = now.addingTimeInterval(60)
                    try await cloud.set(later)
                    let second = try await CollectorProcess.start(
                        cloud.environment(.directory, state: "state", at: later, settings), ["freshness", "--json"],
                        in: cloud.directory
                    ).end()
                    #expect(second.record?["notices"]?["waiting"] == 0, Comment(rawValue: second.errors))
                    #expect(hook.requestCount == 1)
                    let messages = try await cloud.call(.get, "/local/messages").array ?? []
                    #expect(messages.compactMap { $0["title"]?.string?.hasPrefix("FAILING: ") } == [true])
                }
            }
        }
    }

    @Test func `gauges that cannot be posted wait in a spool of their own, which spool shows and flush empties`()
        async throws
    {
        try await TelemetryWorld.use(seed: 92) { world in
            world.settings["POLISEN_METRICS_BACKEND"] = "oci,textfile"
            world.settings["POLISEN_FRESHNESS_VANTAGE"] = "here"
            world.settings["POLISEN_OCI_KEY_EXPIRES"] = "2026-02-04"
            world.settings["POLISEN_FEED_RATE_LIMITS"] = "polisen"
            try await world.disturb(["status": 500, "code": "InternalServerError", "message": "no"])
            let run = try await world.run([
                "collect", "--planned-at", EndToEndCloud.text(world.now.addingTimeInterval(-2)),
            ])
            #expect(run.status == 0, Comment(rawValue: run.errors))
            let check = try await world.run(["freshness"])
            #expect(
                check.status == 0 && check.entries("telemetry.post.failed").count == 1, Comment(rawValue: check.errors))
            let waiting = try await world.spool()
            let spools = waiting["spools"]?.array ?? []
            #expect(spools.map { $0["source"] } == ["collector", "checker"])
            let points = spools.compactMap { $0["points"]?.int }
            #expect(points.count == 2 && points[0] > 60 && points[1] >= 10, "\(points)")
            #expect(waiting["points"]?.int == points.reduce(0, +))
            let text = try await world.run(["metrics", "spool"])
            #expect(text.output.components(separatedBy: "spool      pausing").count == 3, "\(text.output)")
            #expect(text.output.contains("of         checker"))
            try await world.cloud.calm()
            let flush = try await world.run(["metrics", "flush", "--json"])
            #expect(flush.status == 0, Comment(rawValue: flush.output + flush.errors))
            #expect(flush.record?["posted"]?.int == points.reduce(0, +))
            #expect(flush.record?["spools"]?.array?.compactMap { $0["posted"]?.int } == points)
            #expect(try await world.spool()["points"] == 0)
            try await expectAll(world)
            expectTextfile(world)
        }
    }

    /// Everything dense that this host can measure arrived: it has neither a service manager nor a vault with secrets
    /// that end, and no journal.
    private func expectAll(_ world: TelemetryWorld) async throws {
        var arrived: Set<String> = []
        for point in try await world.arrived() {
            let name = try #require(point["name"]?.string)
            var dimensions = Dictionary(
                uniqueKeysWithValues: (point["dimensions"]?.object ?? []).map { ($0.name, $0.value.string ?? "") })
            (dimensions["job"], dimensions["env"]) = (nil, nil)
            let metric = try #require(MetricCatalog.named(name), "\(name)")
            #expect(metric.source == .collector ? metric.admits(dimensions) : metric.admitsChecker(dimensions))
            arrived.insert(([name] + dimensions.values).joined(separator: " "))
        }
        let elsewhere = [
            "scheduler_healthy", "credential_days_left secret", "journal_entries_dropped suppressed",
            // Only where the feed answers with the whole list.
            "upstream_newest_age_seconds",
        ]
        // Those of objectives need objectives: EndToEndBudgetTests.
        for metric in MetricCatalog.all where metric.density != .sparse && !metric.name.hasPrefix("slo_") {
            let values = metric.dimensions.first.map { $0.values ?? [] } ?? []
            let streams = values.isEmpty ? [metric.name] : values.map { metric.name + " " + $0 }
            for stream in streams where !elsewhere.contains(stream) {
                #expect(arrived.contains { $0 == stream || $0.hasPrefix(stream + " ") }, "\(stream)")
            }
        }
    }

    @Test func `days are counted down to the end of the vault's secret that ends first, and of the key`() async throws {
        try await TelemetryWorld.use(seed: 93, .oci) { world in
            let fingerprint = world.cloud.endpoints["fingerprint"]?.string ?? ""
            for (name, days) in [("oci-fingerprint", 10.0), ("oci-user-ocid", 30)] {
                let value = name == "oci-user-ocid" ? world.cloud.endpoints["user"]?.string ?? "" : fingerprint
                let end = EndToEndCloud.text(world.now.addingTimeInterval(days * 86_400))
                let authority = String(world.cloud.url.dropFirst("http://".count))
                let call = HTTPCall(.put, authority, "/local/secrets/\(name)?expires=\(end)", body: Array(value.utf8))
                #expect(try await world.cloud.transport.send(call).status == 204)
            }
            world.settings["USE_VAULT"] = "true"
            world.settings["OCI_VAULT_NAME"] = world.cloud.endpoints["vault_name"]?.string
            world.settings["OCI_VAULT_COMPARTMENT_ID"] = world.cloud.endpoints["compartment"]?.string
            world.settings["POLISEN_OCI_KEY_EXPIRES"] = "2026-02-04"
            let run = try await world.collect()
            #expect(run.status == 0, Comment(rawValue: run.errors))
            let left = try await world.values("credential_days_left", "secret")
            #expect(left.count == 1 && left.allSatisfy { $0 > 9.9 && $0 <= 10 }, "\(left)")
            // From 5 January, twenty minutes past midnight.
            let key = try await world.values("credential_days_left", "api_key")
            #expect(key.count == 1 && key.allSatisfy { $0 > 29.9 && $0 < 30 }, "\(key)")
        }
    }

    private func expectTextfile(_ world: TelemetryWorld) {
        let text = ToolProcess.text(of: world.state + "/metrics/polisen-freshness.prom")
        #expect(text.contains(#"freshness_stale{env="production",job="polisen",vantage="here"} 0"#), "\(text)")
        #expect(text.contains("# TYPE checker_heartbeat gauge\n"))
        let run = ToolProcess.text(of: world.state + "/metrics/polisen.prom")
        #expect(run.contains("run_success{") && !run.contains("checker_heartbeat"))
    }
}
