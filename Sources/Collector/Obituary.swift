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
    package var state: StatePaths
    package let time: TimeSource
    package let log: Logger
    /// Whose runs: the collector's, of whose records the archive gets copies, or those of a job that `exec` runs.
    package let command: RunRecord.Command
    /// Gets each record that is in the ledger by now and whose metrics were not told yet.
    package var onRecorded: @Sendable (RunRecord) -> Void = { _ in }

    package init(
        setting: RunSetting, state: StatePaths, time: TimeSource, log: Logger,
        command: RunRecord.Command = .collect
    ) {
        self.command = command
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
        // A marker says more than the ledger: one start of a unit may have had several runs of `exec`.
        for marker in try markers() where end.invocationID == nil || marker.invocationID == end.invocationID {
            let path = path(of: marker)
            if let record = try recorded(marker, path) { return .known(record) }
            return .recorded(try record(marker, path, Self.failure(end, cause)))
        }
        if let record = try known(end.invocationID) { return .known(record) }
        guard let invocation = end.invocationID else { return .nobody }
        let unmarked = RunMarker(run: id, startedAt: time.now(), invocationID: invocation)
        return .recorded(try record(unmarked, nil, Self.failure(end, cause)))
    }

    /// What an earlier run left behind.
    package enum Remains: Sendable, Hashable {
        /// It ended as it should.
        case nothing
        /// A marker: of a run that is in the ledger, or one that cannot be read.
        case marker
        /// It had died without a record, and has one now.
        case buried(RunRecord)
    }

    /// Looks for a run that died without a word, and writes it down; nobody may hold the lock but the caller.
    ///
    /// - Parameter run: the one that looks.
    package func bury(noticedBy run: RunID) throws(FileError) -> Remains {
        guard let found = try RunMarker.leftBehind(state.running) else { return .nothing }
        var marker = found
        if marker == nil { marker = try unnamed() }
        guard let marker else { return .marker }
        guard try recorded(marker, state.running) == nil else { return .marker }
        return .buried(try record(marker, state.running, Self.death(noticedBy: run)))
    }

    /// The run whose marker was torn, by power loss for one: only the file's time tells of it.
    ///
    /// - Returns: nil where the ledger has a run that began then or later: it was that one.
    private func unnamed() throws(FileError) -> RunMarker? {
        let written = try FileSystem.modified(state.running) ?? time.now()
        let newest = try RunLedger(statePath: state.root).last(1).runs.first
        if let newest, newest.startedAt > written.addingTimeInterval(-5) { return nil }
        let start = min(written, time.now())
        var random = SystemRandomNumberGenerator()
        return RunMarker(run: RunID(at: start, using: &random), startedAt: start)
    }

    /// The same for runs that ran beside others.
    package func buryParallel(noticedBy run: RunID) throws(FileError) -> [RunRecord] {
        var buried: [RunRecord] = []
        for name in try FileSystem.list(state.parallel) where name.hasSuffix(".json") {
            let path = FileSystem.join(state.parallel, name)
            // The lock of a run at work is held.
            guard let lock = try FileLock.tryAcquire(ParallelMarker.lock(of: path)) else { continue }
            defer { lock.release() }
            if case .some(.some(let marker)) = try RunMarker.leftBehind(path), try recorded(marker, path) == nil {
                buried.append(try record(marker, path, Self.death(noticedBy: run)))
            }
            try FileSystem.remove(path)
            try FileSystem.remove(ParallelMarker.lock(of: path))
        }
        return buried
    }

    private static func death(noticedBy run: RunID) -> RunRecord.Failure {
        RunRecord.Failure(
            type: "killed",
            message: "the run ended without a record (killed, crashed or power lost); noticed by run \(run)",
            stage: nil, exitCode: 137)
    }

    /// The run's record, where it died with that in the ledger already; what was not told of it is told now.
    private func recorded(_ marker: RunMarker, _ path: String) throws(FileError) -> RunRecord? {
        guard case .found(let record) = try RunLedger(statePath: state.root).find(marker.run.hex) else { return nil }
        if !marker.isTold { try tell(record, marker, path) }
        return record
    }

    private func tell(_ record: RunRecord, _ marker: RunMarker, _ path: String) throws(FileError) {
        onRecorded(record)
        var marker = marker
        marker.isTold = true
        try marker.write(path)
    }

    private func path(of marker: RunMarker) -> String {
        guard command == .exec, case .some(.some(let first)) = try? RunMarker.leftBehind(state.running),
            first.run != marker.run
        else { return state.running }
        return FileSystem.join(state.parallel, "\(marker.run).json")
    }

    /// Whether a run of that start is at work, died, or is among the newest in the ledger.
    package func knows(_ invocation: String) throws(FileError) -> Bool {
        if try markers().contains(where: { $0.invocationID == invocation }) { return true }
        return try known(invocation) != nil
    }

    /// Of runs at work, or dead: the one with the lock first, then those beside it.
    private func markers() throws(FileError) -> [RunMarker] {
        var markers: [RunMarker] = []
        if case .some(.some(let marker)) = try RunMarker.leftBehind(state.running) { markers.append(marker) }
        guard command == .exec else { return markers }
        for name in try FileSystem.list(state.parallel) where name.hasSuffix(".json") {
            let path = FileSystem.join(state.parallel, name)
            if case .some(.some(let marker)) = try RunMarker.leftBehind(path) { markers.append(marker) }
        }
        return markers
    }

    /// Writes the record of the run that `marker` names; nobody may hold the lock but the caller.
    ///
    /// - Parameter path: of the marker; nil where there is none.
    private func record(
        _ marker: RunMarker, _ path: String?, _ failure: RunRecord.Failure
    ) throws(FileError) -> RunRecord {
        var record = setting.record(marker.run, command, at: marker.startedAt)
        record.plannedAt = marker.plannedAt
        record.invocationID = marker.invocationID
        record.endedAt = max(time.now(), marker.startedAt)
        record.outcome = .killed
        record.error = failure
        try RunLedger(statePath: state.root).append(record)
        if command == .collect { RecordOutbox(directory: state.outbox, log: log).keep(record) }
        log.error(
            "run killed: \(failure.message)",
            metadata: [
                "event": "run.killed", "run.id": "\(record.runID)", "error.type": "\(failure.type)",
                "outcome": "killed",
            ])
        if let path { try tell(record, marker, path) } else { onRecorded(record) }
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
