// SPDX-License-Identifier: MIT

import Pages

extension SlotChart {
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
                defs(id),
            ] + rows + [gaps(isUpright: isUpright, length: length), hours(isUpright: isUpright)])
    }

    private func share(_ index: Int, of all: Int) -> String { "\(coordinate(Double(index) * 100 / Double(all)))%" }
    private func middle(_ index: Int, of all: Int) -> String {
        "\(coordinate((Double(index) + 0.5) * 100 / Double(all)))%"
    }

    private func row(_ index: Int, isUpright: Bool, id: String) -> Markup {
        let stretches = stretches(of: days[index])
        let cells = isTold ? told(stretches, index, isUpright) : untold(stretches, index, isUpright)
        let hatches = stretches.filter(\.isMaintenance).map {
            rect($0, index, isUpright: isUpright, style: nil, isStrip: true)
        }
        let hatched =
            hatches.isEmpty ? Markup.none : .element("g", ["class": "over", "fill": "url(#\(id)-hatch)"], hatches)
        let place = isUpright ? nil : "translate(0 \(coordinate(Double(index) * Self.rowHeight + 2)))"
        return .element("g", ["transform": place], cells + [hatched]) + signs(stretches, index, isUpright: isUpright)
            + label(index, isUpright: isUpright)
    }

    private func told(_ stretches: [Stretch], _ index: Int, _ isUpright: Bool) -> [Markup] {
        stretches.map { stretch in
            let title = Markup.element("title", [:], text: told(stretch, of: days[index]))
            return rect(stretch, index, isUpright: isUpright, style: stretch.state.rawValue, [title])
        }
    }

    /// What succeeded as one ground, upon it all else by its outcome.
    private func untold(_ stretches: [Stretch], _ index: Int, _ isUpright: Bool) -> [Markup] {
        let states = Slot.State.allCases.filter { $0 != .success }
        let grounds = grounds(stretches).map { rect($0, index, isUpright: isUpright, style: "success") }
        return grounds
            + states.map { state in
                let cells = stretches.filter { $0.state == state }.map {
                    rect($0, index, isUpright: isUpright, style: nil)
                }
                return cells.isEmpty ? .none : .element("g", ["class": state.rawValue], cells)
            }
    }

    /// Whether each stretch says what it is: as long as they are few enough for a page of at most 300 KB.
    private var isTold: Bool { days.reduce(0) { $0 + stretches(of: $1).count } <= 400 }

    /// Where there are half hours at all: drawn as successes below those that are none.
    private func grounds(_ stretches: [Stretch]) -> [Stretch] {
        var found: [Stretch] = []
        for stretch in stretches where stretch.state != .future {
            if let last = found.last?.last, last == stretch.first - 1 {
                found[found.count - 1].last = stretch.last
            } else {
                found.append(stretch)
            }
        }
        return found
    }

    private func rect(
        _ stretch: Stretch, _ index: Int, isUpright: Bool, style: String?, isStrip: Bool = false, _ title: [Markup] = []
    ) -> Markup {
        let count = stretch.last - stretch.first + 1
        if isUpright {
            return .element(
                "rect",
                [
                    "class": style, "x": share(index, of: days.count), "width": share(1, of: days.count),
                    "y": coordinate(Double(stretch.first) * Self.lineHeight),
                    "height": coordinate(Double(count) * Self.lineHeight),
                ], title)
        }
        return .element(
            "rect",
            [
                "class": style, "x": share(stretch.first, of: times.count), "width": share(count, of: times.count),
                "y": isStrip ? "15" : nil, "height": isStrip ? "7" : coordinate(Self.rowHeight - 4),
            ], title)
    }

    /// What is drawn with a pattern: maintenance.
    private func defs(_ id: String) -> Markup {
        .element("defs", [:], [Hatching.pattern(id: "\(id)-hatch", kind: 1, style: "maintenance")])
    }

    /// The signs of a day: one text for each outcome, a place for each of its letters.
    private func signs(_ stretches: [Stretch], _ index: Int, isUpright: Bool) -> Markup {
        .all(
            Slot.State.allCases.compactMap { state in
                let cells = stretches.filter { $0.state == state }.flatMap { Array($0.first...$0.last) }
                guard let sign = state.sign, !cells.isEmpty else { return nil }
                let text = String(repeating: sign, count: cells.count)
                let style = "sign \(state.rawValue)"
                if isUpright {
                    let x = cells.map { _ in middle(index, of: days.count) }.joined(separator: " ")
                    let y = cells.map { coordinate(Double($0) * Self.lineHeight + 11) }.joined(separator: " ")
                    return .element("text", ["class": style, "x": x, "y": y], text: text)
                }
                let x = cells.map { middle($0, of: times.count) }.joined(separator: " ")
                let y = coordinate((Double(index) + 0.5) * Self.rowHeight + 4)
                return .element("text", ["class": style, "x": x, "y": y], text: text)
            })
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
            entry(swatch(state, isHatched: false), words.state(state), count(state))
        }
        let maintenance =
            maintenanceCount == 0
            ? Markup.none
            : entry(swatch(.success, isHatched: true), words.texts.slots.maintenance, maintenanceCount)
        return .element("ul", ["class": "legend slots"], states + [maintenance])
    }

    private func swatch(_ state: Slot.State, isHatched: Bool) -> [Markup] {
        let id = "legend-maintenance"
        return [
            isHatched ? defs(id) : .none, square(state.rawValue),
            isHatched ? square("over", "url(#\(id)-hatch)", y: "9", height: "8") : .none,
            state.sign.map { .element("text", ["class": "sign \(state.rawValue)", "x": "9", "y": "13"], text: $0) }
                ?? .none,
        ]
    }

    private func square(_ style: String, _ fill: String? = nil, y: String = "1", height: String = "16") -> Markup {
        .element(
            "rect",
            ["class": style, "fill": fill, "x": "1", "y": y, "width": "16", "height": height, "rx": "2"])
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
