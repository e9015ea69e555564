// SPDX-License-Identifier: MIT

/// The ends of a window: its first and last point, and the last one before it.
///
/// Of points of one instant in several streams, those of a stream that is listed earlier come first.
struct WindowEdges {
    /// A point, without what does not matter here.
    struct Point {
        var timestamp: Int64
        var value: Double
    }

    /// How many points the window has.
    private(set) var number = 0
    private var first = Point(timestamp: .max, value: .nan)
    private var last = Point(timestamp: .min, value: .nan)
    private var previous = Point(timestamp: .min, value: .nan)

    /// Adds the points of a stream in a window, given by the first and last, and their number.
    mutating func add(first: Point, last: Point, number: Int) {
        self.number += number
        if first.timestamp < self.first.timestamp { self.first = first }
        if last.timestamp >= self.last.timestamp { self.last = last }
    }

    /// Adds the last point of a stream before the window.
    mutating func add(previous: Point) {
        if previous.timestamp >= self.previous.timestamp { self.previous = previous }
    }

    /// The value of `first`, `last`, `rate` or `increment`; NaN: none.
    func value(of statistic: Statistic, knobs: Knobs) -> Double {
        guard number > 0 else { return .nan }
        switch statistic {
        case .first: return first.value
        case .last: return last.value
        case .increment:
            // Where there is nothing before the window, its first point is all there is to count from.
            let base = knobs.incrementBase == .previous && !previous.value.isNaN ? previous : first
            return (last.value - base.value).finiteOrMissing
        case .rate:
            if number == 1 { return knobs.rateSinglePoint == .previous ? rate(from: previous) : .nan }
            return rate(from: first)
        default: return .nan
        }
    }

    private func rate(from base: Point) -> Double {
        guard !base.value.isNaN, last.timestamp > base.timestamp else { return .nan }
        return ((last.value - base.value) / (Double(last.timestamp - base.timestamp) / 1000)).finiteOrMissing
    }
}

/// `absent()`: whether the window is empty, as long as the detection period lasts.
struct AbsenceRule {
    let interval: Int64
    let period: Int64
    let edge: Knobs.AbsentEdge

    init(_ period: AbsencePeriod?, interval: Int64, knobs: Knobs) {
        self.interval = interval
        self.period = (period ?? .standard).interval.lengthMilliseconds
        edge = knobs.absentEdge
    }

    /// The value at a label, by the latest point at or before it; NaN: none.
    func value(at label: Int64, latest: Int64?) -> Double {
        guard let latest else { return .nan }
        if latest > label - interval { return 0 }
        let end = LabelGrid.roundedUp(latest + interval, to: 60_000) + period
        return label < end || (edge == .inclusive && label == end) ? 1 : .nan
    }
}
