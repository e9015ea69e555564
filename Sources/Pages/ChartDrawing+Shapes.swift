// SPDX-License-Identifier: MIT

extension ChartDrawing {
    private func style(_ index: Int) -> String { "series-\(index % Palette.series.count + 1)" }

    /// A series as a line for each stretch of values; a value alone is a dot.
    func line(_ index: Int) -> Markup {
        let series = chart.series[index]
        var stretches: [[Int]] = [[]]
        for point in 0..<count {
            if series.value(at: point) != nil {
                stretches[stretches.count - 1].append(point)
            } else if stretches.last?.isEmpty == false {
                stretches.append([])
            }
        }
        let lines = stretches.filter { $0.count > 1 }.map { points in
            let places = points.compactMap { point in
                series.value(at: point).map { "\(coordinate(x(point) * 10)),\(coordinate(y($0)))" }
            }
            return Markup.element("polyline", ["points": places.joined(separator: " ")])
        }
        // The inner drawing is stretched to the width; its lines keep their thickness and their dashes.
        let stretched = Markup.element(
            "svg",
            [
                "class": "stretched", "viewBox": "0 0 1000 \(chart.height)", "preserveAspectRatio": "none",
                "width": "100%", "height": "\(chart.height)", "aria-hidden": "true",
            ], lines)
        let dotted = count <= 31 ? stretches.joined().map(\.self) : stretches.filter { $0.count == 1 }.flatMap(\.self)
        return .element(
            "g", ["class": "line \(style(index))"],
            [lines.isEmpty ? .none : stretched] + dotted.map { dot(series, $0) })
    }

    private func dot(_ series: ChartSeries, _ point: Int) -> Markup {
        guard let value = series.value(at: point) else { return .none }
        return .element(
            "circle", ["cx": "\(coordinate(x(point)))%", "cy": coordinate(y(value)), "r": "3"],
            [.element("title", [:], text: told(series, point, value))])
    }

    private func told(_ series: ChartSeries, _ point: Int, _ value: Double) -> String {
        let label = point < chart.labels.count ? chart.labels[point] : ""
        return chart.series.count > 1
            ? "\(label) · \(series.name): \(chart.format(value))" : "\(label): \(chart.format(value))"
    }

    /// The bars of a series, beside those of the others.
    func bars(_ index: Int) -> Markup {
        let series = chart.series[index]
        let share = 100 / Double(max(1, count))
        let width = share * 0.72 / Double(chart.series.count)
        let zero = y(max(scale.lowest, min(scale.highest, 0)))
        let bars = (0..<count).compactMap { point -> Markup? in
            guard let value = series.value(at: point) else { return nil }
            let left = x(point) - share * 0.36 + width * Double(index)
            let end = y(value)
            return bar(left, width, from: min(zero, end), to: max(zero, end), told(series, point, value))
        }
        return .element("g", ["class": "bars \(style(index))", "fill": fill(index)], bars)
    }

    var stack: Markup {
        let share = 100 / Double(max(1, count))
        var tops = [Double](repeating: 0, count: count)
        var groups: [Markup] = []
        for (index, series) in chart.series.enumerated() {
            var bars: [Markup] = []
            for point in 0..<count {
                guard let value = series.value(at: point), value > 0 else { continue }
                let from = y(tops[point] + value)
                let to = y(tops[point])
                tops[point] += value
                bars.append(bar(x(point) - share * 0.36, share * 0.72, from: from, to: to, told(series, point, value)))
            }
            groups.append(.element("g", ["class": "bars \(style(index))", "fill": fill(index)], bars))
        }
        return .all(groups)
    }

    private func bar(_ left: Double, _ width: Double, from top: Double, to bottom: Double, _ told: String) -> Markup {
        .element(
            "rect",
            [
                "x": "\(coordinate(left))%", "y": coordinate(top), "width": "\(coordinate(width))%",
                "height": coordinate(max(0.5, bottom - top)),
            ], [.element("title", [:], text: told)])
    }

    /// The first series is plain; each of the others has a hatching of its own. nil: the stylesheet's colour.
    private func fill(_ index: Int) -> String? { index == 0 ? nil : "url(#\(id)-p\(index))" }

    /// One for each series of bars but the first.
    var patterns: Markup {
        guard chart.form != .lines, chart.series.count > 1 else { return .none }
        return .element(
            "defs", [:],
            (1..<chart.series.count).map { Hatching.pattern(id: "\(id)-p\($0)", kind: $0, style: style($0)) })
    }

    /// What is what: with the dashes and the hatching of each. Nothing where there is only one series and no threshold.
    var legend: Markup {
        var items: [Markup] = []
        if chart.series.count > 1 {
            items = chart.series.indices.map { entry(swatch($0), chart.series[$0].name) }
        }
        if let value = chart.threshold, value.isFinite {
            let dash = Markup.element("line", ["class": "threshold", "x1": "0", "x2": "28", "y1": "6", "y2": "6"])
            let words = chart.thresholdName.map { "\($0) \(chart.format(value))" } ?? chart.format(value)
            items.append(entry(dash, words))
        }
        return items.isEmpty ? .none : .element("ul", ["class": "legend"], items)
    }

    private func entry(_ mark: Markup, _ words: String) -> Markup {
        .element(
            "li", [:],
            [
                .element("svg", ["class": "swatch", "width": "28", "height": "12", "aria-hidden": "true"], [mark]),
                .text(words),
            ])
    }

    private func swatch(_ index: Int) -> Markup {
        guard chart.form == .lines else {
            return .element(
                "g", ["class": "bars \(style(index))", "fill": fill(index)],
                [.element("rect", ["x": "6", "y": "0", "width": "16", "height": "12"])])
        }
        return .element(
            "g", ["class": "line \(style(index))"],
            [.element("line", ["x1": "0", "x2": "28", "y1": "6", "y2": "6"])])
    }
}

/// Lines and dots that tell areas apart where colours do not.
package enum Hatching {
    /// A `<pattern>` of 8 by 8 pixels.
    /// - Parameters:
    ///   - kind: which of them: 1 falling lines, 2 dots, 3 rising lines, 4 lying lines, 5 a lattice, and again.
    ///   - style: class of the colour.
    package static func pattern(id: String, kind: Int, style: String) -> Markup {
        let marks: [Markup] =
            switch (kind - 1) % 5 {
            case 0: [path("M-2 6l4 4M-2-2l12 12M6-2l4 4")]
            case 1:
                [
                    .element("circle", ["cx": "2", "cy": "2", "r": "1.5"]),
                    .element("circle", ["cx": "6", "cy": "6", "r": "1.5"]),
                ]
            case 2: [path("M-2 2l4-4M-2 10l12-12M6 10l4-4")]
            case 3: [path("M0 2h8M0 6h8")]
            default: [path("M2 0v8M6 0v8M0 2h8M0 6h8")]
            }
        let ground = Markup.element("rect", ["class": "ground", "width": "8", "height": "8"])
        return .element(
            "pattern",
            ["id": id, "class": "hatch \(style)", "width": "8", "height": "8", "patternUnits": "userSpaceOnUse"],
            [ground] + marks)
    }

    private static func path(_ data: String) -> Markup { .element("path", ["d": data]) }
}
