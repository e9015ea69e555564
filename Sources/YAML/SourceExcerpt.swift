// SPDX-License-Identifier: MIT

/// One line of a text with a caret under a column, to print below an error.
package struct SourceExcerpt: Sendable, Hashable {
    package let mark: YAMLMark
    /// The whole line without its break; tabs and control characters shown as blanks.
    package let line: String

    /// The line of `source` (UTF-8, repaired where it is not) that `mark` is on; the end of the last line if it lies
    /// beyond.
    package init(_ source: [UInt8], at mark: YAMLMark) {
        let (bytes, number) = Self.line(mark.line, of: source)
        line = Self.printable(bytes)
        self.mark = number == mark.line ? mark : YAMLMark(line: number, column: line.unicodeScalars.count + 1)
    }

    private init(mark: YAMLMark, line: String) {
        self.mark = mark
        self.line = line
    }

    /// The same without what follows the first `columns` columns, which may be nobody's business.
    package func cut(after columns: Int) -> SourceExcerpt {
        guard line.unicodeScalars.count > columns else { return self }
        let head = String(String.UnicodeScalarView(line.unicodeScalars.prefix(columns)))
        return SourceExcerpt(mark: mark, line: head + "…")
    }

    /// Two lines of at most `width` columns: `  4 | text` and the caret below it; a long line shows its part around
    /// the caret.
    package func lines(width: Int) -> [String] {
        let number = String(mark.line)
        let gutter = String(repeating: " ", count: number.count)
        let (part, caret) = window(max(20, width - number.count - 5))
        let below = "  \(gutter) | " + String(repeating: " ", count: caret) + "^"
        return [part.isEmpty ? "  \(number) |" : "  \(number) | \(part)", below]
    }

    /// The part of the line that fits and the caret's column in it, from 0.
    private func window(_ room: Int) -> (String, Int) {
        let scalars = Array(line.unicodeScalars)
        let column = min(max(mark.column - 1, 0), scalars.count)
        guard scalars.count > room || column >= room else { return (line, column) }
        let start = min(max(0, column - room / 2), max(0, scalars.count - room + 1))
        let part = scalars[start..<min(scalars.count, start + room - 1)]
        let text = String(String.UnicodeScalarView(part))
        return start == 0 ? (text + "…", column) : ("…" + text.dropFirst(), column - start)
    }

    private static func printable(_ bytes: ArraySlice<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    scalar.properties.generalCategory == .control || scalar == "\u{FEFF}" ? " " : scalar
                }))
    }

    private static func line(_ wanted: Int, of source: [UInt8]) -> (bytes: ArraySlice<UInt8>, number: Int) {
        var start = 0
        var number = 1
        var index = 0
        while index < source.count {
            let length = breakLength(source, index)
            guard length > 0 else {
                index += 1
                continue
            }
            if number == wanted { return (source[start..<index], number) }
            number += 1
            index += length
            start = index
        }
        return (source[start...], number)
    }

    /// Bytes of the line break at `index`, 0 where there is none. libyaml counts NEL, LS and PS as breaks too.
    private static func breakLength(_ source: [UInt8], _ index: Int) -> Int {
        func byte(_ offset: Int) -> UInt8 { index + offset < source.count ? source[index + offset] : 0 }
        switch byte(0) {
        case 0x0A: return 1
        case 0x0D: return byte(1) == 0x0A ? 2 : 1
        case 0xC2: return byte(1) == 0x85 ? 2 : 0
        case 0xE2: return byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9) ? 3 : 0
        default: return 0
        }
    }
}
