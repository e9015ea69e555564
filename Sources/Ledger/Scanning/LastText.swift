// SPDX-License-Identifier: MIT

import Files

/// A text that is mostly the same from line to line: made anew only where its bytes have changed.
struct LastText {
    private var bytes: [UInt8] = []
    private var text = ""

    /// Reads a string without escapes.
    mutating func read(_ cursor: inout PlainCursor, _ line: Span<UInt8>) throws(NotPlain) -> String {
        let range = try cursor.plainString(line)
        if range.count != bytes.count || !line.holds(bytes.span, 0..<bytes.count, at: range.lowerBound) {
            bytes = line.bytes(range)
            text = String(decoding: bytes, as: UTF8.self)
        }
        return text
    }
}
