// SPDX-License-Identifier: MIT

import Files
import Ledger
import Transport

/// What a run needs of its archive before it can store anything: credentials and the cache. Every run needs the first
/// of them, for the copy of its record at the latest, so they are got while the feed's answer is awaited.
struct ArchivePreparation: Sendable {
    struct Prepared: Sendable {
        let store: Result<ArchiveStore, ArchiveError>
        /// See `ArchiveCache.load`.
        let cached: ArchiveCache.Snapshot?
        /// How long signing in took.
        let signIn: Duration
    }

    /// Through a lock and not as the task's own result: see `concurrently`.
    private let prepared = Collected<Prepared>()
    private let task: Task<Void, Never>

    /// Begins.
    init(_ archive: ArchiveAccess, run: RunID, boot: String?, time: TimeSource) {
        task = Task { [prepared] in
            let start = time.uptime()
            let store = await outcome { () async throws(ArchiveError) in try await archive.connect(run) }
            let signIn = time.uptime() - start
            prepared.add(Prepared(store: store, cached: archive.cache?.load(bootID: boot), signIn: signIn))
        }
    }

    /// Ends it where nobody waits for it any more.
    func cancel() { task.cancel() }

    /// Waits for the end of it, which the caller's cancellation brings about.
    func value() async -> Prepared {
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        guard let value = prepared.values.first else { preconditionFailure("the task ends after it has added this") }
        return value
    }
}
