// SPDX-License-Identifier: MIT

/// The labels below a chart: more of them the wider it is, never one upon another, the newest always.
struct ChartAxis {
    let drawing: ChartDrawing

    /// Widths of a drawing in pixels, and what a label is called that needs as much; the stylesheet hides it below.
    private static let widths: [(pixels: Double, style: String)] = [(150, "few"), (290, "some"), (420, "roomy")]

    private var labels: [String] { drawing.chart.labels }

    /// Of the widest label: letters of 12 pixels are about 7 wide.
    private var widest: Double { Double(labels.map(\.count).max() ?? 0) * 7 }

    /// From the end, in hundredths of the width.
    private func distance(_ fromEnd: Int) -> Double {
        drawing.x(labels.count - 1) - drawing.x(labels.count - 1 - fromEnd)
    }

    var markup: Markup {
        .all(
            labels.indices.compactMap { index in
                guard let style = style(labels.count - 1 - index) else { return nil }
                return label(index, style)
            })
    }

    private func label(_ index: Int, _ style: String) -> Markup {
        var (style, x) = (style, drawing.x(index))
        if index == labels.count - 1, isPushed {
            (style, x) = ("end", 100)
        } else if index == 0, isPushed {
            (style, x) = (style + " start", 0)
        }
        return .element(
            "text",
            ["class": style.isEmpty ? nil : style, "x": "\(coordinate(x))%", "y": "\(drawing.chart.height + 18)"],
            text: labels[index])
    }

    /// Whether the outer labels do not fit around their places, and begin or end at the edge instead.
    private var isPushed: Bool {
        guard let last = labels.last, labels.count > 1 else { return false }
        return Double(last.count) * 3.5 > (100 - drawing.x(labels.count - 1)) * Self.widths[1].pixels / 100
    }

    /// What a label is called, counted from the last; nil: it is not shown at any width.
    private func style(_ fromEnd: Int) -> String? {
        if fromEnd == 0 { return "" }
        var step = 0
        let steps = Self.widths.reversed().map { width in
            step = self.step(width.pixels, of: step)
            return (width, step)
        }
        return steps.reversed().first { isShown(fromEnd, step: $1, pixels: $0.pixels) }?.0.style
    }

    /// How many labels from one that is shown to the next; a multiple of what is shown where there is more room.
    private func step(_ pixels: Double, of inner: Int) -> Int {
        let least = Double(labels.count) / max(1, pixels / (widest + 14))
        let step = least <= 1 ? 1 : Int((least / 2).rounded(.up)) * 2
        return inner == 0 ? step : (step + inner - 1) / inner * inner
    }

    /// A label at the edge takes more room to one side.
    private func isShown(_ fromEnd: Int, step: Int, pixels: Double) -> Bool {
        guard fromEnd % step == 0 else { return false }
        let place = distance(fromEnd) * pixels / 100
        let room = (isPushed ? 1.5 : 1) * widest + 6
        if fromEnd == labels.count - 1, isPushed { return distance(step) * pixels / 100 >= room && place >= 2 * widest }
        return place >= room
    }
}
