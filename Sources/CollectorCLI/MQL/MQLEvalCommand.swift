// SPDX-License-Identifier: MIT

import Alarms
import ArgumentParser
import Files
import JSON
import MQL

/// `mql eval`: what a query says of saved data.
struct MQLEvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval", abstract: "Evaluate a query over saved metric data",
        usage: "polisen-collector mql eval <query> --data <file> [<flags>]",
        discussion: """
            \(MetricDataReader.forms) Test files of alarms (YAML) are data, too: the series of one of their tests.

            Labels stand from --from (inclusive) to --to (exclusive), every --resolution; each is the end of its window. A \
            query with a predicate has no point where it does not hold; --alarm shows it as an alarm sees it: 0 then.

            Where Oracle's documentation is silent a rule had to be chosen; --knob chooses the other one, for example \
            --knob nestedFalse=zero. `mql eval --knobs` lists them.

            --json: schema 1; query (canonical); namespace; from, to; resolution_seconds; knobs (those that are not the \
            default); streams: an array of dimensions and points (at, value), sorted by dimensions.
            Exit codes: 0 ok, also if there is no point; 65 the query is refused or the data cannot be read.
            """)

    @Argument(help: "The query, in quotes") var query: String?
    @Option(name: .shortAndLong, help: ArgumentHelp("File of data; may be given several times", valueName: "path"))
    var data: [String] = []
    @Option(help: ArgumentHelp("Of a test file, the test whose series are meant", valueName: "name")) var test: String?
    @Option(help: ArgumentHelp("First label (default: where the data begin)", valueName: "time")) var from: String?
    @Option(help: ArgumentHelp("Behind the last label (default: where the data end)", valueName: "time"))
    var to: String?
    @Option(help: ArgumentHelp("Distance of labels, such as 1m (default: the interval)", valueName: "length"))
    var resolution: String?
    @Option(help: ArgumentHelp("Namespace (default: the data's only one)", valueName: "name")) var namespace: String?
    @Option(help: ArgumentHelp("Resource group (default: streams without one)", valueName: "name"))
    var resourceGroup: String?
    @Option(help: ArgumentHelp("Choose a rule where the documentation is silent", valueName: "name=choice"))
    var knob: [String] = []
    @Flag(help: "List the knobs and their choices, the default first") var knobs = false
    @Flag(help: "Evaluate as an alarm does") var alarm = false
    @Flag(help: "Answer as JSON") var json = false

    func validate() throws {
        guard !knobs else { return }
        if query == nil { throw ValidationError("there is no query: give one in quotes") }
        if data.isEmpty { throw ValidationError("there is no data: give a file with --data <path>") }
        if let resolution {
            let length = TestTime.length(resolution) ?? 0
            guard length >= UTCTime.minute, length % UTCTime.minute == 0 else {
                throw ValidationError(
                    "--resolution is a number of whole minutes, such as 5m or 1h, not '\(resolution)'")
            }
        }
        for (name, text) in [("--from", from), ("--to", to)] {
            if let text, UTCTime.milliseconds(text) == nil {
                throw ValidationError("\(name) is a time such as 2026-01-05T02:00:00Z, not '\(text)'")
            }
        }
        _ = try KnobChoices.knobs(knob)
    }

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        if knobs { return surroundings.answer(KnobChoices.table) }
        let text = QueryInput.unguarded(query ?? "")
        do {
            let chosen = try KnobChoices.knobs(knob)
            let query = try Query(parsing: text, as: .metric, knobs: chosen)
            for diagnostic in query.diagnostics {
                surroundings.tell(diagnostic.rendered(in: text, width: HostFacts.terminalWidth(2) ?? 80))
            }
            let answer = try answer(query, chosen)
            return surroundings.answer(json ? answer.json.indented : answer.text)
        } catch let error as QueryError {
            let width = HostFacts.terminalWidth(2) ?? 80
            surroundings.tell(error.diagnostics.map { $0.rendered(in: text, width: width) }.joined(separator: "\n"))
        } catch {
            surroundings.tell("polisen-collector: \(error)")
        }
        return .badData
    }

    private func answer(_ query: Query, _ knobs: Knobs) throws -> EvaluationAnswer {
        let interval = LabelGrid.defaultResolution(of: query.root)
        let step = resolution.flatMap(TestTime.length) ?? interval
        guard step <= interval else { throw EvaluationProblem.resolutionTooLong(step, interval: interval) }
        let wanted = Set(query.root.selectors.map(\.metric))
        var reader = MetricDataReader(wanted: wanted, namespace: namespace ?? Keys.metricsNamespace.defaultValue)
        var start: Int64?
        for path in data {
            if path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
                let test = try AlarmTestData.test(named: test, in: path)
                reader.add(test.streams)
                start = min(start ?? test.start, test.start)
            } else {
                try reader.read(path)
            }
        }
        guard let extent = reader.columns.extent else { throw EvaluationProblem.noPoint(wanted.sorted(), data) }
        let namespaces = reader.columns.namespaces
        guard let space = namespace ?? (namespaces.count == 1 ? namespaces[0] : nil) else {
            throw EvaluationProblem.severalNamespaces(namespaces)
        }
        // The last point is seen by the label at or behind it.
        let first = from.flatMap(UTCTime.milliseconds) ?? start ?? UTCTime.minuteUp(extent.lowerBound)
        let end = to.flatMap(UTCTime.milliseconds) ?? UTCTime.minuteUp(extent.upperBound) + 1
        let labels = LabelGrid.metricQuery(start: first, end: end, resolution: step, anchor: knobs.labelAnchor)
        guard labels.count <= Self.limitLabels else { throw EvaluationProblem.tooManyLabels(labels.count) }
        let streams = Evaluator(knobs: knobs).evaluate(
            query.root, over: reader.takeStore(), namespace: space, resourceGroup: resourceGroup, labels: labels,
            purpose: alarm ? .alarm : .metric)
        return EvaluationAnswer(query: query, namespace: space, labels: labels, streams: streams, knobs: knobs)
    }

    /// Four years of minutes.
    private static let limitLabels = 2_200_000
}

/// Why there is nothing to evaluate.
enum EvaluationProblem: Error, CustomStringConvertible {
    case noPoint([String], [String])
    case severalNamespaces([String])
    case tooManyLabels(Int)
    case resolutionTooLong(Int64, interval: Int64)

    var description: String {
        switch self {
        case .noPoint(let metrics, let files):
            "\(files.joined(separator: ", ")) has no point of \(metrics.joined(separator: " or "))"
        case .severalNamespaces(let names):
            "the data has several namespaces; name one with --namespace: \(names.joined(separator: ", "))"
        case .tooManyLabels(let count):
            "that makes \(count) labels; take a longer --resolution, or a shorter time with --from and --to"
        case .resolutionTooLong(let step, let interval):
            "OCI takes no resolution longer than the interval: \(step / UTCTime.minute)m is longer than "
                + "\(interval / UTCTime.minute)m; leave --resolution out, or ask for a longer interval"
        }
    }
}
