// SPDX-License-Identifier: MIT

import Glibc

/// What libc's vector code does with bytes, ten times faster than one byte at a time.
extension Span<UInt8> {
    /// Where `byte` stands first at or after `start`; nil where it does not.
    package func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        guard start < count else { return nil }
        return unsafe withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress, let hit = unsafe memchr(base + start, Int32(byte), bytes.count - start)
            else { return nil }
            return unsafe UnsafeRawPointer(hit) - base
        }
    }

    /// Where `byte` stands last in `range`; nil where it does not.
    package func lastIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        var position = range.upperBound
        while position > range.lowerBound {
            position -= 1
            if self[position] == byte { return position }
        }
        return nil
    }

    /// Where the next byte stands, at or after `start`, that is not plain text inside a JSON string: a quote, a
    /// backslash, a control character or a byte beyond ASCII; the number of bytes where none does.
    package func endOfPlainText(from start: Int) -> Int {
        precondition(start >= 0, "a place in these bytes")
        return unsafe withUnsafeBytes { bytes -> Int in
            var position = start
            while position + 8 <= bytes.count {
                let word = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                let marks = Self.specialBytes(word)
                if marks != 0 { return position + marks.trailingZeroBitCount / 8 }
                position += 8
            }
            while position < bytes.count, unsafe Self.isPlain(bytes[position]) { position += 1 }
            return position
        }
    }

    /// The top bit of the first byte that is not plain is set, and none below it; those above it may be, too.
    ///
    /// Source: Mycroft's test for a zero byte, in "Bit Twiddling Hacks" (Anderson), with bytes below 0x20 likewise.
    private static func specialBytes(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ 0x2222_2222_2222_2222
        let backslashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
        let below = (word &- 0x2020_2020_2020_2020) & ~word
        let equal = ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
        return (below | equal | word) & (ones << 7)
    }

    private static func isPlain(_ byte: UInt8) -> Bool { 0x20..<0x80 ~= byte && byte != 0x22 && byte != 0x5C }

    /// Whether the bytes from `position` on are those of `other` in `range`.
    package func holds(_ other: Span<UInt8>, _ range: Range<Int>, at position: Int) -> Bool {
        guard position >= 0, position + range.count <= count else { return false }
        precondition(range.lowerBound >= 0 && range.upperBound <= other.count, "a range of the other bytes")
        return unsafe withUnsafeBytes { mine in
            unsafe other.withUnsafeBytes { theirs in
                guard let mine = mine.baseAddress, let theirs = theirs.baseAddress else { return range.isEmpty }
                return unsafe memcmp(mine + position, theirs + range.lowerBound, range.count) == 0
            }
        }
    }
}
