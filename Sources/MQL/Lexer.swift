// SPDX-License-Identifier: MIT

/// Cuts a query's text into tokens, one at a time: what a name is depends on where it stands, so the parser says what it
/// expects.
struct Lexer {
    /// What a run of letters may hold.
    enum Mode {
        /// Metric names, and words between operands: a letter, then letters, digits, `. _ - $`.
        case query
        /// Functions and parameters: a letter or `_`, then letters, digits, `_`.
        case identifier
        /// A letter or `_`, then letters, digits, `_ . - / $ : @`.
        case dimensionName
        /// A letter, digit or `_`, then letters, digits, `_ . - : / @ + $ #`.
        case dimensionValue
    }

    let bytes: [UInt8]
    /// Where the next token is looked for.
    private(set) var position = 0
    /// What is wrong inside tokens. A token looked at twice may be reported twice.
    private(set) var problems: [Diagnostic] = []

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The text of a stretch.
    func text(_ range: SourceRange) -> String { String(decoding: bytes[range.start..<range.end], as: UTF8.self) }

    /// Goes to another place.
    mutating func move(to offset: Int) { position = min(max(0, offset), bytes.count) }

    /// Takes the problems found so far.
    mutating func takeProblems() -> [Diagnostic] {
        defer { problems = [] }
        return problems
    }

    /// The byte at an offset; 0 behind the end.
    func byte(_ offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    /// Skips white space; afterwards `position` is at a token.
    mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case 0xC2, 0xE2, 0xE3, 0xEF:
                guard let length = invisibleLength else { return }
                reportInvisible(SourceRange(position, position + length))
                position += length
            default: return
            }
        }
    }

    /// The length of a no-break space, zero-width character, ideographic space or byte order mark at `position`.
    private var invisibleLength: Int? {
        let bytes = (byte(position), byte(position + 1), byte(position + 2))
        switch bytes {
        case (0xC2, 0xA0, _): return 2
        case (0xE2, 0x80, 0x80...0x8F), (0xE2, 0x80, 0xA8...0xAF), (0xE2, 0x81, 0x9F...0xA0): return 3
        case (0xE3, 0x80, 0x80), (0xEF, 0xBB, 0xBF): return 3
        default: return nil
        }
    }

    /// The next token; `position` moves behind it.
    mutating func next(_ mode: Mode) -> Token {
        skipSpace()
        let start = position
        guard start < bytes.count else { return Token(kind: .end, range: SourceRange(start, start)) }
        let first = bytes[start]
        if mode.starts(with: first) {
            position += 1
            while position < bytes.count, mode.allows(bytes[position]) { position += 1 }
            return Token(kind: .name, range: SourceRange(start, position))
        }
        if first.isDigit || (first == 0x2E && byte(start + 1).isDigit) { return number(from: start) }
        if first == 0x22 { return quoted(from: start) }
        for (spelling, symbol) in Symbol.bySpelling where spelling[0] == first {
            if spelling.count == 1 || byte(start + 1) == spelling[1] {
                position += spelling.count
                return Token(kind: .symbol(symbol), range: SourceRange(start, position))
            }
        }
        position += 1
        while position < bytes.count, bytes[position] & 0xC0 == 0x80 { position += 1 }
        return Token(kind: .unknown, range: SourceRange(start, position))
    }

    /// `80`, `0.99`, `.5`, `1e6`
    private mutating func number(from start: Int) -> Token {
        skipDigits()
        if byte(position) == 0x2E, byte(position + 1).isDigit {
            position += 1
            skipDigits()
        }
        if byte(position) | 0x20 == 0x65 {
            let sign = byte(position + 1) == 0x2B || byte(position + 1) == 0x2D ? 1 : 0
            if byte(position + 1 + sign).isDigit {
                position += 1 + sign
                skipDigits()
            }
        }
        let digits = SourceRange(start, position)
        // `5.` is no number, but in `5.mean()` the dot starts a call.
        if byte(position) == 0x2E, !byte(position + 1).isLetter { position += 1 }
        while byte(position).isLetter || byte(position).isDigit || byte(position) == 0x5F { position += 1 }
        let range = SourceRange(start, position)
        guard range == digits, let value = Double(text(range)), value.isFinite else {
            return Token(kind: .malformedNumber, range: range)
        }
        return Token(kind: .number(value), range: range)
    }

    private mutating func skipDigits() {
        while byte(position).isDigit { position += 1 }
    }

    /// A string in double quotes. Without a closing quote it goes to the end of the text.
    private mutating func quoted(from start: Int) -> Token {
        var content: [UInt8] = []
        position = start + 1
        while position < bytes.count, bytes[position] != 0x22 {
            if bytes[position] == 0x5C, position + 1 < bytes.count {
                let escaped = bytes[position + 1]
                if escaped != 0x22, escaped != 0x5C {
                    reportEscape()
                    content.append(0x5C)
                } else {
                    content.append(escaped)
                    position += 1
                }
            } else {
                content.append(bytes[position])
            }
            position += 1
        }
        let isClosed = position < bytes.count
        position = min(position + 1, bytes.count)
        if !isClosed { reportUnclosed(from: start) }
        return Token(
            kind: .string(String(decoding: content, as: UTF8.self)), range: SourceRange(start, position))
    }

    private mutating func reportEscape() {
        guard problems.count < QueryRules.maximumDiagnostics else { return }
        let range = SourceRange(position, min(position + 2, bytes.count))
        problems.append(
            Diagnostic(
                code: "E-ESCAPE", "\(text(range).quotedForMessage()) is not an escape; only \\\" and \\\\ are",
                at: range,
                fix: FixIt(
                    "double the backslash, if the value holds one", replacing: SourceRange(position, position + 1),
                    with: "\\\\", isSafe: false)))
    }

    private mutating func reportInvisible(_ range: SourceRange) {
        guard problems.count < QueryRules.maximumDiagnostics else { return }
        problems.append(
            Diagnostic(
                code: "E-SYNTAX", "an invisible character stands here that is not white space in MQL", at: range,
                hint: "such characters come with text copied from web pages",
                fix: FixIt("put a space in its place", replacing: range, with: " ", isSafe: true)))
    }

    private mutating func reportUnclosed(from start: Int) {
        problems.append(
            Diagnostic(
                code: "E-STRING", "the string that starts here has no closing double quote",
                at: SourceRange(start, start + 1)))
    }
}

extension Lexer.Mode {
    /// Whether a name of this mode may start so.
    func starts(with byte: UInt8) -> Bool {
        switch self {
        case .query: byte.isLetter
        case .identifier, .dimensionName: byte.isLetter || byte == 0x5F
        case .dimensionValue: byte.isLetter || byte.isDigit || byte == 0x5F
        }
    }

    /// Whether a name of this mode may go on so.
    func allows(_ byte: UInt8) -> Bool {
        if byte.isLetter || byte.isDigit || byte == 0x5F { return true }
        switch self {
        case .identifier: return false
        case .query: return byte == 0x2E || byte == 0x2D || byte == 0x24
        case .dimensionName: return [0x2E, 0x2D, 0x2F, 0x24, 0x3A, 0x40].contains(byte)
        case .dimensionValue: return [0x2E, 0x2D, 0x3A, 0x2F, 0x40, 0x2B, 0x24, 0x23].contains(byte)
        }
    }

    /// Whether a whole text is a name of this mode.
    func matches(_ text: String) -> Bool {
        guard let first = text.utf8.first, starts(with: first) else { return false }
        return text.utf8.allSatisfy(allows)
    }
}

extension UInt8 {
    /// An ASCII letter.
    var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) }
    /// An ASCII digit.
    var isDigit: Bool { (0x30...0x39).contains(self) }
}
