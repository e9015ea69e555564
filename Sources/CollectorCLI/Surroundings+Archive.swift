// SPDX-License-Identifier: MIT

import Collector
import Files
import Ledger
import Synchronization
import Transport

/// An archive that a command works on.
struct OpenArchive: Sendable {
    let live: Live
    let store: ArchiveStore
    let progress: ProgressLine
}

extension Surroundings {
    /// Runs `body` on the archive the configuration names, and tells what keeps it from that.
    ///
    /// - Parameter isExclusive: no run of this host may be at work meanwhile.
    func withArchive(
        _ options: GlobalOptions, isExclusive: Bool = false,
        _ body: (OpenArchive) async throws(ArchiveError) -> ExitStatus
    ) async -> ExitStatus {
        var live: Live
        do throws(ExitStatus) { live = try options.live(in: self, for: .reading) } catch { return error }
        live.deadline = .seconds(1 << 32)
        defer { live.log.flush() }
        let progress = ProgressLine(isShown: HostFacts.isTerminal(2))
        do throws(RunFailure) {
            let lock = isExclusive ? try runLock(live) : nil
            defer { lock?.release() }
            return try await work(live, progress, body)
        } catch {
            progress.end()
            tell("polisen-collector: \(error.message)")
            return ExitStatus(rawValue: Int32(error.exit.rawValue)) ?? .unavailable
        }
    }

    private func work(
        _ live: Live, _ progress: ProgressLine, _ body: (OpenArchive) async throws(ArchiveError) -> ExitStatus
    ) async throws(RunFailure) -> ExitStatus {
        let transport: HTTPTransport
        do throws(TransportError) {
            transport = try live.transport()
        } catch {
            throw RunFailure(FeedError.transport(error))
        }
        let store = try await openArchive(live, transport)
        do throws(ArchiveError) {
            return try await body(OpenArchive(live: live, store: store, progress: progress))
        } catch {
            throw RunFailure(error, stage: .store)
        }
    }

    /// The archive that the configuration names; one that holds something else is refused.
    func openArchive(_ live: Live, _ transport: HTTPTransport) async throws(RunFailure) -> ArchiveStore {
        try requireDirectory(live.configuration.archive)
        do throws(ArchiveError) {
            let store = try await live.archive(transport).connect(live.run)
            if try await store.list("commits/", nil, 1).objects.isEmpty { tell(try await withoutCommits(store)) }
            return store
        } catch {
            throw RunFailure(error, stage: .store)
        }
    }

    /// What a place without commits is. Throws where it is somebody else's; names beside our commits are the
    /// verification's to tell.
    private func withoutCommits(_ store: ArchiveStore) async throws(ArchiveError) -> String {
        let isPredecessor = try await Predecessor.isPresent(in: store)
        do throws(ArchiveError) {
            try await Archive.requireCommits(in: store)
        } catch {
            guard case .damaged(let object, let problem) = error else { throw error }
            return "\(object) in \(store.place): \(problem)"
        }
        return isPredecessor
            ? "\(store.place) is an archive of the Python collector: the first run adopts it"
            : "nothing is stored here yet: \(store.place); `polisen-collector collect` begins it"
    }

    /// An archive in a directory that is not there is a path written wrong, or a disk that is not mounted.
    private func requireDirectory(_ archive: Configuration.Archive) throws(RunFailure) {
        guard archive.backend == .directory, !FileSystem.exists(archive.path) else { return }
        throw RunFailure(
            type: "archive_missing",
            message: "there is no directory \(archive.path): correct archive.path, or mount it; the first run that "
                + "stores something makes it",
            stage: .store, exit: .badData)
    }

    /// The lock of runs, so that none begins.
    private func runLock(_ live: Live) throws(RunFailure) -> FileLock {
        do throws(FileError) {
            try FileSystem.makeDirectories(live.state.root)
            if let lock = try FileLock.tryAcquire(live.state.lock) { return lock }
        } catch {
            throw RunFailure(error, stage: .store)
        }
        throw RunFailure(
            type: "locked", message: "a run holds \(live.state.lock): try again when it has ended", stage: .store,
            exit: .temporary)
    }
}

/// Tells on a terminal how far long work is; nothing elsewhere.
final class ProgressLine: Sendable {
    private let isShown: Bool
    private let last = Mutex<ContinuousClock.Instant?>(nil)

    init(isShown: Bool) { self.isShown = isShown }

    var show: @Sendable (ArchiveProgress) -> Void {
        { step in self.update { "\(step.phase.rawValue) \(step.done) of \(step.total)" } }
    }

    /// Says it, five times a second at most; the text is made only then.
    func update(_ text: () -> String) {
        guard isShown, isDue() else { return }
        Self.write("\r\u{1B}[K" + text())
    }

    /// Says it at once.
    func tell(_ text: String) {
        guard isShown else { return }
        last.withLock { $0 = ContinuousClock().now }
        Self.write("\r\u{1B}[K\(text)")
    }

    func end() {
        if last.withLock({ $0 != nil }) { Self.write("\r\u{1B}[K") }
    }

    private func isDue() -> Bool {
        last.withLock { last in
            let now = ContinuousClock().now
            if let last, now - last < .milliseconds(200) { return false }
            last = now
            return true
        }
    }

    private static func write(_ text: String) {
        // Progress that cannot be shown is no loss.
        try? StandardStream.write(Array(text.utf8), to: .error)
    }
}
