// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON
import Ledger

/// Planned work and notes of the ledger's old months, remembered in `<state>/lasting.json`: the checker looks at budgets every
/// five minutes, and must not read five years of ledger for the few lines that outlast their month.
///
/// Ledgers are only ever added to, so that a file of the same size is the same file.
struct LastingLines: Sendable, Hashable {
    private var files: [String: Entry] = [:]

    private struct Entry: Sendable, Hashable {
        let size: Int
        let lines: [[UInt8]]
    }

    init() {}

    /// The lines of a file of that size; nil where it has to be read.
    func lines(_ file: String, size: Int) -> [[UInt8]]? {
        files[file].flatMap { $0.size == size ? $0.lines : nil }
    }

    mutating func note(_ file: String, size: Int, _ lines: [[UInt8]]) {
        files[file] = Entry(size: size, lines: lines)
    }
}

extension LastingLines {
    private static func path(_ state: String) -> String { FileSystem.join(state, "lasting.json") }

    /// What is remembered of a state directory; what cannot be read is as nothing, and costs time alone.
    init(state: String) {
        guard let bytes = try? FileSystem.read(Self.path(state), limitBytes: 8 << 20),
            let json = try? JSONValue.parse(bytes), json["schema"]?.int == 1
        else { return }
        for file in json["files"]?.array ?? [] {
            guard let name = file["name"]?.string, let size = file["size"]?.int, let lines = file["lines"]?.array
            else { continue }
            files[name] = Entry(size: size, lines: lines.compactMap { $0.string.map { Array($0.utf8) } })
        }
    }

    func save(state: String) throws(FileError) {
        let entries = files.sorted { $0.key < $1.key }.map { name, entry -> JSONValue in
            [
                "name": .string(name), "size": .int(entry.size),
                "lines": .array(entry.lines.map { .string(String(decoding: $0, as: UTF8.self)) }),
            ]
        }
        let json: JSONValue = ["schema": 1, "files": .array(entries)]
        try FileSystem.replace(Self.path(state), json.encoded() + [0x0A], durable: false)
    }
}
