// SPDX-License-Identifier: MIT

import ArgumentParser
import Collector
import Files
import FoundationEssentials
import JSON
import Ledger

/// `runs`: the ledger.
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List the runs in the ledger, or show one",
        subcommands: [RunsList.self, RunsShow.self], defaultSubcommand: RunsList.self)
}

/// Whose runs.
struct WhichLedger: ParsableArguments {
    @Flag(help: "The ledger of replayed answers instead") var replay = false
    @Option(
        name: .customLong("exec-job"),
        help: ArgumentHelp("The ledger of the job of this name that exec runs", valueName: "name"))
    var execJob: String?

    func validate() throws {
        try JobPlace.validate(execJob)
        if replay, execJob != nil { throw ValidationError("--replay and --exec-job name two ledgers: leave one out") }
    }

    /// The command whose runs these are.
    fileprivate var maker: String { execJob.map { "exec --job \($0) -- …" } ?? (replay ? "replay" : "collect") }
}

/// `runs list`: the newest runs, one a line.
struct RunsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List runs, newest first",
        discussion: "--json prints the ledger's records as an array; README.md names its members.")

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Answer as JSON") var json = false
    @Flag(help: "Only runs that failed or were killed") var failed = false
    @OptionGroup var which: WhichLedger
    @Option(name: [.customShort("n"), .long], help: "How many at most") var limit = 20

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit needs a number from 1, not \(limit)") }
    }

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        surroundings.withLedger(options, which) { ledger throws(FileError) in
            let reading = try ledger.last(limit) { !failed || $0.outcome == .failed || $0.outcome == .killed }
            for line in reading.damaged { surroundings.tell("warning: \(line)") }
            if json { return surroundings.answer(JSONValue.array(reading.runs.map(\.json)).text) }
            if reading.runs.isEmpty {
                let isEmpty = try failed ? ledger.last(1).runs.isEmpty : true
                return surroundings.answer(
                    isEmpty
                        ? "no runs in \(ledger.directory); `polisen-collector \(which.maker)` makes one"
                        : "no failed or killed run in \(ledger.directory)")
            }
            return surroundings.answer(reading.runs.map(\.row).joined(separator: "\n"))
        }
    }
}

/// `runs show`: everything the ledger knows of a run.
struct RunsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the record of one run")

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Answer with the record as one line of JSON") var json = false
    @OptionGroup var which: WhichLedger
    @Argument(help: "The run's id or its beginning; `last` for the newest run") var id: String

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        surroundings.withLedger(options, which) { ledger throws(FileError) in
            let match: RunMatch
            if id == "last" {
                match = try ledger.last(1).runs.first.map(RunMatch.found) ?? .none
            } else {
                match = try ledger.find(id)
            }
            switch match {
            case .found(let record): return surroundings.answer(json ? record.json.text : record.json.indented)
            case .none:
                surroundings.tell(
                    "polisen-collector: no run '\(id)' in \(ledger.directory); see `polisen-collector runs list`")
            case .unreadable(let line): surroundings.tell("polisen-collector: \(line)")
            case .ambiguous(let ids):
                surroundings.tell(
                    "polisen-collector: '\(id)' begins \(ids.count) runs: \(ids.prefix(5).map(\.description).joined(separator: ", "))"
                )
            }
            return .badData
        }
    }
}

extension Surroundings {
    /// Runs `body` on the ledger the configuration names.
    fileprivate func withLedger(
        _ options: GlobalOptions, _ which: WhichLedger, _ body: (RunLedger) throws(FileError) -> ExitStatus
    ) -> ExitStatus {
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try options.configuration(in: self, for: .reading)
        } catch {
            tell(error.description)
            return .configuration
        }
        do throws(FileError) {
            let state = which.execJob.map { JobPlace.state($0, configuration, environment: environment).root }
            return try body(
                RunLedger(statePath: state ?? configuration.statePath, name: which.replay ? "replay" : "runs"))
        } catch {
            tell("polisen-collector: the ledger cannot be read: \(error)")
            return error.isForbidden ? .denied : .badData
        }
    }
}

extension RunRecord {
    /// One line of at most 80 columns.
    fileprivate var row: String {
        let time = Timestamp.text(startedAt).prefix(19).replacing("T", with: " ")
        let seconds = endedAt.timeIntervalSince(startedAt)
        let duration = seconds < 1_000 ? "\((seconds * 100).rounded() / 100)s" : "\(Int(seconds))s"
        return [
            String(time), outcome.rawValue.padding(8), duration.padding(7), String(story.prefix(29)).padding(29),
            String(runID.description.prefix(13)),
        ].joined(separator: " ")
    }
}
