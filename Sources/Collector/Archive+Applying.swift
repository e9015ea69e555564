// SPDX-License-Identifier: MIT

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
            if let shard {
                shards[shard.name] = shard
                inventory?.insert(shard.name)
            }
        }
        position = last.number
    }

    /// Reads shards side by side; those that nothing was ever put into are known to be empty.
    mutating func load(shards names: Set<String>) async throws(ArchiveError) {
        if let inventory {
            for name in names.subtracting(inventory) where shards[name] == nil {
                shards[name] = LoadedShard(name: name, shard: SeenShard(), tag: nil)
            }
        }
        let missing = names.filter { shards[$0] == nil }
        let view = self
        let read = await concurrently(missing) { name in
            await outcome { () async throws(ArchiveError) in try await view.readShard(name) }
        }
        for shard in try values(read) { shards[shard.name] = shard }
    }

    static func shardObject(_ name: String) -> String { "index/shards/\(name)" }

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
        let known = shards[name]?.shard ?? SeenShard()
        if let view = shards[name] { loaded = view } else { loaded = try await readShard(name) }
        for _ in 0..<Self.mergeAttempts {
            guard loaded.shard.merge(entries) else { return loaded }
            let bytes = loaded.shard.encoded(name: name)
            if let tag = try await store.replace(Self.shardObject(name), bytes, loaded.tag) {
                return LoadedShard(name: name, shard: loaded.shard, tag: tag)
            }
            let fresh = try await readShard(name)
            guard fresh.shard.includes(known) else {
                throw .damaged(
                    object: Self.shardObject(name),
                    problem: "it holds less than this host has stored: the archive was emptied or set back meanwhile")
            }
            loaded = fresh
        }
        throw .contended(object: Self.shardObject(name), attempts: Self.mergeAttempts)
    }

    private static var mergeAttempts: Int { 50 }

    /// A shard as it stands in the store; one that is damaged is made again from the commits.
    func readShard(_ name: String) async throws(ArchiveError) -> LoadedShard {
        guard let stored = try await store.read(Self.shardObject(name)) else {
            if try await isLost(name) { return try await rebuildLostShard(name) }
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
