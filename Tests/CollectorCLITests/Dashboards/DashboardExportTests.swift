// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import JSON
import TestSupport
import Testing
import YAML

@testable import CollectorCLI

@Suite struct DashboardExportTests {
    private func file(_ export: DashboardExport, _ edit: (String) -> String = { $0 }) throws -> DashboardFile {
        try DashboardFile(export, path: export.fileName, text: edit(export.text(of: try DashboardSamples.set())))
    }

    private func generate(_ arguments: String...) throws -> (output: String, status: CollectorCLI.ExitStatus) {
        let desk = Desk(environment: DashboardSamples.environment())
        let base = ["--dashboards", DashboardSamples.directory]
        let status = try DashboardsGenerateCommand.quick(base + arguments).run(in: desk.surroundings)
        return (desk.output + desk.error, status)
    }

    @Test func `the files of this repository are what the declaration gives`() throws {
        let ended = try generate("--check")
        #expect(ended.status == .ok, "\(ended.output)")
    }

    @Test func `generate writes what is missing or differs, and check only tells`() throws {
        try withTemporaryDirectory { directory in
            #expect(try generate("--check", "-o", directory).status == .badState)
            #expect(!FileSystem.exists(directory + "/oci-console.json"))
            #expect(try generate("-o", directory).output.contains("grafana-oci.json         written"))
            #expect(try generate("--check", "-o", directory).status == .ok)
            try FileSystem.replace(directory + "/grafana-oci.json", Array("{}".utf8))
            let drifted = try generate("--check", "--json", "-o", directory)
            #expect(drifted.status == .badState)
            let states = try JSONValue.parse(drifted.output)["files"]?.array?.compactMap { $0["state"]?.string }
            #expect(states == ["current", "drifted", "current"])
            #expect(try generate("-o", directory).output.contains("oci-console.json         current"))
            #expect(try generate("--check", "-o", directory).status == .ok)
        }
    }

    @Test func `a declaration that is wrong is not written`() throws {
        try withTemporaryDirectory { directory in
            let text = try DashboardSamples.text().replacing("run_failed[1h]", with: "run_faild[1h]")
            try FileSystem.replace(directory + "/panels.yaml", Array(text.utf8))
            let desk = Desk(environment: DashboardSamples.environment())
            let command = try DashboardsGenerateCommand.quick(["--dashboards", directory])
            #expect(command.run(in: desk.surroundings) == .badState)
            #expect(desk.error.contains("run_faild") && !FileSystem.exists(directory + "/oci-console.json"))
        }
    }

    @Test(arguments: DashboardExport.allCases)
    func `what is written asks every query of the declaration, and keeps the rules of its tool`(
        export: DashboardExport
    ) throws {
        let file = try file(export)
        #expect(file.problems() == [])
        let queries = try DashboardSamples.set().panels.flatMap(\.queries)
        let wanted = export == .grafanaPrometheus ? queries.map(\.promql) : queries.map(\.mql)
        #expect(file.queries.map(\.text) == wanted)
    }

    @Test(
        arguments: [
            (.grafanaOCI, "run_failed[1h]", "run_faild[1h]", "nobody posts a metric \"run_faild\""),
            (.grafanaOCI, "window = \\\"3d\\\"", "window = \\\"5d\\\"", "window of slo_burn_rate is never \"5d\""),
            (.grafanaOCI, "\"id\": 3,", "\"id\": 2,", "its id is missing or another panel's"),
            (.grafanaOCI, "\"x\": 12,", "\"x\": 6,", "it lies over"),
            (.grafanaOCI, "\"x\": 12,", "\"x\": 20,", "its place is not within 24 columns"),
            (.grafanaOCI, "\"refId\": \"B\"", "\"refId\": \"A\"", "refIds are not one for each target"),
            (.grafanaOCI, "\"name\": \"job\"", "\"name\": \"jobb\"", "there is no variable \"job\""),
            (.grafanaOCI, "\"uid\": \"${datasource}\"", "\"uid\": \"P12\"", "its data source is not ${datasource}"),
            (.grafanaOCI, "\"schemaVersion\"", "\"schema\"", "\"schemaVersion\" is missing"),
            (
                .grafanaOCI, "\"uid\": \"polisen-collector-oci\"",
                "\"uid\": \"polisen-collector-oci-polisen-collector-oci\"", "longer than the 40"
            ),
            (.grafanaPrometheus, "max(run_failed{", "max(run_faild{", "no textfile has \"run_faild\""),
            (.grafanaPrometheus, "by (reason)", "by (reson)", "there is no label \"reson\""),
            (.grafanaPrometheus, "window=\\\"1d\\\"", "window=\\\"2d\\\"", "is never \"2d\""),
            (.console, "run_failed[1h]", "run_failed[1h", "E-"),
            (.console, "polisen-collector-weekly", "polisen-collector-data", "its dashboardId is missing or another's"),
            (.console, "\"column\": 6,", "\"column\": 3,", "it lies over"),
            (.console, "\"drilldownConfig\": [],", "", "\"drilldownConfig\" is missing"),
            (.console, "\"dataConfig\": [\n", "\"other\": [\n", "it asks nothing"),
            (
                .console, "\"namespace\": \"${namespace}\"", "\"namespace\": \"${space}\"",
                "nothing is put in for ${space}"
            ),
        ] as [(DashboardExport, String, String, String)])
    func `a file that was changed by hand is held against the catalogue and its tool`(
        export: DashboardExport, old: String, new: String, message: String
    ) throws {
        let text = export.text(of: try DashboardSamples.set())
        let place = try #require(text.firstRange(of: old), "\(old)")
        let changed = text.replacing(old, with: new, maxReplacements: 1)
        let problems = try DashboardFile(export, path: "d.json", text: changed).problems()
        let found = try #require(problems.first { $0.message.contains(message) }, "\(problems)")
        let isOfQuery = new.contains("{") || new.contains("[1h")
        if isOfQuery, export != .console {
            #expect(found.mark?.line == text[..<place.lowerBound].count { $0 == "\n" } + 1)
        }
        #expect(found.description.hasPrefix("d.json:"))
    }

    @Test func `a file that is no JSON is told with its line`() {
        let error = #expect(throws: DashboardError.self) {
            try DashboardFile(.grafanaOCI, path: "g.json", text: "{\n\"panels\": [\n,]}")
        }
        #expect(error?.description.hasPrefix("g.json:3:1: no JSON") == true, "\(error as Any)")
    }

    @Test func `panels of Grafana stand two by two below their heading`() throws {
        let panels = try file(.grafanaOCI).root["panels"]?.array ?? []
        #expect(panels.count { $0["type"] == "row" } == 8 && panels.count { $0["type"] == "timeseries" } == 24)
        #expect(panels.compactMap { $0["id"]?.int } == Array(1...32))
        #expect(panels.first?["type"] == "row")
        let tops = panels.compactMap { $0["gridPos"]?["y"]?.int }
        #expect(tops == tops.sorted())
    }
}
