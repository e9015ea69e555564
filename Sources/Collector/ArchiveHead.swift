// SPDX-License-Identifier: MIT

import JSON
import Logging

/// `index/head`: a commit that all shards include, and the shards there were when it was written.
///
/// Both may lag behind, never lead. A shard that is listed and not there has been lost; one that is not listed may simply
/// not have been needed yet.
struct ArchiveHead: Sendable, Hashable {
    static let object = "index/head"
    /// More commits than anybody will make; a larger number is damage.
    static let commitLimit = 1_000_000_000_000

    let commit: Int
    /// All there were; nil where it does not say.
    let shards: Set<String>?

    init(commit: Int, shards: Set<String>) {
        self.commit = commit
        self.shards = shards
    }

    /// Throws `damaged` for what no head says, `newer` for a later schema.
    init(_ bytes: [UInt8]) throws(ArchiveError) {
        let head: JSONValue
        do throws(JSONError) {
            head = try JSONValue.parse(bytes)
        } catch {
            throw .damaged(object: Self.object, problem: "\(error)")
        }
        if let schema = head["schema"]?.int, schema > 1 { throw .newer(object: Self.object, schema: schema) }
        guard let commit = head["commit"]?.int, (0...Self.commitLimit).contains(commit) else {
            throw .damaged(object: Self.object, problem: "it names no commit that can be")
        }
        self.commit = commit
        let listed = head["shards"]?.array
        let names = listed?.compactMap(\.string)
        shards = names?.count == listed?.count ? names.map { Set($0) } : nil
    }

    func encoded() -> [UInt8] {
        let head: JSONValue = [
            "schema": 1, "commit": .int(commit),
            "shards": .array((shards ?? []).sorted().map(JSONValue.string)),
        ]
        return head.encoded() + [0x0A]
    }
}

extension Archive {
    static let headObject = ArchiveHead.object

    /// Begins at the head, or before the first commit where there is none, or none to be trusted: then every commit is
    /// taken in again, which mends the index as well.
    ///
    /// - Returns: whether there is an archive at all.
    mutating func beginAtHead() async throws(ArchiveError) -> Bool {
        let stored = try await store.read(Self.headObject)
        if let stored {
            let trusted = try await trustedHead(stored.bytes)
            if let trusted, trusted.commit > 0 {
                (head, position, inventory) = (trusted.commit, trusted.commit, trusted.shards)
                return true
            }
            if trusted == nil { brokenHead = stored.tag }
        }
        inventory = try await shardNames()
        guard let first = try await store.list("commits/", nil, 1).objects.first else {
            guard Self.tellsOfNone(stored, shards: inventory ?? []) else { throw Self.lostCommits }
            return false
        }
        guard let number = Commit.number(ofObject: first.name) else {
            throw .foreign(place: store.place, examples: [first.name])
        }
        position = number - 1
        return true
    }

    private static let lostCommits = ArchiveError.damaged(
        object: "commits/",
        problem:
            "there is no commit, and index/ tells of some: put them back (a bucket keeps versions); where they are "
            + "gone for good, `polisen-collector archive repair` begins anew with the events that are there")

    /// Throws `damaged` where an index tells of commits and there are none.
    package static func requireCommits(in store: ArchiveStore) async throws(ArchiveError) {
        guard try await store.list("commits/", nil, 1).objects.isEmpty else { return }
        let shards = try await store.list("index/shards/", nil, 1).objects.map(\.name)
        guard tellsOfNone(try await store.read(headObject), shards: Set(shards)) else { throw lostCommits }
    }

    /// Whether no commit is what the index says: nothing is there, or a head that says so (`archive repair` leaves one).
    private static func tellsOfNone(
        _ head: ArchiveStore.StoredObject?, shards: Set<String>
    ) -> Bool {
        guard let head, let named = try? ArchiveHead(head.bytes).commit else { return shards.isEmpty }
        return named == 0
    }

    /// The head, if the commit it names is there; nil and a warning otherwise.
    private func trustedHead(_ bytes: [UInt8]) async throws(ArchiveError) -> ArchiveHead? {
        let problem: String
        do throws(ArchiveError) {
            let head = try ArchiveHead(bytes)
            if head.commit == 0 { return head }
            if try await store.read(Commit.object(head.commit)) != nil { return head }
            problem = "it names commit \(head.commit), which is not there"
        } catch {
            guard case .damaged(_, let text) = error else { throw error }
            problem = text
        }
        log.warning(
            "the archive's head is not to be trusted; every commit is read instead",
            metadata: ["error.type": "archive_head_damaged", "object": "\(Self.headObject)", "problem": "\(problem)"])
        return nil
    }

    /// `index/head` names a commit that all shards include. It may lag, never lead.
    mutating func advanceHead() async throws(ArchiveError) {
        guard position - head > headLag || brokenHead != nil else { return }
        let stored = try await store.read(Self.headObject)
        var known = 0
        if let stored, stored.tag != brokenHead { known = try ArchiveHead(stored.bytes).commit }
        if known < position {
            let listed = try await shardNames().union(inventory ?? [])
            let bytes = ArchiveHead(commit: position, shards: listed).encoded()
            inventory = listed
            objectsWritten += 1
            // Another writer's head is as good as ours.
            _ = try await store.replace(Self.headObject, bytes, stored?.tag)
        }
        brokenHead = nil
        head = max(known, position)
    }

    private func shardNames() async throws(ArchiveError) -> Set<String> {
        Set(try await store.listAll("index/shards/").map { String($0.name.dropFirst(13)) })
    }

    /// Whether a shard that is not there has been lost, for all that is known of it here or that the head knows.
    func isLost(_ shard: String) async throws(ArchiveError) -> Bool {
        // Before the first commit nothing can be lost.
        guard position > 0 else { return false }
        if let inventory {
            guard inventory.contains(shard) else { return false }
            // Where the commits are gone as well, it is the archive that was emptied or set back.
            return try await store.read(Commit.object(position)) != nil
        }
        guard let stored = try await store.read(Self.headObject) else { return false }
        guard let head = try? ArchiveHead(stored.bytes) else { return false }
        return head.shards?.contains(shard) == true
    }
}
