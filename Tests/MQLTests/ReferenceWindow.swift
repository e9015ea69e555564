// SPDX-License-Identifier: MIT

import MQL

/// A stream of the reference evaluator.
struct ReferenceStream {
    let identity: StreamIdentity
    let points: [Datapoint]
    let text: String

    init(_ stream: MetricStream) {
        (identity, points) = (stream.identity, stream.points)
        text = ResultStream(dimensions: stream.identity.dimensions, values: []).dimensionText
    }
}

/// One window of the reference evaluator.
struct ReferenceWindow {
    /// All visible points up to the label, oldest first, those of one instant in the order of their streams.
    let past: [Datapoint]
    /// Those in the window.
    let points: [Datapoint]
    /// Those in the window, by stream.
    let members: [[Datapoint]]
    let label: Int64
    let interval: Int64
    let knobs: Knobs

    init(
        _ streams: [ReferenceStream], label: Int64, interval: Int64, knobs: Knobs, visibility: PointVisibility
    ) {
        func isVisible(_ point: Datapoint) -> Bool {
            switch visibility {
            case .everything: point.timestamp <= label
            case .arrived(let instant): point.timestamp <= label && point.arrival <= instant
            case .within(let slack): point.timestamp <= label && point.arrival <= label + slack
            }
        }
        let streams = streams.sorted { $0.text < $1.text }
        var past: [(Int64, Int, Int, Datapoint)] = []
        for (place, stream) in streams.enumerated() {
            for (index, point) in stream.points.enumerated() where isVisible(point) {
                past.append((point.timestamp, place, index, point))
            }
        }
        self.past = past.sorted { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }.map(\.3)
        points = self.past.filter { $0.timestamp > label - interval }
        members = streams.map { $0.points.filter { isVisible($0) && $0.timestamp > label - interval } }
        (self.label, self.interval, self.knobs) = (label, interval, knobs)
    }

    func value(of statistic: Statistic) -> Double? {
        if case .absent(let period) = statistic { return absence(period) }
        guard let first = points.first, let last = points.last else { return nil }
        let values = points.map(\.value)
        let count = points.map(\.count).reduce(0, +)
        switch statistic {
        case .sum: return points.map { $0.value * $0.count }.reduce(0, +)
        case .count: return count
        case .min: return values.min()
        case .max: return values.max()
        case .first: return first.value
        case .last: return last.value
        case .mean, .avg:
            let means = (knobs.groupedMean == .streams ? members : [points]).filter { !$0.isEmpty }.map { points in
                points.map { $0.value * $0.count }.reduce(0, +) / points.map(\.count).reduce(0, +)
            }
            return means.reduce(0, +) / Double(means.count)
        case .percentile(let fraction):
            let sample = points.flatMap { Array(repeating: $0.value, count: Int($0.count)) }
            return Self.percentile(fraction, sample, knobs)
        case .rate: return rate(first, last)
        case .increment:
            let before = past.last { $0.timestamp <= label - interval }
            return last.value - (knobs.incrementBase == .previous ? before ?? first : first).value
        case .absent: return nil
        }
    }

    private func rate(_ first: Datapoint, _ last: Datapoint) -> Double? {
        var base: Datapoint? = first
        if points.count == 1 {
            base = knobs.rateSinglePoint == .previous ? past.last { $0.timestamp <= label - interval } : nil
        }
        guard let base, base.timestamp < last.timestamp else { return nil }
        return (last.value - base.value) / (Double(last.timestamp - base.timestamp) / 1000)
    }

    private func absence(_ period: AbsencePeriod?) -> Double? {
        guard let latest = past.last?.timestamp else { return nil }
        if latest > label - interval { return 0 }
        // The first minute whose window is empty, found by looking at one minute after the other.
        var first = latest / minute * minute
        while first - interval < latest { first += minute }
        let period = Int64((period ?? .standard).interval.minutes) * minute
        if label < first + period { return 1 }
        return knobs.absentEdge == .inclusive && label == first + period ? 1 : nil
    }

    static func nested(_ statistic: Statistic, _ values: [Double], knobs: Knobs) -> Double? {
        guard !values.isEmpty else { return nil }
        switch statistic {
        case .sum: return values.reduce(0, +)
        case .count: return Double(values.count)
        case .mean, .avg: return values.reduce(0, +) / Double(values.count)
        case .min: return values.min()
        case .max: return values.max()
        case .percentile(let fraction): return percentile(fraction, values, knobs)
        default: return nil
        }
    }

    static func percentile(_ fraction: Double, _ values: [Double], _ knobs: Knobs) -> Double {
        let sorted = values.sorted()
        let number = Double(sorted.count)
        if knobs.percentile == .nearest { return sorted[max(0, Int((fraction * number).rounded(.up)) - 1)] }
        let rank = fraction * (number - 1)
        let (below, above) = (sorted[Int(rank)], sorted[Int(rank.rounded(.up))])
        return below + (above - below) * (rank - rank.rounded(.down))
    }
}
