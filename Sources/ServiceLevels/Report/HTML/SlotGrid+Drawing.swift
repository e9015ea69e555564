// SPDX-License-Identifier: MIT

import Pages

extension SlotGridDrawing {
    /// Of a row or column, in pixels.
    private static let (rowHeight, lineHeight) = (26.0, 14.0)

    /// The grid, lying for wide screens and paper, upright for phones where it is a week, and its legend.
    var markup: Markup {
        let isWeek = days.count <= 7
        let upright = isWeek ? Markup.element("div", ["class": "upright"], [drawing(isUpright: true)]) : .none
        let lying = Markup.element("div", ["class": "lying"], [drawing(isUpright: false)])
        return .element("div", ["class": isWeek ? "slots week" : "slots"], [lying, upright]) + legend
    }

    private func drawing(isUpright: Bool) -> Markup {
        let id = isUpright ? "slots-upright" : "slots-lying"
        let length = isUpright ? Self.lineHeight * Double(times.count) : Self.rowHeight * Double(days.count)
        let rows = days.indices.map { row($0, isUpright: isUpright, id: id) }
        return .element(
            "svg",
            [
                "role": "img", "aria-labelledby": "\(id)-title \(id)-summary", "width": "100%",
                "height": coordinate(length),
            ],
            [
                .element("title", ["id": "\(id)-title"], text: words.texts.headings.grid),
                .element("desc", ["id": "\(id)-summary"], text: summary),
                .element("defs", [:], [Hatching.pattern(id: "\(id)-hatch", kind: 1, style: "maintenance")]),
            ] + rows + [gaps(isUpright: isUpright, length: length), hours(isUpright: isUpright)])
    }

    private func share(_ index: Int, of all: Int) -> String { "\(coordinate(Double(index) * 100 / Double(all)))%" }
    private func middle(_ index: Int, of all: Int) -> String {
        "\(coordinate((Double(index) + 0.5) * 100 / Double(all)))%"
    }

    private func row(_ index: Int, isUpright: Bool, id: String) -> Markup {
        let day = days[index]
        let cells = stretches(of: day).map { stretch in
            let cell = rect(stretch, index, isUpright: isUpright, style: stretch.state.rawValue, fill: nil)
            let hatch =
                stretch.isMaintenance
                ? rect(stretch, index, isUpright: isUpright, style: nil, fill: "url(#\(id)-hatch)") : Markup.none
            return Markup.element(
                "g", [:],
                [
                    .element("title", [:], text: told(stretch, of: day)), cell, hatch,
                    signs(stretch, index, isUpright: isUpright),
                ])
        }
        return .all(cells) + label(index, isUpright: isUpright)
    }

    private func rect(_ stretch: Stretch, _ index: Int, isUpright: Bool, style: String?, fill: String?) -> Markup {
        let count = stretch.last - stretch.first + 1
        if isUpright {
            return .element(
                "rect",
                [
                    "class": style, "fill": fill, "x": share(index, of: days.count), "width": share(1, of: days.count),
                    "y": coordinate(Double(stretch.first) * Self.lineHeight),
                    "height": coordinate(Double(count) * Self.lineHeight),
                ])
        }
        return .element(
            "rect",
            [
                "class": style, "fill": fill, "x": share(stretch.first, of: times.count),
                "width": share(count, of: times.count), "y": coordinate(Double(index) * Self.rowHeight + 2),
                "height": coordinate(Self.rowHeight - 4),
            ])
    }

    /// The sign of the outcome in each cell of the stretch: one text, a place for each of its letters.
    private func signs(_ stretch: Stretch, _ index: Int, isUpright: Bool) -> Markup {
        guard let sign = stretch.state.sign else { return .none }
        let cells = stretch.first...stretch.last
        let text = String(repeating: sign, count: cells.count)
        let style = "sign \(stretch.state.rawValue)"
        if isUpright {
            let x = cells.map { _ in middle(index, of: days.count) }.joined(separator: " ")
            let y = cells.map { coordinate(Double($0) * Self.lineHeight + 11) }.joined(separator: " ")
            return .element("text", ["class": style, "x": x, "y": y], text: text)
        }
        let x = cells.map { middle($0, of: times.count) }.joined(separator: " ")
        return .element(
            "text", ["class": style, "x": x, "y": coordinate((Double(index) + 0.5) * Self.rowHeight + 4)], text: text)
    }

    private func label(_ index: Int, isUpright: Bool) -> Markup {
        let day = days[index]
        let weekday = words.weekday(year: day.year, month: day.month, day: day.day)
        if isUpright {
            let x = middle(index, of: days.count)
            return .element("text", ["class": "day", "x": x, "y": "-22"], text: weekday)
                + .element("text", ["class": "middle", "x": x, "y": "-7"], text: "\(day.day)")
        }
        let y = coordinate((Double(index) + 0.5) * Self.rowHeight + 4)
        let date = "\(weekday) \(ReportWords.two(day.month))-\(ReportWords.two(day.day))"
        return .element("text", ["class": "day", "x": "-10", "y": y], text: date)
            + .element("text", ["class": "score", "x": "100%", "dx": "10", "y": y], text: score(day))
    }

    /// What keeps the cells apart.
    private func gaps(isUpright: Bool, length: Double) -> Markup {
        let between = (1..<max(2, times.count)).map { index -> Markup in
            if isUpright {
                let y = coordinate(Double(index) * Self.lineHeight)
                return .element("line", ["x1": "0", "x2": "100%", "y1": y, "y2": y])
            }
            let x = share(index, of: times.count)
            return .element("line", ["x1": x, "x2": x, "y1": "0", "y2": coordinate(length)])
        }
        let columns =
            !isUpright
            ? []
            : (1..<max(2, days.count)).map { index -> Markup in
                let x = share(index, of: days.count)
                return .element("line", ["class": "wide", "x1": x, "x2": x, "y1": "0", "y2": coordinate(length)])
            }
        return .element("g", ["class": "gap"], between + columns)
    }

    /// Every third hour.
    private func hours(isUpright: Bool) -> Markup {
        .all(
            times.indices.filter { times[$0].minute == 0 && times[$0].round == 0 && times[$0].hour % 3 == 0 }.map {
                index in
                let hour = ReportWords.two(times[index].hour)
                if isUpright {
                    let y = coordinate(Double(index) * Self.lineHeight + 11)
                    return .element("text", ["class": "hour", "x": "-8", "y": y], text: "\(hour):00")
                }
                return .element("text", ["x": share(index, of: times.count), "y": "-8"], text: hour)
            })
    }

    /// Each outcome that occurs, with its cell, its word and how often.
    private var legend: Markup {
        let states = Slot.State.allCases.filter { count($0) > 0 }.map { state in
            entry(swatch(state.rawValue, sign: state.sign), words.state(state), count(state))
        }
        let hatch = Markup.element("defs", [:], [Hatching.pattern(id: "legend-hatch", kind: 1, style: "maintenance")])
        let hatched = Markup.element(
            "rect", ["fill": "url(#legend-hatch)", "width": "18", "height": "18"])
        let maintenance =
            maintenanceCount == 0
            ? []
            : [
                entry(
                    [hatch] + swatch("success", sign: nil) + [hatched], words.texts.slots.maintenance, maintenanceCount)
            ]
        return .element("ul", ["class": "legend slots"], states + maintenance)
    }

    private func swatch(_ style: String, sign: String?) -> [Markup] {
        let cell = Markup.element(
            "rect", ["class": style, "x": "1", "y": "1", "width": "16", "height": "16", "rx": "2"])
        guard let sign else { return [cell] }
        return [cell, .element("text", ["class": "sign \(style)", "x": "9", "y": "13"], text: sign)]
    }

    private func entry(_ mark: [Markup], _ word: String, _ count: Int) -> Markup {
        .element(
            "li", [:],
            [
                .element("svg", ["class": "swatch", "width": "18", "height": "18", "aria-hidden": "true"], mark),
                .element("span", [:], [.text("\(word) "), .element("strong", [:], text: words.number(count))]),
            ])
    }
}
