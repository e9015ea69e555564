// SPDX-License-Identifier: MIT

import ArgumentParser
import Collector
import Files
import JSON
import TestSupport
import Testing

@testable import CollectorCLI

@Suite struct DashboardCheckTests {
    private struct Ended {
        let output: String
        let error: String
        let status: CollectorCLI.ExitStatus
    }

    private func check(_ directory: String, _ arguments: String...) throws -> Ended {
        let desk = Desk(environment: DashboardSamples.environment())
        let status = try DashboardsCheckCommand.quick(["--dashboards", directory] + arguments).run(
            in: desk.surroundings)
        return Ended(output: desk.output, error: desk.error, status: status)
    }

    /// The declaration with one text in place of another, and the line on which the first of them stands.
    private func changed(_ old: String, _ new: String) throws -> (text: String, line: Int) {
        let text = try DashboardSamples.text()
        let place = try #require(text.firstRange(of: old), "\(old)")
        let line = text[..<place.lowerBound].count { $0 == "\n" } + 1
        return (text.replacing(old, with: new, maxReplacements: 1), line)
    }

    @Test func `the dashboards of this repository show what is posted, and name what there is`() throws {
        let ended = try check(DashboardSamples.directory)
        #expect(ended.status == .ok && ended.error.isEmpty, "\(ended.output)")
        #expect(ended.output.hasPrefix("sound: 24 panels of 3 dashboards"))
        for export in DashboardExport.allCases { #expect(ended.output.contains("\(export.fileName): 28 queries")) }
        let answer = try JSONValue.parse(try check(DashboardSamples.directory, "--json").output)
        #expect(answer["schema"] == 1 && answer["problems"] == [] && answer["queries"] == 28)
        #expect(answer["generated"]?.array?.compactMap { $0["queries"]?.int } == [28, 28, 28])
    }

    @Test(
        arguments: [
            ("'run_success[1h]{job", "'run_sucess[1h]{job", "nobody posts a metric \"run_sucess\"; did you mean"),
            ("[5m]{job = \"${job}\"}.groupBy(vantage)", "[5m]{job = \"${job}\"}.groupBy(vantge)", "no dimension"),
            ("window = \"3d\"", "window = \"4d\"", "window of slo_burn_rate is never \"4d\""),
            ("stat =~ \"p50|p95\"", "stat =~ \"p50|p96\"", "stat of event_lag_seconds is never \"p96\""),
            ("window = \"3d\"", "windw = \"3d\"", "slo_burn_rate has no dimension \"windw\"; did you mean \"window\""),
            ("runbook: api-failing", "runbook: api-faling", "no runbook \"api-faling\"; did you mean \"api-failing\""),
            ("alarms: [budget-low]", "alarms: [budget-lo]", "no alarm \"budget-lo\"; did you mean \"budget-low\""),
            ("slo: latency", "slo: latncy", "objective \"latncy\"; did you mean \"latency\""),
            ("'max(run_success{", "'max(run_succes{", "promql: no textfile has \"run_succes\"; did you mean"),
            (
                "job=\"${job}\", window=\"3d\"", "job=\"${job}\", window=\"9d\"",
                "promql: window of slo_burn_rate is never"
            ),
            ("'max(run_success{", "'max(run_failed{", "promql: it reads other metrics than the MQL beside it"),
            ("'max(run_success{job=\"${job}\"})'", "'max(run_success{job=\"${job}\"}'", "parentheses do not match"),
            ("'max(run_success{job=\"${job}\"})'", "'rate(run_success{job=\"${job}\"}[1h])'", "no function rate()"),
            ("'run_success[1h]{job = \"${job}\"}", "'run_success[1h]", "does not filter by {job"),
            ("run_success[1h]", "run_success[5m]", "posted every 30 min: [5m] leaves windows empty"),
            ("run_success[1h]{job = ", "run_success[1h]{job=", "its canonical form is run_success[1h]{job = "),
            ("groupBy(job).sum()'\n", "groupBy(job).sum() > 3'\n", "a comparison leaves points out"),
            (".groupBy(reason).sum()'", ".groupBy(job).sum()'", "its label speaks of {{reason}}, by which"),
            ("unit: seconds", "unit: bytes", "freshness_age_seconds is in s, which is not shown as bytes"),
            ("span: 28d", "span: 91d", "OCI reaches less far back"),
        ])
    func `what is misspelt is told with the line it stands on`(old: String, new: String, message: String) throws {
        let (text, line) = try changed(old, new)
        try withTemporaryDirectory { directory in
            try FileSystem.replace(directory + "/panels.yaml", Array(text.utf8))
            let ended = try check(directory, "--json")
            #expect(ended.status == .badState)
            let problems = try JSONValue.parse(ended.output)["problems"]?.array ?? []
            let found = try #require(
                problems.first { $0["message"]?.string?.contains(message) == true }, "\(ended.output)")
            // A unit or a span is told where the query is that it does not suit.
            if !old.hasPrefix("unit") && !old.hasPrefix("span") { #expect(found["line"]?.int == line) }
            #expect(found["file"]?.string == directory + "/panels.yaml")
            let told = try check(directory).output.replacing("\n    ", with: " ")
            #expect(told.contains("\(directory)/panels.yaml:\(found["line"]?.int ?? 0):"), "\(told)")
        }
    }

    @Test(
        arguments: [
            ("schema: 1", "schema: 2", "schema must be 1"),
            ("    span: 24h", "    spn: 24h", "a dashboard has no key \"spn\"; did you mean \"span\"?"),
            ("            unit: seconds", "            units: seconds", "a panel has no key \"units\""),
            ("                promql:", "                prom:", "a query has no key \"prom\""),
            (
                "      - title: \"Data\"", "      - titel: \"Data\"",
                "a row has no key \"titel\"; did you mean \"title\"?"
            ),
            ("unit: seconds", "unit: parsecs", "unit must be one of"),
            ("form: lines", "form: line", "did you mean lines?"),
            ("limit: above 3600", "limit: over 3600", "limit is `above` or `below` and a number"),
            ("limit: above 3600", "limit: above all", "limit is `above` or `below` and a number"),
            ("span: 24h", "span: long", "span must be a length such as 24h or 28d"),
            ("name: verdict", "name: freshness-age", "there is another \"freshness-age\""),
            ("name: verdict", "name: Verdict!", "small letters, digits and hyphens only"),
            ("alarms: [budget-low]", "alarms: budget-low", "alarms must be a list"),
            ("schema: 1\n", "schema: 1\nschema: 1\n", ""),
        ])
    func `the declaration is read strictly`(old: String, new: String, message: String) throws {
        let (text, line) = try changed(old, new)
        let error = #expect(throws: DashboardError.self) { try DashboardReader.read(Array(text.utf8), path: "p.yaml") }
        let problem = try #require(error?.problems.first { $0.message.contains(message) }, "\(error as Any)")
        // A key twice is told where it stands the second time.
        #expect(problem.description.hasPrefix("p.yaml:\(message.isEmpty ? line + 1 : line):"), "\(problem)")
    }

    @Test func `everything that is wrong is told at once, and an empty or missing file too`() throws {
        var text = try changed("unit: seconds", "unit: parsecs").text
        text = text.replacing("form: stacked", with: "form: heap")
        let error = #expect(throws: DashboardError.self) { try DashboardReader.read(Array(text.utf8), path: "p") }
        #expect((error?.problems.count ?? 0) > 5)
        #expect(throws: DashboardError.self) { try DashboardReader.read([], path: "p") }
        let missing = try check("/nonexistent")
        #expect(missing.status == .badData && missing.error.contains("/nonexistent/panels.yaml"))
    }

    @Test func `objectives of panels are those whose gauges are declared`() throws {
        let slos = Set(
            MetricCatalog.named("slo_budget_remaining_ratio")?.dimensions.first { $0.name == "slo" }?.values ?? [])
        #expect(!slos.isEmpty && slos == DashboardCheck.objectives)
    }
}
