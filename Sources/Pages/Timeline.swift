// SPDX-License-Identifier: MIT

/// What happened when, one below the other.
package struct Timeline: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        /// As it is shown: `03:31`.
        package var time: String
        package var text: Markup
        package var tone: Tone

        package init(time: String, text: Markup, tone: Tone = .neutral) {
            self.time = time
            self.text = text
            self.tone = tone
        }
    }

    /// Oldest first.
    package var entries: [Entry]

    package init(_ entries: [Entry]) { self.entries = entries }

    package var markup: Markup {
        .element(
            "ol", ["class": "timeline"],
            entries.map { entry in
                .element(
                    "li", ["class": entry.tone.rawValue],
                    [
                        .element("time", [:], text: entry.time), entry.tone.bareSymbol,
                        .element("p", [:], [entry.text]),
                    ])
            })
    }
}
