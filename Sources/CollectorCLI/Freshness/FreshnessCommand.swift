// SPDX-License-Identifier: MIT

import ArgumentParser
import Collector
import Files
import FoundationEssentials
import Freshness
import JSON
import Ledger
import Transport

/// `freshness`: how long ago was the last good run, and does anybody have to know?
struct FreshnessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "freshness", abstract: "Say whether data is fresh, and tell people when it is not",
        usage: """
            polisen-collector freshness [--exec-job <name>] [--max-age <time>]
                   [--from <places>] [--dry-run] [--json] [<flags>]
            """,
        discussion: """
            Meant for a timer, every minute, apart from the collector's own. The verdict is one of
              fresh    a good run no longer ago than freshness.max_age and 30 s
              quiet    as fresh, but the source has had nothing new for 16 h
              missed   stale, and the last slot (minute 1 or 31) left no record
              failing  stale; runs happen, none is good (a partial one is not)
              stuck    a run has been at work for more than 15 minutes
              unknown  the evidence cannot be read: never called fresh
            An alarm is stale, stuck, or unknown for 15 minutes. Notices go to notifications.topic and \
            notifications.webhook when an alarm begins, changes, ends, and hourly; a notice that could not be delivered \
            is tried again at the next check. Where state.path cannot be written, an alarm is told once an hour, counted \
            from its beginning (unknown: at the full hour, at once an alarm). Each change, and at least each 15 minutes, \
            leaves a record of type check in the ledger. With metrics.backend oci the gauges are posted, by way of a \
            spool of their own; textfile puts them beside the collector's, into a file …-freshness.prom. Entries that \
            journald suppressed are counted where the journal may be read (group systemd-journal).

            --from: ledger (this host), archive (directory or bucket: lets a second machine watch), monitoring (the \
            success heartbeat in OCI). Of several, the best good run counts. Replayed answers never count.
            --exec-job: watches a job that exec runs. It has no slots and no timer here: a good run is due within each \
            --max-age (25h for one that runs daily), and one at work for longer is stuck. Memory, records and a spool lie \
            with the job's own; notices and gauges bear its name.
            --dry-run: answers only; no notice, record, gauge or memory.

            --json: schema 1, state, good, stale, alarming, since, age_seconds, max_age_seconds, last_success_at, \
            data_age_seconds, run_in_progress_seconds, scheduler (state, problem), cause, last_error, warnings, sources \
            (name, last_success_at, age_seconds, problem), notices (waiting), vantage, maintenance (as in `status`), \
            next.
            Exit codes: 0 fresh or quiet; 1 any other verdict; 64 wrong command line; 73 the answer could not be \
            written; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Answer as JSON") var json = false
    @Flag(help: "Only answer: tell, record and post nothing") var dryRun = false
    @Option(help: ArgumentHelp("As freshness.max_age, for this check", valueName: "time")) var maxAge: String?

    @Option(name: .customLong("exec-job"), help: ArgumentHelp("The job of this name that exec runs", valueName: "name"))
    var execJob: String?

    @Option(
        name: .customLong("from"),
        help: ArgumentHelp(
            "Where to look: ledger, archive, monitoring; comma separated or repeated", valueName: "places"))
    var from: [String] = []

    func validate() throws {
        try JobPlace.validate(execJob)
        if try Self.places(from).contains(.archive), execJob != nil {
            throw ValidationError("the archive holds no runs of --exec-job: ask --from ledger or monitoring")
        }
        guard let maxAge else { return }
        do throws(Unacceptable) {
            _ = try Keys.freshnessMaxAge.syntax.parse(maxAge)
        } catch {
            throw ValidationError("--max-age \(error.rule), not '\(maxAge)'")
        }
    }

    func run() async throws { try await run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) async -> ExitStatus {
        var live: Live
        let places: [EvidenceSource]
        do throws(ExitStatus) {
            live = try choices.live(in: surroundings, for: .reading, job: execJob)
        } catch {
            return error
        }
        do {
            places = try Self.places(from)
        } catch {
            return .usage
        }
        if let execJob { live = Live(job: execJob, live.configuration, environment: surroundings.environment) }
        defer { live.log.flush() }
        live.deadline = live.time.uptime() + .seconds(40)
        let flags = execJob.map { Surroundings.repeated(options, $0) }
        let round = FreshnessRound(live: live, places: places, isDry: dryRun, jobFlags: flags)
        let (verdict, waiting) = await round.run()
        let answer = FreshnessAnswer(
            verdict: verdict, noticesWaiting: waiting, maxAgeSeconds: round.limits.maxAge, vantage: round.vantage,
            maintenance: live.activeMaintenance)
        return surroundings.answer(json ? answer.json.text : answer.text, status: verdict.isGood ? .ok : .badState)
    }

    /// What the command line says, under the names of its flags.
    private var choices: Choices {
        var choices = options.choices
        let own = [
            (Keys.freshnessMaxAge.declaration, maxAge, "--max-age"), (Keys.job.declaration, execJob, "--exec-job"),
        ]
        for case (let key, let text?, let name) in own {
            choices.flags.append(ConfigurationFlag(key: key.path, text: text, name: name))
        }
        return choices
    }

    /// In the order of `EvidenceSource`; the ledger where nothing is named.
    private static func places(_ texts: [String]) throws -> [EvidenceSource] {
        var named: Set<EvidenceSource> = []
        for text in texts.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
            guard let place = EvidenceSource(rawValue: String(text)) else {
                throw ValidationError("--from needs ledger, archive or monitoring, not '\(text)'")
            }
            named.insert(place)
        }
        return named.isEmpty ? [.ledger] : EvidenceSource.allCases.filter(named.contains)
    }
}
