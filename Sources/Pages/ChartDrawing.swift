// SPDX-License-Identifier: MIT

/// Draws a chart: what has a place only (lines, bars) stretches with the page, letters and dots keep their size.
struct ChartDrawing {
    let chart: Chart
    let id: String
    let scale: ChartScale

    init(chart: Chart, id: String) {
        self.chart = chart
        self.id = id
        let values: [Double]
        if chart.form == .stackedBars {
            values = chart.labels.indices.map { index in
                chart.series.reduce(0) { $0 + max(0, $1.value(at: index) ?? 0) }
            }
        } else {
            values = chart.series.flatMap { $0.values.compactMap(\.self) }
        }
        scale = ChartScale(
            values: values + (chart.threshold.map { [$0] } ?? []), lowest: chart.lowest, highest: chart.highest,
            fromZero: chart.form != .lines, steps: max(2, chart.height / 42), wholeSteps: chart.countsWhole)
    }

    var height: Double { Double(chart.height) }
    var count: Int { max(chart.labels.count, chart.series.map(\.values.count).max() ?? 0) }

    /// From the top, in pixels.
    func y(_ value: Double) -> Double { height * (1 - scale.position(of: value)) }

    /// From the left, in hundredths of the width: lines go from edge to edge, bars stand in the middle of their share.
    func x(_ index: Int) -> Double {
        guard chart.form == .lines else { return (Double(index) + 0.5) * 100 / Double(max(1, count)) }
        return count < 2 ? 50 : Double(index) * 100 / Double(count - 1)
    }

    var markup: Markup {
        let ticks = scale.ticks.map(chart.format)
        let widest = ticks.map(\.count).max() ?? 0
        let parts: [Markup] = [
            .element("title", ["id": "\(id)-title"], text: chart.title),
            .element("desc", ["id": "\(id)-summary"], text: chart.summary), patterns, grid(ticks), shapes, threshold,
            ChartAxis(drawing: self).markup,
        ]
        let plot = Markup.element(
            "svg",
            [
                "class": "plot", "role": "img", "aria-labelledby": "\(id)-title \(id)-summary", "width": "100%",
                "height": "\(chart.height)",
            ], parts)
        return .element("div", ["class": "frame", "style": "padding-left:\(widest * 7 + 12)px"], [plot])
    }

    private func grid(_ texts: [String]) -> Markup {
        .all(
            zip(scale.ticks, texts).map { tick, text in
                let height = coordinate(y(tick))
                return Markup.element(
                    "line", ["class": "grid", "x1": "0", "x2": "100%", "y1": height, "y2": height])
                    + .element(
                        "text", ["class": "end", "x": "-8", "y": coordinate(y(tick) + 4)], text: text)
            })
    }

    private var threshold: Markup {
        guard let value = chart.threshold, value.isFinite else { return .none }
        let height = coordinate(y(value))
        return .element("line", ["class": "threshold", "x1": "0", "x2": "100%", "y1": height, "y2": height])
    }

    private var shapes: Markup {
        switch chart.form {
        case .lines: .all(chart.series.indices.map(line))
        case .bars: .all(chart.series.indices.map(bars))
        case .stackedBars: stack
        }
    }
}

extension ChartSeries {
    /// nil where there is none, or no number.
    func value(at index: Int) -> Double? {
        guard index < values.count, let value = values[index], value.isFinite else { return nil }
        return value
    }
}
