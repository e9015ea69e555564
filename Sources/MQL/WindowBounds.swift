// SPDX-License-Identifier: MIT

/// Which points of a stream lie in the window (label − interval, label] of each label.
struct WindowBounds {
    /// The first point of each window. Equal to `high`: the window is empty.
    private(set) var low: [Int] = []
    /// The point behind the last of each window: the first that is newer than the label.
    private(set) var high: [Int] = []
    /// The points of the fullest window.
    private(set) var widest = 0

    init(_ timestamps: [Int64], interval: Int64, labels: LabelGrid) {
        guard labels.count > 0 else { return }
        low.reserveCapacity(labels.count)
        high.reserveCapacity(labels.count)
        let edge = labels.start - interval
        var (first, end) = (
            timestamps.partitionIndex { $0 > edge }, timestamps.partitionIndex { $0 > labels.start }
        )
        for index in 0..<labels.count {
            let label = labels[index]
            while end < timestamps.count, timestamps[end] <= label { end += 1 }
            while first < end, timestamps[first] <= label - interval { first += 1 }
            low.append(first)
            high.append(end)
            widest = max(widest, end - first)
        }
    }
}

/// A stream of a group with its windows.
struct WindowedStream {
    let timestamps: [Int64]
    let values: [Double]
    let counts: [Double]?
    let bounds: WindowBounds

    init(_ stream: MetricStream, interval: Int64, labels: LabelGrid) {
        timestamps = stream.timestamps
        values = stream.values
        counts = stream.counts
        bounds = WindowBounds(stream.timestamps, interval: interval, labels: labels)
    }
}
