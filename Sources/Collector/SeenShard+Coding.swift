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
        // By text: keys are ASCII, so this is their bytes' order, and ten times faster than comparing bytes one by one.
        for (key, entry) in entries.sorted(by: { $0.key < $1.key }) {
            lines += key.utf8
            lines.append(0x20)
            if let content = entry.content { content.appendHex(to: &lines) } else { lines.append(0x2D) }
            lines.append(0x20)
            lines += String(entry.revisions).utf8
            lines.append(0x0A)
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
            let content = ContentHash(hexDigits: fields[1])
            entries[String(decoding: fields[0], as: UTF8.self)] = SeenEntry(content: content, revisions: revisions)
        }
        guard header["entries"]?.int == entries.count else { throw .damaged("it has not the entries its header says") }
        self.entries = entries
    }
}
