// SPDX-License-Identifier: MIT

/// What the archive knows of one event.
package struct SeenEntry: Sendable, Hashable {
    /// The content last seen; nil where only the id is known (a predecessor's list of ids).
    package let content: ContentHash?
    /// Revisions stored so far: 0 after the first version.
    package let revisions: Int

    package init(content: ContentHash?, revisions: Int) {
        self.content = content
        self.revisions = revisions
    }
}

/// The ids of one shard and what is known of them.
///
/// An event's shard is its id without the last three digits, so that a run, whose new ids follow each other, writes one
/// or two shards of at most 1,000 ids, however long the history is. Rejected elements are known by the SHA-256 of their
/// bytes, in 256 shards of their own.
package struct SeenShard: Sendable, Hashable {
    package var entries: [String: SeenEntry]

    package init(entries: [String: SeenEntry] = [:]) { self.entries = entries }

    /// Whether it knows every key of `other`, in the same or a later state.
    package func includes(_ other: SeenShard) -> Bool {
        other.entries.allSatisfy { key, entry in (entries[key]?.revisions ?? -1) >= entry.revisions }
    }

    /// The later state of each key wins: revisions are counted in the order of the commits.
    ///
    /// - Returns: whether this added anything.
    package mutating func merge(_ other: [String: SeenEntry]) -> Bool {
        var changed = false
        for (key, entry) in other {
            if let known = entries[key], known.revisions >= entry.revisions { continue }
            entries[key] = entry
            changed = true
        }
        return changed
    }
}

/// Keys and shards of the index.
package enum SeenKey {
    /// The key of an event.
    package static func event(_ id: EventID) -> String { id.token }

    /// The key of a rejected element: 64 hexadecimal digits.
    package static func reject(sha256: String) -> String { "r" + sha256 }

    /// The shard a key belongs to: a name of at most 40 characters from `[-0-9a-z]`.
    package static func shard(of key: String) -> String {
        if key.utf8.first == 0x72 { return "rejects-" + key.dropFirst().prefix(2) }
        let isNegative = key.utf8.first == 0x2D
        let digits = key.utf8.count - (isNegative ? 1 : 0)
        guard digits > 3 else { return isNegative ? "-0" : "0" }
        let shard = String(key.dropLast(3))
        guard shard.utf8.count > 40 else { return shard }
        return "h" + ContentHash(canonical: Array(shard.utf8)).hex
    }
}
