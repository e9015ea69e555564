// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import JournalLogging
import Ledger
import Logging
import OCI
import Transport

/// The account of a job's run: marker, ledger and journal. What cannot be written is told and changes nothing else.
struct JobAccount {
    let record: RunRecord
    private let state: StatePaths
    private let time: TimeSource
    private let log: JobLog
    private let tell: (String) -> Void
    private let oomKillsBefore: Int?

    init(
        job: String, configuration: Configuration, state: StatePaths, startedAt: Date, time: TimeSource,
        environment: [String: String], tell: @escaping (String) -> Void
    ) {
        self.state = state
        self.time = time
        self.tell = tell
        var random = SystemRandomNumberGenerator()
        let id = RunID(at: startedAt, using: &random)
        var setting = RunSetting()
        setting.job = job
        setting.environment = configuration.environment
        setting.version = Product.version
        // Losing the reason is right: the digits only help to see what changed.
        if (try? Digest.require()) != nil { setting.configSHA = configuration.configSHA { Digest.sha256($0) } }
        setting.host = HostFacts.hostName
        setting.invocationID = environment["INVOCATION_ID"]
        record = setting.record(id, .exec, at: startedAt)
        log = JobLog(configuration, run: id, time: time)
        oomKillsBefore = HostFacts.oomKills
    }

    /// The kernel has killed something in this control group since the beginning.
    var sawOOMKill: Bool {
        guard let before = oomKillsBefore, let now = HostFacts.oomKills else { return false }
        return now > before
    }

    /// Once the child runs: writes down an earlier run that died, and this one's beginning. Without the lock the marker
    /// is another's.
    func begin(isLocked: Bool) {
        log.logger.info("run started", metadata: ["event": "run.started"])
        guard isLocked else { return }
        attempt {
            () throws(FileError) in
            try buryTheDead()
            try RunMarker(run: record.runID, startedAt: record.startedAt).write(state.running)
        }
    }

    /// Writes the record down and tells the journal.
    func close(_ finished: RunRecord) {
        var record = finished
        record.endedAt = time.now()
        let complete = record
        let isWritten = attempt { () throws(FileError) in try RunLedger(statePath: state.root).append(complete) }
        if isWritten, record.outcome != .skipped { attempt { () throws(FileError) in try removeOwnMarker() } }
        log.tell(record)
        log.flush()
    }

    /// A job that runs in parallel has not written the marker that is there.
    private func removeOwnMarker() throws(FileError) {
        if case .some(.some(let marker)) = try RunMarker.leftBehind(state.running), marker.run == record.runID {
            try FileSystem.remove(state.running)
        }
    }

    private func buryTheDead() throws(FileError) {
        guard case .some(.some(let marker)) = try RunMarker.leftBehind(state.running) else { return }
        let ledger = RunLedger(statePath: state.root)
        if case .found = try ledger.find(marker.run.hex) { return }
        var setting = RunSetting()
        (setting.job, setting.environment) = (record.job, record.environment)
        (setting.version, setting.configSHA, setting.host) = (record.version, record.configSHA, record.host)
        var dead = setting.record(marker.run, .exec, at: marker.startedAt)
        dead.endedAt = time.now()
        dead.outcome = .killed
        dead.error = RunRecord.Failure(
            type: "killed",
            message: "the run ended without a record (killed, crashed or power lost); noticed by run \(record.runID)",
            stage: nil, exitCode: 137)
        try ledger.append(dead)
        log.logger.error(
            "an earlier run died without a record",
            metadata: ["event": "run.killed", "run.id": "\(marker.run)", "error.type": "killed", "outcome": "killed"])
    }

    @discardableResult
    private func attempt(_ body: () throws(FileError) -> Void) -> Bool {
        do throws(FileError) {
            try body()
            return true
        } catch {
            tell("polisen-collector exec: \(error); the run's record is not complete")
            log.logger.critical("the run's record cannot be written", metadata: ["error": "\(error)"])
            return false
        }
    }
}

/// Where the account of a job is told: never among the job's own output unless that is asked for.
struct JobLog {
    let logger: Logger
    private let end: () -> Void

    init(_ configuration: Configuration, run: RunID, time: TimeSource) {
        if configuration.log.target != .auto {
            let log = Log(configuration, run: run, time: time)
            logger = log.logger
            end = log.flush
            return
        }
        let journal = JournalDestination.isAvailable ? JournalDestination() : nil
        var logger = Logger(label: Product.name) { _ -> any LogHandler in
            guard let journal else { return SwiftLogNoOpLogHandler() }
            return JournalLogHandler(journal, identifier: Product.name)
        }
        logger.logLevel = configuration.log.level
        logger[metadataKey: "run.id"] = "\(run)"
        logger[metadataKey: "job"] = "\(configuration.job)"
        logger[metadataKey: "env"] = "\(configuration.environment)"
        logger[metadataKey: "version"] = "\(Product.version)"
        self.logger = logger
        end = { _ = journal?.flush(within: .milliseconds(200)) }
    }

    func flush() { end() }

    /// One entry with the whole story in short; the output stays in the ledger.
    func tell(_ record: RunRecord) {
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
