// SPDX-License-Identifier: MIT

import ArgumentParser
import Collector
import Files
import JSON
import Ledger

/// `explain`: one run's story.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Tell one run's story: what happened, why, what it means, what to do",
        usage: "polisen-collector explain [<run>] [--exec-job <name>] [--json] [<flags>]",
        discussion: """
            <run> is the beginning of a run's id, last, or last-failure (the default: the newest run that failed or was \
            killed). Tells when and how long, each stage with its time, retries and request ids, the cause, what has \
            changed since the last good run, what it means for the data, which runbook fits and what to type next. \
            Reads the ledger only.

            --json: schema 1; run (the ledger's record); headline; good; recovered_by (run_id, ended_at; or null); \
            changed (what, before, now); compared_with (run id; null: no good run before); data; runbook; next_command. \
            Where there is no failure: schema 1; run null; headline.
            Exit codes: 0 told, or no failure on record; 65 no such run, or the ledger cannot be read; 77; 78.
            """)

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Answer as JSON") var json = false

    @Option(name: .customLong("exec-job"), help: ArgumentHelp("The job of this name that exec runs", valueName: "name"))
    var execJob: String?

    @Argument(help: ArgumentHelp("The beginning of a run's id, last or last-failure", valueName: "run"))
    var wanted = "last-failure"

    func validate() throws { try JobPlace.validate(execJob) }

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        surroundings.withPlace(options, execJob: execJob) { place in
            let ledger = RunLedger(statePath: place.state.root)
            do throws(FileError) {
                return try explain(ledger, place, surroundings)
            } catch {
                surroundings.tell("polisen-collector: the ledger cannot be read: \(error)")
                return error.isForbidden ? .denied : .badData
            }
        }
    }

    private func explain(
        _ ledger: RunLedger, _ place: SeenPlace, _ surroundings: Surroundings
    ) throws(FileError) -> ExitStatus {
        let match: RunMatch
        switch wanted {
        case "last": match = try ledger.last(1).runs.first.map(RunMatch.found) ?? .none
        case "last-failure": match = try ledger.last(1, where: \.isBad).runs.first.map(RunMatch.found) ?? .none
        default: match = try ledger.find(wanted)
        }
        switch match {
        case .found(let record):
            // All runs since the last good one before it: they tell what changed, and when it was over.
            var isEnough = false
            let around = try ledger.last(.max) { other in
                defer {
                    isEnough = isEnough || (other.outcome == .success && other.startedAt < record.startedAt)
                }
                return !isEnough
            }
            let story = RunStory(record, RunHistory(runs: around.runs), place)
            return surroundings.answer(json ? story.json.text : story.text)
        case .none where wanted == "last-failure" || wanted == "last":
            return surroundings.answer(nothing(place, isEmpty: try ledger.last(1).runs.isEmpty))
        case .none:
            surroundings.tell("polisen-collector: no run '\(wanted)' in \(ledger.directory)")
            surroundings.tell("next: \(place.command("explain last"))")
        case .unreadable(let line): surroundings.tell("polisen-collector: \(line)")
        case .ambiguous(let ids):
            let shown = ids.prefix(5).map(\.description).joined(separator: ", ")
            surroundings.tell("polisen-collector: '\(wanted)' begins \(ids.count) runs: \(shown)")
        }
        return .badData
    }

    private func nothing(_ place: SeenPlace, isEmpty: Bool) -> String {
        let headline = isEmpty ? "no run is recorded yet" : "no failed or killed run on record"
        let answer: JSONValue = ["schema": 1, "run": .null, "headline": .string(headline)]
        if json { return answer.text }
        return "\(headline): \(place.state.root)\n" + "next".padding(13)
            + place.command(isEmpty ? "status" : "explain last")
    }
}
