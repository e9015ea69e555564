// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Ledger
import Logging
import Transport

/// The account of a job's run: marker, ledger, journal and metrics. What cannot be written is told and changes nothing
/// else.
struct JobAccount {
    let record: RunRecord
    private let live: Live
    private let obituary: Obituary
    private let tell: (String) -> Void
    private let oomKillsBefore: Int?
    private var parallel: ParallelMarker?

    init(
        job: String, configuration: Configuration, startedAt: Date, environment: [String: String],
        tell: @escaping (String) -> Void
    ) {
        self.tell = tell
        live = Live(job: job, configuration, environment: environment, startedAt: startedAt) { run, time in
            Log(beside: configuration, run: run, time: time)
        }
        obituary = live.obituary
        record = obituary.setting.record(live.run, .exec, at: startedAt)
        oomKillsBefore = ControlGroup.outOfMemoryKills
    }

    /// The kernel has killed something in this control group since the beginning.
    var sawOOMKill: Bool {
        guard let before = oomKillsBefore, let now = ControlGroup.outOfMemoryKills else { return false }
        return now > before
    }

    /// Once the child runs: writes down earlier runs that died, and this one's beginning.
    ///
    /// - Parameter isLocked: it holds the job's lock; else another run of the job is at work, and the marker is that
    ///   one's.
    mutating func begin(isLocked: Bool) {
        live.log.logger.info("run started", metadata: ["event": "run.started"])
        var marker = RunMarker(run: record.runID, startedAt: record.startedAt)
        marker.invocationID = record.invocationID
        attempt { [self] () throws(FileError) in
            if isLocked { try buryTheDead() }
        }
        attempt { [live] () throws(FileError) in
            if isLocked { try marker.write(live.state.running) }
        }
        guard !isLocked else { return }
        do throws(FileError) {
            parallel = try ParallelMarker(marker, in: live.state.parallel)
        } catch {
            incomplete(error)
        }
    }

    /// Writes the record down and tells the journal.
    func close(_ finished: RunRecord) -> RunRecord {
        var record = finished
        record.endedAt = live.time.now()
        live.addTelemetry(to: &record)
        let complete = record
        let isWritten = attempt { () throws(FileError) in try RunLedger(statePath: live.state.root).append(complete) }
        if isWritten { live.keepMetrics(complete) }
        if isWritten, record.outcome != .skipped { attempt { () throws(FileError) in try removeOwnMarker() } }
        live.log.tell(record)
        live.log.flush()
        return record
    }

    /// Tells the metrics of a closed record, where they go anywhere: within two seconds, and without any say in how this
    /// program ends.
    ///
    /// - Parameter isUrged: somebody has told the run to end, and waits for it.
    func post(isUrged: Bool) async {
        let live = live
        guard let telemetry = Telemetry(live, live.anyTransport()) else { return }
        let signals = ProcessSignals.onTermination { [stop = live.stop] in stop.request() }
        if isUrged { live.stop.request() }
        await telemetry.post()
        withExtendedLifetime(signals) {}
        live.log.flush()
    }

    private func removeOwnMarker() throws(FileError) {
        try parallel?.remove()
        if case .some(.some(let marker)) = try RunMarker.leftBehind(live.state.running), marker.run == record.runID {
            try FileSystem.remove(live.state.running)
        }
    }

    private func buryTheDead() throws(FileError) {
        _ = try obituary.bury(noticedBy: record.runID)
        _ = try obituary.buryParallel(noticedBy: record.runID)
    }

    @discardableResult
    private func attempt(_ body: () throws(FileError) -> Void) -> Bool {
        do throws(FileError) {
            try body()
            return true
        } catch {
            incomplete(error)
            return false
        }
    }

    private func incomplete(_ error: FileError) {
        tell("polisen-collector exec: \(error); the run's record is not complete")
        live.log.logger.critical("the run's record cannot be written", metadata: ["error": "\(error)"])
    }
}

extension Log {
    /// One entry with the whole story of a job's run in short; the output stays in the ledger.
    fileprivate func tell(_ record: RunRecord) {
        var metadata: Logger.Metadata = [
            "outcome": "\(record.outcome.rawValue)",
            "duration_us": "\(Int((record.endedAt.timeIntervalSince(record.startedAt) * 1e6).rounded()))",
        ]
        if let status = record.execution?.exitStatus { metadata["exit_status"] = "\(status)" }
        if let signal = record.execution?.signal { metadata["signal"] = "\(signal)" }
        if let error = record.error { metadata["error.type"] = "\(error.type)" }
        let why = record.error?.message ?? ""
        switch record.outcome {
        case .success, .partial:
            metadata["event"] = "run.succeeded"
            logger.notice("run succeeded", metadata: metadata)
        case .skipped:
            metadata["event"] = "run.skipped"
            logger.notice("run skipped: \(why)", metadata: metadata)
        case .failed:
            metadata["event"] = "run.failed"
            logger.error("run failed: \(why)", metadata: metadata)
        case .killed:
            metadata["event"] = "run.killed"
            logger.error("run killed: \(why)", metadata: metadata)
        }
    }
}
