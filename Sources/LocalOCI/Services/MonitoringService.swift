// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON
import MQL
import OCI
import Synchronization

/// Metric ingestion, and what was posted by query and by list (contract §7.2).
final class MonitoringService: Sendable {
    private struct State: Sendable {
        var points: [MetricPoint] = []
        /// By compartment.
        var stores: [String: MetricStore] = [:]

        mutating func add(_ new: [MetricPoint]) {
            points += new
            for (identity, points) in Dictionary(grouping: new, by: \.stream) {
                stores[identity.compartment, default: MetricStore()].add(
                    points.map(\.datapoint), to: identity.identity)
            }
        }
    }

    private let path: String
    private let state: Mutex<State>

    /// - Parameter path: a file of JSON lines that keeps the datapoints.
    init(path: String) throws {
        self.path = path
        var state = State()
        state.add(try JSONLines.read(path).compactMap(MetricPoint.init(json:)))
        self.state = Mutex(state)
    }

    func all() -> [MetricPoint] { state.withLock(\.points) }

    /// Forgets everything, for good.
    func clear() throws(ServiceError) {
        state.withLock { $0 = State() }
        do { try FileSystem.replace(path, []) } catch { throw .unkept(error) }
    }

    /// The data set a query or an alarm is about. Of all compartments, streams that differ in nothing else become one.
    func store(_ scope: MetricScope) -> MetricStore {
        let stores = state.withLock(\.stores)
        guard scope.isSubtree else { return stores[scope.compartment] ?? MetricStore() }
        return MetricStore(stores.sorted { $0.key < $1.key }.flatMap(\.value.streams))
    }

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
        state.withLock { $0.add(new) }
        do {
            try FileSystem.append(path, lines, durable: false)
        } catch {
            throw ServiceError.unkept(error)
        }
    }

    // MARK: Reading back

    /// SummarizeMetricsData and ListMetrics.
    func answer(_ request: ServerRequest, now: Date) throws(ServiceError) -> ServerResponse {
        guard request.method == "POST" else { throw .unknownOperation(request.method, request.path) }
        let isWanted = try request.compartmentFilter()
        let details = request.body.isEmpty ? [:] : try request.json()
        switch request.path {
        case "/20180401/metrics/actions/listMetrics":
            let streams = try MetricList(details).streams(all().filter { isWanted($0.compartment) })
            return try ListPage(request).answer(streams)
        case "/20180401/metrics/actions/summarizeMetricsData":
            let compartment = request.parameter("compartmentId") ?? ""
            let scope = MetricScope(compartment: compartment, isSubtree: try request.flag("compartmentIdInSubtree"))
            return .json(
                .array(try MetricSummary(details, now: now).answer(over: store(scope), compartment: compartment)))
        default: throw .unknownOperation(request.method, request.path)
        }
    }
}
