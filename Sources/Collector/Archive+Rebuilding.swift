// SPDX-License-Identifier: MIT

import Logging
import OCI

extension Archive {
    /// Makes a shard again from all commits there are, and keeps the damaged bytes under `index/damaged/`.
    func rebuildShard(
        _ name: String, damaged: ArchiveStore.StoredObject, problem: String
    ) async throws(ArchiveError) -> LoadedShard {
        log.warning(
            "index shard is damaged and is made again from the commits",
            metadata: [
                "error.type": "index_shard_damaged", "object": "\(Self.shardObject(name))", "problem": "\(problem)",
            ])
        let evidence = "index/damaged/\(name)-\(Hex.encode(Array(Digest.sha256(damaged.bytes).prefix(8))))"
        _ = try await store.create(evidence, damaged.bytes)
        let shard = try await shardFromCommits { $0 == name }[name] ?? SeenShard()
        guard let tag = try await store.replace(Self.shardObject(name), shard.encoded(name: name), damaged.tag) else {
            return try await readShard(name)
        }
        return LoadedShard(name: name, shard: shard, tag: tag)
    }

    /// Makes a shard again that the head knows and that is not there.
    func rebuildLostShard(_ name: String) async throws(ArchiveError) -> LoadedShard {
        log.warning(
            "index shard is missing and is made again from the commits",
            metadata: ["error.type": "index_shard_missing", "object": "\(Self.shardObject(name))"])
        let shard = try await shardFromCommits { $0 == name }[name] ?? SeenShard()
        guard let tag = try await store.replace(Self.shardObject(name), shard.encoded(name: name), nil) else {
            return try await readShard(name)
        }
        return LoadedShard(name: name, shard: shard, tag: tag)
    }

    /// The index as the commits alone say it is, for the shards asked for.
    func shardFromCommits(
        _ isWanted: (String) -> Bool
    ) async throws(ArchiveError) -> [String: SeenShard] {
        var shards: [String: SeenShard] = [:]
        for listed in try await store.listAll("commits/") {
            guard let number = Commit.number(ofObject: listed.name), let commit = try await readCommit(number) else {
                continue
            }
            do throws(Commit.CodingProblem) {
                for (key, entry) in try commit.seenEntries() where isWanted(SeenKey.shard(of: key)) {
                    _ = shards[SeenKey.shard(of: key), default: SeenShard()].merge([key: entry])
                }
            } catch {
                throw ArchiveError(error, object: listed.name)
            }
        }
        return shards
    }
}
