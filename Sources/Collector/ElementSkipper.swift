// SPDX-License-Identifier: MIT

import Files
import JSON

/// Finds the end of an element whose inside cannot be read strictly: too deep, not UTF-8, a name twice.
///
/// Only brackets and quotes are followed, without recursion, so that any depth is fine.
enum ElementSkipper {
    static func end(_ text: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
        var position = start
        var depth = 0
        while position < text.count {
            switch text[position] {
            case 0x22:
                position = try stringEnd(text, from: position + 1)
                if depth == 0 { return position }
                continue
            case 0x7B, 0x5B: depth += 1
            case 0x7D, 0x5D:
                depth -= 1
                if depth == 0 { return position + 1 }
                if depth < 0 { throw .unexpectedByte(offset: position) }
            default: break
            }
            position += 1
        }
        throw .truncated(offset: text.count)
    }

    private static func stringEnd(_ text: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
        var position = start
        while let quote = text.firstIndex(of: 0x22, from: position) {
            // Escaped where an odd number of backslashes stands before it.
            var backslash = quote
            while backslash > start, text[backslash - 1] == 0x5C { backslash -= 1 }
            if (quote - backslash).isMultiple(of: 2) { return quote + 1 }
            position = quote + 1
        }
        throw .truncated(offset: text.count)
    }
}
