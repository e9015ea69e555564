// SPDX-License-Identifier: MIT

/// The labels below a chart: more of them the wider it is, never one upon another, the newest always.
struct ChartAxis {
    let drawing: ChartDrawing

    /// Widths of a drawing in pixels, and what a label is called that needs as much; the stylesheet hides it below.
    private static let widths: [(pixels: Double, style: String)] = [(150, "few"), (290, "some"), (420, "roomy")]

    private var labels: [String] { drawing.chart.axisLabels ?? drawing.chart.labels }
    private var last: Int { labels.count - 1 }

    /// Of a label, in pixels: letters of 12 pixels are about 7 wide.
    private func length(_ index: Int) -> Double { Double(labels[index].count) * 7 }

    var markup: Markup {
        let styles = styles
        return .all(
            labels.indices.compactMap { index in
                guard let style = styles[index] else { return nil }
                let side = side(index)
                let names = [style, side ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
                return .element(
                    "text",
                    [
                        "class": names.isEmpty ? nil : names, "x": "\(coordinate(place(index)))%",
                        "y": "\(drawing.chart.height + 18)",
                    ], text: labels[index])
            })
    }

    /// By the labels that are shown: what each is called; the newest has no name, as it is never hidden.
    private var styles: [Int: String] {
        guard last >= 0 else { return [:] }
        var found = [last: ""]
        let steps = steps
        for (width, step) in zip(Self.widths, steps) {
            for index in stride(from: last - step, through: 0, by: -step) where found[index] == nil {
                let span = span(index, width.pixels)
                let isFree = found.keys.allSatisfy { !self.span($0, width.pixels).overlaps(span) }
                if isFree, span.lowerBound > -10 { found[index] = width.style }
            }
        }
        return found
    }

    /// How many labels from one to the next, for each width; each a multiple of the next, so that they stand in order.
    private var steps: [Int] {
        let widest = labels.indices.map(length).max() ?? 0
        var steps: [Int] = []
        for width in Self.widths.reversed() {
            let least = Double(labels.count) / max(1, width.pixels / (widest + 14))
            let inner = steps.first ?? 1
            var step = least <= 1 ? 1 : Int((least / 2).rounded(.up)) * 2
            step = (step + inner - 1) / inner * inner
            // The newest stands at the edge and takes more room: rather fewer of all than one left out beside it.
            while step < last, span(last - step, width.pixels).overlaps(span(last, width.pixels)) { step += inner }
            steps.insert(step, at: 0)
        }
        return steps
    }

    /// `start` or `end` for an outer label that does not fit around its place, and stands at the edge instead.
    private func side(_ index: Int) -> String? {
        guard last > 0, index == 0 || index == last else { return nil }
        let room = min(drawing.x(index), 100 - drawing.x(index)) * Self.widths[1].pixels / 100
        guard length(index) / 2 > room else { return nil }
        return index == 0 ? "start" : "end"
    }

    /// Of the label's middle or end, in hundredths of the width.
    private func place(_ index: Int) -> Double {
        guard let side = side(index) else { return drawing.x(index) }
        return side == "end" ? 100 : 0
    }

    /// From where to where it goes on a drawing of so many pixels, with a gap.
    private func span(_ index: Int, _ pixels: Double) -> ClosedRange<Double> {
        let (x, length) = (place(index) * pixels / 100, length(index))
        let start =
            switch side(index) {
            case "start": x
            case "end": x - length
            default: x - length / 2
            }
        return start - 4...start + length + 4
    }
}
