// SPDX-License-Identifier: MIT

/// A piece of HTML or SVG; text and attribute values are escaped where they enter.
package struct Markup: Sendable, Hashable {
    package private(set) var text: String

    private init(raw: String) { text = raw }

    /// Text as text, whatever it holds.
    package static func text(_ text: String) -> Markup { Markup(raw: escaped(text)) }

    /// Text that somebody typed or a server sent: what direction it is written in stays inside it.
    package static func foreign(_ text: String) -> Markup { .element("bdi", [:], [.text(text)]) }

    /// Shapes of drawings: without anything in them they may end where they begin.
    private static let leaves: Set = ["rect", "line", "circle", "path", "polyline", "use"]

    /// An element; attributes whose value is nil are left out.
    package static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], _ children: [Markup] = []
    ) -> Markup {
        var out = opening(name, attributes)
        if children.isEmpty, leaves.contains("\(name)") { return Markup(raw: out.dropLast() + "/>") }
        for child in children { out += child.text }
        return Markup(raw: out + "</\(name)>")
    }

    /// An element around text.
    package static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], text: String
    ) -> Markup {
        Markup(raw: opening(name, attributes) + escaped(text) + "</\(name)>")
    }

    /// An element without an end tag.
    package static func void(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:]
    ) -> Markup {
        Markup(raw: opening(name, attributes))
    }

    /// Pieces one after the other.
    package static func all(_ pieces: [Markup]) -> Markup {
        var out = ""
        for piece in pieces { out += piece.text }
        return Markup(raw: out)
    }

    package static func + (left: Markup, right: Markup) -> Markup { Markup(raw: left.text + right.text) }

    package static let none = Markup(raw: "")

    package var isEmpty: Bool { text.isEmpty }

    private static func opening(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>
    ) -> String {
        var out = "<\(name)"
        for (key, value) in attributes {
            if let value { out += " \(key)=\"\(escaped(value))\"" }
        }
        return out + ">"
    }

    /// What means something in HTML is written as references. Characters that HTML forbids, and those that turn the
    /// direction of the text around them, stand as U+FFFD: they are seen, and do nothing.
    private static func escaped(_ text: String) -> String {
        var out = ""
        out.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x26: out += "&amp;"
            case 0x3C: out += "&lt;"
            case 0x3E: out += "&gt;"
            case 0x22: out += "&quot;"
            case 0x27: out += "&#39;"
            case 0x00...0x08, 0x0B...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069, 0xFDD0...0xFDEF,
                0xFFFE, 0xFFFF:
                out += "\u{FFFD}"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
