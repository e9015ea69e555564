// SPDX-License-Identifier: MIT

package import FoundationEssentials
import HTTPTypes
import JSON

/// OCI Monitoring: posting and querying metrics (contract §7.2). Alarms are in `Monitoring+Alarms`.
package struct Monitoring: Sendable {
    package let client: OCIClient

    package init(client: OCIClient) { self.client = client }

    /// At most this many metric objects go into one post.
    package static let batchLimit = 50

    /// PostMetricData: at most 50 objects, checked by `MetricDataValidator` by whoever made them.
    ///
    /// A 200 may hold refusals: they are in the result and are never to be sent again unchanged. Tried again only
    /// where nothing was stored for sure; points counted twice would make sums wrong.
    package func post(_ metrics: [MetricData], isAtomic: Bool = false) async throws(OCIError) -> PostResult {
        guard (1...Self.batchLimit).contains(metrics.count) else {
            throw .unusable(
                operation: "PostMetricData",
                problem: "\(metrics.count) metric objects; send 1 to \(Self.batchLimit) at once")
        }
        var call = OCIClient.Call("PostMetricData", .monitoringIngestion, .post, "/metrics")
        call.repeats = .undelivered
        call.body = MetricData.request(metrics, isAtomic: isAtomic).encoded()
        return try PostResult(try await client.send(call), of: metrics)
    }

    /// SummarizeMetricsData: runs an MQL query.
    ///
    /// - Parameters:
    ///   - resourceGroup: nil matches only metrics without a group.
    ///   - start: inclusive; nil: three hours ago.
    ///   - end: exclusive; nil: now.
    ///   - resolution: `1m`–`60m`, `1h`–`24h`, `1d`; nil: `1m`.
    /// One element a stream; no data is an empty array.
    package func summarize(
        namespace: String, query: String, compartment: String, resourceGroup: String? = nil, start: Date? = nil,
        end: Date? = nil, resolution: String? = nil, includingSubtree: Bool = false
    ) async throws(OCIError) -> [MetricSeries] {
        var call = OCIClient.Call(
            "SummarizeMetricsData", .monitoring, .post, "/metrics/actions/summarizeMetricsData")
        call.subject = query
        call.ask("compartmentId", compartment)
        call.ask("compartmentIdInSubtree", includingSubtree ? "true" : nil)
        call.body = JSONValue.present([
            ("namespace", .string(namespace)), ("query", .string(query)),
            ("resourceGroup", resourceGroup.map(JSONValue.string)),
            ("startTime", start.map { .string(RFC3339.text($0)) }),
            ("endTime", end.map { .string(RFC3339.text($0)) }), ("resolution", resolution.map(JSONValue.string)),
        ]).encoded()
        let answer = try await client.send(call)
        var series: [MetricSeries] = []
        for element in try answer.array() { series.append(try MetricSeries(element, answer)) }
        return series
    }

    /// ListMetrics: the streams that exist, all pages. nil members match everything; `*` is a wildcard.
    package func listMetrics(
        compartment: String, namespace: String? = nil, name: String? = nil, resourceGroup: String? = nil,
        dimensions: [String: String] = [:]
    ) async throws(OCIError) -> [MetricIdentity] {
        var call = OCIClient.Call("ListMetrics", .monitoring, .post, "/metrics/actions/listMetrics")
        call.subject = namespace ?? compartment
        call.ask("compartmentId", compartment)
        call.body = JSONValue.present([
            ("name", name.map(JSONValue.string)), ("namespace", namespace.map(JSONValue.string)),
            ("resourceGroup", resourceGroup.map(JSONValue.string)),
            ("dimensionFilters", dimensions.isEmpty ? nil : .texts(dimensions)),
        ]).encoded()
        return try await client.allPages(call).map(MetricIdentity.init)
    }
}

/// What names a stream.
package struct MetricIdentity: Sendable, Hashable {
    package let namespace: String
    package let name: String
    package let resourceGroup: String?
    package let compartment: String
    package let dimensions: [String: String]

    package init(
        namespace: String, name: String, resourceGroup: String?, compartment: String, dimensions: [String: String]
    ) {
        self.namespace = namespace
        self.name = name
        self.resourceGroup = resourceGroup
        self.compartment = compartment
        self.dimensions = dimensions
    }

    /// From an answer; what is missing is empty.
    init(_ object: JSONValue) {
        self.init(
            namespace: object["namespace"]?.string ?? "", name: object["name"]?.string ?? "",
            resourceGroup: object.text("resourceGroup"), compartment: object["compartmentId"]?.string ?? "",
            dimensions: object.textMap("dimensions"))
    }
}

/// A stream's aggregated values.
package struct MetricSeries: Sendable, Hashable {
    package let identity: MetricIdentity
    package let resolution: String?
    /// One an interval, gaps absent, oldest first.
    package let datapoints: [Datapoint]

    /// An aggregated value and the end or start of its interval, as the service gives it.
    package struct Datapoint: Sendable, Hashable {
        package let timestamp: Date
        package let value: Double
    }

    init(_ object: JSONValue, _ answer: OCIClient.Answer) throws(OCIError) {
        identity = MetricIdentity(object)
        resolution = object.text("resolution")
        let elements = object.list("aggregatedDatapoints")
        let points: [Datapoint] = elements.compactMap { element in
            guard let timestamp = element.date("timestamp"), let value = element["value"]?.double else { return nil }
            return Datapoint(timestamp: timestamp, value: value)
        }
        guard points.count == elements.count else { throw answer.unreadable("a datapoint without time or value") }
        datapoints = points.sorted { $0.timestamp < $1.timestamp }
    }
}
