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
        let view = self
        async let files = outcome { () async throws(ArchiveError) in
            try await view.createFiles(commits.flatMap(\.parts))
        }
        async let merged = view.mergeShards(entries)
        let (created, updated) = (await files, await merged)
        objectsWritten += try created.get()
        for result in updated {
            shards[result.name] = try result.shard.get()
            objectsWritten += 1
        }
        position = last.number
    }

    /// Reads shards side by side.
    mutating func load(shards names: Set<String>) async throws(ArchiveError) {
        let missing = names.filter { shards[$0] == nil }
        let view = self
        let read = await concurrently(missing) { name in
            let shard = await outcome { () async throws(ArchiveError) in try await view.readShard(name) }
            return ShardResult(name: name, shard: shard)
        }
        for result in read { shards[result.name] = try result.shard.get() }
    }

    /// `index/head` names a commit that all shards include. It may lag, never lead.
    mutating func advanceHead(lag: Int? = nil) async throws(ArchiveError) {
        guard position - head > (lag ?? headLag) else { return }
        let stored = try await store.read(Self.headObject)
        let known = try stored.map { bytes throws(ArchiveError) in try Self.decodeHead(bytes.bytes) } ?? 0
        if known < position {
            let bytes = JSONValue.object([JSONMember("schema", 1), JSONMember("commit", .int(position))]).encoded()
            objectsWritten += 1
            // Another writer's head is as good as ours.
            _ = try await store.replace(Self.headObject, bytes + [0x0A], stored?.tag)
        }
        head = max(known, position)
    }

    static let headObject = "index/head"

    static func shardObject(_ name: String) -> String { "index/shards/\(name)" }

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

    private func createFiles(_ parts: [Commit.Part]) async throws(ArchiveError) -> Int {
        let files = parts.compactMap { part in part.object.map { (name: $0, bytes: part.bytes) } }
        let results = await concurrently(files) { file in
            await outcome { () async throws(ArchiveError) in try await store.create(file.name, file.bytes) }
        }
        return try values(results).count
    }

    private func mergeShards(_ entries: [String: [String: SeenEntry]]) async -> [ShardResult] {
        await concurrently(entries) { name, entries in
            let shard = await outcome { () async throws(ArchiveError) in try await mergeShard(name, entries) }
            return ShardResult(name: name, shard: shard)
        }
    }

    /// A shard read or merged beside others.
    ///
    /// Not a tuple inside the result: Swift 6.3.1 with optimisation leaves parts of a tuple uninitialised that an async
    /// closure with typed throws returns after an await (seen by valgrind in the release build, 2026-11).
    private struct ShardResult: Sendable {
        let name: String
        let shard: Result<LoadedShard, ArchiveError>
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
                return LoadedShard(shard: loaded.shard, tag: tag)
            }
            loaded = try await readShard(name)
        }
        throw .contended(object: Self.shardObject(name), attempts: Self.mergeAttempts)
    }

    private static var mergeAttempts: Int { 50 }

    /// A shard as it stands in the store; one that is damaged is made again from the commits.
    func readShard(_ name: String) async throws(ArchiveError) -> LoadedShard {
        guard let stored = try await store.read(Self.shardObject(name)) else {
            return LoadedShard(shard: SeenShard(), tag: nil)
        }
        let problem: SeenShard.CodingProblem
        do throws(SeenShard.CodingProblem) {
            return LoadedShard(shard: try SeenShard(name: name, bytes: stored.bytes), tag: stored.tag)
        } catch {
            problem = error
        }
        switch problem {
        case .damaged(let text): return try await rebuildShard(name, damaged: stored, problem: text)
        case .newer(let schema): throw .newer(object: Self.shardObject(name), schema: schema)
        }
    }
}
