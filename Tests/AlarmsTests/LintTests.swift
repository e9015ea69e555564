// SPDX-License-Identifier: MIT

import Alarms
import JSON
import Testing

struct LintTests {
    @Test func `an alarm as it should be has no findings`() {
        let report = Lint(facts: LintExample.facts).check([LintExample("").file])
        #expect(report.findings.map(\.description) == [])
    }

    @Test(arguments: LintExample.allFiring)
    func `a rule speaks of what it is about`(example: LintExample) {
        #expect(!example.findings.isEmpty)
    }

    @Test(arguments: LintExample.allSilent)
    func `a rule is silent where all is well`(example: LintExample) {
        #expect(example.findings.map(\.description) == [])
    }

    @Test func `every rule has an example that fires and one that stays silent`() {
        let codes = LintRule.all.map(\.code)
        #expect(codes == codes.sorted() && Set(codes).count == codes.count)
        #expect(codes.count >= 25)
        #expect(Set(LintExample.allFiring.map(\.code)) == Set(codes))
        #expect(Set(LintExample.allSilent.map(\.code)) == Set(codes))
    }

    /// The traps of OCI alarms that the project's catalogue lists as T1 to T10.
    @Test(arguments: [
        ("T1 absent() gives up", ["L001", "L002"]), ("T2 a threshold on a sparse metric resets", ["L003"]),
        ("T3 a stream never seen cannot be absent", ["L004"]), ("T4 a new dimension value is a new stream", ["L005"]),
        ("T5 a metric emitted only on failure", ["L006", "L010"]), ("T6 the resource group", ["L007"]),
        ("T7 intervals and windows", ["L008", "L037"]), ("T8 limits of messages and reads", ["L042", "L029"]),
        ("T9 joins and nesting", ["L030", "L043"]), ("T10 variables in titles", ["L009", "L017"]),
    ])
    func `every trap has its rules`(trap: String, codes: [String]) {
        for code in codes { #expect(LintRule.named(code) != nil, "\(trap)") }
    }

    @Test(arguments: LintRule.all.map(\.code))
    func `a rule explains itself in eighty columns`(code: String) throws {
        let rule = try #require(LintRule.named(code.lowercased()))
        let text = rule.explanation()
        #expect(text.hasPrefix("\(code) ("))
        #expect(text.contains("Why: ") && text.contains("Instead: "))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(rule.why.count > 60 && rule.instead.count > 20)
    }

    /// The alarms that people publish for "no successful run", and the rules that must object.
    @Test(arguments: [
        ("run_success_heartbeat[1h].absent()", ["L001", "L005"]),
        ("run_success_heartbeat[1m].absent()", ["L001", "L003", "L005"]),
        ("run_success_heartbeat[60m].sum() < 1", ["L006", "L011"]),
        ("run_success_heartbeat[60m].count() == 0", ["L006", "L011"]),
        ("run_failed[5m].sum() > 0", ["L003"]),
    ])
    func `naive alarms are caught and explained`(query: String, codes: [String]) {
        let example = LintExample("", query: query)
        let report = Lint(facts: LintExample.facts).check([example.file])
        let found = Set(report.standing.filter { $0.severity != .info }.map(\.code))
        #expect(found.isSuperset(of: codes))
        for code in codes { #expect(LintRule.named(code)?.why.isEmpty == false) }
    }

    @Test func `a finding says file, line, column and place`() throws {
        let finding = try #require(LintExample("L003", query: "run_failed[5m].groupBy(job).sum() > 0").findings.first)
        #expect(finding.description.hasPrefix("alarms/runs-failing.json:6:12: error L003 query: the window [5m]"))
    }

    @Test func `a query error shows the query with a caret`() throws {
        let finding = try #require(LintExample("L020", query: "run_failed[2h].groupBy(job) >= 2").findings.first)
        #expect(finding.message.contains("^"))
        #expect(finding.message.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func `a finding is ignored for a reason, and is still told`() throws {
        let tags =
            #"{"managed-by": "x", "owner": "us", "tier": "ticket", "lint.ignore": "L027: one stream; L041: one job"}"#
        let example = LintExample(
            "", ["query": #""run_failed[2h].sum() >= 2""#, "freeformTags": tags])
        let report = Lint(facts: LintExample.facts).check([example.file])
        #expect(report.standing.isEmpty)
        #expect(report.findings.map(\.code) == ["L027", "L041"])
        #expect(report.findings.first?.ignoredBecause == "one stream")
        #expect(report.text(showsCosts: false) == "1 alarms: 0 errors, 0 warnings, 0 remarks, 2 ignored\n")
        #expect(report.text(showsIgnored: true).contains("(ignored: one stream)"))
    }

    @Test func `a placeholder may stand where a name stands`() {
        let example = LintExample("", query: "run_failed[2h]{job = ${job}}.groupBy(job).sum() >= 2")
        #expect(Lint(facts: LintExample.facts).check([example.file]).findings.map(\.description) == [])
    }

    @Test(arguments: ["L020", "L021", "L040"])
    func `what cannot be read cannot be ignored`(code: String) throws {
        let text = try #require(LintRule.named(code)).explanation()
        #expect(text.hasSuffix("It cannot be ignored.\n"))
    }

    @Test func `broken JSON is one finding`() {
        let file = LintFile(path: "alarms/x.json", key: "x", bytes: Array("{\"query\": ".utf8))
        let report = Lint(facts: LintExample.facts).check([file])
        #expect(report.findings.map(\.code) == ["L021"])
        #expect(report.hasErrors)
    }

    @Test func `a report as JSON holds findings and costs`() {
        let report = Lint(facts: LintExample.facts).check([LintExample("", query: "run_failed[2h].sum() >= 2").file])
        let json = report.json
        #expect(json["warnings"]?.int == 2)
        #expect(json["findings"]?.array?.first?["code"]?.string == "L027")
        #expect(json["findings"]?.array?.first?["line"]?.int == 6)
        #expect(json["costs"]?.array?.first?["pointsPerMonth"]?.int == 5_184_000)
    }

    /// Interval × ⌈pending⌉ × streams for each selector of each rule.
    @Test(
        arguments: [
            (["query": "run_failed[2h].sum() >= 2"], 120),
            (["query": "run_failed[2h].sum() >= 2", "pendingDuration": "PT90S"], 240),
            (["query": "api_requests[1h].sum() >= 2"], 240),
            (["query": "api_requests[1h]{outcome =~ \"http_*\"}.sum() >= 2"], 120),
            (["query": "api_requests[1h]{outcome != \"ok\"}.sum() / api_requests[1h].sum() > 0.5"], 420),
            (["query": "not a query"], 0),
        ] as [([String: String], Int)])
    func `the cost counts what an evaluation reads`(members: [String: String], minutes: Int) {
        let example = LintExample("", members.mapValues { JSONValue.string($0).text })
        let report = Lint(facts: LintExample.facts).check([example.file])
        #expect(report.costs.map(\.cost.minutesAnalysed) == [minutes])
        #expect(report.costs.map(\.cost.pointsPerMonth) == [minutes * 43_200])
    }

    @Test func `overrides cost too`() {
        let overrides = #"[{"ruleName": "MANY", "query": "run_failed[6h].sum() >= 4", "pendingDuration": "PT2M"}]"#
        let report = Lint(facts: LintExample.facts).check([LintExample("", ["overrides": overrides]).file])
        #expect(report.costs.map(\.cost.minutesAnalysed) == [120 + 720])
        #expect(report.text().contains("840      36,288,000"))
    }
}
