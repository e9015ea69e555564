// SPDX-License-Identifier: MIT

package import Files
package import FoundationEssentials
import JSON
import Ledger
import OCI

/// What one run leaves for the next one on this host, so that a steady run reads nothing from the archive: the position
/// and the shards it used, with their tags.
///
/// It may be stale (the claim of a number finds that out) but never wrong: every shard file must have the checksum that
/// `position.json`, written last, gives for it, else the whole cache is dropped and the archive is read instead.
package struct ArchiveCache: Sendable {
    private let directory: String
    private let place: String

    package struct Snapshot: Sendable, Hashable {
        package let position: Int
        package let head: Int
        /// False if the writer did not come to a good end, or another boot has begun: look for commits to finish.
        package let isClean: Bool
        package let savedAt: Date
        package let shards: [String: Shard]
        /// See `Archive.inventory`.
        package let inventory: Set<String>?

        package struct Shard: Sendable, Hashable {
            package let shard: SeenShard
            package let tag: String?
            /// Of the file.
            package let checksum: String
        }
    }

    /// - Parameters:
    ///   - directory: made when first written to.
    ///   - place: names the archive; a cache of another one is ignored.
    package init(directory: String, place: String) {
        self.directory = directory
        self.place = place
    }

    /// What was left, or nil where there is nothing to be trusted.
    package func load(bootID: String?) -> Snapshot? {
        // A cache that cannot be read is no loss: the archive has it all.
        guard let bytes = try? FileSystem.read(path("position.json")), let header = try? JSONValue.parse(bytes),
            header["schema"]?.int == 1, header["place"]?.string == place, let position = header["position"]?.int,
            let head = header["head"]?.int, let members = header["shards"]?.object
        else { return nil }
        var shards: [String: Snapshot.Shard] = [:]
        for member in members {
            guard let shard = shard(member) else { return nil }
            shards[member.name] = shard
        }
        let isClean = header["clean"]?.bool == true && header["boot"]?.string == bootID
        let savedAt = header["saved_at"]?.string.flatMap(Timestamp.date) ?? .distantPast
        let inventory = header["inventory"]?.string.map { Set($0.split(separator: " ").map(String.init)) }
        return Snapshot(
            position: position, head: head, isClean: isClean, savedAt: savedAt, shards: shards, inventory: inventory)
    }

    /// Leaves the archive's view for the next run; only the shards named, so that it does not grow with history.
    package func save(_ archive: Archive, shards names: Set<String>, bootID: String?, at date: Date) throws(FileError) {
        var members: [JSONMember] = []
        for name in names.sorted() {
            guard let loaded = archive.shards[name] else { continue }
            let checksum = if let known = loaded.cachedAs { known } else { try put(loaded) }
            members.append(JSONMember(name, ["tag": .optional(loaded.tag), "checksum": .string(checksum)]))
        }
        let header: JSONValue = [
            "schema": 1, "place": .string(place), "position": .int(archive.position), "head": .int(archive.head),
            "saved_at": .string(Timestamp.text(date)), "clean": true, "boot": .optional(bootID),
            "shards": .object(members),
            "inventory": .optional(archive.inventory.map { $0.sorted().joined(separator: " ") }),
        ]
        try FileSystem.replace(path("position.json"), header.encoded() + [0x0A], durable: false)
        for file in try FileSystem.list(directory) where file != "position.json" && !names.contains(file) {
            try FileSystem.remove(path(file))
        }
    }

    /// Writes a shard's file; returns its checksum.
    private func put(_ loaded: Archive.LoadedShard) throws(FileError) -> String {
        let bytes = loaded.shard.encoded(name: loaded.name)
        if try FileSystem.read(path(loaded.name)) != bytes {
            try FileSystem.replace(path(loaded.name), bytes, durable: false)
        }
        return ContentHash(canonical: bytes).hex
    }

    /// Forgets everything.
    package func clear() throws(FileError) { try FileSystem.remove(path("position.json")) }

    private func shard(_ member: JSONMember) -> Snapshot.Shard? {
        guard let bytes = try? FileSystem.read(path(member.name)), let checksum = member.value["checksum"]?.string,
            checksum == ContentHash(canonical: bytes).hex,
            let shard = try? SeenShard(name: member.name, bytes: bytes)
        else { return nil }
        return Snapshot.Shard(shard: shard, tag: member.value["tag"]?.string, checksum: checksum)
    }

    private func path(_ name: String) -> String { FileSystem.join(directory, name) }
}
