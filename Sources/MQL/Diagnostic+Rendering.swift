// SPDX-License-Identifier: MIT

extension Diagnostic {
    /// The diagnostic with its place, the line it is about and a caret below, for people:
    ///
    ///     error[E-INTERVAL]: "240m" is not an interval
    ///      --> line 1, column 13 (offset 12)
    ///       |
    ///     1 | StoredBytes[240m].mean()
    ///       |             ^^^^
    ///       = hint: …
    ///       = fix: write "4h"
    ///
    /// No line is wider than `width` columns (at least 40); a long query is cut around the caret. Ends with a line break.
    public func rendered(in text: String, width: Int = 80) -> String {
        let width = max(40, width)
        let place = SourceLocation(of: range.start, in: text)
        let excerpt = Excerpt(of: text, around: range, at: place, columns: width - String(place.line).count - 3)
        let margin = String(repeating: " ", count: String(place.line).count)
        var lines = wrapped(message, after: "\(severity.rawValue)[\(code)]: ", indent: 2, width: width)
        lines.append("\(margin)--> line \(place.line), column \(place.column) (offset \(range.start))")
        lines.append("\(margin) |")
        lines.append("\(place.line) | \(excerpt.line)")
        lines.append("\(margin) | \(excerpt.carets)")
        if let hint { lines += wrapped(hint, after: "\(margin) = hint: ", indent: margin.count + 9, width: width) }
        if let fix {
            let lead = fix.isSafe ? "\(margin) = fix: " : "\(margin) = maybe: "
            lines += wrapped(fix.message, after: lead, indent: lead.count, width: width)
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// A place in a text as people count: both from 1, columns in characters.
public struct SourceLocation: Sendable, Hashable {
    /// The line; LF, CR and CR LF end one.
    public let line: Int
    /// The column, in characters (a letter with its accents is one).
    public let column: Int
    /// The byte offset at which the line starts.
    let lineStart: Int

    /// The place of a byte offset. One outside the text counts as its end.
    public init(of offset: Int, in text: String) {
        var line = 1
        var lineStart = 0
        var position = 0
        var previous: UInt8 = 0
        for byte in text.utf8.prefix(max(0, offset)) {
            position += 1
            if byte == 0x0A || byte == 0x0D {
                if !(byte == 0x0A && previous == 0x0D) { line += 1 }
                lineStart = position
            }
            previous = byte
        }
        self.line = line
        self.lineStart = lineStart
        column = 1 + String(decoding: text.utf8.dropFirst(lineStart).prefix(position - lineStart), as: UTF8.self).count
    }
}

/// The part of a line around a place, and the carets to put below.
private struct Excerpt {
    let line: String
    let carets: String

    init(of text: String, around range: SourceRange, at place: SourceLocation, columns: Int) {
        let bytes = text.utf8.dropFirst(place.lineStart)
        let lead = min(range.start, text.utf8.count) - place.lineStart
        // A cut in the middle of a character shows as U+FFFD at the edge; 8 bytes a column are enough for what fits.
        let before = String(decoding: bytes.prefix(lead).suffix(columns * 8), as: UTF8.self).map(Excerpt.shown)
        let rest = bytes.dropFirst(lead).prefix(columns * 8).prefix { $0 != 0x0A && $0 != 0x0D }
        let marked = String(decoding: rest.prefix(range.end - range.start), as: UTF8.self).map(Excerpt.shown)
        let after = String(decoding: rest.dropFirst(range.end - range.start), as: UTF8.self).map(Excerpt.shown)
        let whole = before + marked + after
        let hasMoreBefore = lead > columns * 8
        let window = Excerpt.window(whole, focus: before.count, length: marked.count, columns: columns, hasMoreBefore)
        let cutBefore = window.lowerBound > 0 || hasMoreBefore
        let cutAfter = window.upperBound < whole.count
        line = (cutBefore ? "…" : "") + String(whole[window]) + (cutAfter ? "…" : "")
        let indent = whole[window.lowerBound..<before.count].reduce(cutBefore ? 1 : 0) { $0 + $1.columns }
        let end = max(before.count, min(before.count + marked.count, window.upperBound))
        let length = whole[before.count..<end].reduce(0) { $0 + $1.columns }
        carets = String(repeating: " ", count: indent) + String(repeating: "^", count: max(1, length))
    }

    /// What of a line is shown: all of it if it fits, else a third of the columns before the focus.
    private static func window(
        _ line: [Character], focus: Int, length: Int, columns: Int, _ hasMoreBefore: Bool
    ) -> Range<Int> {
        let total = line.reduce(0) { $0 + $1.columns }
        // A caret behind the line's end takes a column too.
        let extra = (hasMoreBefore ? 1 : 0) + (focus == line.count ? 1 : 0)
        if total + extra <= columns { return 0..<line.count }
        let room = columns - 2
        var start = focus
        var used = 0
        let marked = line[focus..<min(line.count, focus + length)].reduce(0) { $0 + $1.columns }
        let tail = line[focus...].reduce(0) { $0 + $1.columns }
        let lead = max(room / 3, room - max(tail, marked))
        while start > 0, used + line[start - 1].columns <= lead {
            start -= 1
            used += line[start].columns
        }
        var end = focus
        while end < line.count, used + line[end].columns <= room {
            used += line[end].columns
            end += 1
        }
        return start..<end
    }

    /// A character as it is shown: white space as a space, what would act on a terminal as U+FFFD.
    private static func shown(_ character: Character) -> Character {
        if character == "\t" { return " " }
        return character.isPrintable ? character : "\u{FFFD}"
    }
}

extension Character {
    /// How many columns of a terminal it takes: 2 for East Asian wide characters and emoji, else 1.
    fileprivate var columns: Int {
        guard let scalar = unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return unicodeScalars.contains { $0.value == 0xFE0F } ? 2 : 1
        }
    }
}

/// Breaks a text at spaces so that no line is wider than `width`, the first behind `lead`, others behind `indent` spaces.
private func wrapped(_ text: String, after lead: String, indent: Int, width: Int) -> [String] {
    var lines: [String] = []
    var line = lead
    var isFresh = true
    for word in text.split(separator: " ") {
        if !isFresh, line.count + 1 + word.count > width {
            lines.append(line)
            line = String(repeating: " ", count: indent)
            isFresh = true
        }
        line += isFresh ? String(word) : " " + word
        isFresh = false
    }
    return lines + [line]
}
