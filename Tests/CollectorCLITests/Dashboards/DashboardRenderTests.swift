// SPDX-License-Identifier: MIT

import ArgumentParser
import Collector
import Files
import FoundationEssentials
import JSON
import Ledger
import TestSupport
import Testing

@testable import CollectorCLI

@Suite struct DashboardRenderTests {
    private struct Ended {
        let output: String
        let error: String
        let status: CollectorCLI.ExitStatus
        var page = ""
        var panels: [String: JSONValue] = [:]
    }

    private static func time(_ slots: Int) -> String {
        Timestamp.text(DashboardSamples.start.addingTimeInterval(Double(slots) * 1_800))
    }

    private func render(_ state: String, _ arguments: [String]) throws -> Ended {
        let desk = Desk(environment: DashboardSamples.environment(state: state))
        let file = state + "/page.html"
        let base = ["--dashboards", DashboardSamples.directory, "-o", file, "--json"]
        let status = try DashboardsRenderCommand.quick(base + arguments).run(in: desk.surroundings)
        var ended = Ended(output: desk.output, error: desk.error, status: status)
        guard status == .ok else { return ended }
        ended.page = String(decoding: try FileSystem.read(file, limitBytes: 1 << 20) ?? [], as: UTF8.self)
        let panels = try JSONValue.parse(desk.output)["panels"]?.array ?? []
        ended.panels = Dictionary(uniqueKeysWithValues: panels.map { ($0["name"]?.string ?? "", $0) })
        return ended
    }

    private func complaints(_ html: String) -> [String] {
        PageReader(html).complaints + (html.utf8.count > 300_000 ? ["\(html.utf8.count) bytes"] : [])
    }

    @Test(arguments: ["en", "sv"]) func `two days with an outage are drawn whole`(language: String) throws {
        try withTemporaryDirectory { state in
            try DashboardSamples.fill(state, slots: 96, failing: 60..<66, rejected: 90)
            let ended = try render(state, ["--until", Self.time(96), "--lang", language])
            #expect(ended.status == .ok && complaints(ended.page) == [])
            #expect(ended.page.contains("<html lang=\"\(language)\""))
            #expect(ended.panels.count == 24)
            let states = ended.panels.mapValues { $0["state"]?.string ?? "" }
            #expect(
                states["freshness-age"] == "recovered" && states["runs"] == "plain" && states["scheduler"] == "good")
            #expect(states["rejected"] == "plain" && states["disk-free"] == "unknowable")
            // Three hours and a half without a success, told by checks 5 and 20 minutes after each slot.
            let worst = ended.panels["freshness-age"]?["worst"]?.double ?? 0
            #expect(worst > 3.2 * 3_600 && worst < 3.6 * 3_600, "\(worst)")
            #expect(ended.page.contains(language == "en" ? "succeeded 42 · failed or killed 6" : "lyckade 42 · "))
            #expect(ended.page.contains("api_timeout"))
        }
    }

    @Test func `figures are those of the records`() throws {
        try withTemporaryDirectory { state in
            try DashboardSamples.fill(state, slots: 48, failing: 10..<12)
            let ended = try render(state, ["--until", Self.time(48)])
            // 2 of 48 calls found no answer, of which 0.5 % may: the objective whose budget is spent most.
            let budget = try #require(ended.panels["budget-remaining"]?["now"]?.double)
            #expect(abs(budget - (1 - (2.0 / 48) / 0.005)) < 1e-6, "\(budget)")
            #expect(ended.panels["events-day"]?["now"] == 92)
            #expect(ended.panels["run-time"]?["now"] == 2 && ended.panels["api-latency"]?["worst"] == 30)
            #expect(ended.page.contains("(api-availability)") && ended.page.contains("new 92"))
        }
    }

    @Test func `a ledger of one run, and of one check, makes a page`() throws {
        try withTemporaryDirectory { state in
            try DashboardSamples.fill(state, slots: 1)
            let ended = try render(state, ["--until", Self.time(1)])
            #expect(ended.status == .ok && complaints(ended.page) == [])
            #expect(ended.panels["freshness-age"]?["state"] == "good")
            #expect(ended.page.contains("succeeded 1"))
        }
    }

    @Test func `without a record of that time there is no page, but a way on`() throws {
        try withTemporaryDirectory { state in
            let empty = try render(state, [])
            #expect(empty.status == .badData && empty.error.contains("--state-path"))
            #expect(!FileSystem.exists(state + "/page.html"))
            try DashboardSamples.fill(state, slots: 1)
            let late = try render(state, ["--until", "2028-01-01T00:00:00Z"])
            #expect(late.status == .badData && late.error.contains("--until"))
        }
    }

    @Test func `a time to look back, a dashboard alone, and standard output can be asked for`() throws {
        try withTemporaryDirectory { state in
            try DashboardSamples.fill(state, slots: 48)
            let alone = try render(state, ["--until", Self.time(48), "--dashboard", "data", "--since", "6h"])
            #expect(alone.panels.values.allSatisfy { $0["dashboard"] == "data" } && alone.panels.count == 7)
            #expect(alone.page.contains("looking back 6 hours") && alone.page.contains("new 24"))
            let wrong = try render(state, ["--dashboard", "weakly"])
            #expect(wrong.status == .badData && wrong.error.contains("did you mean weekly?"))
            let desk = Desk(environment: DashboardSamples.environment(state: state))
            let command = try DashboardsRenderCommand.quick([
                "--dashboards", DashboardSamples.directory, "-o", "-", "--until", Self.time(48),
            ])
            #expect(command.run(in: desk.surroundings) == .ok && desk.output.hasPrefix("<!DOCTYPE html>"))
            let same = Desk(environment: DashboardSamples.environment(state: state))
            #expect(command.run(in: same.surroundings) == .ok && same.output == desk.output)
        }
    }

    @Test(arguments: [
        ["--since", "10m"], ["--since", "x"], ["--until", "now"], ["--json", "-o", "-"], ["--lang", "de"],
    ])
    func `what cannot be asked is refused`(arguments: [String]) {
        #expect(throws: (any Error).self) { try DashboardsRenderCommand.quick(arguments) }
    }

    @Test func `recorded points draw what a ledger does not tell`() throws {
        try withTemporaryDirectory { state in
            let dimensions = #"{"job":"polisen","env":"production","instance":"i"}"#
            let line = """
                {"name":"state_disk_free_bytes","dimensions":\(dimensions),"start":"2026-11-22T00:00:00Z","step":"30m",\
                "values":"5000000x20 90000000"}
                """
            try FileSystem.replace(state + "/points.jsonl", Array(line.utf8))
            let ended = try render(state, ["--metrics", state + "/points.jsonl"])
            #expect(ended.status == .ok && complaints(ended.page) == [])
            #expect(ended.panels["disk-free"]?["state"] == "bad" && ended.panels["disk-free"]?["worst"] == 5_000_000)
            #expect(ended.panels["runs"]?["state"] == "no_data")
        }
    }

    @Test func `texts of a ledger and of files are escaped`() throws {
        try withTemporaryDirectory { state in
            let path = state + "/<b>&\"x"
            try DashboardSamples.fill(path, slots: 2)
            let ended = try render(path, ["--until", Self.time(2)])
            #expect(complaints(ended.page) == [] && ended.page.contains("&lt;b&gt;&amp;"))
        }
    }

    @Test func `what a ledger does not tell is what no full record gives`() throws {
        var metrics = LedgerMetrics()
        var known: Set<String> = []
        for (outcome, error) in [(RunRecord.Outcome.success, ""), (.failed, "feed_timeout"), (.skipped, "")] {
            for day in [0.0, 2] {
                let at = DashboardSamples.start.addingTimeInterval(day * 86_400)
                var run = RunRecord(
                    runID: RunID(at: at, hash: []), job: "j", environment: "e", command: .collect, startedAt: at,
                    endedAt: at.addingTimeInterval(1), outcome: outcome, version: "1", configSHA: "", host: "h")
                run.plannedAt = at
                if outcome == .failed { run.error = .init(type: error, message: "", stage: .fetch, exitCode: 1) }
                if outcome == .skipped { run.skipReason = .locked }
                run.answer = .init(answerClass: "normal", status: 200)
                run.answer?.newestAt = at
                (run.measures.clockSkewSeconds, run.commits) = (1, [1])
                known.formUnion(metrics.samples(of: run).map(\.sample.name))
            }
        }
        let at = DashboardSamples.start
        var check = CheckRecord(
            checkedAt: at, job: "j", environment: "e", vantage: "v", state: "fresh", since: at, isStale: false,
            isAlarming: false, cause: "", host: "h", version: "1")
        check.lastSuccessAt = at
        known.formUnion(metrics.samples(of: check).map(\.sample.name))
        let computed = ObjectivePoints.metrics
        let untold = Set(MetricCatalog.all.map(\.name)).subtracting(known).subtracting(computed)
        #expect(untold == DashboardData.unknownToLedger, "\(untold.symmetricDifference(DashboardData.unknownToLedger))")
    }

    /// Found by `-o /dev/full`, which made a file of the device.
    @Test func `a page goes through a pipe that -o names`() async throws {
        try await SLOHost.use(.begun) { slo in
            let words = ["dashboards", "render", "-o", "/proc/self/fd/1", "--dashboards", packageRoot + "/dashboards"]
            let ended = try await slo.run(words)
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(ended.output.lowercased().hasPrefix("<!doctype html>") && ended.output.contains("</html>"))
        }
    }
}
