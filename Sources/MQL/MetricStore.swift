// SPDX-License-Identifier: MIT

/// A data set: the metric streams of one compartment, found by namespace and metric.
///
/// Streams of a metric stand in the order of their dimensions' JSON text, so that no result depends on the order in which
/// they were given.
public struct MetricStore: Sendable {
    private struct Metric: Hashable {
        let namespace: String
        let name: String
    }

    private struct Shelf {
        var streams: [MetricStream] = []
        var texts: [String] = []
    }

    private var shelves: [Metric: Shelf] = [:]

    /// A data set of these streams. Streams of one identity become one.
    public init(_ streams: [MetricStream] = []) {
        streams.forEach { add($0) }
    }

    /// All streams, in order of namespace, metric and dimensions.
    public var streams: [MetricStream] {
        shelves.sorted { ($0.key.namespace, $0.key.name) < ($1.key.namespace, $1.key.name) }
            .flatMap(\.value.streams)
    }

    /// The streams of a metric, whatever their resource group, in order of their dimensions.
    public func streams(namespace: String, metric: String) -> [MetricStream] {
        shelves[Metric(namespace: namespace, name: metric)]?.streams ?? []
    }

    /// Adds a stream, or its points to the stream of the same identity.
    public mutating func add(_ stream: MetricStream) {
        place(stream.identity) { shelf, index, isNew in
            if isNew { shelf.streams.insert(stream, at: index) } else { shelf.streams[index].append(stream.points) }
        }
    }

    /// Adds points to a stream, which comes into being with its first.
    public mutating func add(_ points: [Datapoint], to identity: StreamIdentity) {
        place(identity) { shelf, index, isNew in
            if isNew { shelf.streams.insert(MetricStream(identity), at: index) }
            shelf.streams[index].append(points)
        }
    }

    /// Forgets points measured before an instant, and streams that have none left.
    public mutating func removePoints(before instant: Int64) {
        for metric in Array(shelves.keys) {
            var shelf = shelves.removeValue(forKey: metric) ?? Shelf()
            for index in shelf.streams.indices { shelf.streams[index].removePoints(before: instant) }
            let kept = shelf.streams.indices.filter { shelf.streams[$0].count > 0 }
            guard !kept.isEmpty else { continue }
            shelves[metric] = Shelf(streams: kept.map { shelf.streams[$0] }, texts: kept.map { shelf.texts[$0] })
        }
    }

    /// Finds or makes the place of an identity.
    private mutating func place(_ identity: StreamIdentity, _ body: (inout Shelf, Int, _ isNew: Bool) -> Void) {
        let metric = Metric(namespace: identity.namespace, name: identity.metric)
        let group = identity.resourceGroup.map { " " + $0 } ?? ""
        let text = DimensionText.json(identity.dimensions) + group
        var shelf = shelves.removeValue(forKey: metric) ?? Shelf()
        let index = shelf.texts.partitionIndex { !DimensionText.precedes($0, text) }
        let isNew = index == shelf.texts.count || shelf.texts[index] != text
        if isNew { shelf.texts.insert(text, at: index) }
        body(&shelf, index, isNew)
        shelves[metric] = shelf
    }
}
