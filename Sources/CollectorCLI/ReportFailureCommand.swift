// SPDX-License-Identifier: MIT

import ArgumentParser
import Collector
import Files
import FoundationEssentials
import JSON
import Ledger
import Logging

/// `report-failure`: what systemd starts when a unit ended badly.
struct ReportFailureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report-failure", abstract: "Record a run that died, with the cause systemd tells",
        usage: """
            polisen-collector report-failure [--unit <unit>] [--result <result>]
                   [--exec-job <name>] [<flags>]
            """,
        discussion: """
            A run that is killed cannot say so itself. systemd can: it starts this command after each end of the \
            collector's unit (ExecStopPost=) and when a unit has failed for good (OnFailure=), and says by variables how \
            the process ended: $SERVICE_RESULT, $EXIT_STATUS, $INVOCATION_ID, or $MONITOR_SERVICE_RESULT, \
            $MONITOR_EXIT_STATUS, $MONITOR_INVOCATION_ID, $MONITOR_UNIT. Flags beat them, so it works by hand, too.

            A run that recorded its own end is left as it is. One that did not becomes a record with outcome killed and \
            error type killed_oom, killed_signal, killed_timeout, killed_core_dump, killed_watchdog, killed_exit or \
            start_failed, and a journal entry (run.killed). Called again for the same start, it adds nothing. Of units \
            that collect nothing (polisen-freshness, polisen-health) the journal alone is told (scheduler.unhealthy).

            A unit that runs `polisen-collector exec --job nightly` reports with --exec-job nightly (ExecStopPost=, as \
            the same user); without it, OnFailure= finds the job by the start's id, if it is a job below state.path.

            Where metrics.backend names a place, run_failed and its reason go there once all that is written: at most \
            2 s, and whatever becomes of them changes nothing else. What cannot be posted waits for the next run. \
            ExecStopPost= has no access to the unit's credentials (systemd 252): there polisen-metrics.path has the \
            points posted at once.

            --json: schema 1, verdict (recorded, known, nothing, busy), unit, result, cause, run_id, message.
            Exit codes: 0 done, or nothing to do; 64 no result was given; 73 the ledger cannot be written; 75 another \
            run holds the lock; 78 no ledger is known.

            Example: polisen-collector report-failure --result signal --exit-status KILL \
            --invocation-id 7c1e0d6c4c5b4a0e8a3f0b1c2d3e4f50
            """)

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Answer as JSON") var json = false
    @Option(help: ArgumentHelp("The unit that ended (default: $MONITOR_UNIT)", valueName: "unit"))
    var unit: String?
    @Option(help: ArgumentHelp("How, in systemd's word: oom-kill, signal, timeout, core-dump, …", valueName: "result"))
    var result: String?
    @Option(help: ArgumentHelp("exited, killed or dumped; taken for what it is by --exit-status", valueName: "code"))
    var exitCode: String?
    @Option(help: ArgumentHelp("The exit status, or the name of the signal", valueName: "status"))
    var exitStatus: String?
    @Option(
        name: .customLong("invocation-id"),
        help: ArgumentHelp("systemd's id of the start (32 hex digits)", valueName: "id"))
    var invocationID: String?

    @Option(name: .customLong("exec-job"), help: ArgumentHelp("The job of this name that exec runs", valueName: "name"))
    var execJob: String?

    func validate() throws { try JobPlace.validate(execJob) }

    func run() async throws { try await run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) async -> ExitStatus {
        guard let end = end(in: surroundings.environment) else {
            surroundings.tell(
                "polisen-collector: no result is given: systemd sets $SERVICE_RESULT or $MONITOR_SERVICE_RESULT; by hand, "
                    + "add --result (signal, oom-kill, timeout, core-dump, exit-code, …)")
            return .usage
        }
        // The usual end of a run costs nothing but this process.
        guard end.cause != nil else { return answer(end, .nobody, surroundings) }
        guard var live = live(of: execJob, in: surroundings, surroundings.tell) else { return .configuration }
        if execJob == nil, let job = Self.job(of: end, live), let its = self.live(of: job, in: surroundings, { _ in }) {
            live = its
        }
        // A job of root's has a directory of root's.
        do throws(ExitStatus) { try surroundings.leaveRoot(for: live.state.root) } catch { return error }
        defer { live.log.flush() }
        guard Self.collects(end.unit), end.cause != .startLimit else {
            Self.log(end, live.log.logger)
            return answer(end, .nobody, surroundings)
        }
        do throws(FileError) {
            let finding = try await live.obituary.report(end, id: live.run)
            if case .known(let record) = finding { Self.log(end, record, live.log.logger) }
            if case .busy = finding { Self.log(end, live.log.logger) }
            let status = answer(end, finding, surroundings, of: live.command == .exec ? live.configuration.job : nil)
            if case .recorded = finding { await Self.post(live) }
            return status
        } catch {
            live.log.logger.critical(
                "a run died and cannot be recorded: \(end.story)",
                metadata: Self.facts(end, "run.killed").merging(["error.message": "\(error)"]) { $1 })
            surroundings.tell("polisen-collector: the death cannot be recorded: \(error)")
            return .cannotWrite
        }
    }

    /// Tells the metrics of a death.
    private static func post(_ live: Live) async {
        live.log.flush()
        guard let telemetry = Telemetry(live, live.anyTransport()) else { return }
        guard lacksCredentials(live) else { return await telemetry.post(isForced: true) }
        do throws(FileError) {
            // polisen-metrics.path waits for it.
            try FileSystem.replace(FileSystem.join(live.spool, "urgent"), [], durable: false)
        } catch {
            live.log.logger.warning("metrics wait for the next run", metadata: ["error": "\(error)"])
        }
    }

    /// Whether the keys are a unit's credentials that this process may not see: systemd 252 shows them to `ExecStart=`
    /// and `ExecStartPre=`, and not to `ExecStopPost=`, though it sets the variable for all (observed 2026-11).
    private static func lacksCredentials(_ live: Live) -> Bool {
        guard let directory = live.environment["CREDENTIALS_DIRECTORY"], !directory.isEmpty,
            let file = live.configuration.oci.configFile,
            ["$CREDENTIALS_DIRECTORY", "${CREDENTIALS_DIRECTORY}", directory].contains(where: file.hasPrefix)
        else { return false }
        // What cannot be listed holds nothing for us.
        return (try? FileSystem.list(directory))?.isEmpty ?? true
    }

    /// Flags, else the variables of `OnFailure=`, else those of `ExecStopPost=`; nil where none tells a result.
    private func end(in environment: [String: String]) -> UnitEnd? {
        func value(_ names: String...) -> String? {
            names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        guard let result = result ?? value("MONITOR_SERVICE_RESULT", "SERVICE_RESULT") else { return nil }
        // The reporter's own unit has an invocation, too, which is not the one that ended.
        let isMonitor = environment["MONITOR_SERVICE_RESULT"] != nil
        let isStopPost = !isMonitor && environment["SERVICE_RESULT"] != nil
        let invocation = isMonitor ? value("MONITOR_INVOCATION_ID") : isStopPost ? value("INVOCATION_ID") : nil
        var end = UnitEnd(
            unit: unit ?? value("MONITOR_UNIT"), result: result,
            status: exitStatus ?? value(isMonitor ? "MONITOR_EXIT_STATUS" : "EXIT_STATUS"),
            invocationID: (invocationID ?? invocation).map { $0.lowercased().filter { $0 != "-" } })
        // Only what runs in the unit's own control group can ask its counter.
        end.isLast = isMonitor
        if isStopPost { end.isOutOfMemory = (ControlGroup.outOfMemoryKills ?? 0) > 0 }
        return end
    }

    /// The assembly; with a configuration that is wrong, which may be why the unit failed, all but the ledger's place is
    /// the default.
    ///
    /// - Parameter job: that `exec` runs; nil: the collector.
    private func live(of job: String?, in surroundings: Surroundings, _ tell: (String) -> Void) -> Live? {
        let name = job.map { [ConfigurationFlag(key: "job", text: $0, name: "--exec-job")] } ?? []
        let flags = job == nil ? options.flags : options.flags.filter { $0.key != "job" } + name
        let environment = surroundings.environment
        let configuration: Configuration?
        do throws(ConfigurationError) {
            configuration = try Configuration(
                flags: flags, environment: environment, file: options.file(in: surroundings), for: .reading)
        } catch {
            tell(error.description)
            guard let path = error.statePath else {
                tell("polisen-collector: the death is not recorded: state.path is not known")
                return nil
            }
            let flag = ConfigurationFlag(key: "state.path", text: path, name: "--state-path")
            // Losing the error is right: what is wrong has been told.
            configuration = try? Configuration(flags: [flag] + name, environment: [:], file: nil, for: .reading)
        }
        guard let configuration else { return nil }
        return job.map { Live(job: $0, configuration, environment: environment) }
            ?? Live(configuration, environment: environment)
    }

    /// The job whose ledger or marker knows the start that ended; nil for the collector's own.
    private static func job(of end: UnitEnd, _ live: Live) -> String? {
        guard let invocation = end.invocationID, end.unit?.hasPrefix(Product.name) != true else { return nil }
        return JobPlace.jobs(below: live.state.root).first { job in
            var obituary = live.obituary
            obituary.state = StatePaths(FileSystem.join(FileSystem.join(live.state.root, "jobs"), job))
            // A job whose state cannot be read cannot be told of.
            return (try? obituary.knows(invocation)) ?? false
        }
    }

    /// Whether the unit's starts are runs of the collector.
    static func collects(_ unit: String?) -> Bool {
        !["polisen-freshness", "polisen-health", "polisen-report-failure"].contains { unit?.hasPrefix($0) == true }
    }
}

extension ReportFailureCommand {
    /// Of a run that is in the ledger, the journal gets what only systemd knows.
    private static func log(_ end: UnitEnd, _ record: RunRecord, _ logger: Logger) {
        var facts = facts(end, "run.killed")
        facts["run.id"] = "\(record.runID)"
        if end.isLast {
            facts["event"] = "scheduler.unhealthy"
            // Of an end by itself the run knows more than systemd.
            let why = end.cause == .exit ? record.error?.message ?? end.story : end.story
            logger.error("not tried again before the next slot: \(why)", metadata: facts)
        } else if record.outcome == .killed || [.exit, .start].contains(end.cause) {
            facts["event"] = nil
            logger.debug("the run is in the ledger: \(record.error?.message ?? end.story)", metadata: facts)
        } else {
            logger.warning("the run had recorded its end when systemd ended it: \(end.story)", metadata: facts)
        }
    }

    /// Of what is no run, or has no record yet, the journal is all that is told.
    private static func log(_ end: UnitEnd, _ logger: Logger) {
        let isRun = collects(end.unit)
        logger.error("\(end.story)", metadata: facts(end, isRun ? "run.killed" : "scheduler.unhealthy"))
    }

    private static func facts(_ end: UnitEnd, _ event: String) -> Logger.Metadata {
        var facts: Logger.Metadata = ["event": "\(event)", "unit.result": "\(end.result)"]
        facts["error.type"] = end.cause.map { "\($0.rawValue)" }
        facts["unit"] = end.unit.map { "\($0)" }
        facts["unit.status"] = end.status.map { "\($0)" }
        facts["unit.invocation_id"] = end.invocationID.map { "\($0)" }
        return facts
    }

    private func answer(
        _ end: UnitEnd, _ finding: Obituary.Finding, _ surroundings: Surroundings, of job: String? = nil
    ) -> ExitStatus {
        let told = Told(end, finding, job)
        guard json else { return surroundings.answer(told.text, status: told.status) }
        var members: [JSONMember] = [
            JSONMember("schema", 1), JSONMember("verdict", .string(told.verdict)),
            JSONMember("unit", .optional(end.unit)), JSONMember("result", .string(end.result)),
            JSONMember("cause", .optional(end.cause?.rawValue)),
        ]
        members.append(JSONMember("run_id", .optional(told.run?.description)))
        members.append(JSONMember("message", .string(told.message)))
        return surroundings.answer(JSONValue.object(members).text, status: told.status)
    }

    /// A finding in words.
    private struct Told {
        let verdict: String
        let message: String
        var run: RunID?
        /// That `exec` runs.
        let job: String?
        var status = ExitStatus.ok

        init(_ end: UnitEnd, _ finding: Obituary.Finding, _ job: String?) {
            self.job = job
            switch finding {
            case .recorded(let record):
                (verdict, message, run) = ("recorded", end.story, record.runID)
            case .known(let record):
                verdict = "known"
                message = "run \(record.runID) is in the ledger as \(record.outcome.rawValue); nothing is added"
                run = record.runID
            case .nobody:
                verdict = "nothing"
                message = end.cause == nil ? "the unit ended well; there is nothing to record" : end.story
            case .busy:
                verdict = "busy"
                message = "another run holds the lock, and it records what it found; see `polisen-collector runs list`"
                status = .temporary
            }
        }

        /// Verdict first, what to type next last.
        var text: String {
            let flag = job.map { " --exec-job \($0)" } ?? ""
            let next = run.map { "\npolisen-collector runs show \($0)\(flag)" } ?? ""
            return wrapped("\(verdict): \(message)", width: 80, indent: 4).joined(separator: "\n") + next
        }
    }
}
