// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import JSON

/// One metric object of a post: a stream and points of it.
package struct MetricData: Sendable, Hashable {
    package var identity: MetricIdentity
    /// Not part of the identity; `unit` and `displayName` are customary.
    package var metadata: [String: String]
    package var datapoints: [Datapoint]

    package init(identity: MetricIdentity, metadata: [String: String] = [:], datapoints: [Datapoint]) {
        self.identity = identity
        self.metadata = metadata
        self.datapoints = datapoints
    }

    /// A value at an instant.
    package struct Datapoint: Sendable, Hashable {
        package var timestamp: Date
        package var value: Double
        /// How many samples `value` stands for; nil: one.
        package var count: Int?

        package init(timestamp: Date, value: Double, count: Int? = nil) {
            self.timestamp = timestamp
            self.value = value
            self.count = count
        }
    }

    /// As PostMetricData takes it; empty optional members are left out, since the service refuses empty texts.
    package var json: JSONValue {
        .present([
            ("namespace", .string(identity.namespace)), ("resourceGroup", identity.resourceGroup.map(JSONValue.string)),
            ("compartmentId", .string(identity.compartment)), ("name", .string(identity.name)),
            ("dimensions", .texts(identity.dimensions)), ("metadata", metadata.isEmpty ? nil : .texts(metadata)),
            ("datapoints", .array(datapoints.map(\.json))),
        ])
    }

    /// The body of a post.
    package static func request(_ metrics: [MetricData], isAtomic: Bool = false) -> JSONValue {
        .present([
            ("metricData", .array(metrics.map(\.json))), ("batchAtomicity", isAtomic ? "ATOMIC" : nil),
        ])
    }
}

extension MetricData.Datapoint {
    var json: JSONValue {
        .present([
            ("timestamp", .string(RFC3339.text(timestamp))), ("value", .double(value)),
            ("count", count.map { .int($0) }),
        ])
    }
}

/// What the service made of a post.
package struct PostResult: Sendable, Hashable {
    /// Objects the service refused for good.
    package let failures: [Failure]
    /// As the service counts them; at least `failures.count`.
    package let failedCount: Int
    package let requestID: String?

    /// One refused object.
    package struct Failure: Sendable, Hashable {
        /// On one line, at most 1,024 characters.
        package let message: String
        /// Which of the objects sent it is; nil where the echo matches none of them.
        package let index: Int?

        package init(message: String, index: Int?) {
            self.message = message
            self.index = index
        }
    }

    /// - Parameter failedCount: nil: as many as there are failures.
    package init(failures: [Failure] = [], failedCount: Int? = nil, requestID: String? = nil) {
        self.failures = failures
        self.failedCount = failedCount ?? failures.count
        self.requestID = requestID
    }

    /// Refusals are matched by the identity they echo (their order is not promised); a stream sent in several
    /// objects is matched by its datapoints too, else first come, first served.
    init(_ answer: OCIClient.Answer, of metrics: [MetricData]) throws(OCIError) {
        requestID = answer.requestID
        let body = try answer.json()
        guard body.object != nil else { throw answer.unreadable("a JSON object was expected") }
        var free = Array(metrics.enumerated())
        var failures: [Failure] = []
        for failed in body.list("failedMetrics") {
            let place = Self.place(of: failed["metricData"] ?? .null, in: free.map(\.element))
            let index = place.map { free.remove(at: $0).offset }
            let message = Wire.oneLine(failed["message"]?.string ?? "no reason given", limit: ServiceErrorBody.limit)
            failures.append(Failure(message: message, index: index))
        }
        self.failures = failures
        failedCount = max(body["failedMetricsCount"]?.int ?? 0, failures.count)
    }

    private static func place(of echo: JSONValue, in metrics: [MetricData]) -> Int? {
        let identity = MetricIdentity(echo)
        let points = echo.list("datapoints").map { $0.date("timestamp") }
        let same = metrics.indices.filter { metrics[$0].identity == identity }
        return same.first { index in
            metrics[index].datapoints.map { Optional(RFC3339.date(RFC3339.text($0.timestamp)) ?? $0.timestamp) }
                == points
        } ?? same.first
    }
}
