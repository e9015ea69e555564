// SPDX-License-Identifier: MIT

/// `text` in lines of at most `width` characters, the second and later ones indented; a longer word stays whole.
func wrapped(_ text: String, width: Int, indent: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
        if !line.isEmpty, line.count + 1 + word.count > width {
            lines.append(line)
            line = String(repeating: " ", count: indent) + word
        } else {
            line += line.isEmpty ? String(word) : " " + word
        }
    }
    lines.append(line)
    return lines
}
