// SPDX-License-Identifier: MIT

import JSON

/// `index/shards/<name>`: a header line with the schema version and a checksum, then `key content revisions` a line.
extension SeenShard {
    package static let schema = 1

    package enum CodingProblem: Error, Sendable, Hashable {
        /// Damaged: cut, overwritten, not ours. The text says how.
        case damaged(String)
        /// Written by a later version of this program.
        case newer(schema: Int)
    }

    /// The shard's bytes: the same for the same entries.
    package func encoded(name: String) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(entries.count * 48)
        for key in entries.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            guard let entry = entries[key] else { continue }
            lines += Array("\(key) \(entry.content?.hex ?? "-") \(entry.revisions)\n".utf8)
        }
        let header: JSONValue = [
            "schema": .int(Self.schema), "shard": .string(name), "entries": .int(entries.count),
            "checksum": .string(ContentHash(canonical: lines).hex),
        ]
        return header.encoded() + [0x0A] + lines
    }

    /// Reads what `encoded` wrote; anything else is an error, never an empty shard.
    package init(name: String, bytes: [UInt8]) throws(CodingProblem) {
        guard let end = bytes.firstIndex(of: 0x0A), let header = try? JSONValue.parse(Array(bytes[..<end])) else {
            throw .damaged("it has no header line")
        }
        guard let schema = header["schema"]?.int else { throw .damaged("its header names no schema") }
        guard schema <= Self.schema else { throw .newer(schema: schema) }
        let lines = Array(bytes[(end + 1)...])
        guard header["checksum"]?.string == ContentHash(canonical: lines).hex else {
            throw .damaged("its checksum is wrong")
        }
        guard header["shard"]?.string == name else { throw .damaged("it belongs to another shard") }
        var entries: [String: SeenEntry] = [:]
        entries.reserveCapacity(lines.count / 40)
        for line in lines.split(separator: 0x0A) {
            let fields = line.split(separator: 0x20, omittingEmptySubsequences: false)
            guard fields.count == 3, let revisions = Int(String(decoding: fields[2], as: UTF8.self)) else {
                throw .damaged("it has a line that cannot be read")
            }
            let content = ContentHash(hex: String(decoding: fields[1], as: UTF8.self))
            entries[String(decoding: fields[0], as: UTF8.self)] = SeenEntry(content: content, revisions: revisions)
        }
        guard header["entries"]?.int == entries.count else { throw .damaged("it has not the entries its header says") }
        self.entries = entries
    }
}
