// SPDX-License-Identifier: MIT

/// How much is left of something that can be overdrawn: a bar to the right of zero, or to the left of it.
package struct LevelBar: Sendable, Hashable {
    /// What it says, for those who cannot see it: `Budget left: 13 %`.
    package var title: String
    /// 1 is full, 0 used up, less is overdrawn; nil where nobody knows.
    package var level: Double?
    package var tone: Tone
    /// Levels that decide something, as marks above the bar.
    package var marks: [Double]

    /// The left end: what is overdrawn further runs over the edge, and is drawn with an arrow.
    package static let lowest = -0.5

    package init(title: String, level: Double?, tone: Tone, marks: [Double] = []) {
        self.title = title
        self.level = level
        self.tone = tone
        self.marks = marks
    }

    /// - Parameter id: unique on the page.
    package func markup(id: String) -> Markup {
        .element(
            "svg",
            [
                "class": "level \(tone.rawValue)", "role": "img", "aria-labelledby": id, "width": "100%",
                "height": "16",
            ],
            [
                .element("title", ["id": id], text: title), debt, rect("room", from: 0, to: 1), filling,
                .all(marks.filter { $0 > 0 && $0 < 1 }.map { line("mark", $0) }), line("zero", 0),
            ])
    }

    private var filling: Markup {
        guard let level, level.isFinite else { return .none }
        if level >= 0 { return rect("filling", from: 0, to: min(1, level)) }
        let arrow = Markup.element("path", ["class": "beyond", "d": "M8 3L2 8l6 5"])
        return rect("filling overdrawn", from: max(LevelBar.lowest, level), to: 0)
            + (level < LevelBar.lowest ? arrow : .none)
    }

    /// Where the bar goes when there is less than nothing left.
    private var debt: Markup {
        .element("line", ["class": "debt", "x1": "0", "x2": "\(coordinate(place(0)))%", "y1": "8", "y2": "8"])
    }

    private func place(_ level: Double) -> Double { (level - LevelBar.lowest) / (1 - LevelBar.lowest) * 100 }

    private func rect(_ style: String, from left: Double, to right: Double) -> Markup {
        .element(
            "rect",
            [
                "class": style, "x": "\(coordinate(place(left)))%", "y": "4",
                "width": "\(coordinate(place(right) - place(left)))%", "height": "8",
            ])
    }

    private func line(_ style: String, _ level: Double) -> Markup {
        let x = "\(coordinate(place(level)))%"
        return .element("line", ["class": style, "x1": x, "x2": x, "y1": "1", "y2": "15"])
    }
}
