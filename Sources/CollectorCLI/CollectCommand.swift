// SPDX-License-Identifier: MIT

import ArgumentParser
import FoundationEssentials
import Ledger

/// `collect`: one run. What the timer starts.
struct CollectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect", abstract: "Fetch the events once and store what is new or changed",
        discussion: """
            One run: asks the feed (inside its published limits), reads the answer, compares it with what is stored, \
            commits what is new or revised, and writes a record to the ledger under state.path. Safe to run at any \
            time, twice at once or after a crash: every event is stored once.

            Where metrics.backend names a place, the run's metrics go there after all that: at most 2 s, and whatever \
            becomes of them changes nothing about the run or its exit code.

            Standard output gets one line (or the run's record with --json), standard error the log.
            Exit codes: 0 success, partial or unchanged; 75 skipped; 65, 69, 73, 77, 78 failed (see \
            polisen-collector --help).
            """)

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Answer with the run's ledger record as JSON") var json = false

    @Option(
        name: .customLong("planned-at"),
        help: ArgumentHelp(
            "The slot this run was planned for, as an RFC 3339 time (default: as systemd's timer tells)",
            valueName: "time"))
    var plannedAt: String?

    func validate() throws {
        if let plannedAt, Timestamp.date(plannedAt) == nil {
            throw ValidationError(
                "--planned-at needs an RFC 3339 time such as 2026-11-23T07:31:00Z, not '\(plannedAt)'")
        }
    }

    func run() async throws { try await run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) async -> ExitStatus {
        let slot = plannedAt.flatMap(Timestamp.date)
        return await Collecting(choices: options.choices, json: json, plannedAt: slot).run(in: surroundings)
    }
}
