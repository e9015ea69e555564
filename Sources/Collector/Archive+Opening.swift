// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import Logging
package import Transport

extension Archive {
    /// Who opens the archive, for what a first use writes.
    package struct Opening: Sendable {
        package let run: String
        package let date: Date
        /// Requests that `index/head` may save: 0 for a directory, where writing it costs next to nothing.
        package let headLag: Int
        package let time: TimeSource
        package let log: Logger

        package init(run: String, date: Date, headLag: Int, time: TimeSource, log: Logger) {
            self.run = run
            self.date = date
            self.headLag = headLag
            self.time = time
            self.log = log
        }
    }

    /// Starts from what the last run of this host left behind: nothing is read.
    package init(store: ArchiveStore, cached: ArchiveCache.Snapshot, opening: Opening) {
        self.init(
            store: store, position: cached.position, head: cached.head,
            shards: cached.shards.reduce(into: [:]) { shards, item in
                shards[item.key] = LoadedShard(
                    name: item.key, shard: item.value.shard, tag: item.value.tag, cachedAs: item.value.checksum)
            }, inventory: cached.inventory, headLag: opening.headLag, time: opening.time, log: opening.log)
    }

    /// Starts from `index/head` and takes in all commits after it; adopts a predecessor's archive on first use.
    ///
    /// - Throws: `foreign` where the place holds something that is neither ours nor a predecessor's.
    package static func open(_ store: ArchiveStore, _ opening: Opening) async throws(ArchiveError) -> Archive {
        var archive = Archive(
            store: store, position: 0, head: 0, headLag: opening.headLag, time: opening.time, log: opening.log)
        if !(try await archive.beginAtHead()), try await Predecessor.isPresent(in: store) {
            let seeds = try await Predecessor.seeds(in: store, log: opening.log)
            try await archive.adopt(seeds, run: opening.run, at: opening.date)
        }
        try await archive.catchUp()
        return archive
    }

    /// Makes a predecessor's events known as commit 1. If another writer adopts at the same time, one of them wins.
    private mutating func adopt(
        _ seeds: [String: SeenEntry], run: String, at date: Date
    ) async throws(ArchiveError) {
        let commit = Predecessor.commit(seeds, run: run, at: date)
        if try await store.create(Commit.object(1), commit.encoded()) == .created {
            objectsWritten += 1
            log.notice("adopted a predecessor's archive", metadata: ["events": "\(seeds.count)"])
        }
    }
}
