// SPDX-License-Identifier: MIT

/// Text armour around DER (RFC 7468).
package enum PEM {
    /// Base64 in lines of 64 between BEGIN and END, with a final line end.
    package static func encode(_ der: [UInt8], label: String) -> String {
        var text = "-----BEGIN \(label)-----\n"
        let base64 = Array(Base64.encode(der).utf8)
        for start in stride(from: 0, to: base64.count, by: 64) {
            text += String(decoding: base64[start..<min(start + 64, base64.count)], as: UTF8.self) + "\n"
        }
        return text + "-----END \(label)-----\n"
    }

    /// The bytes of the first block with this label; nil where there is none or it is no base64.
    package static func decode(_ text: [UInt8], label: String) -> [UInt8]? {
        body(of: text, label: label).flatMap { Base64.decode($0) }
    }

    /// The base64 of the first block with this label, without armour, line ends and blanks.
    package static func body(of text: [UInt8], label: String) -> String? { bodies(of: text, label: label).first }

    /// The base64 of every whole block with this label, without armour, line ends and blanks, as federation wants it.
    package static func bodies(of text: [UInt8], label: String) -> [String] {
        var bodies: [String] = []
        var body: String?
        for line in String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline).map(trimmed) {
            if line == "-----BEGIN \(label)-----" {
                body = ""
            } else if line == "-----END \(label)-----", let whole = body {
                bodies.append(whole)
                body = nil
            } else {
                body? += line
            }
        }
        return bodies
    }

    /// Labels of all blocks in the text, in order.
    static func labels(in text: [UInt8]) -> [String] {
        String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline).map(trimmed)
            .filter { $0.hasPrefix("-----BEGIN ") && $0.hasSuffix("-----") && $0.utf8.count > 16 }
            .map { String($0.dropFirst(11).dropLast(5)) }
    }

    private static func trimmed(_ line: Substring) -> String {
        var line = line
        while line.last?.isWhitespace == true { line.removeLast() }
        while line.first?.isWhitespace == true { line.removeFirst() }
        return String(line)
    }
}
