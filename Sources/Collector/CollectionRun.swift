// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
package import Ledger
package import Logging
import OCI
package import Transport

/// One run of the collector: fetch, decode, diff, commit, and an account of it that is never missing.
package struct CollectionRun: Sendable {
    package let id: RunID
    package let setting: RunSetting
    package let feed: Feed
    package let archive: ArchiveAccess
    package let state: StatePaths
    package let time: TimeSource
    /// On the clock of `time.uptime`.
    package let deadline: Duration
    package let stop: StopSignal
    package let requests: RequestCount
    package let watch: RunWatch
    package let log: Logger
    /// Directories besides those of the state in which a killed run may have left temporary files.
    package var workFolders: [String] = []
    /// Completes the run's own record before it is written.
    package var onRecording: @Sendable (inout RunRecord) -> Void = { _ in }
    /// Gets each record as soon as it is in the ledger, or cannot be, before anything else is done that may take long: the run's own,
    /// and those of runs found dead.
    package var onRecorded: @Sendable (RunRecord) -> Void = { _ in }

    package init(
        id: RunID, setting: RunSetting, feed: Feed, archive: ArchiveAccess, state: StatePaths, time: TimeSource,
        deadline: Duration, stop: StopSignal, requests: RequestCount, watch: RunWatch = RunWatch(), log: Logger
    ) {
        self.id = id
        self.setting = setting
        var feed = feed
        feed.transport = watch.feed(feed.transport, time: time)
        self.feed = feed
        self.archive = archive
        self.state = state
        self.time = time
        self.deadline = deadline
        self.stop = stop
        self.requests = requests
        self.watch = watch
        self.log = log
    }

    /// What is known of the run so far.
    struct Progress: Sendable {
        var record: RunRecord
        /// The last run came to an end of its own.
        var isClean = true
        /// This run has put its name into `running.json`.
        var isMarked = false
        /// Under way since before the feed was asked; nil once it has been waited for.
        var preparation: ArchivePreparation?
        var store: ArchiveStore?
        /// What the last run left behind, read before `store` was there.
        var cached: ArchiveCache.Snapshot?
        /// The store holds our archive, or nothing yet.
        var isOurs = false
        var answers: [Decoded] = []
        /// The feed said that nothing changed (304).
        var isNotModified = false
        var validators: FeedValidators?

        struct Decoded: Sendable {
            let answer: Answer
            let body: [UInt8]
            let at: Date
        }
    }

    /// Runs to the end and tells how it went. Never throws: whatever happens becomes the record.
    package func run() async -> RunRecord {
        var progress = Progress(record: setting.record(id, .collect, at: time.now()))
        let lock: FileLock
        do throws(FileError) {
            try FileSystem.makeDirectories(state.root)
            guard let held = try await takeLock() else { return await skipLocked(&progress) }
            lock = held
            progress.isClean = try buryTheDead()
            if !progress.isClean { forget() }
            try RunMarker(
                run: id, startedAt: progress.record.startedAt, invocationID: setting.invocationID,
                plannedAt: setting.plannedAt
            ).write(state.running)
            progress.isMarked = true
        } catch {
            fail(&progress, RunFailure(error, stage: .fetch))
            return await close(&progress)
        }
        defer { lock.release() }
        log.info("run started", metadata: ["event": "run.started"])
        // Whatever it waits for: told to stop, a run is over within the grace.
        progress = await stop.whileRunning(grace: Self.grace, sleep: pause) { [self, progress] in
            await collected(progress)
        }
        return await close(&progress)
    }

    private func collected(_ start: Progress) async -> Progress {
        var progress = start
        do throws(RunFailure) {
            try await collect(&progress)
        } catch {
            fail(&progress, error)
        }
        return progress
    }

    private func collect(_ progress: inout Progress) async throws(RunFailure) {
        watch.holdServices()
        progress.preparation = prepare()
        do throws(RunFailure) {
            try await ask(&progress)
        } catch {
            watch.releaseServices()
            throw error
        }
        watch.releaseServices()
        if !progress.answers.isEmpty || !progress.isClean { try await store(&progress) }
        let isWhole = progress.isNotModified || progress.answers.contains { $0.answer.kind == .normal }
        progress.record.outcome = isWhole ? .success : .partial
        if !isWhole { progress.record.error = Self.noWindow(progress) }
    }

    /// Says of a partial run what the answer lacked; it is no failure, and its exit code is 0.
    private static func noWindow(_ progress: Progress) -> RunRecord.Failure {
        let isEmpty = progress.answers.allSatisfy { $0.answer.events.isEmpty }
        let said = isEmpty ? "the answer held no events" : "the answer was a filtered list, not the window of events"
        return RunRecord.Failure(
            type: isEmpty ? "answer_no_events" : "answer_filtered",
            message: "\(said): what it held is stored, the next run asks again", stage: .decode, exitCode: 0)
    }

    /// The lock of runs; nil where a run holds it. Who only looks whether one does holds it for a moment, too.
    private func takeLock() async throws(FileError) -> FileLock? {
        for _ in 0..<2 {
            if let lock = try FileLock.tryAcquire(state.lock) { return lock }
            try? await time.sleep(.milliseconds(50))
        }
        return try FileLock.tryAcquire(state.lock)
    }

    private func skipLocked(_ progress: inout Progress) async -> RunRecord {
        progress.record.outcome = .skipped
        progress.record.skipReason = .locked
        progress.record.error = RunRecord.Failure(
            type: "locked", message: "another run holds \(state.lock): it is left to finish", stage: nil,
            exitCode: RunFailure.Exit.temporary.rawValue)
        return await close(&progress)
    }

    private func fail(_ progress: inout Progress, _ failure: RunFailure) {
        progress.record.error = failure.record
        let isSkipped = ["rate_budget", "feed_held_off"].contains(failure.type)
        progress.record.outcome = isSkipped ? .skipped : .failed
        if isSkipped { progress.record.skipReason = .rateBudget }
    }

    /// Writes down a run that died without a word.
    ///
    /// - Returns: whether there was none.
    private func buryTheDead() throws(FileError) -> Bool {
        var obituary = Obituary(setting: setting, state: state, time: time, log: log)
        obituary.onRecorded = onRecorded
        return try obituary.bury(noticedBy: id) == .nothing
    }
}
