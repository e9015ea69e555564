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
}

/// The points of one stream, oldest first.
public struct MetricStream: Sendable {
    /// Which stream it is.
    public let identity: StreamIdentity
    /// In order of their timestamps.
    public let points: [Datapoint]
    /// The longest time a point took to arrive, in milliseconds.
    public let longestDelay: Int64

    /// Sorts the points; those of one instant stay in the order given.
    public init(_ identity: StreamIdentity, _ points: [Datapoint]) {
        self.identity = identity
        let isSorted = zip(points, points.dropFirst()).allSatisfy { $0.timestamp <= $1.timestamp }
        self.points =
            isSorted
            ? points
            : points.enumerated().sorted { ($0.element.timestamp, $0.offset) < ($1.element.timestamp, $1.offset) }
                .map(\.element)
        longestDelay = points.reduce(0) { max($0, $1.arrival - $1.timestamp) }
    }
}
