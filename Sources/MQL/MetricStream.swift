// SPDX-License-Identifier: MIT

/// What tells one metric stream from another. The compartment is not part of it: one data set is one compartment.
public struct StreamIdentity: Sendable, Hashable {
    /// The metric's namespace.
    public var namespace: String
    /// nil: none.
    public var resourceGroup: String?
    /// The metric's name.
    public var metric: String
    /// All dimensions.
    public var dimensions: [String: String]

    /// An identity of these parts.
    public init(namespace: String, resourceGroup: String? = nil, metric: String, dimensions: [String: String]) {
        self.namespace = namespace
        self.resourceGroup = resourceGroup
        self.metric = metric
        self.dimensions = dimensions
    }
}

/// One raw value. Times are milliseconds since 1970, UTC.
public struct Datapoint: Sendable, Hashable {
    /// When it was measured.
    public var timestamp: Int64
    /// What was measured; finite.
    public var value: Double
    /// How many measurements it stands for.
    public var count: Double
    /// When the service has it: never before `timestamp`.
    public var arrival: Int64

    /// A point that arrives at once, unless told otherwise.
    public init(at timestamp: Int64, _ value: Double, count: Double = 1, arrival: Int64? = nil) {
        self.timestamp = timestamp
        self.value = value
        self.count = count
        self.arrival = max(timestamp, arrival ?? timestamp)
    }

    /// Whether a statistic can use it: finite value, positive finite count, and an instant that arithmetic can bear.
    var isUsable: Bool {
        value.isFinite && count.isFinite && count > 0 && Instants.range.contains(timestamp)
            && Instants.range.contains(arrival)
    }
}

/// The points of one stream, oldest first, 16 bytes for each whose count is 1 and which arrives at once.
///
/// Points that no statistic can use (a value that is not finite, a count that is not positive, an instant further than
/// 140 000 years from 1970) are left out and counted in `refusedPoints`.
public struct MetricStream: Sendable {
    /// Which stream it is.
    public let identity: StreamIdentity
    /// When each point was measured, milliseconds since 1970, never falling.
    public private(set) var timestamps: [Int64] = []
    /// What each point says.
    public private(set) var values: [Double] = []
    /// How many measurements each point stands for; nil: all one.
    private(set) var counts: [Double]?
    /// When each point is there; nil: all at once.
    private(set) var arrivals: [Int64]?
    /// The longest time a point took to arrive, in milliseconds.
    public private(set) var longestDelay: Int64 = 0
    /// How many points were left out because no statistic can use them.
    public private(set) var refusedPoints = 0

    /// Sorts the points; those of one instant stay in the order given.
    public init(_ identity: StreamIdentity, _ points: [Datapoint] = []) {
        self.identity = identity
        timestamps.reserveCapacity(points.count)
        values.reserveCapacity(points.count)
        append(points)
    }

    /// How many points there are.
    public var count: Int { timestamps.count }

    /// All points. A copy: for one point, use the subscript.
    public var points: [Datapoint] { timestamps.indices.map { self[$0] } }

    /// A point by its place, oldest first.
    public subscript(index: Int) -> Datapoint {
        Datapoint(at: timestamps[index], values[index], count: weight(index), arrival: arrival(index))
    }

    /// Adds points. Those that are newer than all others cost least.
    public mutating func append(_ added: [Datapoint]) {
        let usable = added.filter(\.isUsable)
        refusedPoints += added.count - usable.count
        let newest = timestamps.last ?? .min
        let isInOrder =
            zip(usable, usable.dropFirst()).allSatisfy { $0.timestamp <= $1.timestamp }
            && (usable.first?.timestamp ?? .max) >= newest
        if isInOrder {
            usable.forEach { push($0) }
        } else {
            replace(with: points + usable)
        }
    }

    /// Forgets points measured before an instant.
    public mutating func removePoints(before instant: Int64) {
        guard let first = timestamps.first, first < instant else { return }
        let gone = timestamps.partitionIndex { $0 >= instant }
        timestamps.removeFirst(gone)
        values.removeFirst(gone)
        counts?.removeFirst(gone)
        arrivals?.removeFirst(gone)
        longestDelay = arrivals.map { zip($0, timestamps).reduce(0) { max($0, $1.0 - $1.1) } } ?? 0
    }

    func weight(_ index: Int) -> Double { counts?[index] ?? 1 }
    func arrival(_ index: Int) -> Int64 { arrivals?[index] ?? timestamps[index] }

    private mutating func replace(with points: [Datapoint]) {
        let sorted = points.enumerated().sorted {
            ($0.element.timestamp, $0.offset) < ($1.element.timestamp, $1.offset)
        }
        (timestamps, values, counts, arrivals) = ([], [], nil, nil)
        sorted.forEach { push($0.element) }
    }

    private mutating func push(_ point: Datapoint) {
        if point.count != 1, counts == nil { counts = Array(repeating: 1, count: timestamps.count) }
        if point.arrival != point.timestamp, arrivals == nil { arrivals = timestamps }
        timestamps.append(point.timestamp)
        values.append(point.value)
        counts?.append(point.count)
        arrivals?.append(point.arrival)
        longestDelay = max(longestDelay, point.arrival - point.timestamp)
    }
}

/// The instants the evaluator computes with, so far from the ends of `Int64` that sums and products of them fit.
enum Instants {
    /// 2^52 milliseconds around 1970.
    static let range: ClosedRange<Int64> = -4_503_599_627_370_496...4_503_599_627_370_496

    static func clamped(_ instant: Int64) -> Int64 { min(max(instant, range.lowerBound), range.upperBound) }
}

extension Array {
    /// The first index whose element, and with it every later one, satisfies the condition.
    func partitionIndex(where isInSecondPart: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isInSecondPart(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
