// SPDX-License-Identifier: MIT

import Alarms
import MQL

/// Metric streams while they are read from files: 16 bytes a point, those nobody asks for left out.
struct MetricColumns {
    /// Names of metrics that are kept; nil: all.
    let wanted: Set<String>?
    /// Points that were kept.
    private(set) var pointCount = 0
    /// Points of metrics nobody asked for.
    private(set) var skippedCount = 0
    /// The first and the last instant of what was kept, milliseconds since 1970; nil: nothing was.
    private(set) var extent: ClosedRange<Int64>?

    private var columns: [Column] = []
    private var places: [StreamIdentity: Int] = [:]

    private struct Column {
        let identity: StreamIdentity
        let isWanted: Bool
        var timestamps: [Int64] = []
        var values: [Double] = []
        /// Never falling.
        var isSorted = true
        /// One value for each label: a later reading of a label replaces it.
        var isAggregated = false
        /// How many points are gone to where they are used.
        var handedOver = 0
    }

    init(wanted: Set<String>? = nil) { self.wanted = wanted }

    /// Namespaces of the streams that have points, sorted.
    var namespaces: [String] {
        Set(columns.filter { !$0.timestamps.isEmpty }.map(\.identity.namespace)).sorted()
    }

    /// Names of metrics that have points.
    var metrics: Set<String> { Set(columns.filter { !$0.timestamps.isEmpty }.map(\.identity.metric)) }

    /// Whether some points stand for windows, not for measurements.
    var hasAggregates: Bool { columns.contains(where: \.isAggregated) }

    /// Where a stream's points go; one that is nobody's business gets a place, too, which takes nothing.
    mutating func place(of identity: StreamIdentity) -> Int {
        if let place = places[identity] { return place }
        columns.append(Column(identity: identity, isWanted: wanted?.contains(identity.metric) ?? true))
        places[identity] = columns.count - 1
        return columns.count - 1
    }

    /// Adds a point: of one measurement, or of a window with this label.
    mutating func add(_ value: Double, at timestamp: Int64, to place: Int, isAggregated: Bool = false) {
        guard columns[place].isWanted else {
            skippedCount += 1
            return
        }
        if let last = columns[place].timestamps.last, last > timestamp || isAggregated && last == timestamp {
            columns[place].isSorted = false
        }
        if isAggregated { columns[place].isAggregated = true }
        columns[place].timestamps.append(timestamp)
        columns[place].values.append(value)
        pointCount += 1
        guard let extent else {
            self.extent = timestamp...timestamp
            return
        }
        if timestamp > extent.upperBound {
            self.extent = extent.lowerBound...timestamp
        } else if timestamp < extent.lowerBound {
            self.extent = timestamp...extent.upperBound
        }
    }

    /// Adds a whole stream, as test files have it.
    mutating func add(_ stream: MetricStream) {
        let place = place(of: stream.identity)
        for (timestamp, value) in zip(stream.timestamps, stream.values) { add(value, at: timestamp, to: place) }
    }

    /// All streams that have points. They are moved, not copied: this holds none afterwards.
    mutating func takeStreams() -> [MetricStream] {
        var streams: [MetricStream] = []
        for index in columns.indices where !columns[index].timestamps.isEmpty {
            sort(index)
            streams.append(Self.stream(columns[index], 0..<columns[index].timestamps.count))
            (columns[index].timestamps, columns[index].values) = ([], [])
        }
        return streams
    }

    /// The streams that have points up to and with `until`, without those handed over before. Nothing may be added any more.
    mutating func nextStreams(until: Int64) -> [MetricStream] {
        var streams: [MetricStream] = []
        for index in columns.indices {
            sort(index)
            let start = columns[index].handedOver
            var end = start
            while end < columns[index].timestamps.count, columns[index].timestamps[end] <= until { end += 1 }
            guard end > start else { continue }
            streams.append(Self.stream(columns[index], start..<end))
            columns[index].handedOver = end
        }
        return streams
    }

    /// Stretches between two points of a metric, whatever the stream, as something that is known to have happened.
    func gaps(of metric: String, atLeast length: Int64) -> [AnnotatedIncident] {
        let times = columns.filter { $0.identity.metric == metric }.flatMap(\.timestamps).sorted()
        return zip(times, times.dropFirst()).filter { $1 - $0 >= length }.map { start, end in
            AnnotatedIncident(from: start, until: end, what: "no run for \(TestTime.text(length: end - start))")
        }
    }

    private static let chunk = 4_096

    private static func stream(_ column: Column, _ range: Range<Int>) -> MetricStream {
        var stream = MetricStream(column.identity)
        for start in stride(from: range.lowerBound, to: range.upperBound, by: chunk) {
            stream.append(
                (start..<min(range.upperBound, start + chunk)).map {
                    Datapoint(at: column.timestamps[$0], column.values[$0])
                })
        }
        return stream
    }

    /// Puts the points of a column in order; of a label that was read more than once, the last reading stays.
    private mutating func sort(_ index: Int) {
        guard !columns[index].isSorted else { return }
        let (times, values) = (columns[index].timestamps, columns[index].values)
        var order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        if columns[index].isAggregated {
            order = zip(order, order.dropFirst().map(Optional.some) + [nil]).compactMap { this, next in
                next.map { times[$0] == times[this] } == true ? nil : this
            }
        }
        columns[index].timestamps = order.map { times[$0] }
        columns[index].values = order.map { values[$0] }
        columns[index].isSorted = true
    }
}
