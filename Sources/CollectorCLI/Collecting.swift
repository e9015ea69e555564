// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import JSON
import Ledger
import Transport

/// What `collect` does, without the command line that asked for it.
struct Collecting: Sendable, Hashable {
    var choices = Choices()
    /// Answer with the record.
    var json = false
    var plannedAt: Date?

    func run(in surroundings: Surroundings) async -> ExitStatus {
        // Beside libcrypto's start, the configuration and the run's own files: 3 ms less until the first byte.
        HTTPTransport.preloadCurl()
        let live: Live
        do throws(ExitStatus) {
            live = try choices.live(in: surroundings, for: .collecting) { recordRefusal($0, in: surroundings) }
        } catch {
            return error
        }
        defer { live.log.flush() }
        let signals = ProcessSignals.onTermination { live.stop.request() }
        let transport = live.anyTransport()
        let slot = plannedAt ?? TimerTrigger.plannedAt(surroundings.environment, now: live.time.now())
        let run = live.collection(transport, plannedAt: slot)
        let record = await run.run()
        // What the run stored is stored, and its record is in the ledger, whether anybody reads this line or not.
        _ = surroundings.answer(json ? record.json.text : Self.shown(record.line))
        // Whatever becomes of its metrics, the run has ended as it has.
        await Telemetry(live, transport)?.post()
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
