// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import MQL

/// SummarizeMetricsData: a query over posted points, within the service's limits (contract §7.2, mql.md §2.2).
struct MetricSummary: Sendable {
    private static let pointLimit = 100_000
    private static let streamLimit = 2_000
    private static let minute: Int64 = 60_000
    private static let day: Int64 = 86_400_000

    private let query: Query
    private let namespace: String
    private let resourceGroup: String?
    private let labels: LabelGrid

    /// Reads SummarizeMetricsDataDetails.
    init(_ details: JSONValue, now: Date) throws(ServiceError) {
        guard let namespace = details["namespace"]?.string else { throw .missing("namespace") }
        guard let text = details["query"]?.string else { throw .missing("query") }
        self.namespace = namespace
        resourceGroup = details["resourceGroup"]?.string
        do {
            query = try Query(parsing: text)
        } catch {
            throw .invalid("The query cannot be read:\n\(error)")
        }
        let end = try Self.instant("endTime", details) ?? now.milliseconds
        let start = try Self.instant("startTime", details) ?? now.milliseconds - 180 * Self.minute
        guard start < end else { throw .invalid("startTime must lie before endTime.") }
        let resolution = try Self.resolution(details, shortest: LabelGrid.defaultResolution(of: query.root))
        try Self.check(start: start, resolution: resolution, now: now.milliseconds)
        labels = LabelGrid.metricQuery(start: start, end: end, resolution: resolution)
        guard labels.count <= Self.pointLimit else { throw Self.tooMany("points", Self.pointLimit) }
    }

    private static func instant(_ name: String, _ details: JSONValue) throws(ServiceError) -> Int64? {
        guard let value = details[name], !value.isNull else { return nil }
        guard let date = value.string.flatMap(WireTime.date(rfc3339:)) else {
            throw .invalid("\(name) must be an RFC 3339 instant.")
        }
        return date.milliseconds
    }

    /// Milliseconds between labels: as asked for, else the query's shortest interval, which it must not exceed.
    private static func resolution(_ details: JSONValue, shortest: Int64) throws(ServiceError) -> Int64 {
        guard let value = details["resolution"], !value.isNull else { return shortest }
        guard let text = value.string, let length = milliseconds(text) else {
            throw .invalid("resolution must be 1m to 60m, 1h to 24h or 1d.")
        }
        guard length <= shortest else {
            throw .invalid("resolution must not be longer than the interval of the query; \(text) is.")
        }
        return length
    }

    private static func milliseconds(_ text: String) -> Int64? {
        guard let number = Int64(text.dropLast()), !text.hasPrefix("0"), !text.hasPrefix("+") else { return nil }
        switch (text.last, number) {
        case ("m", 1...60): return number * minute
        case ("h", 1...24): return number * 60 * minute
        case ("d", 1): return day
        default: return nil
        }
    }

    /// How far back a query may reach depends on how fine it is, counted from now.
    private static func check(start: Int64, resolution: Int64, now: Int64) throws(ServiceError) {
        let days: Int64 = resolution < 5 * minute ? 7 : resolution < 60 * minute ? 30 : 90
        guard start >= now - days * day else {
            throw .invalid(
                "startTime is more than \(days) days ago; at a resolution of \(resolution / minute) minutes data of the "
                    + "last \(days) days can be asked for.")
        }
    }

    private static func tooMany(_ what: String, _ limit: Int) -> ServiceError {
        .invalid("The answer would have more than \(limit) \(what); ask for a shorter time or a coarser resolution.")
    }

    /// One MetricData of the API for each stream with a point, streams in order of their dimensions.
    func answer(over store: MetricStore, compartment: String) throws(ServiceError) -> [JSONValue] {
        let found = Evaluator().evaluate(
            query.root, over: store, namespace: namespace, resourceGroup: resourceGroup, labels: labels)
        guard found.count <= Self.streamLimit else { throw Self.tooMany("streams", Self.streamLimit) }
        let count = found.reduce(0) { sum, stream in sum + stream.values.count { !$0.isNaN } }
        guard count <= Self.pointLimit else { throw Self.tooMany("points", Self.pointLimit) }
        let name = query.root.selectors.first?.metric ?? ""
        return found.map { stream -> JSONValue in
            let dimensions = stream.dimensions.sorted { $0.key < $1.key }
            let points = stream.values.enumerated().filter { !$0.element.isNaN }.map { index, value -> JSONValue in
                let time = Date(milliseconds: labels[index])
                return ["timestamp": .string(WireTime.rfc3339(time)), "value": .double(value)]
            }
            return [
                "name": .string(name), "namespace": .string(namespace), "resourceGroup": .optional(resourceGroup),
                "compartmentId": .string(compartment),
                "dimensions": .object(dimensions.map { JSONMember($0.key, .string($0.value)) }), "metadata": [:],
                "resolution": .null, "aggregatedDatapoints": .array(points),
            ]
        }
    }
}
