// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
package import Ledger
import Logging
import Transport

/// How a run gets at its archive: the backend, and what was remembered of it.
package struct ArchiveAccess: Sendable {
    /// Names the archive in caches and for people, without asking anybody: a path, or bucket, namespace and endpoint.
    package let place: String
    /// Gets the credentials and makes the store; for a directory there is nothing to get.
    package let connect: @Sendable (RunID) async throws(ArchiveError) -> ArchiveStore
    /// What the last run left behind; nil where reading the archive itself costs nothing.
    package let cache: ArchiveCache?
    /// See `Archive.Opening`.
    package let headLag: Int
    /// Whether the archive is there, as far as that can be told without a request.
    package let isThere: @Sendable () -> Bool

    package init(
        place: String, cache: ArchiveCache?, headLag: Int, isThere: @escaping @Sendable () -> Bool = { true },
        connect: @escaping @Sendable (RunID) async throws(ArchiveError) -> ArchiveStore
    ) {
        self.place = place
        self.cache = cache
        self.headLag = headLag
        self.isThere = isThere
        self.connect = connect
    }

    /// An archive in a directory.
    package static func directory(_ path: String) -> ArchiveAccess {
        let head = FileSystem.join(path, Archive.headObject)
        return ArchiveAccess(place: path, cache: nil, headLag: 0, isThere: { FileSystem.exists(head) }) {
            (_) throws(ArchiveError) in .directory(path)
        }
    }

    /// How old a cache may be to be believed without a look at the archive: some missed slots of the timer.
    static let trustedSeconds = 7_200.0

    /// Opens the archive from what the cache held, or from its head where that was nothing. After an unclean end, or on
    /// another boot, it looks for a commit to finish.
    func open(
        _ store: ArchiveStore, cached: ArchiveCache.Snapshot?, run: RunID, at date: Date, isClean: Bool,
        time: TimeSource, log: Logger
    ) async throws(ArchiveError) -> Archive {
        let opening = Archive.Opening(run: run.description, date: date, headLag: headLag, time: time, log: log)
        guard let cached else { return try await Archive.open(store, opening) }
        // After a pause somebody may have restored or emptied the archive; one request tells.
        if date.timeIntervalSince(cached.savedAt) > Self.trustedSeconds, cached.position > 0,
            try await store.read(Commit.object(cached.position)) == nil
        {
            return try await Archive.open(store, opening)
        }
        var archive = Archive(store: store, cached: cached, opening: opening)
        if !isClean || !cached.isClean { try await archive.catchUp() }
        return archive
    }

    /// Whether the store is our archive, a predecessor's or empty: nothing is put into a place that holds something else.
    func isOurs(_ store: ArchiveStore, boot: String?) async -> Bool {
        if cache?.load(bootID: boot) != nil { return true }
        do throws(ArchiveError) {
            if try await store.read(Archive.headObject) != nil { return true }
            _ = try await Predecessor.isPresent(in: store)
            return true
        } catch {
            return false
        }
    }

    /// Leaves what the next run needs; a cache that cannot be written costs requests, not data.
    func remember(_ archive: Archive, keys: Set<String>, boot: String?, log: Logger) {
        do throws(FileError) {
            try cache?.save(archive, shards: Set(keys.map(SeenKey.shard)), bootID: boot, at: archive.time.now())
        } catch {
            log.warning("the cache of the archive cannot be written", metadata: ["error": "\(error)"])
        }
    }
}
