// SPDX-License-Identifier: MIT

import Files
import Glibc

/// gzip for answers, so that clients get to decode what the real source sends.
///
/// zlib belongs to the module Files, which only reads; this writer is small instead: repeated strings (found by a hash of
/// four bytes) and the fixed code of RFC 1951 §3.2.6. It reaches about a fifth on the feed.
package enum GzipCoding {
    /// One gzip member.
    package static func deflate(_ bytes: [UInt8]) -> [UInt8] {
        var bits = BitWriter([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
        bits.write(0b011, count: 3)  // the last block, fixed code
        var matcher = Matcher(bytes)
        var index = 0
        while index < bytes.count {
            if let (length, distance) = matcher.match(at: index) {
                bits.writeLength(length)
                bits.writeDistance(distance)
                matcher.learn(index..<min(index + length, bytes.count))
                index += length
            } else {
                bits.writeLiteral(Int(bytes[index]))
                matcher.learn(index..<index + 1)
                index += 1
            }
        }
        bits.writeLiteral(256)
        var out = bits.finish()
        for value in [crc32(bytes), UInt32(truncatingIfNeeded: bytes.count)] {
            for shift in [0, 8, 16, 24] { out.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
        }
        return out
    }

    /// Reads what anybody's gzip wrote, through a temporary file: for the odd compressed request.
    package static func inflate(_ bytes: [UInt8]) throws -> [UInt8] {
        let path = "/tmp/.local-oci-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        try FileSystem.replace(path, bytes, durable: false)
        defer {
            // A left-over in /tmp is no reason to fail.
            try? FileSystem.remove(path)
        }
        var source = try ByteSource(path)
        var out: [UInt8] = []
        while try source.read(into: &out, upTo: 1 << 16) > 0 {}
        return out
    }

    private static let crcTable: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        let table = crcTable
        for byte in bytes { crc = table[Int((crc ^ UInt32(byte)) & 255)] ^ crc >> 8 }
        return ~crc
    }
}

/// Finds earlier occurrences of the bytes at a place: the newest with the same hash of four bytes.
private struct Matcher {
    private let bytes: [UInt8]
    private var heads = [Int](repeating: -1, count: 1 << 15)

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func slot(_ index: Int) -> Int {
        let word =
            UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16
            | UInt32(bytes[index + 3]) << 24
        return Int((word &* 2_654_435_761) >> 17)
    }

    func match(at index: Int) -> (length: Int, distance: Int)? {
        guard index + 4 <= bytes.count else { return nil }
        let candidate = heads[slot(index)]
        guard candidate >= 0, index - candidate <= 32_768 else { return nil }
        let limit = min(258, bytes.count - index)
        var length = 0
        while length < limit, bytes[candidate + length] == bytes[index + length] { length += 1 }
        return length >= 4 ? (length, index - candidate) : nil
    }

    mutating func learn(_ range: Range<Int>) {
        for index in range where index + 4 <= bytes.count { heads[slot(index)] = index }
    }
}

/// Bits from the lowest up, as deflate packs them.
private struct BitWriter {
    private var out: [UInt8]
    private var held: UInt64 = 0
    private var count = 0

    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    /// Index into the bases for each length.
    private static let lengthCodes: [Int] = (0...258).map { length in
        lengthBases.lastIndex { $0 <= length } ?? 0
    }

    init(_ start: [UInt8]) { out = start }

    mutating func write(_ value: Int, count: Int) {
        held |= UInt64(value) << UInt64(self.count)
        self.count += count
        while self.count >= 8 {
            out.append(UInt8(truncatingIfNeeded: held))
            held >>= 8
            self.count -= 8
        }
    }

    /// Huffman codes go highest bit first.
    private mutating func writeCode(_ code: Int, count: Int) {
        var reversed = 0
        for bit in 0..<count where code & 1 << bit != 0 { reversed |= 1 << (count - 1 - bit) }
        write(reversed, count: count)
    }

    mutating func writeLiteral(_ symbol: Int) {
        switch symbol {
        case ..<144: writeCode(0x30 + symbol, count: 8)
        case ..<256: writeCode(0x190 + symbol - 144, count: 9)
        case ..<280: writeCode(symbol - 256, count: 7)
        default: writeCode(0xC0 + symbol - 280, count: 8)
        }
    }

    mutating func writeLength(_ length: Int) {
        let code = Self.lengthCodes[length]
        writeLiteral(257 + code)
        write(length - Self.lengthBases[code], count: Self.lengthBits[code])
    }

    mutating func writeDistance(_ distance: Int) {
        guard distance > 4 else { return writeCode(distance - 1, count: 5) }
        let extra = Int.bitWidth - (distance - 1).leadingZeroBitCount - 2
        let half = (distance - 1) >> extra & 1
        writeCode(2 * extra + 2 + half, count: 5)
        write((distance - 1) & ((1 << extra) - 1), count: extra)
    }

    consuming func finish() -> [UInt8] {
        if count > 0 { out.append(UInt8(truncatingIfNeeded: held)) }
        return out
    }
}
