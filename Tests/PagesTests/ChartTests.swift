// SPDX-License-Identifier: MIT

import Pages
import TestSupport
import Testing

@Suite struct ChartTests {
    private func chart(_ form: Chart.Form, _ values: [[Double?]], threshold: Double? = nil) -> Chart {
        Chart(
            form: form, title: "Runs <a day>", summary: "three & more", labels: values[0].indices.map { "d\($0)" },
            series: values.enumerated().map { ChartSeries(name: "s\($0)", values: $1) }, threshold: threshold,
            format: { "\($0)" })
    }

    private func svg(_ chart: Chart) throws -> PageElement {
        let reader = PageReader(chart.markup(id: "c").text)
        #expect(reader.problems == [])
        return try #require(reader.root.all("svg").first)
    }

    @Test(arguments: [Chart.Form.lines, .bars, .stackedBars])
    func `a chart has title, description and role`(form: Chart.Form) throws {
        let svg = try svg(chart(form, [[1, nil, 3], [2, 2, 2]], threshold: 2))
        #expect(svg.attributes["role"] == "img")
        #expect(svg.attributes["aria-labelledby"] == "c-title c-summary")
        #expect(svg.first("title")?.text == "Runs &lt;a day&gt;")
        #expect(svg.first("desc")?.text == "three &amp; more")
    }

    @Test func `a line is broken where there is no value, and a lone value is a dot`() throws {
        let svg = try svg(chart(.lines, [[1, 2, nil, 3, nil, 4, 5]]))
        #expect(svg.all("polyline").count == 2)
        #expect(svg.all("circle").count == 5)
        let long = try self.svg(chart(.lines, [[7, nil] + (0..<40).map(Double.init)]))
        #expect(long.all("circle").count == 1)
    }

    @Test func `bars stand on zero, also those below it`() throws {
        let bars = try svg(chart(.bars, [[-10, 10]])).all("rect")
        #expect(bars.map { $0.attributes["y"] } == ["84", "0"])
        #expect(bars.map { $0.attributes["height"] } == ["84", "84"])
    }

    @Test func `stacked bars stand on each other, each series with a hatching of its own`() throws {
        let svg = try svg(chart(.stackedBars, [[30, 0], [70, nil], [0, 100]]))
        let heights = svg.all("g").map { $0.all("rect").map { $0.attributes["height"] } }
        #expect(heights == [["50.4"], ["117.6"], ["168"]])
        #expect(svg.all("pattern").map { $0.attributes["id"] } == ["c-p1", "c-p2"])
        #expect(svg.all("g").map { $0.attributes["fill"] } == [nil, "url(#c-p1)", "url(#c-p2)"])
    }

    @Test func `legends tell series apart by dashes too, and name the threshold`() {
        var chart = chart(.lines, [[1], [2]], threshold: 1.5)
        chart.thresholdName = "Target"
        let legend = PageReader(chart.markup(id: "c").text).root.all("ul")
        #expect(legend.flatMap { $0.all("li").map(\.text) } == ["s0", "s1", "Target 1.5"])
        #expect(legend.flatMap { $0.all("g").map { $0.attributes["class"] } } == ["line series-1", "line series-2"])
    }

    @Test func `without a value its summary stands there instead`() {
        let reader = PageReader(chart(.lines, [[nil, .nan]]).markup(id: "c").text)
        #expect(reader.root.all("svg").isEmpty)
        #expect(reader.root.all("p").map(\.text) == ["three &amp; more"])
    }

    @Test func `the newest label is always shown, and few enough of them`() throws {
        let svg = try svg(chart(.bars, [(0..<62).map { Double($0) }]))
        let labels = svg.all("text").filter { $0.text.hasPrefix("d") }
        #expect(labels.last?.text == "d61")
        #expect(labels.count < 32)
        #expect(labels.count { $0.attributes["class"] != "roomy" } < 12)
    }

    @Test(arguments: [Chart.Form.lines, .bars], [7, 24, 49, 168])
    func `long labels neither cover each other nor stick out, however wide the chart is`(form: Chart.Form, count: Int)
        throws
    {
        var chart = chart(form, [(0..<count).map { Double($0) }])
        chart.labels = (0..<count).map { "22 Nov 0\($0 % 10):00" }
        let labels = try svg(chart).all("text").filter { $0.text.contains("Nov") }
        for (width, hidden) in [(420.0, []), (290, ["roomy"]), (150, ["roomy", "some"])] as [(Double, [String])] {
            let shown = labels.filter { label in
                !hidden.contains { label.attributes["class"]?.contains($0) == true }
            }
            let spans = shown.map { label -> ClosedRange<Double> in
                let length = Double(label.text.count) * 7
                let x = (Double(label.attributes["x"]?.dropLast() ?? "") ?? .nan) / 100 * width
                let side = label.attributes["class"] ?? ""
                let from = side.contains("start") ? x : side.contains("end") ? x - length : x - length / 2
                return from...(from + length)
            }
            #expect(spans.allSatisfy { $0.lowerBound >= -10 && $0.upperBound <= width + 0.5 }, "\(spans)")
            #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound }, "\(spans)")
            #expect(shown.last?.text == chart.labels.last && shown.count >= 1)
            // One left out beside the last would look like a mistake.
            let places = zip(spans, spans.dropFirst()).map { $1.upperBound - $0.upperBound }
            #expect(places.dropLast().allSatisfy { abs($0 - (places.first ?? 0)) <= 50 }, "\(places)")
            #expect((places.last ?? 0) < 1.7 * (places.dropLast().last ?? .infinity), "\(places)")
        }
    }

    @Test func `short labels stand below the axis, whole ones at the values`() throws {
        var chart = chart(.bars, [[1, 2, 3]])
        chart.labels = ["22 Nov 08:00", "22 Nov 09:00", "22 Nov 10:00"]
        chart.axisLabels = ["08:00", "09:00", "10:00"]
        let svg = try svg(chart)
        #expect(svg.all("text").map(\.text).contains("10:00") && !svg.all("text").contains { $0.text.contains("Nov") })
        #expect(svg.all("rect").last?.first("title")?.text.hasPrefix("22 Nov 10:00: ") == true)
    }

    @Test func `an axis of whole numbers has no halves`() {
        let fine = ChartScale(values: [0, 2], lowest: 0, highest: nil, fromZero: true)
        let whole = ChartScale(values: [0, 2], lowest: 0, highest: nil, fromZero: true, wholeSteps: true)
        #expect(fine.ticks.contains(0.5) && whole.ticks == [0, 1, 2])
    }

    @Test(
        arguments: [
            ([0.0, 88], [0.0, 50, 100], 0.0, 100.0), ([0.982, 1], [0.98, 0.99, 1], 0.98, 1),
            ([5, 5], [5, 5.2, 5.4, 5.6], 5, 5.6),
            ([], [0, 0.5, 1], 0, 1), ([-3, 4], [-5, 0, 5], -5, 5), ([.infinity, 2, 10], [0, 5, 10], 0, 10),
        ] as [([Double], [Double], Double, Double)])
    func `axes end at round numbers`(values: [Double], ticks: [Double], lowest: Double, highest: Double) {
        let scale = ChartScale(values: values, lowest: nil, highest: nil, fromZero: false, steps: 3)
        #expect(
            zip(scale.ticks, ticks).allSatisfy { abs($0 - $1) < 1e-9 } && scale.ticks.count == ticks.count, "\(scale)")
        #expect(abs(scale.lowest - lowest) < 1e-9 && abs(scale.highest - highest) < 1e-9)
    }

    @Test func `fixed ends stay, and values beyond them lie at them`() {
        let scale = ChartScale(values: [0.2, 0.9], lowest: 0.5, highest: 1, fromZero: false)
        #expect(scale.lowest == 0.5 && scale.highest == 1)
        #expect(scale.position(of: 0.2) == 0 && scale.position(of: 2) == 1)
        let flat = ChartScale(values: [1, 1], lowest: nil, highest: 1, fromZero: false)
        #expect(flat.lowest < 1 && flat.highest == 1)
    }

    @Test(arguments: [(0.0, "0"), (12.5, "12.5"), (-0.004, "0"), (1.05, "1.05"), (-7.25, "-7.25"), (.nan, "0")])
    func `coordinates have two decimals at most`(value: Double, text: String) {
        #expect(coordinate(value) == text)
    }
}
