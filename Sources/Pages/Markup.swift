// SPDX-License-Identifier: MIT

/// A piece of HTML or SVG; text and attribute values are escaped where they enter.
package struct Markup: Sendable, Hashable {
    package private(set) var text: String

    private init(raw: String) { text = raw }

    /// Text as text, whatever it holds.
    package static func text(_ text: String) -> Markup { Markup(raw: escaped(text)) }

    /// An element; attributes whose value is nil are left out.
    package static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], _ children: [Markup] = []
    ) -> Markup {
        var out = "<\(name)"
        for (key, value) in attributes {
            if let value { out += " \(key)=\"\(escaped(value))\"" }
        }
        out += ">"
        for child in children { out += child.text }
        return Markup(raw: out + "</\(name)>")
    }

    /// An element without an end tag.
    package static func void(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:]
    ) -> Markup {
        var out = "<\(name)"
        for (key, value) in attributes {
            if let value { out += " \(key)=\"\(escaped(value))\"" }
        }
        return Markup(raw: out + ">")
    }

    package static func + (left: Markup, right: Markup) -> Markup { Markup(raw: left.text + right.text) }

    package static let none = Markup(raw: "")

    private static func escaped(_ text: String) -> String {
        var out = ""
        out.reserveCapacity(text.utf8.count)
        for character in text.unicodeScalars {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.unicodeScalars.append(character)
            }
        }
        return out
    }
}
