// SPDX-License-Identifier: MIT

import MQL

let minute: Int64 = 60_000

/// A stream with one value a minute from minute 1 on; nil: none.
func stream(
    _ metric: String, _ dimensions: [String: String], group: String? = nil, _ values: [Double?]
) -> MetricStream {
    let points = values.enumerated().compactMap { index, value in
        value.map { Datapoint(at: Int64(index + 1) * minute, $0) }
    }
    return MetricStream(identity(metric, dimensions, group: group), points)
}

/// The same with the dimension `host`.
func stream(_ metric: String, group: String? = nil, _ values: [Double?]) -> MetricStream {
    stream(metric, ["host": "a"], group: group, values)
}

/// A stream with points at seconds.
func stream(
    _ metric: String, _ dimensions: [String: String], seconds points: [(Int64, Double)]
) -> MetricStream {
    MetricStream(identity(metric, dimensions), points.map { Datapoint(at: $0.0 * 1000, $0.1) })
}

func identity(_ metric: String, _ dimensions: [String: String], group: String? = nil) -> StreamIdentity {
    StreamIdentity(namespace: "test", resourceGroup: group, metric: metric, dimensions: dimensions)
}

/// A query over streams of the namespace `test`, asked each minute of a range.
struct Question {
    var query: String
    var streams: [MetricStream]
    var minutes: ClosedRange<Int>
    var knobs = Knobs()
    var purpose = Query.Purpose.metric
    var visibility = PointVisibility.everything
    var group: String?

    init(_ query: String, _ streams: [MetricStream], _ minutes: ClosedRange<Int>) {
        (self.query, self.streams, self.minutes) = (query, streams, minutes)
    }

    func with(_ change: (inout Question) -> Void) -> Question {
        var copy = self
        change(&copy)
        return copy
    }

    /// Values by the dimensions' JSON text; nil: no point.
    func answer() throws -> [String: [Double?]] {
        let root = try Query(parsing: query, as: .metric, knobs: knobs).root
        let labels = LabelGrid(
            from: Int64(minutes.lowerBound) * minute, through: Int64(minutes.upperBound) * minute)
        let result = Evaluator(knobs: knobs).evaluate(
            root, over: MetricStore(streams), namespace: "test", resourceGroup: group, labels: labels,
            purpose: purpose, visibility: visibility)
        return Dictionary(uniqueKeysWithValues: result.map { ($0.dimensionText, $0.values.map(\.point)) })
    }

    /// The values of the only stream; empty if there is none.
    func values() throws -> [Double?] {
        try answer().first?.value ?? []
    }
}

extension Double {
    /// nil for NaN.
    var point: Double? { isNaN ? nil : self }

    /// Equal but for rounding.
    func isNearly(_ other: Double) -> Bool {
        self == other || (isNaN && other.isNaN) || abs(self - other) <= 1e-9 * max(abs(self), abs(other))
    }
}
