// SPDX-License-Identifier: MIT

import ArgumentParser
import Collector
import Files
import FoundationEssentials
import JSON
import Ledger
import Transport

/// `status`: how things stand, in one look.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say how things stand: verdict, last runs, what to type next",
        usage: """
            polisen-collector status [--exec-job <name>] [--offline] [--json]
                   [<flags>]
            """,
        discussion: """
            The verdict comes first: fresh (a success within freshness.max_age), quiet (fresh, but the source has \
            nothing new), missed (no run), failing (runs, but none good), stuck (a run takes too long), unknown (the \
            evidence cannot be read; never shown as fresh). The next command to type comes last. Reads local files; \
            where metrics go to OCI it asks there, for three seconds at most, which alarms fire (not with --offline). What \
            comes of that changes neither verdict nor exit code. The budget is what is left of the main objective's error \
            budget; `slo status` shows them all.

            A job that exec runs has no slots: it is missed or failing once its last success is older than \
            freshness.max_age (say --freshness-max-age 25h for one that runs daily), and stuck when it runs for longer.

            --json: schema 1; verdict; good; reason; job; state; last_success_at; age_seconds; limit_seconds; \
            since_success (failed, killed, partial, skipped); next_run_at (null where no systemd tells); running (run_id, started_at; or null); feed_calls (hour, \
            day; left out for --exec-job); last_runs: the ledger's records, newest first; damaged_lines; journal_suppressed (entries of 24 hours that journald threw \
            away; null where the journal cannot be read); alarms (null where nobody was asked; else known, problem, total, firing: an \
            array of alarm, severity, since); maintenance: planned work under way, an array of id, starts_at, ends_at, pauses_runs, \
            reason, forgotten (no end for more than a day); budget (null where there is nothing to judge; else known, problem, slo, window, attainment, remaining_ratio, \
            verdict); next_command.
            Exit codes: 0 fresh or quiet; 1 anything else; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Do not ask OCI which alarms fire") var offline = false
    @Flag(help: "Answer as JSON") var json = false

    @Option(name: .customLong("exec-job"), help: ArgumentHelp("The job of this name that exec runs", valueName: "name"))
    var execJob: String?

    func validate() throws { try JobPlace.validate(execJob) }

    func run() async throws { try await run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) async -> ExitStatus {
        var found: (place: SeenPlace, report: StatusReport)?
        let status = surroundings.withPlace(options, execJob: execJob) { place in
            found = (place, StatusReport(place))
            return .ok
        }
        guard let place = found?.place, var report = found?.report else { return status }
        report.budget = BudgetGlance.look(place)
        if !offline { report.alarms = await AlarmGlance.look(place, surroundings) }
        return surroundings.answer(
            json ? report.json.text : report.text, status: report.standing.isGood ? .ok : .badState)
    }
}

/// What a command that looks at a ledger looks at.
struct SeenPlace: Sendable {
    let configuration: Configuration
    let state: StatePaths
    /// The job that `exec` runs; nil: the collector.
    let execJob: String?
    let now: Date
    let environment: [String: String]
    /// Flags to repeat in commands that are suggested.
    let flags: String

    /// The command line that does `words` here.
    func command(_ words: String) -> String { "polisen-collector \(words)\(flags)" }

    var standing: Standing { Standing(live, now: now) }

    var live: Live {
        execJob.map { Live(job: $0, configuration, environment: environment) }
            ?? Live(configuration, environment: environment)
    }
}

extension JobPlace {
    /// Refuses what cannot be the name of a job.
    static func validate(_ job: String?) throws {
        guard let job else { return }
        let isWord = (try? Keys.job.syntax.parse(job)) != nil
        if !isWord || job.hasPrefix(".") || job.hasPrefix("-") {
            throw ValidationError("--exec-job needs the name given to exec --job, not '\(job)'")
        }
    }
}

extension Surroundings {
    /// Runs `body` on what the configuration names; tells what is wrong with that.
    func withPlace(
        _ options: GlobalOptions, execJob: String?, _ body: (SeenPlace) -> ExitStatus
    ) -> ExitStatus {
        let configuration: Configuration
        var named = options
        if let execJob { named.assignments.append("job=\(execJob)") }
        do throws(ConfigurationError) {
            configuration = try named.configuration(in: self, for: .reading)
        } catch {
            tell(error.description)
            tell("unknown: the configuration is wrong; correct the above and run again")
            return .configuration
        }
        let state =
            execJob.map { JobPlace.state($0, configuration, environment: environment) }
            ?? StatePaths(configuration.statePath)
        let time = configuration.clock.map(TimeSource.moved) ?? .live
        return body(
            SeenPlace(
                configuration: configuration, state: state, execJob: execJob, now: time.now(), environment: environment,
                flags: Self.repeated(options, execJob)))
    }

    /// Where things are, as typed; nothing that could be a secret.
    static func repeated(_ options: GlobalOptions, _ execJob: String?) -> String {
        var words = options.config.map { ["--config", $0] } ?? []
        for flag in options.flags where flag.key == Keys.statePath.declaration.path {
            words += flag.name == "--set" ? ["--set", "state.path=\(flag.text)"] : [flag.name, flag.text]
        }
        words += execJob.map { ["--exec-job", $0] } ?? []
        return words.map { " \($0)" }.joined()
    }
}
