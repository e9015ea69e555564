// SPDX-License-Identifier: MIT

/// A heading of level 1 to 4.
package struct Heading: Sendable, Hashable {
    package var text: String
    package var level: Int
    package var id: String?

    package init(_ text: String, level: Int, id: String? = nil) {
        self.text = text
        self.level = level
        self.id = id
    }

    package var markup: Markup {
        switch level {
        case ...1: .element("h1", ["id": id], text: text)
        case 2: .element("h2", ["id": id], text: text)
        case 3: .element("h3", ["id": id], text: text)
        default: .element("h4", ["id": id], text: text)
        }
    }
}

/// What a page begins with: a line above the title, the title, facts below.
package struct Masthead: Sendable, Hashable {
    package var kicker: String
    package var title: Markup
    /// Short ones: they stand in one line where there is room.
    package var facts: [Markup]

    package init(kicker: String, title: String, facts: [Markup] = []) {
        self.init(kicker: kicker, title: .text(title), facts: facts)
    }

    package init(kicker: String, title: Markup, facts: [Markup] = []) {
        self.kicker = kicker
        self.title = title
        self.facts = facts
    }

    package var markup: Markup {
        let items = facts.map { Markup.element("li", [:], [$0]) }
        return .element(
            "header", ["class": "masthead"],
            [
                .element("p", ["class": "kicker"], text: kicker), .element("h1", [:], [title]),
                items.isEmpty ? .none : .element("ul", ["class": "facts"], items),
            ])
    }
}

/// A part of the page under a heading of level 2.
package struct Section: Sendable, Hashable {
    package var title: String
    /// One sentence below the heading; nil for none.
    package var lead: String?
    package var body: [Markup]

    package init(_ title: String, lead: String? = nil, body: [Markup]) {
        self.title = title
        self.lead = lead
        self.body = body
    }

    /// - Parameter id: of the heading; unique on the page.
    package func markup(id: String) -> Markup {
        .element(
            "section", ["aria-labelledby": id],
            [
                Heading(title, level: 2, id: id).markup,
                lead.map { Markup.element("p", ["class": "lead"], text: $0) } ?? .none,
            ] + body)
    }
}

/// A framed piece of a page. Pieces in a `CardGrid` stand beside each other where there is room.
package struct Card: Sendable, Hashable {
    /// nil for none: the first piece of the body says what it is.
    package var title: String?
    /// Beside the title; nil for none.
    package var badge: Badge?
    package var body: [Markup]
    /// Whether it takes the whole width.
    package var isWide: Bool

    package init(_ title: String? = nil, badge: Badge? = nil, isWide: Bool = false, body: [Markup]) {
        self.title = title
        self.badge = badge
        self.body = body
        self.isWide = isWide
    }

    package var markup: Markup {
        .element(
            "div", ["class": isWide ? "card wide" : "card"],
            [head] + body)
    }

    private var head: Markup {
        guard let title else { return .none }
        let heading = Heading(title, level: 3).markup
        return badge.map { .element("div", ["class": "head"], [heading, $0.markup]) } ?? heading
    }
}

/// Cards beside each other, as many as fit.
package struct CardGrid: Sendable, Hashable {
    package var cards: [Card]
    /// Whether they hold little: more of them stand in a row.
    package var isDense: Bool

    package init(_ cards: [Card], isDense: Bool = false) {
        self.cards = cards
        self.isDense = isDense
    }

    package var markup: Markup {
        .element("div", ["class": isDense ? "cards dense" : "cards even"], cards.map(\.markup))
    }
}

/// A number that matters, with what it is.
package struct StatTile: Sendable, Hashable {
    package var label: String
    package var value: String
    /// What belongs to it; nil for nothing.
    package var detail: String?
    package var tone: Tone

    package init(label: String, value: String, detail: String? = nil, tone: Tone = .neutral) {
        self.label = label
        self.value = value
        self.detail = detail
        self.tone = tone
    }

    /// Tiles beside each other, as terms and what they are.
    package static func row(_ tiles: [StatTile]) -> Markup {
        .element("dl", ["class": "tiles"], tiles.map(\.markup))
    }

    private var markup: Markup {
        let mark = tone == .neutral ? Markup.none : tone.symbol
        return .element(
            "div", ["class": "tile \(tone.rawValue)"],
            [
                .element("dt", [:], text: label), .element("dd", ["class": "value"], [mark, .text(value)]),
                detail.map { Markup.element("dd", ["class": "detail"], text: $0) } ?? .none,
            ])
    }
}

/// What opens when it is asked for; on paper it is open.
package struct Disclosure: Sendable, Hashable {
    package var summary: [Markup]
    package var body: [Markup]
    package var isOpen: Bool

    package init(summary: [Markup], isOpen: Bool = false, body: [Markup]) {
        self.summary = summary
        self.isOpen = isOpen
        self.body = body
    }

    package var markup: Markup {
        .element(
            "details", ["open": isOpen ? "" : nil],
            [.element("summary", [:], summary), .element("div", ["class": "inside"], body)])
    }
}
