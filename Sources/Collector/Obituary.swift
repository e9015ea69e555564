// SPDX-License-Identifier: MIT

package import Files
import FoundationEssentials
package import Ledger
package import Logging
package import Transport

/// Records a run that died without a word: in the ledger, for the archive and in the journal.
///
/// Both the next run and `report-failure` may find the same death. Whoever holds the lock of runs looks into the ledger
/// first, so it is recorded once; `running.json` stays, which makes the next run look for a commit to finish.
package struct Obituary: Sendable {
    package let setting: RunSetting
    package let state: StatePaths
    package let time: TimeSource
    package let log: Logger

    package init(setting: RunSetting, state: StatePaths, time: TimeSource, log: Logger) {
        self.setting = setting
        self.state = state
        self.time = time
        self.log = log
    }

    /// What became of a report of systemd's.
    package enum Finding: Sendable, Hashable {
        /// The run is in the ledger already, by its own word or by somebody else's report.
        case known(RunRecord)
        /// It is now.
        case recorded(RunRecord)
        /// No run died: it ended well, was not even begun, or nothing tells of it.
        case nobody
        /// Another run is at work, and none of this start is in the ledger.
        case busy
    }

    /// Finds the run that a unit's end tells of and sees to it that it is in the ledger.
    ///
    /// - Parameter id: of the record, where the run died before it had one.
    package func report(_ end: UnitEnd, id: RunID) async throws(FileError) -> Finding {
        guard let cause = end.cause, cause != .startLimit else { return .nobody }
        try FileSystem.makeDirectories(state.root)
        // A run that began meanwhile writes down what it finds left behind before it does anything else.
        for attempt in 0..<Self.attempts {
            if attempt > 0 { try? await time.sleep(.milliseconds(100)) }
            if let lock = try FileLock.tryAcquire(state.lock) {
                defer { lock.release() }
                return try record(end, cause, id: id)
            }
            if let record = try known(end.invocationID) { return .known(record) }
        }
        return .busy
    }

    private static let attempts = 10

    private func record(_ end: UnitEnd, _ cause: UnitEnd.Cause, id: RunID) throws(FileError) -> Finding {
        if let record = try known(end.invocationID) { return .known(record) }
        let marker = try RunMarker.leftBehind(state.running) ?? nil
        if let marker, end.invocationID == nil || marker.invocationID == end.invocationID {
            if case .found(let record) = try RunLedger(statePath: state.root).find(marker.run.hex) {
                return .known(record)
            }
            return .recorded(try record(marker, Self.failure(end, cause)))
        }
        guard let invocation = end.invocationID else { return .nobody }
        let unmarked = RunMarker(run: id, startedAt: time.now(), invocationID: invocation)
        return .recorded(try record(unmarked, Self.failure(end, cause)))
    }

    /// Writes the record of the run that `marker` names; nobody may hold the lock but the caller.
    func record(_ marker: RunMarker, _ failure: RunRecord.Failure) throws(FileError) -> RunRecord {
        var record = setting.record(marker.run, .collect, at: marker.startedAt)
        record.plannedAt = marker.plannedAt
        record.invocationID = marker.invocationID
        record.endedAt = max(time.now(), marker.startedAt)
        record.outcome = .killed
        record.error = failure
        try RunLedger(statePath: state.root).append(record)
        RecordOutbox(directory: state.outbox, log: log).keep(record)
        log.error(
            "run killed: \(failure.message)",
            metadata: [
                "event": "run.killed", "run.id": "\(record.runID)", "error.type": "\(failure.type)",
                "outcome": "killed",
            ])
        return record
    }

    /// The record of that start among the newest ones.
    private func known(_ invocation: String?) throws(FileError) -> RunRecord? {
        guard let invocation else { return nil }
        return try RunLedger(statePath: state.root).last(200).runs.first { $0.invocationID == invocation }
    }

    private static func failure(_ end: UnitEnd, _ cause: UnitEnd.Cause) -> RunRecord.Failure {
        RunRecord.Failure(type: cause.rawValue, message: end.story, stage: nil, exitCode: end.shellStatus)
    }
}
