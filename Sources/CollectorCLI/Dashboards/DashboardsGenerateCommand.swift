// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import JSON

/// `dashboards generate`: the files that other tools show.
struct DashboardsGenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Write the dashboards for the OCI Console and for Grafana",
        usage: "polisen-collector dashboards generate [--check] [--output <dir>] [<flags>]",
        discussion: """
            Makes oci-console.json, grafana-oci.json and grafana-prometheus.json from panels.yaml, beside it. The same \
            declaration gives the same bytes, so that a change is seen in review; --check only compares, for pipelines. \
            Panels that `dashboards check` finds wrong are not written. dashboards/README.md says how to import each.

            --json: schema 1; directory; files: an array of file, state (written, current, drifted, missing).
            Exit codes: 0 ok; 1 with --check: a file is missing or differs; else a panel is wrong; 65 panels.yaml cannot be \
            read; 73, 77 a file cannot be written; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var place: DashboardPlaceOptions
    @Flag(help: "Write nothing; exit 1 where a file is not what panels.yaml gives") var check = false
    @Option(
        name: .shortAndLong, help: ArgumentHelp("Where to write (default: beside panels.yaml)", valueName: "dir"))
    var output: String?
    @Flag(help: "Answer as JSON") var json = false

    /// What became of a file.
    private enum State: String { case written, current, drifted, missing }

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        do {
            let configuration = try options.configuration(in: surroundings, for: .reading)
            let set = try place.set(configuration)
            let problems = DashboardCheck(set: set, configuration).problems()
            guard problems.isEmpty else {
                for problem in problems { surroundings.tell("\(problem)") }
                surroundings.tell(
                    "polisen-collector: nothing was \(check ? "compared" : "written"); see `dashboards check`")
                return .badState
            }
            let directory = output ?? place.directory(configuration)
            let states = try DashboardExport.allCases.map { ($0, try state(of: $0, in: directory, set)) }
            let isSound = states.allSatisfy { $0.1 == .written || $0.1 == .current }
            let answer = json ? Self.json(directory, states).indented : Self.text(directory, states)
            return surroundings.answer(answer, status: isSound ? .ok : .badState)
        } catch {
            return surroundings.failedDashboards(error)
        }
    }

    private func state(of file: DashboardExport, in directory: String, _ set: DashboardSet) throws -> State {
        guard check else { return try file.write(to: directory, set) ? .written : .current }
        switch try file.isCurrent(in: directory, set) {
        case true: return .current
        case false: return .drifted
        case nil: return .missing
        }
    }

    private static func text(_ directory: String, _ states: [(DashboardExport, State)]) -> String {
        let width = (states.map { $0.0.fileName.count }.max() ?? 0) + 2
        let rows = states.map { file, state in
            let name = file.fileName + String(repeating: " ", count: width - file.fileName.count)
            return name + state.rawValue + (state == .written ? ": \(file.title)" : "")
        }
        let isSound = !states.contains { $0.1 == .drifted || $0.1 == .missing }
        let next = isSound ? "read \(FileSystem.join(directory, "README.md"))" : "polisen-collector dashboards generate"
        return (rows + ["next: \(next)"]).joined(separator: "\n")
    }

    private static func json(_ directory: String, _ states: [(DashboardExport, State)]) -> JSONValue {
        let files = states.map { file, state -> JSONValue in
            ["file": .string(file.fileName), "state": .string(state.rawValue)]
        }
        return ["schema": 1, "directory": .string(directory), "files": .array(files)]
    }
}
