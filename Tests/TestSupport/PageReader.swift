// SPDX-License-Identifier: MIT

/// An element of a page, as a test reads it.
package final class PageElement {
    package let name: String
    package let attributes: [String: String]
    package fileprivate(set) var children: [PageElement] = []
    /// Its own text and that of what is in it, as written: references are not resolved.
    package fileprivate(set) var text = ""

    init(name: String, attributes: [String: String]) {
        self.name = name
        self.attributes = attributes
    }

    /// It, and all in it, in the order of the page.
    package var all: [PageElement] { [self] + children.flatMap(\.all) }

    package func all(_ name: String) -> [PageElement] { all.filter { $0.name == name } }
    package func first(_ name: String) -> PageElement? { children.first { $0.name == name } }
}

/// Reads pages as strictly as those of this project are written: each element is closed where it ends, attributes stand
/// in double quotes. What breaks that is a problem, with the place.
package struct PageReader {
    package private(set) var problems: [String] = []
    package let root = PageElement(name: "", attributes: [:])
    private var open: [PageElement]
    private var rest: Substring

    private static let void: Set = ["meta", "link", "br", "hr", "img", "input", "col"]
    /// What may end where it begins: shapes of drawings.
    private static let shapes: Set = ["rect", "line", "circle", "path", "polyline", "use"]

    package init(_ html: String) {
        open = [root]
        rest = html[...]
        while let character = rest.first {
            if character == "<" { readTag() } else { readText() }
        }
        for element in open.dropFirst() { problems.append("not closed: <\(element.name)>") }
    }

    private mutating func readText() {
        let end = rest.firstIndex(of: "<") ?? rest.endIndex
        let text = rest[..<end]
        if text.contains(">") { problem("a bare > in text", text) }
        for element in open { element.text += text }
        rest = rest[end...]
    }

    private mutating func readTag() {
        if rest.hasPrefix("<!DOCTYPE html>") {
            rest = rest.dropFirst(15)
        } else if rest.hasPrefix("</") {
            readEnd()
        } else {
            readStart()
        }
    }

    private mutating func readEnd() {
        rest = rest.dropFirst(2)
        let name = String(rest.prefix { $0 != ">" })
        rest = rest.dropFirst(name.count + 1)
        if open.count > 1, open.last?.name == name {
            open.removeLast()
        } else {
            problem("</\(name)> closes <\(open.last?.name ?? "")>", rest)
        }
    }

    private mutating func readStart() {
        rest = rest.dropFirst()
        let name = String(rest.prefix { $0.isLetter || $0.isNumber })
        if name.isEmpty { problem("a bare < in text", rest) }
        rest = rest.dropFirst(name.count)
        let (attributes, isEnded) = readAttributes()
        let element = PageElement(name: name, attributes: attributes)
        open.last?.children.append(element)
        if isEnded, !Self.shapes.contains(name) { problem("<\(name)/> is not closed by that", rest) }
        if isEnded || Self.void.contains(name) { return }
        open.append(element)
        if name == "style" || name == "script" {
            let end = rest.firstRange(of: "</\(name)>")?.lowerBound ?? rest.endIndex
            element.text += rest[..<end]
            rest = rest[end...]
        }
    }

    private mutating func readAttributes() -> (found: [String: String], isEnded: Bool) {
        var found: [String: String] = [:]
        while rest.first == " " {
            rest = rest.dropFirst()
            let key = String(rest.prefix { $0 != "=" && $0 != ">" && $0 != " " })
            rest = rest.dropFirst(key.count)
            guard rest.hasPrefix("=\"") else {
                problem("attribute \(key) without a value in double quotes", rest)
                break
            }
            rest = rest.dropFirst(2)
            let value = String(rest.prefix { $0 != "\"" })
            rest = rest.dropFirst(value.count + 1)
            if value.contains("<") { problem("a bare < in \(key)", rest) }
            if found.updateValue(value, forKey: key) != nil { problem("attribute \(key) twice", rest) }
        }
        let isEnded = rest.first == "/"
        if isEnded { rest = rest.dropFirst() }
        if rest.first == ">" { rest = rest.dropFirst() } else { problem("a tag without its >", rest) }
        return (found, isEnded)
    }

    private mutating func problem(_ text: String, _ place: Substring) {
        problems.append("\(text), before: \(place.prefix(60))")
        if place.startIndex == rest.startIndex, rest.first == "<" { rest = rest.dropFirst() }
    }
}

extension PageReader {
    /// What is wrong with a page of this project, as far as its text tells.
    package var complaints: [String] {
        var found = problems
        let all = root.all
        found += Dictionary(grouping: all.compactMap { $0.attributes["id"] }, by: { $0 }).filter { $0.value.count > 1 }
            .map { "id twice: \($0.key)" }.sorted()
        let ids = Set(all.compactMap { $0.attributes["id"] })
        for element in all {
            let wanted = (element.attributes["aria-labelledby"] ?? "").split(separator: " ").map(String.init)
            found += wanted.filter { !ids.contains($0) }.map { "aria-labelledby names nothing: \($0)" }
            found += element.attributes.values.flatMap(links).filter { !ids.contains($0) }.map {
                "url(#\($0)) is nowhere"
            }
            for key in ["src", "href", "srcset", "data", "action", "xlink:href"] where element.attributes[key] != nil {
                if key == "href", let id = element.attributes[key]?.dropFirst(), ids.contains(String(id)) { continue }
                found.append("<\(element.name)> has \(key)")
            }
            found += element.attributes.keys.filter { $0.hasPrefix("on") }.map { "<\(element.name)> has \($0)" }
        }
        found += root.all("script").map { _ in "a script" }
        return found + headings + drawings(root, isHidden: false) + tables
    }

    private func links(_ value: String) -> [String] {
        guard value.hasPrefix("url(#"), value.hasSuffix(")") else { return [] }
        return [String(value.dropFirst(5).dropLast())]
    }

    private var headings: [String] {
        var found: [String] = []
        var level = 0
        let names = ["h1", "h2", "h3", "h4"]
        for heading in root.all {
            guard let index = names.firstIndex(of: heading.name) else { continue }
            if index + 1 > level + 1 { found.append("a level is skipped before <\(heading.name)> \(heading.text)") }
            if heading.text.isEmpty { found.append("an empty <\(heading.name)>") }
            level = index + 1
        }
        if root.all("h1").count != 1 { found.append("\(root.all("h1").count) h1") }
        return found
    }

    private func drawings(_ element: PageElement, isHidden: Bool) -> [String] {
        let isHidden = isHidden || element.attributes["aria-hidden"] == "true"
        var found: [String] = []
        if element.name == "svg", !isHidden {
            if element.first("title")?.text.isEmpty ?? true { found.append("svg without title") }
            if element.attributes["role"] != "img" { found.append("svg without role img") }
            if element.attributes["aria-labelledby"] == nil { found.append("svg without aria-labelledby") }
        }
        return found + element.children.flatMap { drawings($0, isHidden: isHidden) }
    }

    private var tables: [String] {
        root.all("table").flatMap { table -> [String] in
            var found: [String] = []
            if table.first("caption")?.text.isEmpty ?? true { found.append("table without caption") }
            let heads = table.all("th")
            if heads.isEmpty { found.append("table without th") }
            found += heads.filter { $0.attributes["scope"] == nil }.map { "th without scope: \($0.text)" }
            let widths = Set(table.all("tr").map(\.children.count))
            if widths.count > 1 { found.append("rows of different widths: \(widths.sorted())") }
            return found
        }
    }
}
