// SPDX-License-Identifier: MIT

/// One line of a chart.
package struct ChartSeries: Sendable, Hashable {
    package var name: String
    /// One for each label; nil where there is no value: the line is broken there.
    package var values: [Double?]

    package init(name: String, values: [Double?]) {
        self.name = name
        self.values = values
    }
}

/// Lines, areas or bars over labels, as inline SVG with a title and a description for those who cannot see it.
package struct Chart: Sendable, Hashable {
    package enum Form: Sendable, Hashable { case lines, bars, stackedBars }

    package var form: Form
    package var title: String
    /// The same in words, for screen readers.
    package var summary: String
    /// Below the axis; as many as values, of which as many are shown as fit.
    package var labels: [String]
    /// What stands below the axis in their place, where they are long; as many as labels.
    package var axisLabels: [String]?
    package var series: [ChartSeries]
    /// A dashed line: a target, a threshold.
    package var threshold: Double?
    /// What the threshold is, for the legend; nil: its value alone.
    package var thresholdName: String?
    /// Fixed ends of the value axis; nil: from the values.
    package var lowest: Double?
    package var highest: Double?
    /// Whether the value axis is marked at whole numbers only: half a run is none.
    package var countsWhole = false
    /// Of the drawing without its labels, in pixels.
    package var height = 168
    /// Whether it stays narrow where there is room: few bars need little.
    package var isNarrow = false
    /// Whether the title is shown above; else only those hear it who cannot see the chart.
    package var showsTitle = true
    /// What stands above, small, where the title would say again what stands around; nil: the title.
    package var caption: String?
    /// How values are written at the axis.
    package var format: @Sendable (Double) -> String

    package init(
        form: Form, title: String, summary: String, labels: [String], series: [ChartSeries], threshold: Double? = nil,
        lowest: Double? = nil, highest: Double? = nil, format: @escaping @Sendable (Double) -> String
    ) {
        self.form = form
        self.title = title
        self.summary = summary
        self.labels = labels
        self.series = series
        self.threshold = threshold
        self.lowest = lowest
        self.highest = highest
        self.format = format
    }

    package static func == (left: Chart, right: Chart) -> Bool {
        left.form == right.form && left.title == right.title && left.labels == right.labels
            && left.series == right.series && left.threshold == right.threshold
    }
    package func hash(into hasher: inout Hasher) {
        hasher.combine(title)
        hasher.combine(series)
    }

    /// `<figure>` with the SVG and its caption; `id` is unique on the page.
    package func markup(id: String) -> Markup {
        let style = caption != nil ? "quiet" : showsTitle ? nil : "unseen"
        let caption = Markup.element("figcaption", ["class": style], text: caption ?? title)
        guard series.contains(where: { $0.values.contains { $0?.isFinite == true } }) else {
            return .element(
                "figure", ["class": "chart"], [caption, .element("p", ["class": "empty"], text: summary)])
        }
        let drawing = ChartDrawing(chart: self, id: id)
        return .element(
            "figure", ["class": isNarrow ? "chart narrow" : "chart"], [caption, drawing.markup, drawing.legend])
    }
}
