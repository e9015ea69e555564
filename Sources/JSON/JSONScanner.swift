// SPDX-License-Identifier: MIT

/// Walks over the tokens of a JSON text without building anything.
///
/// The text is handed to each call, so that the scanner is only a position. Grammar: RFC 8259, strictly; strings must
/// be UTF-8. A lone surrogate escape (`\ud800`) is grammatical and left alone.
package struct JSONScanner {
    /// The next byte to read.
    package var position: Int

    package init(at position: Int = 0) { self.position = position }

    /// A string token: the bytes between its quotes, still escaped.
    package struct Text: Sendable, Hashable {
        package let range: Range<Int>
        package let hasEscapes: Bool
    }

    package mutating func skipWhitespace(_ text: Span<UInt8>) {
        while position < text.count {
            switch text[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    /// The byte at the position, which is not consumed.
    package func peek(_ text: Span<UInt8>) throws(JSONError) -> UInt8 {
        guard position < text.count else { throw .truncated(offset: text.count) }
        return text[position]
    }

    /// Consumes `byte`, white space before it included.
    package mutating func expect(_ byte: UInt8, _ text: Span<UInt8>) throws(JSONError) {
        skipWhitespace(text)
        guard try peek(text) == byte else { throw .unexpectedByte(offset: position) }
        position += 1
    }

    /// Consumes `byte` if it comes next (after white space).
    package mutating func consume(_ byte: UInt8, _ text: Span<UInt8>) -> Bool {
        skipWhitespace(text)
        guard position < text.count, text[position] == byte else { return false }
        position += 1
        return true
    }

    /// After an element or member: true if a comma says that another follows, false at the closing bracket.
    package mutating func continues(until close: UInt8, _ text: Span<UInt8>) throws(JSONError) -> Bool {
        if consume(0x2C, text) { return true }
        try expect(close, text)
        return false
    }

    /// Consumes a string token.
    package mutating func string(_ text: Span<UInt8>) throws(JSONError) -> Text {
        try expect(0x22, text)
        let start = position
        var hasEscapes = false
        while position < text.count {
            let byte = text[position]
            if byte == 0x22 {
                position += 1
                return Text(range: start..<position - 1, hasEscapes: hasEscapes)
            }
            if byte == 0x5C {
                hasEscapes = true
                try skipEscape(text)
            } else if byte >= 0x80 {
                try skipMultibyte(text)
            } else if byte >= 0x20 {
                position += 1
            } else {
                throw .unexpectedByte(offset: position)
            }
        }
        throw .truncated(offset: text.count)
    }

    /// Consumes a number token and returns its bytes' place.
    package mutating func number(_ text: Span<UInt8>) throws(JSONError) -> Range<Int> {
        skipWhitespace(text)
        let start = position
        if position < text.count, text[position] == 0x2D { position += 1 }
        if try peek(text) == 0x30 { position += 1 } else { try skipDigits(text) }
        if position < text.count, text[position] == 0x2E {
            position += 1
            try skipDigits(text)
        }
        if position < text.count, text[position] | 0x20 == 0x65 {
            position += 1
            if position < text.count, text[position] == 0x2B || text[position] == 0x2D { position += 1 }
            try skipDigits(text)
        }
        return start..<position
    }

    /// Consumes `true`, `false` or `null`.
    package mutating func literal(_ text: Span<UInt8>) throws(JSONError) -> JSONValue {
        skipWhitespace(text)
        switch try peek(text) {
        case 0x74:
            try word([0x74, 0x72, 0x75, 0x65], text)
            return .bool(true)
        case 0x66:
            try word([0x66, 0x61, 0x6C, 0x73, 0x65], text)
            return .bool(false)
        case 0x6E:
            try word([0x6E, 0x75, 0x6C, 0x6C], text)
            return .null
        default: throw .unexpectedByte(offset: position)
        }
    }

    /// Consumes white space up to the end of the text; anything else is an error.
    package mutating func end(_ text: Span<UInt8>) throws(JSONError) {
        skipWhitespace(text)
        guard position == text.count else { throw .unexpectedByte(offset: position) }
    }

    private mutating func word(_ word: [UInt8], _ text: Span<UInt8>) throws(JSONError) {
        for byte in word {
            guard try peek(text) == byte else { throw .unexpectedByte(offset: position) }
            position += 1
        }
    }

    private mutating func skipDigits(_ text: Span<UInt8>) throws(JSONError) {
        guard case 0x30...0x39 = try peek(text) else { throw .unexpectedByte(offset: position) }
        while position < text.count, case 0x30...0x39 = text[position] { position += 1 }
    }

    private mutating func skipEscape(_ text: Span<UInt8>) throws(JSONError) {
        position += 1
        switch try peek(text) {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: position += 1
        case 0x75:
            position += 1
            for _ in 0..<4 {
                guard hexDigit(try peek(text)) != nil else { throw .unexpectedByte(offset: position) }
                position += 1
            }
        default: throw .unexpectedByte(offset: position)
        }
    }

    /// One character of two to four bytes, checked as the Unicode standard's table 3-7 has it.
    private mutating func skipMultibyte(_ text: Span<UInt8>) throws(JSONError) {
        let lead = text[position]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw .invalidUTF8(offset: position)
        }
        for index in 1..<length {
            guard position + index < text.count else { throw .truncated(offset: text.count) }
            let allowed = index == 1 ? second : 0x80...0xBF
            guard allowed.contains(text[position + index]) else { throw .invalidUTF8(offset: position) }
        }
        position += length
    }
}

/// The value of a hexadecimal digit.
func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
}
