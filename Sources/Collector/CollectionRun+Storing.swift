// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Ledger
import Logging
import Transport

extension CollectionRun {
    /// How long a run may go on with what it has begun after it was told to stop.
    static let grace = Duration.seconds(3)

    /// Diffs the answers against the archive and commits what is new.
    func store(_ progress: inout Progress) async throws(RunFailure) {
        let store = try await connect(&progress)
        var view = try await open(store, &progress)
        progress.isOurs = true
        let keys = Set(progress.answers.flatMap { Self.keys($0) })
        var draft = CommitDraft()
        let answers = progress.answers
        try await measured(.diff, &progress) { () async throws(ArchiveError) in
            try await view.load(keys: keys)
            for decoded in answers {
                _ = draft.add(
                    decoded.answer, body: decoded.body, observedAt: decoded.at, run: id.description, seen: view.seen)
            }
        }
        let committing = Committing(view: view, draft: draft)
        let start = time.uptime()
        let done = await commit(committing)
        progress.record.stages += [
            .init(.commit, seconds: done.view.timing.claim.seconds),
            .init(.store, seconds: max(0, (time.uptime() - start - done.view.timing.claim).seconds)),
        ]
        count(done, &progress)
        if let error = done.error {
            let failure = RunFailure(error, stage: done.view.claimed.isEmpty ? .commit : .store)
            if case .stopped = error {
            } else {
                forget()
                tellUnstored(failure)
            }
            throw failure
        }
        archive.remember(done.view, keys: keys, boot: setting.bootID, log: log)
        rememberValidators(progress)
    }

    private func tellUnstored(_ failure: RunFailure) {
        log.error(
            "what the answer brought is not stored: the next run stores it",
            metadata: [
                "event": "storage.put.failed", "error.type": "\(failure.type)",
                "error.message": "\(failure.record.message)", "stage": "\(failure.stage.rawValue)",
            ])
    }

    /// Warns when the window has nearly moved on past what the last run saw: events may have gone by unseen.
    ///
    /// Of an archive's first run all is new, which says nothing.
    func tellOverrun(_ record: RunRecord) {
        guard record.answer?.isWindow == true, !record.commits.contains(1), record.counts.returned > 0 else { return }
        let share = Double(record.counts.new) / Double(record.counts.returned)
        guard share > 0.5 else { return }
        log.log(
            level: share > 0.9 ? .critical : .warning,
            "most of the feed's window is new: events may have gone by unseen; run more often, or look why runs failed",
            metadata: [
                "event": "event.window.overrun", "events.new": "\(record.counts.new)",
                "events.returned": "\(record.counts.returned)",
            ])
    }

    /// Forgets what earlier runs left: a commit may wait to be finished that it knows nothing of, and neither a 304 nor an
    /// answer without news would lead to it. The next run that gets an answer reads the archive from its head.
    func forget() {
        do throws(FileError) {
            try archive.cache?.clear()
            try FileSystem.remove(state.validators)
        } catch {
            log.warning("the cache of the archive cannot be cleared", metadata: ["error": "\(error)"])
        }
    }

    /// Begins to sign in and to read the cache.
    func prepare() -> ArchivePreparation {
        ArchivePreparation(archive, run: id, boot: setting.bootID, time: time)
    }

    /// The store, once its credentials are there.
    func connect(_ progress: inout Progress) async throws(RunFailure) -> ArchiveStore {
        if let store = progress.store { return store }
        let prepared = await (progress.preparation ?? prepare()).value()
        progress.record.stages.append(.init(.auth, seconds: prepared.signIn.seconds))
        // What failed is tried afresh by whoever asks next.
        progress.preparation = nil
        do throws(ArchiveError) {
            let store = watch.store(try prepared.store.get())
            progress.store = store
            progress.cached = prepared.cached
            return store
        } catch {
            throw RunFailure(error, stage: .auth)
        }
    }

    /// The same for what is put beside the commits; nil where it holds something else, or cannot be reached.
    func ownStore(_ progress: inout Progress) async -> ArchiveStore? {
        // What cannot be reached gets nothing; the caller keeps it elsewhere.
        guard let store = try? await connect(&progress) else { return nil }
        if !progress.isOurs { progress.isOurs = await archive.isOurs(store, boot: setting.bootID) }
        return progress.isOurs ? store : nil
    }

    private struct Committing: Sendable {
        var view: Archive
        var draft: CommitDraft
        var error: ArchiveError?
    }

    private func commit(_ committing: Committing) async -> Committing {
        var result = committing
        do throws(ArchiveError) {
            result.draft = try await result.view.commit(
                committing.draft, run: id.description, at: time.now(), stop: { [stop] in stop.isRequested })
        } catch {
            result.error = error
        }
        return result
    }

    private func open(_ store: ArchiveStore, _ progress: inout Progress) async throws(RunFailure) -> Archive {
        let isClean = progress.isClean
        let at = progress.record.startedAt
        let cached = progress.cached
        return try await measured(.diff, &progress) { () async throws(ArchiveError) in
            try await archive.open(store, cached: cached, run: id, at: at, isClean: isClean, time: time, log: log)
        }
    }

    private func measured<Value>(
        _ stage: RunRecord.Stage, _ progress: inout Progress, _ body: () async throws(ArchiveError) -> Value
    ) async throws(RunFailure) -> Value {
        let start = time.uptime()
        let result = await outcome(body)
        progress.record.stages.append(.init(stage, seconds: (time.uptime() - start).seconds))
        do throws(ArchiveError) {
            return try result.get()
        } catch {
            throw RunFailure(error, stage: stage)
        }
    }

    private func count(_ done: Committing, _ progress: inout Progress) {
        let returned = progress.answers.reduce(0) { $0 + $1.answer.events.count + $1.answer.rejects.count }
        let counts = done.draft.counts
        let isStored = !done.view.claimed.isEmpty
        if counts.new + counts.revised == 0 { progress.record.answer = progress.record.answer?.withoutNews() }
        progress.record.counts = .init(
            returned: returned, new: isStored ? counts.new : 0, revised: isStored ? counts.revised : 0,
            unchanged: max(0, returned - counts.new - counts.revised - counts.rejected),
            rejected: isStored ? counts.rejected : 0)
        progress.record.measures.conflicts += done.view.conflicts
        if isStored {
            progress.record.measures.lag = .init(done.draft.lagSeconds())
            for (problem, number) in done.draft.rejectProblems {
                progress.record.measures.rejected[problem.reason, default: 0] += number
            }
        }
        progress.record.commits = done.view.claimed
        if isStored { tellOverrun(progress.record) }
        progress.record.objectsPut += done.view.objectsWritten
        if done.view.conflicts > 0 {
            log.warning(
                "another writer committed at the same time",
                metadata: ["event": "checkpoint.conflict", "conflicts": "\(done.view.conflicts)"])
        }
        for (problem, number) in done.draft.rejectProblems.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            progress.record.notes.append("kept under rejects/: \(number) × event_\(problem.rawValue)")
            log.warning(
                "elements of the answer are no events; they are kept under rejects/: look whether the source has changed",
                metadata: [
                    "event": "event.rejected", "error.type": "event_\(problem.rawValue)",
                    "problem": "\(problem.rawValue)", "reason": "\(problem.reason)",
                    "events.rejected": "\(number)",
                ])
        }
    }

    /// Only a whole answer that is stored may make the next request conditional.
    private func rememberValidators(_ progress: Progress) {
        guard let validators = progress.validators, progress.answers.last?.answer.kind == .normal else { return }
        do throws(FileError) {
            try validators.save(state.validators, feed: feedName, place: archive.place)
        } catch {
            log.warning("the feed's validators cannot be kept", metadata: ["error": "\(error)"])
        }
    }

    private static func keys(_ decoded: Progress.Decoded) -> [String] {
        decoded.answer.events.map { SeenKey.event($0.id) }
            + decoded.answer.rejects.map { Observation($0, in: decoded.body, observedAt: decoded.at).key }
    }
}
