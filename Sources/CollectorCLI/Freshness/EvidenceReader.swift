// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Freshness
import JSON
import Ledger
import OCI
import Systemd
import Transport

/// Gathers evidence from the places asked for, side by side.
struct EvidenceReader: Sendable {
    let live: Live
    let transport: HTTPTransport

    /// How long one place may take.
    private static let limit = Duration.seconds(10)
    /// How many records are looked at for the runs since the last good one: four days of slots.
    private static let depth = 200

    func read(_ places: [EvidenceSource]) async -> Evidence {
        var limited = live
        limited.deadline = live.time.uptime() + Self.limit
        let remote = RemoteEvidence(live: limited, transport: transport)
        async let archive = places.contains(.archive) ? remote.archive() : nil
        async let monitoring = places.contains(.monitoring) ? remote.monitoring() : nil
        let isLocal = places.contains(.ledger)
        let ledger = isLocal ? SourceReading(.ledger, ledger()) : nil
        let running = isLocal ? running() : nil
        let scheduler = isLocal ? timer() : .unknown("only asked with --from ledger")
        let sources = [ledger, await archive, await monitoring].compactMap(\.self)
        return Evidence(sources: sources, running: running, scheduler: scheduler)
    }

    /// What this host's own ledger and service manager say: nobody is asked over the network.
    func local() -> Evidence {
        Evidence(sources: [SourceReading(.ledger, ledger())], running: running(), scheduler: timer())
    }

    /// The collector's own timer says nothing of other jobs.
    private func timer() -> SchedulerFacts {
        live.command == .exec ? .unknown("nobody knows what starts this job") : Self.scheduler()
    }

    private func ledger() -> SourceReading.Content {
        let root = live.state.root
        guard FileSystem.exists(root) else {
            // A job that has never run has no directory, which is no trouble.
            if live.command == .exec { return .readable(RunEvidence()) }
            return .unreadable("there is no directory \(root); correct state.path")
        }
        let job = live.configuration.job
        let ledger = RunLedger(statePath: root)
        do throws(FileError) {
            let newest = try ledger.last(Self.depth) { $0.job == job }
            // Where nothing of a ledger can be read, nobody can say that nothing happened.
            if newest.runs.isEmpty, let line = newest.damaged.first {
                return .unreadable("no run in it can be read: \(line)")
            }
            var evidence = RunEvidence(runs: newest.runs.map(RunFact.init))
            var success = newest.runs.first { $0.outcome == .success }
            if success == nil { success = try ledger.last(1) { $0.job == job && $0.outcome == .success }.runs.first }
            evidence.lastSuccess = success.map { .init(key: $0.runID.description, endedAt: $0.endedAt) }
            var newestStored = newest.runs.first { !$0.commits.isEmpty }
            if newestStored == nil {
                newestStored = try ledger.last(1) { $0.job == job && !$0.commits.isEmpty }.runs.first
            }
            evidence.newestData = newestStored?.endedAt
            evidence.remarks = newest.damaged.prefix(3).map(\.description)
            return .readable(evidence)
        } catch {
            return .unreadable(error.description)
        }
    }

    /// The run `running.json` names, if its process is there and the lock of runs is held: the number alone may be
    /// another program's by now.
    private func running() -> RunInProgress? {
        // One that cannot be read is no run; the ledger in the same directory says so loudly enough.
        guard let bytes = try? FileSystem.read(live.state.running), let marker = try? JSONValue.parse(bytes),
            let startedAt = marker["started_at"]?.string.flatMap(Timestamp.date), let pid = marker["pid"]?.int,
            HostFacts.processExists(pid), (try? FileLock.isHeld(live.state.lock)) ?? true
        else { return nil }
        return RunInProgress(run: marker["run_id"]?.string.flatMap(RunID.init), startedAt: startedAt)
    }

    /// - Parameter name: of a timer and of the service it starts.
    static func scheduler(_ name: String = "polisen-collector") -> SchedulerFacts {
        let names = [name + ".timer", name + ".service"]
        let units: [UnitState]
        do throws(UnitState.Unavailable) {
            units = try UnitState.read(names)
        } catch {
            return .unknown(error.description)
        }
        guard let timer = units.first, let service = units.last else { return .unknown("no answer") }
        guard timer.load != "not-found" else { return .missing("there is no unit \(timer.name)") }
        let isActivating = service.active == "activating"
        var known = SchedulerFacts.Units(
            timer: timer.name, service: service.name,
            timerState: timer.load == "loaded" ? timer.active : timer.load, timerSubState: timer.sub,
            nextElapse: date(timer.nextElapse), lastTrigger: date(timer.lastTrigger),
            serviceState: service.active, serviceResult: service.result ?? "unknown",
            activatingSince: isActivating ? date(service.leftInactiveAt) : nil)
        known.timerFileState = timer.fileState
        return .known(known)
    }

    private static func date(_ seconds: Double?) -> Date? { seconds.map(Date.init(timeIntervalSince1970:)) }
}
