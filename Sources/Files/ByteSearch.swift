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
