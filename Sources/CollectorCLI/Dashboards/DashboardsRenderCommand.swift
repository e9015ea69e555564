// SPDX-License-Identifier: MIT

import Alarms
import ArgumentParser
import Files
import FoundationEssentials
import JSON
import Ledger
import MQL
import Transport

/// `dashboards render`: the dashboards as one local page.
struct DashboardsRenderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Draw the dashboards as one page from the ledger: no cloud needed",
        usage: """
            polisen-collector dashboards render [-o <file>] [--since 7d]
                   [--dashboard <name>] [--metrics <file>] [--lang en|sv] [<flags>]
            """,
        discussion: """
            The page is one file that needs nothing else: no script, no network, light and dark, prints well. It shows \
            the panels that `dashboards generate` makes for the OCI Console and Grafana, with the same queries, computed \
            from the records of runs and checks under state.path. What a ledger does not keep (free disk, the telemetry \
            queue) says so on its panel.

            \(MetricDataReader.forms) With --metrics the points come from such files instead of the ledger.

            --json: schema 1; page (null for -o -), bytes, from, to, job, dashboards, panels: an array of dashboard, name, \
            state (good, recovered: was beyond its limit; bad, plain: no limit; nothing: none of what it counts; no_data, \
            unknowable), now, worst, limit (side, value; or null), unit (of the numbers); notes.
            Exit codes: 0 ok, whatever the page shows; 65 there are no points, or something cannot be read; 73, 77 the page \
            cannot be written; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var place: DashboardPlaceOptions
    @OptionGroup var slos: SLOPlaceOptions
    @Option(name: .shortAndLong, help: ArgumentHelp("Where to write; - is standard output", valueName: "file"))
    var output = "dashboards.html"
    @Option(
        help: ArgumentHelp(
            "How far back every panel looks, such as 7d (default: each dashboard's own)", valueName: "length"))
    var since: String?
    @Option(help: ArgumentHelp("The end of what is shown (default: now)", valueName: "time")) var until: String?
    @Option(help: ArgumentHelp("Only this dashboard: on-call, weekly, data", valueName: "name")) var dashboard: String?
    @Option(help: ArgumentHelp("File of points, instead of the ledger; may be given several times", valueName: "path"))
    var metrics: [String] = []
    @Option(help: "Language of the page") var lang = DashboardLanguage.en
    @Flag(help: "Answer as JSON") var json = false

    func validate() throws {
        if let since, (TestTime.length(since) ?? 0) < 3_600_000 || (TestTime.length(since) ?? 0) > 400 * UTCTime.day {
            throw ValidationError("--since is a length from 1h to 400d, such as 7d, not '\(since)'")
        }
        if let until, UTCTime.milliseconds(until) == nil {
            throw ValidationError("--until is a time such as 2026-01-05T02:00:00Z, not '\(until)'")
        }
        if json, output == "-" { throw ValidationError("--json and the page cannot both go to standard output") }
    }

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        do {
            let configuration = try options.configuration(in: surroundings, for: .reading)
            let set = try place.set(configuration)
            try known(dashboard, in: set)
            guard let data = try data(set, configuration) else {
                surroundings.tell("polisen-collector: \(nothing(configuration))")
                return .badData
            }
            for note in data.notes { surroundings.tell("note: \(note)") }
            let page = try DashboardPage(
                set: set, only: dashboard, data: data, span: span, words: DashboardWords(language: lang),
                environment: configuration.environment, runbookBase: configuration.alarms.runbookBaseURL?.text)
            return try answer(page, data, surroundings)
        } catch let error as QueryError {
            surroundings.tell("polisen-collector: a panel's query is refused; see `dashboards check`: \(error)")
            return .badData
        } catch {
            return surroundings.failedDashboards(error)
        }
    }

    private var span: Int64? { since.flatMap(TestTime.length) }

    private func known(_ name: String?, in set: DashboardSet) throws {
        guard let name, !set.dashboards.contains(where: { $0.name == name }) else { return }
        let names = set.dashboards.map(\.name)
        let hint =
            nearest(to: name, among: names).map { "; did you mean \($0)?" }
            ?? ": there are \(names.joined(separator: ", "))"
        throw DashboardError(problems: [
            DashboardProblem(path: set.path, mark: nil, panel: nil, message: "there is no dashboard \"\(name)\"\(hint)")
        ])
    }

    /// The points of all panels; nil where there are none.
    private func data(_ set: DashboardSet, _ configuration: Configuration) throws -> DashboardData? {
        let shown = set.dashboards.filter { dashboard == nil || $0.name == dashboard }
        // A query that is refused is told of when it is evaluated.
        let queries = shown.flatMap(\.panels).flatMap(\.queries).compactMap { try? $0.query() }
        let gathering = DashboardGathering(
            namespace: configuration.metrics.namespace, job: configuration.job,
            span: span ?? shown.map(\.span).max() ?? UTCTime.day,
            wanted: Set(queries.flatMap(\.root.selectors).map(\.metric)))
        let end = until.flatMap(UTCTime.milliseconds)
        guard metrics.isEmpty else { return try gathering.files(metrics, until: end) }
        let time = configuration.clock.map(TimeSource.moved) ?? .live
        let now = end.map { Date(timeIntervalSince1970: Double($0) / 1_000) } ?? time.now()
        let (points, note) = try objectives(gathering, shown, configuration, now)
        return try gathering.ledger(
            RunLedger(statePath: configuration.statePath), now: now, further: points, notes: note.map { [$0] } ?? [])
    }

    /// The gauges of objectives at every label of their panels, or why there are none.
    private func objectives(
        _ gathering: DashboardGathering, _ shown: [Dashboard], _ configuration: Configuration, _ now: Date
    ) throws -> ([TimedPoint], String?) {
        guard !gathering.wanted.isDisjoint(with: ObjectivePoints.metrics) else { return ([], nil) }
        let source: ServiceLevelSource
        do throws(SLOFilesProblem) {
            source = try ServiceLevelSource(configuration, slos: slos.slos, now: now)
        } catch {
            return ([], "no gauges of objectives: \(error)")
        }
        let end = Int64(Timestamp.milliseconds(now))
        let instants = shown.flatMap { dashboard in
            PanelEvaluation.instants(dashboard, span: span ?? dashboard.span, end: end)
        }
        let points = ObjectivePoints(source: source, namespace: gathering.namespace)
        return (try points.points(at: Set(instants).filter { $0 <= end }.sorted()), nil)
    }

    private func nothing(_ configuration: Configuration) -> String {
        guard metrics.isEmpty else { return "\(metrics.joined(separator: ", ")) has no point of any panel" }
        return "the ledger under \(configuration.statePath) has no record of that time; name another state with "
            + "--state-path, another time with --since and --until, or points with --metrics"
    }

    private func answer(_ page: DashboardPage, _ data: DashboardData, _ surroundings: Surroundings) throws -> ExitStatus
    {
        let html = page.html
        if output == "-" { return surroundings.answer(html.hasSuffix("\n") ? String(html.dropLast()) : html) }
        try FileSystem.put(Array(html.utf8), at: output)
        return surroundings.answer(json ? answerJSON(page, data, html).indented : text(page, html))
    }

    private func text(_ page: DashboardPage, _ html: String) -> String {
        var lines = ["\(output): \(page.count) panels, \(html.utf8.count / 1_000) kB"]
        let bad = page.panels(.bad)
        lines.append(
            bad.isEmpty ? "no limit is broken now" : "beyond their limits: " + bad.map(\.name).joined(separator: ", "))
        if let book = bad.first?.runbook {
            lines.append("next: open the page in a browser; polisen-collector runbook \(book.text)")
        } else {
            lines.append("next: open the page in a browser")
        }
        return lines.flatMap { wrapped($0, width: 80, indent: 2) }.joined(separator: "\n")
    }

    private func answerJSON(_ page: DashboardPage, _ data: DashboardData, _ html: String) -> JSONValue {
        [
            "schema": 1, "page": .string(output), "bytes": .int(html.utf8.count),
            "from": .string(UTCTime.text(data.extent.lowerBound)), "to": .string(UTCTime.text(data.end)),
            "job": .string(data.job), "panels": page.panelsJSON, "notes": .array(data.notes.map(JSONValue.string)),
        ]
    }
}
