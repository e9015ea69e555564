// SPDX-License-Identifier: MIT

import Alarms
import ArgumentParser
import Files
import JSON
import Ledger
import MQL

/// `alarms backtest`: what the alarms would have done in the past.
struct AlarmsBacktestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest", abstract: "Play recorded metrics through the alarms: when would they have fired?",
        usage: "polisen-collector alarms backtest --data <file> | --ledger [<flags>]",
        discussion: """
            \(MetricDataReader.forms) --ledger takes the records of runs and checks under state.path instead: the metrics \
            they would have posted. All may be combined.

            --incidents is a YAML list of what is known to have happened: incidents: [{from: …, until: …, what: …, \
            alarms: [names]}], times in RFC 3339; without until it goes on, without alarms any alarm will do. With it each \
            firing is true or false, and each incident detected (after how long, by which alarm) or not: by a firing that \
            begins in it, or after it while the alarm's window still shows it.

            --gaps 65m takes every stretch of 65 minutes or more without a run as known, too: recorded answers have holes \
            that are no fault of an alarm. Of the watchdog it is known that it fires all the time.

            Points of answers are aggregated already, and each counts as one measurement at its label: fetch them at 1m, \
            with the statistic the alarm uses. Alarms whose metrics are not in the data are named.

            --json: schema 1; from, until; points; notes; alarms: alarm, firings, false, resets, firingSeconds; firings: \
            alarm, from, until, deliveredAt, rule, severity, endedByReset, repeats, true; incidents (null without a \
            list): what, from, until, detected (null: outside of the data), first, afterSeconds, silent.
            Exit codes: 0 ok; 1 with --incidents or --gaps: something false fired, or something was missed; 65 data, alarms or the \
            list cannot be read, or an incident of the list lies outside of the data.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var place: AlarmPlaceOptions
    @Option(
        name: .shortAndLong, help: ArgumentHelp("File of metric data; may be given several times", valueName: "path"))
    var data: [String] = []
    @Option(help: ArgumentHelp("File of `replay --metrics-out`; may be given several times", valueName: "path"))
    var metrics: [String] = []
    @Flag(help: "The ledger of runs and checks under state.path") var ledger = false
    @Option(help: ArgumentHelp("What is known to have happened", valueName: "path")) var incidents: String?
    @Option(help: ArgumentHelp("Take stretches without a run of this length as known", valueName: "length"))
    var gaps: String?
    @Option(help: ArgumentHelp("First minute (default: where the data begin)", valueName: "time")) var from: String?
    @Option(help: ArgumentHelp("Last minute (default: where the data end)", valueName: "time")) var until: String?
    @Option(help: ArgumentHelp("Only alarms whose name contains this", valueName: "text")) var filter: String?
    @Option(help: ArgumentHelp("Choose a rule where the documentation is silent", valueName: "name=choice"))
    var knob: [String] = []
    @Option(help: ArgumentHelp("List at most so many firings", valueName: "count")) var limit = 100
    @Flag(help: "Answer as JSON") var json = false

    func validate() throws {
        if data.isEmpty, metrics.isEmpty, !ledger {
            throw ValidationError("there is nothing to play: give --data <file>, --metrics <file> or --ledger")
        }
        for (name, text) in [("--from", from), ("--until", until)] {
            if let text, UTCTime.milliseconds(text) == nil {
                throw ValidationError("\(name) is a time such as 2026-01-05T02:00:00Z, not '\(text)'")
            }
        }
        if let gaps, (TestTime.length(gaps) ?? 0) <= 0 {
            throw ValidationError("--gaps is a length such as 65m, not '\(gaps)'")
        }
        if limit < 0 { throw ValidationError("--limit is 0 or more, not \(limit)") }
        _ = try KnobChoices.knobs(knob)
    }

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        let progress = ProgressLine(isShown: HostFacts.isTerminal(2))
        defer { progress.end() }
        do {
            let configuration = try options.configuration(in: surroundings, for: .reading)
            let alarms = try alarms(configuration)
            let annotated = try incidents.map { path in
                try AnnotatedIncident.list(
                    path: path, bytes: try InputFile.bytes(path, limitBytes: 8 << 20), among: try keys(configuration))
            }
            var reader = try read(alarms, configuration, surroundings, progress)
            let holes = gaps.flatMap(TestTime.length).map { reader.columns.gaps(of: Self.everyRun, atLeast: $0) }
            let known =
                annotated == nil && holes == nil
                ? nil : (annotated ?? []) + (holes ?? []) + Self.alwaysFiring(alarms, reader.columns)
            let notes = notes(reader.columns, alarms)
            let report = try play(alarms, &reader, known, progress)
            progress.end()
            for note in notes { surroundings.tell("note: \(note)") }
            let status = status(of: report, annotated ?? [], reader.columns, surroundings)
            guard json else {
                var text = report.text(limit: limit)
                if text.hasSuffix("\n") { text.removeLast() }
                return surroundings.answer(text, status: status)
            }
            let members =
                [JSONMember("schema", 1), JSONMember("notes", .array(notes.map(JSONValue.string)))]
                + (report.json.object ?? [])
            return surroundings.answer(JSONValue.object(members).indented, status: status)
        } catch let error as ConfigurationError {
            surroundings.tell(error.description)
            return .configuration
        } catch {
            return surroundings.failed(error)
        }
    }

    /// An incident that no data tell of makes the answer worthless; where a span was asked for, it was left out on purpose.
    private func status(
        of report: BacktestReport, _ annotated: [AnnotatedIncident], _ columns: MetricColumns,
        _ surroundings: Surroundings
    ) -> ExitStatus {
        guard let extent = columns.extent else { return .badData }
        let outside = annotated.filter { $0.from > extent.upperBound || ($0.until ?? .max) < extent.lowerBound }
        guard from == nil, until == nil, !outside.isEmpty else {
            return report.detections == nil || report.isFlawless ? .ok : .badState
        }
        let span = "\(UTCTime.text(extent.lowerBound)) to \(UTCTime.text(extent.upperBound))"
        for incident in outside {
            surroundings.tell(
                "\(UTCTime.text(incident.from)) \(incident.what): outside of the data, which span \(span); "
                    + "mend its times, or add data")
        }
        return .badData
    }

    /// Names of all alarms, whether they are played or not.
    private func keys(_ configuration: Configuration) throws -> [String] {
        let directory = AlarmPlaces.alarms(place.alarms ?? configuration.alarms.path)
        return try AlarmFiles([], standard: directory).definitions.map(AlarmFiles.key)
    }

    /// The definitions as they would be deployed for this job.
    private func alarms(_ configuration: Configuration) throws -> [Alarm] {
        let directory = AlarmPlaces.alarms(place.alarms ?? configuration.alarms.path)
        let files = try AlarmFiles([], standard: directory).lintFiles()
        let values = AlarmTemplate.standIns(namespace: configuration.metrics.namespace, job: configuration.job)
        let alarms = try files.filter { file in filter.map { file.key.contains($0) } ?? true }.map { file in
            try AlarmTemplate(try JSONValue.parse(file.bytes), key: file.key).alarm(with: values)
        }
        guard !alarms.isEmpty else {
            throw AlarmFileProblem("no alarm of \(directory) has a name that contains '\(filter ?? "")'")
        }
        return alarms
    }

    private func read(
        _ alarms: [Alarm], _ configuration: Configuration, _ surroundings: Surroundings, _ progress: ProgressLine
    ) throws -> MetricDataReader {
        let namespace = configuration.metrics.namespace
        let wanted = try Self.metrics(of: alarms).union(gaps == nil ? [] : [Self.everyRun])
        var reader = MetricDataReader(wanted: wanted, namespace: namespace)
        reader.progress = { bytes in progress.update { "read \(bytes >> 20) MB" } }
        for path in data + metrics { try reader.read(path) }
        if ledger {
            let damaged = try reader.read(RunLedger(statePath: configuration.statePath), namespace: namespace)
            for line in damaged { surroundings.tell("warning: \(line)") }
        }
        return reader
    }

    /// An alarm that tells the watchdog's topic is meant to fire as long as there are data.
    private static func alwaysFiring(_ alarms: [Alarm], _ columns: MetricColumns) -> [AnnotatedIncident] {
        alarms.filter { alarm in
            // Whether they can be read was found out before.
            let metrics = (try? metrics(of: [alarm])) ?? []
            return Backtest.isWatchdog(alarm) && metrics.isSubset(of: columns.metrics)
        }.map { alarm in
            let begin = columns.extent?.lowerBound ?? 0
            return AnnotatedIncident(from: begin, until: nil, what: "\(alarm.key) always fires", alarms: [alarm.key])
        }
    }

    /// What each run posts, however it ends.
    private static let everyRun = "run_success"

    /// What the queries of these alarms read.
    private static func metrics(of alarms: [Alarm]) throws -> Set<String> {
        var names: Set<String> = []
        for query in alarms.flatMap({ [$0.query] + $0.overrides.compactMap(\.query) }) {
            names.formUnion(try Query(parsing: query, as: .alarm).root.selectors.map(\.metric))
        }
        return names
    }

    /// What has to be known to read the report.
    private func notes(_ columns: MetricColumns, _ alarms: [Alarm]) -> [String] {
        var notes: [String] = []
        for alarm in alarms {
            // Whether they can be read was found out before.
            let missing = ((try? Self.metrics(of: [alarm])) ?? []).subtracting(columns.metrics)
            if !missing.isEmpty {
                notes.append("\(alarm.key): there are no data of \(missing.sorted().joined(separator: ", "))")
            }
        }
        if columns.hasAggregates {
            notes.append(
                "points of answers stand for one measurement each: count(), mean() and percentile() are not exact")
        }
        return notes
    }

    /// A piece: long enough that its edges cost nothing, short enough that memory does not grow with the span.
    private static let piece: Int64 = 7 * UTCTime.day

    private func play(
        _ alarms: [Alarm], _ reader: inout MetricDataReader, _ known: [AnnotatedIncident]?, _ progress: ProgressLine
    ) throws -> BacktestReport {
        guard let extent = reader.columns.extent else {
            throw AlarmFileProblem("there is no point of any metric that these alarms read")
        }
        let first = from.flatMap(UTCTime.milliseconds) ?? UTCTime.minuteUp(extent.lowerBound)
        let last = until.flatMap(UTCTime.milliseconds) ?? UTCTime.minuteUp(extent.upperBound)
        guard first <= last else {
            throw AlarmFileProblem("the first minute lies behind the last: \(UTCTime.text(first))")
        }
        var backtest = try Backtest(alarms: alarms, from: first, knobs: try KnobChoices.knobs(knob))
        var end = first
        repeat {
            end = min(last, end + Self.piece)
            backtest.advance(with: reader.nextStreams(until: end), until: end)
            progress.update { "played up to \(UTCTime.text(end))" }
        } while end < last
        return backtest.report(incidents: known)
    }
}
