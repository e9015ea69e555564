// SPDX-License-Identifier: MIT

import Files

/// Names that are looked for in a line, with their closing quotes, in the order this program writes them.
struct NameTable<Name: CaseIterable & RawRepresentable & Sendable>: Sendable where Name.RawValue == String {
    let names: [Name]
    /// A bit for each name that must stand in the object.
    let required: UInt64
    private let bytes: [UInt8]
    private let ranges: [Range<Int>]

    init(required: [Name] = []) {
        names = Array(Name.allCases)
        precondition(names.count <= 64, "a bit for each name")
        var bytes: [UInt8] = []
        ranges = names.map { name in
            let start = bytes.count
            bytes += Array("\(name.rawValue)\"".utf8)
            return start..<bytes.count
        }
        self.bytes = bytes
        let wanted = Set(required.map(\.rawValue))
        self.required = names.enumerated().reduce(0) { mask, name in
            wanted.contains(name.element.rawValue) ? mask | 1 << UInt64(name.offset) : mask
        }
    }

    /// Passes over one of the names, behind its first quote, and its last quote; nil where none stands here.
    ///
    /// - Parameter expected: the place in `names` to look at first.
    func take(at cursor: inout PlainCursor, _ text: Span<UInt8>, expected: Int) -> Int? {
        let span = bytes.span
        for index in expected..<ranges.count where cursor.take(span, ranges[index], text) { return index }
        for index in 0..<min(expected, ranges.count) where cursor.take(span, ranges[index], text) { return index }
        return nil
    }

    /// A value that is one of the names.
    func value(at cursor: inout PlainCursor, _ text: Span<UInt8>, expected: Int = 0) throws(NotPlain) -> Int {
        try cursor.expect(0x22, text)
        guard let index = take(at: &cursor, text, expected: expected) else { throw NotPlain() }
        return index
    }
}

/// The members of an object, one after the other; those that are in no table are passed over.
struct MemberWalk {
    private var isFirst: Bool
    private var expected = 0
    /// A bit for each name met.
    private var met: UInt64 = 0

    /// Begins at the bracket of an object.
    init(_ cursor: inout PlainCursor, _ text: Span<UInt8>) throws(NotPlain) {
        try cursor.expect(0x7B, text)
        isFirst = true
    }

    /// Begins behind the first members, which are the table's first ones.
    init(behind count: Int) {
        isFirst = false
        expected = count
        met = (1 << UInt64(count)) - 1
    }

    /// The place in the table of the next name that stands in it, the cursor being at its value; nil behind the last
    /// member. Throws where a name stands twice or one that is required is missing.
    mutating func next<Name>(
        of table: NameTable<Name>, _ cursor: inout PlainCursor, _ text: Span<UInt8>
    ) throws(NotPlain) -> Int? {
        while true {
            if cursor.consume(0x7D, text) {
                guard met & table.required == table.required else { throw NotPlain() }
                return nil
            }
            if !isFirst { try cursor.expect(0x2C, text) }
            isFirst = false
            try cursor.expect(0x22, text)
            if let index = table.take(at: &cursor, text, expected: expected) {
                guard met & 1 << UInt64(index) == 0 else { throw NotPlain() }
                met |= 1 << UInt64(index)
                expected = index + 1
                try cursor.expect(0x3A, text)
                return index
            }
            try cursor.passName(text)
            try cursor.expect(0x3A, text)
            try cursor.skipValue(text)
        }
    }
}

extension PlainCursor {
    /// Passes over a name, behind its first quote. Escapes may hide a name of the table, so they are not plain.
    fileprivate mutating func passName(_ text: Span<UInt8>) throws(NotPlain) {
        self = PlainCursor(at: text.endOfPlainText(from: position))
        try expect(0x22, text)
    }
}
