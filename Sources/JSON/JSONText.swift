// SPDX-License-Identifier: MIT

extension JSONScanner.Text {
    /// Appends the decoded bytes: UTF-8, a lone surrogate escape as the three bytes of its generalised UTF-8 form.
    package func decode(_ text: Span<UInt8>, into out: inout [UInt8]) {
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = text[index]
            guard byte == 0x5C else {
                out.append(byte)
                index += 1
                continue
            }
            let kind = text[index + 1]
            index += 2
            if kind == 0x75 {
                let unit = codeUnit(text, at: index)
                index += 4
                index += appendScalar(unit, text, next: index, into: &out)
            } else {
                out.append(Self.unescaped(kind))
            }
        }
    }

    /// The decoded text; lone surrogates become U+FFFD.
    package func decoded(_ text: Span<UInt8>) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        decode(text, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func unescaped(_ kind: UInt8) -> UInt8 {
        switch kind {
        case 0x62: 0x08
        case 0x66: 0x0C
        case 0x6E: 0x0A
        case 0x72: 0x0D
        case 0x74: 0x09
        default: kind
        }
    }

    private func codeUnit(_ text: Span<UInt8>, at index: Int) -> UInt32 {
        var unit: UInt32 = 0
        for offset in 0..<4 { unit = unit << 4 | UInt32(hexDigit(text[index + offset]) ?? 0) }
        return unit
    }

    /// Appends one scalar and returns how many further bytes of the text it used (the second half of a pair).
    private func appendScalar(_ unit: UInt32, _ text: Span<UInt8>, next: Int, into out: inout [UInt8]) -> Int {
        if (0xD800..<0xDC00).contains(unit), next + 6 <= range.upperBound, text[next] == 0x5C, text[next + 1] == 0x75 {
            let low = codeUnit(text, at: next + 2)
            if (0xDC00..<0xE000).contains(low) {
                Self.appendUTF8(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00), into: &out)
                return 6
            }
        }
        Self.appendUTF8(unit, into: &out)
        return 0
    }

    private static func appendUTF8(_ value: UInt32, into out: inout [UInt8]) {
        switch value {
        case ..<0x80: out.append(UInt8(value))
        case ..<0x800: out += [UInt8(0xC0 | value >> 6), UInt8(0x80 | value & 0x3F)]
        case ..<0x10000:
            out += [UInt8(0xE0 | value >> 12), UInt8(0x80 | value >> 6 & 0x3F), UInt8(0x80 | value & 0x3F)]
        default:
            out += [
                UInt8(0xF0 | value >> 18), UInt8(0x80 | value >> 12 & 0x3F), UInt8(0x80 | value >> 6 & 0x3F),
                UInt8(0x80 | value & 0x3F),
            ]
        }
    }
}
