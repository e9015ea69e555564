// SPDX-License-Identifier: MIT

package import FoundationEssentials
import Logging
import Transport

/// The archive as one writer sees it: which commits it knows to be everywhere they belong, and the shards it has read.
///
/// The protocol is design §4. A commit claims its number by creating its object; from then on it is durable, and its files
/// and index entries follow from it and may be written by anyone. What makes it sound is one rule: `position` names a
/// commit that all shards in the store include, and a writer claims `position + 1` and no other number.
package struct Archive: Sendable {
    package let store: ArchiveStore
    /// Every commit up to this one is in the store's index, in its files, and in the shards read here.
    package internal(set) var position: Int
    /// A lower bound of the store's `index/head`.
    package internal(set) var head: Int
    /// Commits claimed by this writer, oldest first, even if their files could not all be written afterwards.
    package private(set) var claimed: [Int] = []
    /// Objects written by this writer, commits included.
    package internal(set) var objectsWritten = 0
    /// Times that another writer was faster.
    package private(set) var conflicts = 0
    /// How long claiming took.
    package private(set) var timing = Timing()
    var shards: [String: LoadedShard]
    /// Names of all shards that the commits up to `position` need, and maybe of some that later ones do; nil where that
    /// is not known. A shard that is not among them holds nothing, and is not asked for.
    var inventory: Set<String>?
    /// The tag of an `index/head` that is not to be trusted and will be replaced.
    var brokenHead: String?
    let time: TimeSource
    let log: Logger
    /// How far `index/head` may lag behind: it costs a request, and a reader without a cache reads this many commits.
    let headLag: Int

    package struct Timing: Sendable, Hashable {
        package var claim = Duration.zero
    }

    struct LoadedShard: Sendable {
        let name: String
        var shard: SeenShard
        var tag: String?
        /// The checksum of the cache's file that holds just this.
        var cachedAs: String?
    }

    init(
        store: ArchiveStore, position: Int, head: Int, shards: [String: LoadedShard] = [:],
        inventory: Set<String>? = nil, headLag: Int, time: TimeSource, log: Logger
    ) {
        self.store = store
        self.position = position
        self.head = head
        self.shards = shards
        self.inventory = inventory
        self.headLag = headLag
        self.time = time
        self.log = log
    }

    /// What the archive knows of a key; its shard must have been read by `load(keys:)`.
    package func seen(_ key: String) -> SeenEntry? {
        shards[SeenKey.shard(of: key)]?.shard.entries[key]
    }

    /// Reads the shards of these keys that were not read yet.
    package mutating func load(keys: some Sequence<String>) async throws(ArchiveError) {
        try await load(shards: Set(keys.map(SeenKey.shard)))
    }

    /// Stores what the draft holds as the next commit, after taking in all that other writers stored meanwhile.
    ///
    /// - Returns: the draft as it was stored in the end; empty where others had stored all of it already.
    /// - Throws: before the claim, nothing is stored; after it (see `claimed`), everything is, and the next writer
    ///   finishes what is missing.
    package mutating func commit(
        _ draft: CommitDraft, run: String, at date: Date, stop: @Sendable () -> Bool = { false }
    ) async throws(ArchiveError) -> CommitDraft {
        var draft = draft
        for _ in 0..<Self.claimAttempts {
            guard !draft.isEmpty else { return draft }
            guard !stop() else { throw .stopped }
            let commit = draft.commit(number: position + 1, run: run, at: date)
            if try await claim(commit) {
                claimed.append(commit.number)
                try await apply([commit])
                try await advanceHead()
                return draft
            }
            conflicts += 1
            try await catchUp()
            draft = draft.rebased(seen: seen)
        }
        throw .contended(object: Commit.object(position + 1), attempts: Self.claimAttempts)
    }

    /// Takes in every commit after `position`, finishing those whose writer did not.
    ///
    /// - Returns: how many there were.
    @discardableResult
    package mutating func catchUp() async throws(ArchiveError) -> Int {
        let start = position
        while true {
            var batch: [Commit] = []
            while batch.count < Self.batchSize, let commit = try await readCommit(position + batch.count + 1) {
                batch.append(commit)
            }
            if batch.isEmpty { break }
            try await apply(batch)
        }
        if position > start { try await advanceHead() }
        return position - start
    }

    private static let claimAttempts = 50
    private static let batchSize = 32

    /// True if the number is ours now. A reply that was lost is settled by reading back.
    private mutating func claim(_ commit: Commit) async throws(ArchiveError) -> Bool {
        let start = time.uptime()
        defer { timing.claim += time.uptime() - start }
        let bytes = commit.encoded()
        objectsWritten += 1
        if try await store.create(Commit.object(commit.number), bytes) == .created { return true }
        return try await store.read(Commit.object(commit.number))?.bytes == bytes
    }

    func readCommit(_ number: Int) async throws(ArchiveError) -> Commit? {
        let object = Commit.object(number)
        guard let stored = try await store.read(object) else { return nil }
        do throws(Commit.CodingProblem) {
            return try Commit(number: number, bytes: stored.bytes)
        } catch {
            throw ArchiveError(error, object: object)
        }
    }
}

extension ArchiveError {
    init(_ problem: Commit.CodingProblem, object: String) {
        switch problem {
        case .damaged(let text): self = .damaged(object: object, problem: text)
        case .newer(let schema): self = .newer(object: object, schema: schema)
        }
    }
}
