// SPDX-License-Identifier: MIT

/// A page of GitHub-flavoured Markdown; whatever it is given is text and is escaped.
///
/// Source: github.github.com/gfm (tables, task list items, autolinks).
struct MarkdownPage {
    private var blocks: [String] = []

    var text: String { ReportWords.plain(blocks.joined(separator: "\n\n")) + "\n" }

    mutating func heading(_ text: String, level: Int = 2) {
        blocks.append(String(repeating: "#", count: level) + " " + Self.escaped(text))
    }

    mutating func paragraph(_ text: String) { blocks.append(Self.escaped(text)) }

    /// - Parameter strong: stands first, in bold.
    mutating func paragraph(strong: String, _ text: String) {
        blocks.append("**\(Self.escaped(strong))** \(Self.escaped(text))")
    }

    /// Nothing for no items.
    mutating func list(_ items: [String]) {
        guard !items.isEmpty else { return }
        blocks.append(items.map { "- " + Self.escaped($0) }.joined(separator: "\n"))
    }

    mutating func tasks(_ items: [(text: String, isDone: Bool)]) {
        guard !items.isEmpty else { return }
        blocks.append(items.map { "- [\($0.isDone ? "x" : " ")] " + Self.escaped($0.text) }.joined(separator: "\n"))
    }

    /// As it is, in a fixed width; a line of backticks in it would end it, so they become apostrophes.
    mutating func fixed(_ lines: [String]) {
        let body = lines.map { $0.replacing("`", with: "'").withoutTrailingSpaces }.joined(separator: "\n")
        blocks.append("```text\n\(body)\n```")
    }

    mutating func table(_ columns: [(header: String, isNumber: Bool)], _ rows: [[String]]) {
        let header = Self.row(columns.map(\.header))
        let rule = "| " + columns.map { $0.isNumber ? "---:" : "---" }.joined(separator: " | ") + " |"
        blocks.append(([header, rule] + rows.map(Self.row)).joined(separator: "\n"))
    }

    private static func row(_ cells: [String]) -> String {
        "| " + cells.map { escaped($0, isLine: false) }.joined(separator: " | ") + " |"
    }

    /// Text that renders as itself: no markup, no HTML, no link, no mention, no list where it begins.
    ///
    /// - Parameter isLine: it stands first in its line; false for a table's cell.
    static func escaped(_ text: String, isLine: Bool = true) -> String {
        let characters = Array(text)
        // Where it begins as an item of a list or as the rule below a heading.
        var result = isLine && characters.first.map { "-+=".contains($0) } == true ? "\\" : ""
        for (index, character) in characters.enumerated() {
            if needsEscape(characters, index) { result += "\\" }
            result.append(character)
        }
        return result
    }

    private static func needsEscape(_ characters: [Character], _ index: Int) -> Bool {
        let before = index > 0 ? characters[index - 1] : " "
        let after = index + 1 < characters.count ? characters[index + 1] : " "
        switch characters[index] {
        case "\\", "`", "*", "{", "}", "[", "]", "<", ">", "|", "~", "#", "&", "@", "$": return true
        // Within a word it marks nothing.
        case "_": return !(isWord(before) && isWord(after))
        // `https://` would become a link, and so would `www.`
        case ":": return after == "/"
        case ".": return before == "w" || before == "W" || isNumbered(characters, index)
        case ")": return isNumbered(characters, index)
        default: return false
        }
    }

    /// The end of `12.` or `12)` with which a numbered list begins.
    private static func isNumbered(_ characters: [Character], _ index: Int) -> Bool {
        index > 0 && index <= 9 && characters[..<index].allSatisfy(\.isWholeNumber)
            && (index + 1 == characters.count || characters[index + 1] == " ")
    }

    private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}
