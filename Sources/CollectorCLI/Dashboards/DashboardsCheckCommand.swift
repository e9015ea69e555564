// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import JSON
import YAML

/// `dashboards check`: whether the panels show what is posted.
struct DashboardsCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Hold every panel's queries against the metrics there are",
        usage: "polisen-collector dashboards check [--dashboards <dir>] [--json] [<flags>]",
        discussion: """
            Every query of panels.yaml has to be MQL in its canonical form, name a metric of `metrics catalogue`, only \
            dimensions and values that it has, filter by {job = "${job}"}, ask for an interval no shorter than the metric \
            is posted, and reach as far back as its dashboard does. Its PromQL twin names the same metrics and labels. \
            Alarms and runbooks that a panel names have to be there, where their directories are.
            The files beside it that `dashboards generate` wrote are read back: the queries in them are held against the \
            same metrics, and what Grafana and the Console take for granted (ids, places, data sources, variables) has to \
            be so.

            --json: schema 1; file; dashboards; panels; queries (how many); generated: an array of file, queries; \
            problems: an array of file, panel, line, column, message.
            Exit codes: 0 all is well; 1 something is wrong; 65 the file cannot be read; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var place: DashboardPlaceOptions
    @Flag(help: "Answer as JSON") var json = false

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        do {
            let configuration = try options.configuration(in: surroundings, for: .reading)
            let set = try place.set(configuration)
            let files = try DashboardFile.all(in: place.directory(configuration))
            let problems = DashboardCheck(set: set, configuration).problems() + files.flatMap { $0.problems() }
            let answer = json ? Self.json(set, files, problems).indented : Self.text(set, files, problems)
            return surroundings.answer(answer, status: problems.isEmpty ? .ok : .badState)
        } catch {
            return surroundings.failedDashboards(error)
        }
    }

    private static func text(_ set: DashboardSet, _ files: [DashboardFile], _ problems: [DashboardProblem]) -> String {
        let queries = set.panels.reduce(0) { $0 + $1.queries.count }
        let what = "\(set.panels.count) panels of \(set.dashboards.count) dashboards, \(queries) queries"
        guard !problems.isEmpty else {
            let read = files.map { "\($0.export.fileName): \($0.queries.count) queries" }
            return (["sound: \(what)"] + read + ["next: polisen-collector dashboards generate --check"])
                .joined(separator: "\n")
        }
        let count = problems.count == 1 ? "1 thing is" : "\(problems.count) things are"
        return (problems.flatMap { wrapped("\($0)", width: 80, indent: 4) } + ["", "\(count) wrong: \(what)"])
            .joined(separator: "\n")
    }

    private static func json(
        _ set: DashboardSet, _ files: [DashboardFile], _ problems: [DashboardProblem]
    ) -> JSONValue {
        [
            "schema": 1, "file": .string(set.path), "dashboards": .int(set.dashboards.count),
            "panels": .int(set.panels.count), "queries": .int(set.panels.reduce(0) { $0 + $1.queries.count }),
            "generated": .array(
                files.map { ["file": .string($0.export.fileName), "queries": .int($0.queries.count)] }),
            "problems": .array(problems.map(\.json)),
        ]
    }
}

extension DashboardProblem {
    fileprivate var json: JSONValue {
        [
            "file": .string(path), "panel": .optional(panel), "line": .optional(mark?.line),
            "column": .optional(mark?.column),
            "message": .string(message),
        ]
    }
}

extension DashboardCheck {
    /// With the alarms and runbooks that are found here.
    init(set: DashboardSet, _ configuration: Configuration) {
        let alarms = AlarmPlaces.alarms(configuration.alarms.path)
        let runbooks = AlarmPlaces.runbooks(nil, besides: configuration.alarms.path)
        self.init(set: set)
        // A machine may have the dashboards only; what cannot be looked up is not complained about.
        self.alarms = (try? AlarmFiles([], standard: alarms)).map { Set($0.definitions.map(AlarmFiles.key)) }
        self.runbooks = (try? RunbookShelf(runbooks)).map { Set($0.books.map(\.name)) }
    }
}
