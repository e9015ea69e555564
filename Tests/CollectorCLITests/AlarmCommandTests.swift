// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import JSON
import TestSupport
import Testing

@testable import CollectorCLI

@Suite struct AlarmCommandTests {
    private struct Ended {
        let output: String
        let error: String
        let status: CollectorCLI.ExitStatus
    }

    private func lint(_ arguments: [String]) throws -> Ended {
        let desk = Desk()
        let status = try AlarmsLintCommand.quick(arguments).run(in: desk.surroundings)
        return Ended(output: desk.output, error: desk.error, status: status)
    }

    private func test(_ arguments: [String]) throws -> Ended {
        let desk = Desk()
        let status = try AlarmsTestCommand.quick(arguments).run(in: desk.surroundings)
        return Ended(output: desk.output, error: desk.error, status: status)
    }

    /// A definition as people publish it.
    private static func alarm(_ query: String, pending: String = "PT1M", severity: String = "CRITICAL") -> String {
        """
        {
          "displayName": "${job} naive",
          "compartmentId": "ocid1.compartment.oc1..aaaa",
          "metricCompartmentId": "${metric_compartment_id}",
          "namespace": "${namespace}",
          "query": "\(query.replacing("\"", with: "\\\""))",
          "pendingDuration": "\(pending)",
          "severity": "\(severity)",
          "body": "Something is wrong. {{metricValues}} {{timestamp}} ${runbook_base_url}/naive.md",
          "destinations": ["${topic_id}"],
          "isEnabled": true
        }

        """
    }

    private func withAlarms(_ files: [String: String], _ body: (String) throws -> Void) throws {
        try withTemporaryDirectory { home in
            for (name, text) in files { try FileSystem.replace(home + "/alarms/" + name, Array(text.utf8)) }
            try body(home)
        }
    }

    /// The alarms people publish, and the rules that say why they do not work.
    @Test(arguments: [
        ("run_success[1m].absent()", "L001"), ("run_success_heartbeat[1h].sum() < 1", "L006"),
        ("run_failed[5m].grouping().sum() > 0", "L003"), ("run_success[1h].groupBy(job).count() == 0", "L011"),
    ])
    func `naive alarms are caught with an explanation`(query: String, code: String) throws {
        try withAlarms(["naive.json": Self.alarm(query)]) { home in
            let ended = try lint(["--json", home + "/alarms"])
            #expect(ended.status == .badState)
            let codes = try JSONValue.parse(ended.output)["findings"]?.array?.compactMap { $0["code"]?.string } ?? []
            #expect(codes.contains(code), "\(codes)")
            #expect(try lint(["--explain", code]).output.contains("Instead: "))
        }
    }

    @Test func `lint tells by file what is wrong, why, and what it costs`() throws {
        try withAlarms(["naive.json": Self.alarm("run_failed[5m].sum() >0"), "broken.json": "{\"displayName\": 1"]) {
            home in
            let ended = try lint([home + "/alarms", "--runbooks", home + "/none"])
            #expect(ended.status == .badState && ended.error.contains("/none"))
            let text = ended.output.replacing(home, with: "HOME")
            try expectGolden(text, "alarms-lint.txt")
            #expect(text.split(separator: "\n" as Character).allSatisfy { $0.count <= 80 })
        }
    }

    @Test func `lint mends what is safe to mend, and then has nothing more to mend`() throws {
        try withAlarms(["naive.json": Self.alarm("run_failed[2h].grouping().SUM() > 1")]) { home in
            let path = home + "/alarms/naive.json"
            let ended = try lint([path, "--fix", "--json"])
            let fixed = try JSONValue.parse(ended.output)["fixed"]?.array ?? []
            #expect(!fixed.isEmpty)
            let text = String(decoding: try #require(try FileSystem.read(path)), as: UTF8.self)
            #expect(text.contains("${compartment_id}") && !text.contains("ocid1.compartment"))
            let again = try lint([path, "--fix", "--json"])
            #expect(try JSONValue.parse(again.output)["fixed"] == [])
            #expect(try FileSystem.read(path) == Array(text.utf8))
        }
    }

    @Test func `lint lists its rules, at least 25 of them`() throws {
        let list = try lint(["--list"])
        #expect(list.status == .ok && list.output.split(separator: "\n" as Character).allSatisfy { $0.count <= 80 })
        let rules = try JSONValue.parse(try lint(["--list", "--json"]).output)["rules"]?.array ?? []
        #expect(rules.count >= 25)
        let unknown = try lint(["--explain", "L999"])
        #expect(unknown.status == .usage && unknown.error.contains("--list"))
    }

    @Test func `lint and test say where there is nothing`() throws {
        try withTemporaryDirectory { home in
            for ended in [try lint(["--alarms", home + "/x"]), try test(["--alarms", home + "/x"])] {
                #expect(ended.status == .badData && ended.error.contains(home + "/x"))
            }
            try FileSystem.makeDirectories(home + "/empty")
            #expect(try lint([home + "/empty"]).error.contains("no alarm definitions"))
            #expect(try test([home + "/empty"]).error.contains("no test files"))
        }
    }

    private static let tests = """
        version: 1
        alarms: [naive.json]
        defaults: {namespace: polisen_collector, start: "2026-01-05T00:00:00Z"}
        tests:
          - name: it fires & clears
            series:
              - {metric: run_failed, dimensions: {job: polisen}, step: 30m, values: "0 1 1 0 0 0 0 0 0 0"}
            alarms:
              - alarm: naive
                until: 4h
                states: [[0, OK], [1h, FIRING], [2h30m, OK]]
          - name: it is wrong about the end
            series:
              - {metric: run_failed, dimensions: {job: polisen}, step: 30m, values: "0 1 1 0 0 0 0 0 0 0"}
            alarms:
              - alarm: naive
                until: 4h
                states: [[0, OK], [1h, FIRING], [3h30m, OK]]
        """

    private func withTests(_ body: (String) throws -> Void) throws {
        let files = ["naive.json": Self.alarm("run_failed[2h].grouping().sum() >= 2"), "naive.test.yaml": Self.tests]
        try withAlarms(files, body)
    }

    @Test func `test shows what was expected and what came`() throws {
        try withTests { home in
            let ended = try test(["--alarms", home + "/alarms"])
            #expect(ended.status == .badState && ended.error.isEmpty)
            let text = ended.output.replacing(home, with: "HOME")
            try expectGolden(text, "alarms-test.txt")
            #expect(text.split(separator: "\n" as Character).allSatisfy { $0.count <= 80 })
        }
    }

    @Test func `a filter leaves tests out`() throws {
        try withTests { home in
            let ended = try test([home + "/alarms/naive.test.yaml", "--filter", "FIRES", "--format", "json"])
            #expect(ended.status == .ok, "\(ended.output)")
            #expect(try JSONValue.parse(ended.output)["tests"]?.int == 1)
            #expect(throws: (any Error).self) { try AlarmsTestCommand.quick(["--filter", "x", "--coverage"]) }
            let typo = try test([home + "/alarms/naive.test.yaml", "--filter", "naifv"])
            #expect(typo.status == .badData && typo.output.isEmpty)
            #expect(typo.error.contains("contains 'naifv'; there are tests of naive"), "\(typo.error)")
        }
    }

    @Test func `TAP and JUnit say the same`() throws {
        try withTests { home in
            let tap = try test(["--alarms", home + "/alarms", "--format", "tap"])
            #expect(tap.status == .badState && tap.output.hasPrefix("TAP version 14\n1..2\nok 1 - "))
            #expect(tap.output.contains("\nnot ok 2 - "))
            let junit = try test(["--alarms", home + "/alarms", "--format", "junit"])
            #expect(junit.status == .badState && junit.output.contains("it fires &amp; clears"))
            #expect(junit.output.contains("<failure "))
        }
    }

    @Test func `coverage and mutants are gates`() throws {
        try withTests { home in
            let only = [home + "/alarms/naive.test.yaml"]
            let text = Self.tests.split(separator: "  - name: it is wrong" as String).first.map(String.init) ?? ""
            try FileSystem.replace(only[0], Array(text.utf8))
            #expect(try test(only).status == .ok)
            let coverage = try test(only + ["--coverage"])
            #expect(coverage.status == .badState && coverage.output.contains("no test of kind silent"))
            let mutants = try test(only + ["--mutants"])
            #expect(mutants.status == .badState && mutants.output.contains("survived  naive"))
            let low = try test(only + ["--mutants", "--mutation-score", "1"])
            #expect(low.status == .ok && low.output.contains("mutants: "))
            let profiles = try test(only + ["--profiles", "all"])
            #expect(profiles.status == .ok && profiles.output.contains("rest on documented behaviour alone"))
        }
    }

    @Test func `a broken file is told of with its line, and is no failed test`() throws {
        try withTests { home in
            try FileSystem.replace(home + "/alarms/odd.test.yaml", Array("version: 1\ntests:\n  - nam: x\n".utf8))
            let ended = try test(["--alarms", home + "/alarms"])
            #expect(ended.status == .badData)
            #expect((ended.output + ended.error).contains("odd.test.yaml:3:"))
        }
    }

    @Test func `runbooks are found beside the alarms, by name or by alarm`() throws {
        let book = "---\nalarms: [other]\n---\n\n# Something is wrong\n\nDo this.\n"
        try withTemporaryDirectory { home in
            try FileSystem.replace(home + "/runbooks/naive.md", Array(book.utf8))
            func run(_ arguments: String...) throws -> Ended {
                let desk = Desk(environment: ["POLISEN_ALARMS_PATH": home + "/alarms/"])
                let status = try RunbookCommand.quick(arguments).run(in: desk.surroundings)
                return Ended(output: desk.output, error: desk.error, status: status)
            }
            #expect(try run("naive").output == "# Something is wrong\n\nDo this.\n")
            #expect(try run("other").output == "# Something is wrong\n\nDo this.\n")
            #expect(try run().output.hasPrefix("naive"))
            let wrong = try run("naife")
            #expect(wrong.status == .badData && wrong.error.contains("did you mean naive?"))
            let json = try JSONValue.parse(try run("naive", "--json").output)
            #expect(json["runbooks"]?.array?.first?["text"]?.string == book)
            #expect(try run("--runbooks", home + "/none").status == .badData)
        }
    }

    @Test func `places of alarms and runbooks are looked for in one order`() {
        #expect(AlarmPlaces.alarms("x") { _ in true } == "x")
        #expect(AlarmPlaces.alarms(nil) { $0 == "alarms" } == "alarms")
        #expect(AlarmPlaces.alarms(nil) { $0.hasPrefix("/usr/share") } == "/usr/share/polisen-collector/alarms")
        #expect(AlarmPlaces.alarms(nil) { _ in false } == "alarms")
        #expect(AlarmPlaces.runbooks(nil, besides: "/srv/alarms/") { _ in true } == "/srv/runbooks")
        #expect(AlarmPlaces.runbooks(nil, besides: "alarms") { _ in true } == "runbooks")
        #expect(
            AlarmPlaces.runbooks(nil, besides: "/srv/alarms") { $0.hasPrefix("/usr/local") }
                == "/usr/local/share/doc/polisen-collector/runbooks")
    }
}
