// SPDX-License-Identifier: MIT

/// A self-contained HTML page: no script, no request, its stylesheet inline; light and dark, for screens and paper.
package struct Page: Sendable, Hashable {
    package var title: String
    /// `en` or `sv`.
    package var language: String
    package var body: [Markup]

    package init(title: String, language: String, body: [Markup]) {
        self.title = title
        self.language = language
        self.body = body
    }

    /// What a browser may do for the page: show it, with its own style. Images only from within the page.
    package static let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

    /// The whole document in UTF-8.
    package var html: String {
        let head: [Markup] = [
            .void("meta", ["charset": "utf-8"]),
            .void("meta", ["http-equiv": "Content-Security-Policy", "content": Page.policy]),
            .void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
            .void("meta", ["name": "color-scheme", "content": "light dark"]),
            .element("title", [:], text: title),
        ]
        // The stylesheet is the program's own text: it holds nothing that would have to be escaped.
        let start = "<!DOCTYPE html>\n<html lang=\"\(Markup.text(language).text)\">\n<head>\n"
        let style = "\n<style>\n\(Stylesheet.text)</style>\n</head>\n<body>\n"
        let main = Tone.shapes + Markup.element("main", [:], body)
        return start + head.map(\.text).joined(separator: "\n") + style + main.text + "\n</body>\n</html>\n"
    }
}
