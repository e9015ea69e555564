// SPDX-License-Identifier: MIT

/// Reads `journalctl -o export`: entries of `NAME=text` lines and of `NAME`, length and bytes.
///
/// Source: systemd, docs/JOURNAL_EXPORT_FORMATS.md.
struct JournalExport {
    /// Fields of each entry, in the order of the export.
    private(set) var entries: [[(name: String, value: [UInt8])]] = []

    init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        var entry: [(name: String, value: [UInt8])] = []
        while let end = rest.firstIndex(of: 10) {
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            if line.isEmpty {
                entries.append(entry)
                entry = []
            } else if let equals = line.firstIndex(of: UInt8(ascii: "=")) {
                entry.append((String(decoding: line[..<equals], as: UTF8.self), Array(line[(equals + 1)...])))
            } else {
                let length = rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
                entry.append((String(decoding: line, as: UTF8.self), Array(rest.dropFirst(8).prefix(length))))
                rest = rest.dropFirst(8 + length + 1)
            }
        }
        if !entry.isEmpty { entries.append(entry) }
    }

    /// All values of the field in the only entry; empty where there is none.
    func values(_ name: String) -> [[UInt8]] {
        entries.first?.filter { $0.name == name }.map(\.value) ?? []
    }
}
