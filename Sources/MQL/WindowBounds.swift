// SPDX-License-Identifier: MIT

/// Which points of a stream lie in the window (label − interval, label] of each label.
struct WindowBounds {
    /// The first point of each window. Equal to `high`: the window is empty.
    private(set) var low: [Int] = []
    /// The point behind the last of each window: the first that is newer than the label.
    private(set) var high: [Int] = []
    /// The points of the fullest window.
    private(set) var widest = 0

    /// Points that a label does not see are behind its window's end: they must arrive in order.
    init(_ stream: MetricStream, interval: Int64, labels: LabelGrid, visibility: PointVisibility) {
        guard labels.count > 0 else { return }
        low.reserveCapacity(labels.count)
        high.reserveCapacity(labels.count)
        let timestamps = stream.timestamps
        var end = stream.settledPoints(at: labels.start, visibility)
        var first = min(end, timestamps.partitionIndex { $0 > labels.start - interval })
        for index in 0..<labels.count {
            let label = labels[index]
            let limit = visibility.limit(of: label) ?? .max
            while end < timestamps.count, timestamps[end] <= label, stream.arrival(end) <= limit { end += 1 }
            while first < end, timestamps[first] <= label - interval { first += 1 }
            low.append(first)
            high.append(end)
            widest = max(widest, end - first)
        }
    }
}

extension MetricStream {
    /// How many points a label sees for certain, as they are older than the longest delay.
    func settledPoints(at label: Int64, _ visibility: PointVisibility) -> Int {
        let limit = visibility.limit(of: label).map { min(label, $0 - longestDelay) } ?? label
        return timestamps.partitionIndex { $0 > limit }
    }

    /// Whether no point that these labels might not see yet arrives after a newer one.
    func arrivesInOrder(for labels: LabelGrid, _ visibility: PointVisibility) -> Bool {
        guard labels.count > 0, let arrivals, visibility != .everything else { return true }
        let last = labels[labels.count - 1]
        let start = settledPoints(at: labels.start, visibility)
        let unsettled = arrivals[start..<max(start, timestamps.partitionIndex { $0 > last })]
        return zip(unsettled, unsettled.dropFirst()).allSatisfy { $0 <= $1 }
    }
}

/// A stream of a group with its windows.
struct WindowedStream {
    let timestamps: [Int64]
    let values: [Double]
    let counts: [Double]?
    let bounds: WindowBounds
    /// Whether the windows hold just the points that each label sees.
    let isExact: Bool

    init(_ stream: MetricStream, interval: Int64, labels: LabelGrid, visibility: PointVisibility) {
        timestamps = stream.timestamps
        values = stream.values
        counts = stream.counts
        isExact = stream.arrivesInOrder(for: labels, visibility)
        bounds = WindowBounds(
            stream, interval: interval, labels: labels, visibility: isExact ? visibility : .everything)
    }
}
