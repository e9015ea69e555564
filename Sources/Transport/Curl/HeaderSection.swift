// SPDX-License-Identifier: MIT

import HTTPTypes

/// The headers of the final answer, put together from the lines as they come in.
///
/// Headers of interim (1xx) answers are forgotten when the next status line comes; trailers after the body are not
/// taken up, because nothing may depend on what an intermediary is free to drop (RFC 9110, 6.5.1).
struct HeaderSection: Sendable {
    private(set) var fields = HTTPFields()
    /// Whether the empty line after the headers has come.
    private(set) var isOver = false

    /// Takes one line as libcurl hands it over, its end included.
    mutating func append(_ line: some Collection<UInt8>) {
        let text = line.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
        if text.starts(with: "HTTP/".utf8), isOver || fields.isEmpty {
            self = HeaderSection()
        } else if text.isEmpty {
            isOver = true
        } else if !isOver {
            appendField(text)
        }
    }

    private mutating func appendField(_ text: some Collection<UInt8>) {
        if let first = text.first, isBlank(first) { return continueLast(with: text) }
        // A line without colon or with an impossible name is no header: there is no name to find it by.
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")),
            let name = HTTPField.Name(String(decoding: text[..<colon], as: UTF8.self))
        else { return }
        fields.append(HTTPField(name: name, lenientValue: trimmed(text[text.index(after: colon)...])))
    }

    /// Obsolete line folding (RFC 9112, 5.2): the line break and the blanks around it count as one space.
    private mutating func continueLast(with text: some Collection<UInt8>) {
        guard let last = fields.indices.last else { return }
        let joined = Array(fields[last].value.utf8) + [0x20] + trimmed(text)
        fields[last] = HTTPField(name: fields[last].name, lenientValue: joined)
    }

    private func trimmed(_ text: some Collection<UInt8>) -> [UInt8] {
        let value = Array(text.drop(while: isBlank))
        return Array(value[..<((value.lastIndex { !isBlank($0) } ?? -1) + 1)])
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
