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

    /// The whole document in UTF-8.
    package var html: String { "" }
}
