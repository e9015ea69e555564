// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import FoundationEssentials
import JSON
import TestSupport
import Testing

@testable import CollectorCLI

@Suite struct MQLCommandTests {
    private struct Ended {
        let output: String
        let error: String
        let status: CollectorCLI.ExitStatus
    }

    private func check(_ arguments: String...) throws -> Ended {
        let desk = Desk()
        let status = try MQLCheckCommand.parse(arguments).run(in: desk.surroundings)
        return Ended(output: desk.output, error: desk.error, status: status)
    }

    private func format(_ arguments: String...) throws -> Ended {
        let desk = Desk()
        let status = try MQLFormatCommand.parse(arguments).run(in: desk.surroundings)
        return Ended(output: desk.output, error: desk.error, status: status)
    }

    private func eval(_ arguments: [String]) throws -> Ended {
        let desk = Desk()
        let status = try MQLEvalCommand.parse(arguments).run(in: desk.surroundings)
        return Ended(output: desk.output, error: desk.error, status: status)
    }

    @Test func `check shows what is wrong with a caret, and what is right in its one form`() throws {
        let ended = try check(
            "feed.success[240m].sum() < 1", "run_failed[2h]{job=\"polisen\"}.grouping().sum()>=2",
            "run_success[5m].absent()", "up = 1")
        #expect(ended.status == .badData && ended.error.isEmpty)
        try expectGolden(ended.output, "mql-check.txt")
        #expect(ended.output.split(separator: "\n" as Character).allSatisfy { $0.count <= 80 })
    }

    @Test func `check asks for a trigger only where the query is an alarm's`() throws {
        #expect(try check("a[5m].mean()").status == .ok)
        let refused = try check("--alarm", "a[5m].mean()")
        #expect(refused.status == .badData && refused.output.contains("E-ALARM-NO-TRIGGER"))
    }

    @Test func `check answers in JSON with places and fixes`() throws {
        let ended = try check("--json", "a[240m].sum() < 1", "a[4h].sum() < 1")
        #expect(ended.status == .badData)
        let answer = try JSONValue.parse(ended.output)
        #expect(answer["valid"] == false && answer["queries"]?.array?.count == 2)
        let diagnostic = try #require(answer["queries"]?.array?.first?["diagnostics"]?.array?.first)
        #expect(diagnostic["code"] == "E-INTERVAL" && diagnostic["line"] == 1 && diagnostic["column"] == 3)
        #expect(diagnostic["fix"]?["replacement"] == "4h" && diagnostic["fix"]?["safe"] == true)
        let good = try #require(answer["queries"]?.array?.last)
        #expect(good["tree"] == #"(< (sum (sel "a" 4h)) 1)"# && good["has_trigger"] == true)
    }

    @Test func `queries come from files, whole or a line each`() throws {
        try withTemporaryDirectory { home in
            try FileSystem.replace(home + "/one.mql", Array("a[5m]\n  .mean()\n".utf8))
            try FileSystem.replace(home + "/many.mql", Array("a[5m].mean()\n\nb[\n".utf8))
            #expect(try check("--file", home + "/one.mql").output == "valid: a[5m].mean()\n")
            let many = try check("--lines", "--file", home + "/many.mql")
            #expect(many.status == .badData)
            #expect(many.output.contains("refused, 1 error (line 3 of \(home)/many.mql)"))
            let missing = try check("--file", home + "/none.mql")
            #expect(missing.status == .badData && missing.error.contains("none.mql"))
        }
    }

    @Test(arguments: [["mql"], ["mql", "check"], ["mql", "fmt", "--check"]])
    func `a query that begins with a minus is a query`(command: [String]) throws {
        let query = "-(a[1m].sum()) > 1"
        let desk = Desk()
        let parsed = try PolisenCollector.parseAsRoot(QueryInput.withDashes(command + [query]))
        if let check = parsed as? MQLCheckCommand {
            #expect(check.run(in: desk.surroundings) == .ok)
            #expect(desk.output == "valid: \(try format("--", query).output)", "\(desk.output)")
        } else {
            let items = try #require(parsed as? MQLFormatCommand).input.items()
            #expect(items.map(\.text) == [query])
        }
    }

    @Test func `flags stay flags, and what stands behind two dashes stays as it is`() {
        let lists = [
            ["mql", "check", "--alarm", "a[1m].sum() > 1"], ["mql", "fmt", "--file=x[1].mql"],
            ["mql", "check", "--", "-(a[1m].sum()) > 1"], ["collect", "-x[1]"],
        ]
        for arguments in lists { #expect(QueryInput.withDashes(arguments) == arguments) }
    }

    @Test func `fmt writes through a symbolic link`() throws {
        try withTemporaryDirectory { home in
            try FileSystem.replace(home + "/real.mql", Array("a[5m] . mean()".utf8))
            try FileManager.default.createSymbolicLink(
                atPath: home + "/link.mql", withDestinationPath: "real.mql")
            #expect(try format("-w", "-f", home + "/link.mql").status == .ok)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: home + "/link.mql") == "real.mql")
            #expect(try FileSystem.read(home + "/real.mql") == Array("a[5m].mean()\n".utf8))
        }
    }

    @Test func `a resolution longer than the interval is refused, as OCI does`() throws {
        let long = try eval(["m[1m].sum()", "-d", "none.json", "--resolution", "5m"])
        #expect(long.status == .badData)
        #expect(long.error.contains("5m is longer than 1m"), "\(long.error)")
    }

    @Test func `nothing to check is a mistake of the command line`() {
        #expect(throws: (any Error).self) { try MQLCheckCommand.parse([]) }
        #expect(throws: (any Error).self) { try MQLFormatCommand.parse(["--write", "a[1m].sum()"]) }
        #expect(throws: (any Error).self) { try MQLFormatCommand.parse(["--write", "--check", "--file", "x"]) }
    }

    @Test func `fmt prints, checks and writes the one form`() throws {
        try withTemporaryDirectory { home in
            let file = home + "/q.mql"
            try FileSystem.replace(file, Array("a[1m]{x=\"y\"}.max()>80\n".utf8))
            let form = "a[1m]{x = \"y\"}.max() > 80"
            #expect(try format("--file", file).output == form + "\n")
            let checked = try format("--check", "--file", file)
            #expect(checked.status == .badState && checked.output == "\(file): \(form)\n")
            let written = try format("--write", "--file", file)
            #expect(written.status == .ok && written.error == "formatted \(file)\n")
            #expect(try FileSystem.read(file) == Array((form + "\n").utf8))
            #expect(try format("--check", "--file", file).status == .ok)
            let again = try format("--write", "--file", file)
            #expect(again.status == .ok && again.error.isEmpty)
        }
    }

    @Test func `fmt writes nothing while a query is refused`() throws {
        try withTemporaryDirectory { home in
            try FileSystem.replace(home + "/a.mql", Array("a[1m].max()>80".utf8))
            try FileSystem.replace(home + "/b.mql", Array("b[".utf8))
            let ended = try format("--write", "--file", home + "/a.mql", "--file", home + "/b.mql")
            #expect(ended.status == .badData && ended.error.contains("refused"))
            #expect(try FileSystem.read(home + "/a.mql") == Array("a[1m].max()>80".utf8))
        }
    }

    /// Two streams of a saved answer.
    private static let answer = """
        [{"namespace": "n", "name": "m", "compartmentId": "c", "dimensions": {"job": "a"},
          "aggregatedDatapoints": [
            {"timestamp": "2026-01-05T00:01:00.000Z", "value": 1.0}, {"timestamp": "2026-01-05T00:02:00.000Z", "value": 3.5},
            {"timestamp": "2026-01-05T00:05:00.000Z", "value": 3.5}]},
         {"namespace": "n", "name": "m", "dimensions": {"job": "b"}, "aggregatedDatapoints": [
            {"timestamp": "2026-01-05T00:02:00.000Z", "value": -2e1}]}]
        """

    @Test func `eval shows each stream, equal values in one row`() throws {
        try withTemporaryDirectory { home in
            try FileSystem.replace(home + "/answer.json", Array(Self.answer.utf8))
            let ended = try eval(["m[1m].max()", "--data", home + "/answer.json"])
            #expect(ended.status == .ok && ended.error.isEmpty)
            try expectGolden(ended.output, "mql-eval.txt")
            let json = try eval([
                "m[5m].groupBy(job).sum()", "--json", "-d", home + "/answer.json", "--resolution", "1m",
                "--from", "2026-01-05T00:05:00Z", "--to", "2026-01-05T00:06:00Z", "--knob", "groupedMean=streams",
            ])
            let answer = try JSONValue.parse(json.output)
            #expect(answer["streams"]?.array?.map { $0["points"]?.array?.first?["value"] } == [8, -20])
            #expect(answer["resolution_seconds"] == 60 && answer["knobs"]?["groupedMean"] == "streams")
        }
    }

    @Test func `eval reads the series of a test file`() throws {
        try withTemporaryDirectory { home in
            let yaml = """
                version: 1
                defaults: {namespace: poller, start: "2026-01-05T00:00:00Z", step: 1m}
                tests:
                  - name: one
                    series: [{metric: up, dimensions: {job: a}, values: "1x5 0x4"}]
                    queries: [{query: "up[1m].sum()", from: 0, to: 1m, expect: [{dimensions: {job: a}, values: "1"}]}]
                  - name: two
                    series: [{metric: up, dimensions: {job: b}, values: "7x5"}]
                    queries: [{query: "up[1m].sum()", from: 0, to: 1m, expect: [{dimensions: {job: b}, values: "7"}]}]
                """
            try FileSystem.replace(home + "/t.test.yaml", Array(yaml.utf8))
            let ended = try eval(["up[1m].sum()", "--data", home + "/t.test.yaml", "--test", "two"])
            #expect(
                ended.status == .ok && ended.output.contains("{job=\"b\"}") && ended.output.contains("7  (6 labels)"))
            let unnamed = try eval(["up[1m].sum()", "--data", home + "/t.test.yaml"])
            #expect(unnamed.status == .badData && unnamed.error.contains("name one with --test"))
            let wrong = try eval(["up[1m].sum()", "--data", home + "/t.test.yaml", "--test", "tow"])
            #expect(wrong.error.contains("did you mean \"two\"?"))
        }
    }

    @Test func `eval says what it has not got`() throws {
        try withTemporaryDirectory { home in
            try FileSystem.replace(home + "/answer.json", Array(Self.answer.utf8))
            let other = try eval(["other[1m].max()", "--data", home + "/answer.json"])
            #expect(other.status == .badData && other.error.contains("has no point of other"))
            let refused = try eval(["m[1m.max()", "--data", home + "/answer.json"])
            #expect(refused.status == .badData && refused.error.contains("^"))
            let none = try eval(["m[1m]{job = \"c\"}.max()", "--data", home + "/answer.json"])
            #expect(none.status == .ok && none.output.contains("no stream has a point"))
            #expect(try eval(["--knobs"]).output.contains("nestedFalse         drop  zero"))
            #expect(throws: (any Error).self) { try MQLEvalCommand.parse(["a[1m].sum()"]) }
            #expect(throws: (any Error).self) { try MQLEvalCommand.parse(["a[1m].sum()", "-d", "x", "--knob", "a=b"]) }
            #expect(throws: (any Error).self) { try MQLEvalCommand.parse(["a[1m].sum()", "-d", "x", "--from", "now"]) }
        }
    }
}
