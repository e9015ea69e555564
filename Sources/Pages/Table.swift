// SPDX-License-Identifier: MIT

/// Rows and columns with a caption. Where it is too wide for the screen it scrolls by itself, by keyboard too.
package struct Table: Sendable, Hashable {
    package struct Column: Sendable, Hashable {
        package var title: String
        /// Set to the right, with figures of equal width.
        package var isNumeric: Bool

        package init(_ title: String, isNumeric: Bool = false) {
            self.title = title
            self.isNumeric = isNumeric
        }
    }

    package var caption: String
    /// Whether only those who cannot see it need the caption: a heading above says the same.
    package var hidesCaption: Bool
    package var columns: [Column]
    /// As many cells as columns each; the first is the row's heading.
    package var rows: [[Markup]]

    package init(_ caption: String, hidesCaption: Bool = false, columns: [Column], rows: [[Markup]]) {
        self.caption = caption
        self.hidesCaption = hidesCaption
        self.columns = columns
        self.rows = rows
    }

    /// - Parameter id: of the caption; unique on the page.
    package func markup(id: String) -> Markup {
        let heads = columns.map { column in
            Markup.element("th", ["scope": "col", "class": column.isNumeric ? "n" : nil], text: column.title)
        }
        let table = Markup.element(
            "table", [:],
            [
                .element("caption", ["id": id, "class": hidesCaption ? "unseen" : nil], text: caption),
                .element("thead", [:], [.element("tr", [:], heads)]), .element("tbody", [:], rows.map(row)),
            ])
        return .element(
            "div", ["class": "scroll", "role": "group", "aria-labelledby": id, "tabindex": "0"], [table])
    }

    private func row(_ cells: [Markup]) -> Markup {
        .element(
            "tr", [:],
            cells.enumerated().map { index, cell in
                let isNumeric = index < columns.count && columns[index].isNumeric
                let style: String? = isNumeric ? "n" : nil
                return index == 0
                    ? .element("th", ["scope": "row", "class": style], [cell])
                    : .element("td", ["class": style], [cell])
            })
    }
}

/// A few facts: what each is called, and what it is.
package struct FactList: Sendable, Hashable {
    package var facts: [Fact]

    package struct Fact: Sendable, Hashable {
        package var name: String
        package var value: Markup

        package init(_ name: String, _ value: Markup) {
            self.name = name
            self.value = value
        }
    }

    package init(_ facts: [Fact]) { self.facts = facts }

    package var markup: Markup {
        .element(
            "dl", ["class": "list"],
            facts.map { fact in
                .element(
                    "div", [:], [.element("dt", [:], text: fact.name), .element("dd", [:], [fact.value])])
            })
    }
}
