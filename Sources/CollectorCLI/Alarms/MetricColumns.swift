// SPDX-License-Identifier: MIT

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
    }

    init(wanted: Set<String>? = nil) { self.wanted = wanted }

    /// Namespaces of the streams that have points, sorted.
    var namespaces: [String] {
        Set(columns.filter { !$0.timestamps.isEmpty }.map(\.identity.namespace)).sorted()
    }

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

    /// The streams that have points. They are moved, not copied: this holds none afterwards.
    mutating func takeStreams() -> [MetricStream] {
        var streams: [MetricStream] = []
        for index in columns.indices where !columns[index].timestamps.isEmpty {
            let column = columns[index]
            (columns[index].timestamps, columns[index].values) = ([], [])
            streams.append(Self.stream(column))
        }
        return streams
    }

    private static let chunk = 4_096

    private static func stream(_ column: Column) -> MetricStream {
        var stream = MetricStream(column.identity)
        let order = column.isSorted ? nil : sorted(column)
        let count = order?.count ?? column.timestamps.count
        for start in stride(from: 0, to: count, by: chunk) {
            stream.append(
                (start..<min(count, start + chunk)).map { index in
                    let place = order?[index] ?? index
                    return Datapoint(at: column.timestamps[place], column.values[place])
                })
        }
        return stream
    }

    /// Places of the points by time; of a label that was read more than once, the last reading.
    private static func sorted(_ column: Column) -> [Int] {
        let times = column.timestamps
        let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        guard column.isAggregated else { return order }
        return zip(order, order.dropFirst().map(Optional.some) + [nil]).compactMap { this, next in
            next.map { times[$0] == times[this] } == true ? nil : this
        }
    }
}
