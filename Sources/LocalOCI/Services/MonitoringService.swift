// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON
import OCI
import Synchronization

/// Metric ingestion and a minimal read-back (contract §7.2).
final class MonitoringService: Sendable {
    private let path: String
    private let points: Mutex<[MetricPoint]>

    /// - Parameter path: a file of JSON lines that keeps the datapoints.
    init(path: String) throws {
        self.path = path
        points = Mutex(try JSONLines.read(path).compactMap(MetricPoint.init(json:)))
    }

    func all() -> [MetricPoint] { points.withLock { $0 } }

    func clear() { points.withLock { $0.removeAll() } }

    // MARK: Ingestion

    /// PostMetricData.
    /// - Parameter forcedFailures: so many of the objects fail whatever is in them.
    func post(_ request: ServerRequest, forcedFailures: Int, now: Date) throws(ServiceError) -> ServerResponse {
        let details = try Self.decoded(request)
        let objects = details["metricData"]?.array ?? []
        var problems: [Int: String] = [:]
        var isAtomic = details["batchAtomicity"]?.string == "ATOMIC"
        switch MetricDataValidator(now: now).verdict(on: details) {
        case .accepted: break
        case .requestRefused(let rule): throw .invalid(MetricRules.message(rule))
        case .metricsRefused(let refused, let atomic):
            problems = refused.mapValues(MetricRules.message)
            isAtomic = atomic
        }
        for index in objects.indices.prefix(forcedFailures) { problems[index] = "This metric was refused on demand." }
        if let first = problems.min(by: { $0.key < $1.key }), problems.count == objects.count || isAtomic {
            let whole = isAtomic ? "The batch is ATOMIC." : "No valid metrics. All metrics failed input validation."
            throw .invalid("\(whole) First failure: \(first.value)")
        }
        try keep(objects.indices.filter { problems[$0] == nil }.map { objects[$0] }, now: now)
        return .json([
            "failedMetricsCount": .int(problems.count),
            "failedMetrics": .array(
                problems.sorted { $0.key < $1.key }.map { index, message in
                    ["message": .string(message), "metricData": MetricRules.echo(objects[index])]
                }),
        ])
    }

    private static func decoded(_ request: ServerRequest) throws(ServiceError) -> JSONValue {
        guard let encoding = request.header("content-encoding"), encoding != "identity" else {
            return try request.json()
        }
        guard encoding == "gzip", let bytes = try? GzipCoding.inflate(request.body) else { throw .unparsable }
        do {
            return try JSONValue.parse(bytes)
        } catch {
            throw .unparsable
        }
    }

    private func keep(_ objects: [JSONValue], now: Date) throws(ServiceError) {
        let new = objects.flatMap { object in
            (object["datapoints"]?.array ?? []).compactMap {
                MetricPoint(stream: object, datapoint: $0, received: now)
            }
        }
        let lines = new.flatMap { $0.json.encoded() + [UInt8(ascii: "\n")] }
        points.withLock { $0 += new }
        do {
            try FileSystem.append(path, lines, durable: false)
        } catch {
            throw ServiceError(500, "InternalServerError", "local-oci cannot keep its data: \(error)")
        }
    }

    // MARK: Reading back

    /// SummarizeMetricsData and ListMetrics.
    func answer(_ request: ServerRequest, now: Date) throws(ServiceError) -> ServerResponse {
        guard request.method == "POST" else { throw .unknownOperation(request.method, request.path) }
        guard let compartment = request.parameter("compartmentId") else { throw .missing("compartmentId") }
        let details = request.body.isEmpty ? [:] : try request.json()
        let mine = all().filter { $0.compartment == compartment }
        switch request.path {
        case "/20180401/metrics/actions/listMetrics": return .json(.array(Self.streams(mine, details)))
        case "/20180401/metrics/actions/summarizeMetricsData": return try summarize(mine, details, now: now)
        default: throw .unknownOperation(request.method, request.path)
        }
    }

    private static func streams(_ points: [MetricPoint], _ details: JSONValue) -> [JSONValue] {
        var wanted = points
        if let namespace = details["namespace"]?.string { wanted.removeAll { $0.namespace != namespace } }
        if let name = details["name"]?.string { wanted.removeAll { $0.name != name } }
        if let group = details["resourceGroup"]?.string { wanted.removeAll { $0.resourceGroup != group } }
        for filter in details["dimensionFilters"]?.object ?? [] {
            wanted.removeAll { $0.dimensions[filter.name] != filter.value.string }
        }
        var seen = Set<JSONValue>()
        return wanted.map(stream).filter { seen.insert($0).inserted }
    }

    private static func stream(_ point: MetricPoint) -> JSONValue {
        [
            "name": .string(point.name), "namespace": .string(point.namespace),
            "resourceGroup": .optional(point.resourceGroup), "compartmentId": .string(point.compartment),
            "dimensions": point.dimensionsJSON,
        ]
    }

    private func summarize(
        _ points: [MetricPoint], _ details: JSONValue, now: Date
    ) throws(ServiceError) -> ServerResponse {
        guard let namespace = details["namespace"]?.string else { throw .missing("namespace") }
        guard let text = details["query"]?.string else { throw .missing("query") }
        guard let query = MetricQuery(text) else {
            throw .invalid(
                "local-oci cannot read the query '\(text)'; it knows name[1m]{dim = \"v\"}.groupBy(dim).sum()")
        }
        let end = details["endTime"]?.string.flatMap(WireTime.date(rfc3339:)) ?? now
        let start = details["startTime"]?.string.flatMap(WireTime.date(rfc3339:)) ?? now.addingTimeInterval(-10_800)
        let wanted = points.filter { point in
            point.namespace == namespace && point.name == query.name && start <= point.timestamp
                && point.timestamp < end && point.resourceGroup == details["resourceGroup"]?.string
                && query.filters.allSatisfy { point.dimensions[$0.key] == $0.value }
        }
        let grouped = Dictionary(grouping: wanted) { point in
            query.groups.map { names in point.dimensions.filter { names.contains($0.key) } } ?? point.dimensions
        }
        let series = grouped.map { dimensions, points in Self.series(dimensions, points, query) }
        return .json(.array(series.sorted { $0.text < $1.text }))
    }

    private static func series(
        _ dimensions: [String: String], _ points: [MetricPoint], _ query: MetricQuery
    ) -> JSONValue {
        let buckets = Dictionary(grouping: points.sorted { $0.timestamp < $1.timestamp }) { point in
            Int(point.timestamp.timeIntervalSince1970).flooredDivision(by: query.intervalSeconds)
        }
        var sample = points[0]
        sample.dimensions = dimensions
        guard case .object(let members) = stream(sample) else { return .null }
        let values = buckets.sorted { $0.key < $1.key }.map { bucket, points -> JSONValue in
            let time = Date(timeIntervalSince1970: Double(bucket * query.intervalSeconds))
            return ["timestamp": .string(WireTime.rfc3339(time)), "value": .double(query.value(points))]
        }
        return .object(
            members + [
                JSONMember("metadata", [:]), JSONMember("resolution", .null),
                JSONMember("aggregatedDatapoints", .array(values)),
            ])
    }
}
