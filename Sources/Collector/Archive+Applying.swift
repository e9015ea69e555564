// SPDX-License-Identifier: MIT

import JSON

extension Archive {
    /// Writes all that follows from commits `position + 1 …`: files first come, first served; shards merged.
    mutating func apply(_ commits: [Commit]) async throws(ArchiveError) {
        guard let last = commits.last else { return }
        var entries: [String: [String: SeenEntry]] = [:]
        for commit in commits {
            do throws(Commit.CodingProblem) {
                for (key, entry) in try commit.seenEntries() {
                    entries[SeenKey.shard(of: key), default: [:]][key] = entry
                }
            } catch {
                throw ArchiveError(error, object: Commit.object(commit.number))
            }
        }
        let files = commits.flatMap(\.parts).compactMap { part in part.object.map { Write.file($0, part.bytes) } }
        let view = self
        let written = await concurrently(files + entries.map { Write.shard($0.key, $0.value) }) { write in
            await view.perform(write)
        }
        for shard in try values(written) {
            objectsWritten += 1
            if let shard { shards[shard.name] = shard }
        }
        position = last.number
    }

    /// Reads shards side by side.
    mutating func load(shards names: Set<String>) async throws(ArchiveError) {
        let missing = names.filter { shards[$0] == nil }
        let view = self
        let read = await concurrently(missing) { name in
            await outcome { () async throws(ArchiveError) in try await view.readShard(name) }
        }
        for shard in try values(read) { shards[shard.name] = shard }
    }

    /// `index/head` names a commit that all shards include. It may lag, never lead.
    mutating func advanceHead(lag: Int? = nil) async throws(ArchiveError) {
        guard position - head > (lag ?? headLag) else { return }
        let stored = try await store.read(Self.headObject)
        let known = try stored.map { bytes throws(ArchiveError) in try Self.decodeHead(bytes.bytes) } ?? 0
        if known < position {
            objectsWritten += 1
            // Another writer's head is as good as ours.
            _ = try await store.replace(Self.headObject, Self.encodeHead(position), stored?.tag)
        }
        head = max(known, position)
    }

    static let headObject = "index/head"

    static func shardObject(_ name: String) -> String { "index/shards/\(name)" }

    /// The bytes of `index/head`.
    static func encodeHead(_ commit: Int) -> [UInt8] {
        JSONValue.object([JSONMember("schema", 1), JSONMember("commit", .int(commit))]).encoded() + [0x0A]
    }

    /// The commit named in `index/head`.
    static func decodeHead(_ bytes: [UInt8]) throws(ArchiveError) -> Int {
        let head: JSONValue
        do throws(JSONError) {
            head = try JSONValue.parse(bytes)
        } catch {
            throw .damaged(object: headObject, problem: "\(error)")
        }
        if let schema = head["schema"]?.int, schema > 1 { throw .newer(object: headObject, schema: schema) }
        guard let commit = head["commit"]?.int, commit >= 0 else {
            throw .damaged(object: headObject, problem: "it names no commit")
        }
        return commit
    }

    /// Something that follows from a commit.
    private enum Write: Sendable {
        case file(String, [UInt8])
        case shard(String, [String: SeenEntry])
    }

    /// Writes it; returns the shard if it is one.
    private func perform(_ write: Write) async -> Result<LoadedShard?, ArchiveError> {
        await outcome { () async throws(ArchiveError) in
            switch write {
            case .file(let name, let bytes):
                _ = try await store.create(name, bytes)
                return nil
            case .shard(let name, let entries): return try await mergeShard(name, entries)
            }
        }
    }

    /// Adds entries to a shard in the store, again and again until no other writer comes between.
    private func mergeShard(
        _ name: String, _ entries: [String: SeenEntry]
    ) async throws(ArchiveError) -> LoadedShard {
        var loaded: LoadedShard
        if let known = shards[name] { loaded = known } else { loaded = try await readShard(name) }
        for _ in 0..<Self.mergeAttempts {
            guard loaded.shard.merge(entries) else { return loaded }
            let bytes = loaded.shard.encoded(name: name)
            if let tag = try await store.replace(Self.shardObject(name), bytes, loaded.tag) {
                return LoadedShard(name: name, shard: loaded.shard, tag: tag)
            }
            loaded = try await readShard(name)
        }
        throw .contended(object: Self.shardObject(name), attempts: Self.mergeAttempts)
    }

    private static var mergeAttempts: Int { 50 }

    /// A shard as it stands in the store; one that is damaged is made again from the commits.
    func readShard(_ name: String) async throws(ArchiveError) -> LoadedShard {
        guard let stored = try await store.read(Self.shardObject(name)) else {
            return LoadedShard(name: name, shard: SeenShard(), tag: nil)
        }
        let problem: SeenShard.CodingProblem
        do throws(SeenShard.CodingProblem) {
            return LoadedShard(
                name: name, shard: try SeenShard(name: name, bytes: stored.bytes), tag: stored.tag)
        } catch {
            problem = error
        }
        switch problem {
        case .damaged(let text): return try await rebuildShard(name, damaged: stored, problem: text)
        case .newer(let schema): throw .newer(object: Self.shardObject(name), schema: schema)
        }
    }
}
