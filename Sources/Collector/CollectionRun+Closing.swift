// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Ledger
import Logging
import Transport

extension CollectionRun {
    /// Completes the record, writes it to the ledger, then tells the journal and the archive.
    func close(_ progress: inout Progress) async -> RunRecord {
        let usage = HostFacts.usage
        progress.record.endedAt = time.now()
        progress.record.cpuSeconds = usage.cpuSeconds
        progress.record.peakMemoryBytes = usage.peakMemoryBytes
        progress.record.requests = progress.record.feedCalls + requests.total
        progress.record.retries = requests.retries + max(0, progress.record.feedCalls - 1)
        progress.record.measures.add(watch.measures)
        onRecording(&progress.record)
        do throws(FileError) {
            try RunLedger(statePath: state.root).append(progress.record)
        } catch {
            // Exit code, journal and metrics are all that is left to tell it.
            let failure = RunFailure(error, stage: .telemetry)
            log.critical("the run's record cannot be written", metadata: ["error": "\(error)"])
            if progress.record.error?.exitCode ?? 0 == 0 { progress.record.error = failure.record }
            progress.record.outcome = progress.record.outcome == .skipped ? .skipped : .failed
        }
        onRecorded(progress.record)
        // From here on, nobody need find out how it ended: not even where only metrics and journal tell it, or the next run
        // would tell of it once more. One that stays makes the next run look for commits.
        if progress.isMarked { try? FileSystem.remove(state.running) }
        tell(progress.record)
        if progress.record.skipReason != .locked {
            await copy(progress)
            progress.preparation?.cancel()
            tidy()
        }
        return progress.record
    }

    /// Takes away what killed runs left, and what the ledger need not keep any longer (design §5: five years).
    ///
    /// Days of events are not looked through: names that begin with a dot count for nothing there.
    private func tidy() {
        do throws(FileError) {
            for folder in [state.root, state.cache, state.outbox] + workFolders {
                _ = try FileSystem.removeLeftovers(folder, olderThanSeconds: 3_600)
            }
            let old = try RunLedger(statePath: state.root).removeFiles(olderThanYears: 5, now: time.now())
            if !old.isEmpty {
                log.info("old months of the ledger are removed", metadata: ["files": "\(old.joined(separator: " "))"])
            }
        } catch {
            log.warning("what is old could not be removed", metadata: ["error": "\(error)"])
        }
    }

    /// One entry with the whole story in short.
    private func tell(_ record: RunRecord) {
        var metadata: Logger.Metadata = [
            "outcome": "\(record.outcome.rawValue)",
            "duration_us": "\(Int((record.endedAt.timeIntervalSince(record.startedAt) * 1e6).rounded()))",
            "events.returned": "\(record.counts.returned)", "events.new": "\(record.counts.new)",
            "events.edited": "\(record.counts.revised)", "events.rejected": "\(record.counts.rejected)",
        ]
        if let commit = record.commits.last { metadata["object"] = "\(Commit.object(commit))" }
        if let error = record.error {
            metadata["error.type"] = "\(error.type)"
            metadata["stage"] = error.stage.map { "\($0.rawValue)" }
            metadata["http.status"] = error.httpStatus.map { "\($0)" }
            metadata["oci.request_id"] = error.requestID.map { "\($0)" }
        }
        let counts = record.counts
        let result = "\(counts.new) new and \(counts.revised) revised of \(counts.returned) events"
        switch record.outcome {
        case .success:
            metadata["event"] = "run.succeeded"
            let isQuiet = counts.new + counts.revised == 0
            log.log(level: isQuiet ? .info : .notice, "run succeeded: \(result)", metadata: metadata)
        case .partial:
            metadata["event"] = "run.partial"
            log.warning("run partial: \(record.error?.message ?? ""); \(result)", metadata: metadata)
        case .skipped:
            metadata["event"] = "run.skipped"
            log.notice("run skipped: \(record.error?.message ?? "")", metadata: metadata)
        case .failed, .killed:
            metadata["event"] = "run.failed"
            let stage = record.error?.stage?.rawValue ?? "start"
            log.error("run failed at \(stage): \(record.error?.message ?? "")", metadata: metadata)
        }
    }

    /// Puts the record's copy into the archive; what cannot be put waits in the outbox for the next run.
    private func copy(_ progress: Progress) async {
        let outbox = RecordOutbox(directory: state.outbox, log: log)
        let isReachable =
            progress.record.error?.stage != .auth && progress.record.error?.stage != .store
            && progress.record.error?.stage != .commit && progress.record.error?.stage != .diff
        guard isReachable, !stop.isRequested, time.uptime() < deadline else { return outbox.keep(progress.record) }
        // Signing in may hang too, where the run had nothing to store.
        await stop.whileRunning(grace: .seconds(1), sleep: pause) { [self] in
            var progress = progress
            guard let store = await ownStore(&progress) else { return outbox.keep(progress.record) }
            await outbox.send(progress.record, to: store)
        }
    }
}
