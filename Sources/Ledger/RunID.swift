// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// A UUID of version 7: its order is the order of time, to the millisecond.
///
/// Source: RFC 9562, section 5.7.
package struct RunID: Sendable, Hashable, Comparable {
    private let high: UInt64
    private let low: UInt64

    private init(milliseconds: Int, _ first: UInt64, _ second: UInt64) {
        high = UInt64(milliseconds) << 16 | 0x7000 | first & 0xFFF
        low = 0x8000_0000_0000_0000 | second & 0x3FFF_FFFF_FFFF_FFFF
    }

    /// A new one, with 74 random bits.
    package init(at date: Date, using random: inout some RandomNumberGenerator) {
        let (first, second) = (random.next(), random.next())
        self.init(milliseconds: Timestamp.milliseconds(date), first, second)
    }

    /// Always the same one for the same instant and hash, of which the first 10 bytes count (missing ones are 0).
    package init(at date: Date, hash: [UInt8]) {
        let padded = hash.prefix(10) + [UInt8](repeating: 0, count: max(0, 10 - hash.count))
        let first = padded.prefix(2).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let second = padded.dropFirst(2).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        self.init(milliseconds: Timestamp.milliseconds(date), first, second)
    }

    /// Reads the form with hyphens or the one of 32 hex digits; nil for anything that is no UUID of version 7.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 32 || bytes.count == 36 else { return nil }
        var digits: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if bytes.count == 36, [8, 13, 18, 23].contains(index) {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                digits.append(byte)
            }
        }
        guard let high = Self.number(digits.prefix(16)), let low = Self.number(digits.suffix(16)) else { return nil }
        self.init(high: high, low: low)
    }

    /// Reads the form with hyphens.
    init?(_ text: Span<UInt8>) {
        guard text.count == 36 else { return nil }
        var (high, low): (UInt64, UInt64) = (0, 0)
        for index in 0..<36 {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard text[index] == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = Self.digit(text[index]) else { return nil }
            if index < 18 { high = high << 4 | digit } else { low = low << 4 | digit }
        }
        self.init(high: high, low: low)
    }

    private init?(high: UInt64, low: UInt64) {
        guard high & 0xF000 == 0x7000, low >> 62 == 0b10 else { return nil }
        self.high = high
        self.low = low
    }

    /// 32 hex digits, for places that allow no hyphen or no more characters.
    package var hex: String { Self.hex(high) + Self.hex(low) }

    /// The instant in it.
    package var date: Date { Timestamp.date(milliseconds: Int(high >> 16)) }

    package static func < (left: RunID, right: RunID) -> Bool { (left.high, left.low) < (right.high, right.low) }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Sign and underscore, which `UInt64(_:radix:)` takes, are no hex digits.
    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
            guard let digit = Self.digit(digit) else { return nil }
            value = value << 4 | digit
        }
        return value
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte - 0x30)
        case 0x41...0x46: UInt64(byte - 0x37)
        case 0x61...0x66: UInt64(byte - 0x57)
        default: nil
        }
    }
}

extension RunID: CustomStringConvertible {
    /// With hyphens, lower case.
    package var description: String {
        let hex = Array(hex)
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }.joined(separator: "-")
    }
}
