// SPDX-License-Identifier: MIT

/// Lines of text for a terminal, none wider than `width`.
struct TextPage {
    let width: Int
    private(set) var lines: [String] = []

    init(width: Int = 80) { self.width = width }

    /// With ordinary spaces, none at a line's end, and a line feed at the end.
    var text: String {
        lines.map { ReportWords.plain($0).withoutTrailingSpaces }.joined(separator: "\n") + "\n"
    }

    mutating func blank() {
        if let last = lines.last, !last.isEmpty { lines.append("") }
    }

    mutating func heading(_ text: String, underline: Character = "-") {
        blank()
        add(text)
        lines.append(String(repeating: underline, count: min(width, text.displayWidth)))
    }

    /// Broken at spaces; lines after the first are indented by as much as `first` is wide.
    mutating func add(_ text: String, after first: String = "") {
        let indent = String(repeating: " ", count: first.displayWidth)
        for (index, line) in text.wrapped(to: width - indent.count).enumerated() {
            lines.append((index == 0 ? first : indent) + line)
        }
    }

    /// With lines after the first indented.
    mutating func add(hanging text: String) {
        let lines = text.wrapped(to: width)
        verbatim(lines[0])
        let rest = lines.dropFirst().joined(separator: " ")
        if !rest.isEmpty { add(rest, after: "  ") }
    }

    /// As it is: for what is known to fit.
    mutating func verbatim(_ line: String) { lines.append(line) }

    mutating func table(_ table: TextTable, indent: String = "") {
        for line in table.lines(width: width - indent.count) { lines.append(indent + line) }
    }
}

/// Cells in columns, two spaces apart; what does not fit is broken within its column.
struct TextTable {
    enum Alignment { case left, right }

    private let alignments: [Alignment]
    private let header: [String]
    private var rows: [[String]] = []

    init(_ columns: [(header: String, alignment: Alignment)]) {
        alignments = columns.map(\.alignment)
        header = columns.map(\.header)
    }

    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// A line across all columns.
    mutating func add(spanning text: String) { rows.append([text]) }

    func lines(width: Int) -> [String] {
        let widths = widths(fitting: width)
        return lines(header, widths, fromBottom: true)
            + rows.flatMap { row -> [String] in
                row.count == widths.count ? lines(row, widths, fromBottom: false) : row[0].wrapped(to: width)
            }
    }

    private func lines(_ row: [String], _ widths: [Int], fromBottom: Bool) -> [String] {
        let cells = zip(row, widths).map { $0.wrapped(to: $1) }
        let height = cells.map(\.count).max() ?? 0
        return (0..<height).map { index in
            let parts = cells.enumerated().map { column, lines in
                let line = fromBottom ? index - height + lines.count : index
                let text = lines.indices.contains(line) ? lines[line] : ""
                return padded(text, to: widths[column], alignments[column])
            }
            return parts.joined(separator: "  ")
        }
    }

    private func padded(_ text: String, to width: Int, _ alignment: Alignment) -> String {
        let spaces = String(repeating: " ", count: max(0, width - text.displayWidth))
        return alignment == .left ? text + spaces : spaces + text
    }

    /// As wide as the cells need; where that is too much, headers are broken at their spaces, then cells, then words.
    private func widths(fitting width: Int) -> [Int] {
        let columns = header.indices.map { column in
            rows.filter { $0.count == header.count }.map { $0[column] }
        }
        let cells = columns.map { $0.map(\.displayWidth).max() ?? 0 }
        let words = columns.indices.map { (columns[$0] + [header[$0]]).map(\.longestWord).max() ?? 0 }
        var widths = zip(cells, header).map { max($0, $1.displayWidth) }
        let least = [zip(cells, header).map { max($0, $1.longestWord) }, words, widths.map { _ in 2 }]
        var excess = widths.reduce(2 * (widths.count - 1), +) - width
        for floors in least {
            while excess > 0, let widest = widest(widths, above: floors) {
                widths[widest] -= 1
                excess -= 1
            }
        }
        return widths
    }

    private func widest(_ widths: [Int], above floors: [Int]) -> Int? {
        widths.indices.filter { widths[$0] > floors[$0] }.max { widths[$0] - floors[$0] < widths[$1] - floors[$1] }
    }
}

extension Character {
    /// Columns of a terminal it takes: 2 for the scripts of East Asia and emoji, 1 for all else.
    var displayWidth: Int {
        guard let scalar = unicodeScalars.first?.value, scalar >= 0x1100 else { return 1 }
        switch scalar {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}

extension String {
    /// Columns of a terminal.
    var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }
    var withoutTrailingSpaces: String {
        String(self[..<(lastIndex { $0 != " " }.map(index(after:)) ?? startIndex)])
    }

    var longestWord: Int { split(separator: " ").map { String($0).displayWidth }.max() ?? 0 }

    /// Broken at spaces into lines of at most so many columns; a word that is longer is cut. One line at least.
    func wrapped(to width: Int) -> [String] {
        var (lines, line, used) = ([String](), "", 0)
        for word in split(separator: " ") {
            for part in String(word).cut(to: max(2, width)) {
                let size = part.displayWidth
                if used > 0, used + 1 + size > width {
                    lines.append(line)
                    (line, used) = ("", 0)
                }
                line += (used > 0 ? " " : "") + part
                used += size + (used > 0 ? 1 : 0)
            }
        }
        return lines + [line]
    }

    private func cut(to width: Int) -> [String] {
        guard displayWidth > width else { return [self] }
        var (parts, part, used) = ([String](), "", 0)
        for character in self {
            if used + character.displayWidth > width {
                parts.append(part)
                (part, used) = ("", 0)
            }
            part.append(character)
            used += character.displayWidth
        }
        return parts + [part]
    }
}
