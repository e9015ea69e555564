// SPDX-License-Identifier: MIT

/// How something stands; told by colour, by shape and by a word.
package enum Tone: String, Sendable, Hashable, CaseIterable {
    case good, careful, bad, unknown, neutral

    /// A shape of its own for each, 1 em high; the word beside it says the same, so readers of screens skip it.
    ///
    /// Drawn once on the page (`shapes`), and used where it is needed.
    package var symbol: Markup { drawn("symbol \(rawValue)") }

    /// The same where what is around it has the tone's class already.
    var bareSymbol: Markup { drawn("symbol") }

    private func drawn(_ style: String) -> Markup {
        .element("svg", ["class": style, "aria-hidden": "true"], [.element("use", ["href": "#tone-\(rawValue)"])])
    }

    /// The shapes that `symbol` uses; each page has them.
    static var shapes: Markup {
        .element(
            "svg", ["class": "unseen", "aria-hidden": "true"],
            allCases.map { .element("symbol", ["id": "tone-\($0.rawValue)", "viewBox": "0 0 16 16"], $0.shape) })
    }

    private var shape: [Markup] {
        switch self {
        case .good:
            [path("M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z", "body"), path("M4.7 8.3l2.3 2.3 4.4-4.9", "sign")]
        case .careful:
            [path("M8 1.2l7.2 13.3H.8z", "body"), path("M8 6v4M8 12v.4", "sign")]
        case .bad:
            [
                path("M4.9 1h6.2L15 4.9v6.2L11.1 15H4.9L1 11.1V4.9z", "body"),
                path("M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2", "sign"),
            ]
        case .unknown:
            [
                path("M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z", "ring"),
                path("M6 6.3c0-2.7 4.1-2.6 4.1 0 0 1.6-2.1 1.7-2.1 3.2M8 11.7v.4", "mark"),
            ]
        case .neutral: [path("M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z", "ring")]
        }
    }

    private func path(_ data: String, _ part: String) -> Markup {
        .element("path", ["class": "tone-\(part)", "d": data])
    }
}

/// A word with its shape, in a rounded frame.
package struct Badge: Sendable, Hashable {
    package var text: String
    package var tone: Tone

    package init(_ text: String, tone: Tone) {
        self.text = text
        self.tone = tone
    }

    package var markup: Markup {
        .element("span", ["class": "badge \(tone.rawValue)"], [tone.symbol, .element("span", [:], text: text)])
    }
}

/// What stands at the top of a page: one sentence, in the colour of what it says.
package struct Banner: Sendable, Hashable {
    package var tone: Tone
    /// A few words: the answer.
    package var headline: String
    /// Why, and what to do.
    package var details: [Markup]

    package init(tone: Tone, headline: String, details: [Markup] = []) {
        self.tone = tone
        self.headline = headline
        self.details = details
    }

    /// - Parameter level: of its heading, 2 or 3.
    package func markup(id: String, level: Int = 2) -> Markup {
        let words: [Markup] = [Heading(headline, level: level, id: id).markup] + details
        return .element(
            "section", ["class": "banner \(tone.rawValue)", "aria-labelledby": id],
            [tone.symbol, .element("div", [:], words)])
    }
}
