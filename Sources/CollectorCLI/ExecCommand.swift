// SPDX-License-Identifier: MIT

import ArgumentParser
import Files

/// `exec`: any other program with the account of a run.
struct ExecCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run any program with a run record, journal entries and a time limit",
        usage: """
            polisen-collector exec --job <name> [--timeout <duration>] [<flags>]
                   -- <command> …
            """,
        discussion: """
            The command starts at once; record and journal entries are written while it runs and when it has ended. \
            Standard input, output and error are its own: a stream that is a terminal is handed over as it is; of \
            others the last 64 KiB pass through this program's memory, and are kept in the record if the command \
            fails, without what looks like a secret. --no-tail hands over all three. What the command leaves \
            running in the background should write to files: its output is passed on until the command has ended.

            The record goes to <state.path>/jobs/<name> for root, for the user who owns the directory that the \
            configuration file names, or where --state-path or POLISEN_STATE_PATH names one; for other users to $XDG_STATE_HOME/polisen-collector/jobs/<name> \
            (~/.local/state/polisen-collector/jobs/<name>). `polisen-collector status --exec-job <name>`, `explain \
            --exec-job <name>` and `runs --exec-job <name>` read it. A directory that cannot be written, or a configuration that is wrong, is told \
            and does not keep the command from running.

            Where metrics.backend names a place, the run's metrics go there under the job's name once the record is \
            written: at most 2 s, and whatever becomes of them changes nothing. What cannot be posted waits for the \
            user's next run of any job; a textfile is polisen-job-<name>.prom.

            TERM, INT and QUIT are passed on to all processes of the command, HUP, USR1 and USR2 to the command itself. \
            A command that hides in a session of its own is out of reach. Should exec itself be killed (KILL), the \
            command lives on and keeps the job's lock, until it and all it has started have ended; what a run that \
            ended leaves in the background keeps no lock.

            Exit codes: the command's own; 128 + n where signal n ended it; 124 after --timeout; 127 there is no such \
            command; 126 it cannot be run; 75 the same job is running already; 73 it succeeded, but not all of its \
            output could be written; 64 this line is wrong.
            """)

    @Option(help: ArgumentHelp("Name of the job: letters, digits, dots, underscores, hyphens", valueName: "name"))
    var job: String

    @Option(help: ArgumentHelp("Send TERM after this long, such as 90s, 30m or 2h", valueName: "duration"))
    var timeout: String?

    @Option(
        name: .customLong("kill-after"),
        help: ArgumentHelp("Send KILL this long after the TERM of --timeout", valueName: "duration"))
    var killAfter = "10s"

    @Flag(name: .customLong("allow-parallel"), help: "Run even while the same job is running")
    var allowParallel = false

    @Flag(name: .customLong("no-tail"), help: "Hand over the streams as they are and keep nothing of the output")
    var noTail = false

    @Option(help: ArgumentHelp("Configuration file, as for other commands", valueName: "path"))
    var config: String?

    @Option(
        name: .customLong("state-path"), help: ArgumentHelp("Keep the record below this directory", valueName: "path"))
    var statePath: String?

    @Option(
        name: .customLong("log-target"),
        help: ArgumentHelp(
            "journald, json or text; auto: journald where it is there, else nowhere", valueName: "target"))
    var logTarget: String?

    @Argument(
        parsing: .postTerminator, help: ArgumentHelp("The command and its arguments, after --", valueName: "command"))
    var command: [String] = []

    func validate() throws {
        if command.isEmpty {
            throw ValidationError("no command: polisen-collector exec --job NAME -- COMMAND ARGUMENTS…")
        }
        let isWord = (try? Keys.job.syntax.parse(job)) != nil
        if !isWord || job.hasPrefix(".") || job.hasPrefix("-") {
            throw ValidationError(
                "--job needs 1 to 64 letters, digits, dots, underscores and hyphens, the first a letter or digit, not '\(job)'"
            )
        }
        for (name, text) in [("timeout", timeout), ("kill-after", killAfter)] {
            guard let text, Self.duration(text) == nil else { continue }
            throw ValidationError("--\(name) needs a number and a unit such as 90s, 30m or 2h, not '\(text)'")
        }
    }

    func run() async throws {
        let code = await run(in: .live)
        if code != 0 { throw ExitCode(code) }
    }

    /// The exit code: the command's own as a rule, so no `ExitStatus`.
    func run(in surroundings: Surroundings) async -> Int32 {
        var order = ChildProcess.Order(command)
        order.timeout = timeout.flatMap(Self.duration)
        order.patience = Self.duration(killAfter) ?? order.patience
        order.keepsTail = !noTail
        return await ExecRun(self, order, surroundings).run()
    }

    private static func duration(_ text: String) -> Duration? {
        Duration(shortText: text).flatMap { $0 > .zero && $0 <= .seconds(366 * 86_400) ? $0 : nil }
    }
}
