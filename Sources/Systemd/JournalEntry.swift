// SPDX-License-Identifier: MIT

/// One entry for the journal: field names and values, the values any bytes at all.
package struct JournalEntry: Sendable, Hashable {
    /// `NAME=value` of all fields, one after the other.
    private(set) var bytes: [UInt8] = []
    /// Where each field ends in `bytes`.
    private(set) var ends: [Int] = []

    package init() {}

    /// Empty, with room for what an ordinary entry has.
    package init(roomForBytes bytes: Int, fields: Int) {
        self.bytes.reserveCapacity(bytes)
        ends.reserveCapacity(fields)
    }

    /// Adds a field. The same name may be added again; the journal keeps all values.
    package mutating func add(_ name: JournalFieldName, _ value: String) {
        addName(name)
        add(value)
        ends.append(bytes.count)
    }

    /// Adds a field with any bytes: line feeds, NUL and what is no UTF-8 arrive as they are.
    package mutating func add(_ name: JournalFieldName, bytes value: [UInt8]) {
        addName(name)
        bytes += value
        ends.append(bytes.count)
    }

    /// Names and values in the order added.
    package var fields: [(name: String, value: [UInt8])] {
        var start = 0
        return ends.map { end in
            let field = bytes[start..<end]
            start = end
            let name = field.prefix { $0 != UInt8(ascii: "=") }
            return (String(decoding: name, as: UTF8.self), Array(field.dropFirst(name.count + 1)))
        }
    }

    private mutating func addName(_ name: JournalFieldName) {
        add(name.text)
        bytes.append(UInt8(ascii: "="))
    }

    // In one piece: appending a UTF-8 view goes byte by byte, and is what most of an entry's cost was.
    private mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { unsafe bytes.append(contentsOf: $0) }
    }
}

/// A field name the journal takes: `A-Z`, `0-9` and `_`, beginning with a letter, at most 64 bytes.
///
/// journald drops fields with other names without a word, so every text is made into a good name here.
/// Source: systemd, `journal_field_valid()`; systemd.journal-fields(7).
package struct JournalFieldName: Sendable, Hashable {
    package let text: String

    /// Upper case, everything else than letters and digits becomes `_`, `X` in front where no letter stands there,
    /// cut at 64 bytes.
    package init(normalising text: String) {
        var name = text.utf8.map { byte -> UInt8 in
            switch byte {
            case 0x30...0x39, 0x41...0x5A: byte
            case 0x61...0x7A: byte - 0x20
            default: UInt8(ascii: "_")
            }
        }
        if name.first.map({ 0x41...0x5A ~= $0 }) != true { name.insert(UInt8(ascii: "X"), at: 0) }
        self.text = String(decoding: name.prefix(64), as: UTF8.self)
    }
}
