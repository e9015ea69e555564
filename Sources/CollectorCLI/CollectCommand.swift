// SPDX-License-Identifier: MIT

import ArgumentParser
import Collector
import Files
import FoundationEssentials
import JSON
import Ledger
import Transport

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
        help: ArgumentHelp("The slot this run was planned for, as an RFC 3339 time", valueName: "time"))
    var plannedAt: String?

    func validate() throws {
        if let plannedAt, Timestamp.date(plannedAt) == nil {
            throw ValidationError(
                "--planned-at needs an RFC 3339 time such as 2026-11-23T07:31:00Z, not '\(plannedAt)'")
        }
    }

    func run() async throws { try await run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) async -> ExitStatus {
        // Beside libcrypto's start, the configuration and the run's own files: 3 ms less until the first byte.
        HTTPTransport.preloadCurl()
        let live: Live
        do throws(ExitStatus) {
            live = try options.live(in: surroundings, for: .collecting) { recordRefusal($0, in: surroundings) }
        } catch {
            return error
        }
        defer { live.log.flush() }
        let signals = ProcessSignals.onTermination { live.stop.request() }
        let transport = live.anyTransport()
        let run = live.collection(transport, plannedAt: plannedAt.flatMap(Timestamp.date))
        let record = await run.run()
        // What the run stored is stored, and its record is in the ledger, whether anybody reads this line or not.
        _ = surroundings.answer(json ? record.json.text : Self.shown(record.line))
        // Whatever becomes of its metrics, the run has ended as it has.
        await Telemetry(live, transport)?.tell(record)
        withExtendedLifetime(signals) {}
        return record.exitStatus
    }

    /// One line where programs read it, whole words on a terminal.
    private static func shown(_ line: String) -> String {
        guard HostFacts.isTerminal(1) else { return line }
        return wrapped(line, width: HostFacts.terminalWidth(1) ?? 80, indent: 4).joined(separator: "\n")
    }
}

extension RunRecord {
    /// How a process that did this run ends.
    var exitStatus: ExitStatus {
        guard let error else { return .ok }
        return ExitStatus(rawValue: Int32(error.exitCode)) ?? .unavailable
    }

    /// The run in one line, for people.
    var line: String {
        let time = endedAt.timeIntervalSince(startedAt)
        let seconds = "\((time * 100).rounded() / 100) s"
        switch outcome {
        case .success, .partial:
            let place =
                commits.isEmpty ? "nothing to commit" : "commit \(commits.map(String.init).joined(separator: ", "))"
            return "\(outcome.rawValue): \(counts.new) new, \(counts.revised) revised, \(counts.rejected) rejected of "
                + "\(counts.returned) events; \(place); \(error.map { "\($0.message); " } ?? "")\(seconds); run \(runID)"
        case .failed, .skipped, .killed:
            return
                "\(outcome.rawValue) (\(error?.type ?? "unknown")): \(error?.message ?? "no reason known"); run \(runID)"
        }
    }
}
