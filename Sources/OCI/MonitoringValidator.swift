// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import JSON

/// Judges PostMetricData bodies as the service would (contract §7.2): what the sender checks before sending, and
/// local-oci on receiving.
package struct MetricDataValidator: Sendable {
    /// The instant the body arrives.
    package let now: Date

    package init(now: Date) { self.now = now }

    /// The rules, named as in the vectors.
    package enum Rule: String, Sendable, Hashable, CaseIterable {
        case metricDataRequired = "metric-data-required"
        case max50Streams = "max-50-streams"
        case batchAtomicityEnum = "batch-atomicity-enum"
        case atomicAllOrNothing = "atomic-all-or-nothing"
        case namespaceRequired = "namespace-required"
        case namespaceCharset = "namespace-charset"
        case namespaceReservedPrefix = "namespace-reserved-prefix"
        case namespaceLength = "namespace-length"
        case nameRequired = "name-required"
        case nameCharset = "name-charset"
        case nameLength = "name-length"
        case resourceGroupCharset = "resource-group-charset"
        case compartmentRequired = "compartment-required"
        case dimensionsRequired = "dimensions-required"
        case dimensionsMax20 = "dimensions-max-20"
        case dimensionKey = "dimension-key"
        case dimensionValue = "dimension-value"
        case metadataLength = "metadata-length"
        case datapointsRequired = "datapoints-required"
        case timestampFormat = "timestamp-format"
        case timestampTooOld = "timestamp-too-old"
        case timestampTooNew = "timestamp-too-new"
        case valueNumber = "value-number"
        case countPositive = "count-positive"
        case jsonShape = "json-shape"
    }

    /// What becomes of a request.
    package enum Verdict: Sendable, Hashable {
        case accepted
        /// The whole request, for its shape.
        case requestRefused(Rule)
        /// Objects by their index, each with the first rule it breaks. Where the batch is atomic, the others are
        /// refused with them.
        case metricsRefused([Int: Rule], isAtomic: Bool)
    }

    package func verdict(on body: [UInt8]) -> Verdict {
        do throws(JSONError) {
            return verdict(on: try JSONValue.parse(body))
        } catch {
            return .requestRefused(Self.isNumberLike(body, at: error.offset) ? .valueNumber : .jsonShape)
        }
    }

    package func verdict(on request: JSONValue) -> Verdict {
        guard let members = request.object else { return .requestRefused(.jsonShape) }
        guard let metrics = request["metricData"]?.array, !metrics.isEmpty else {
            return .requestRefused(members.contains { $0.name == "metric_data" } ? .jsonShape : .metricDataRequired)
        }
        guard metrics.count <= Monitoring.batchLimit else { return .requestRefused(.max50Streams) }
        let atomicity = request["batchAtomicity"] ?? .null
        guard atomicity.isNull || ["ATOMIC", "NON_ATOMIC"].contains(atomicity.string) else {
            return .requestRefused(.batchAtomicityEnum)
        }
        var refused: [Int: Rule] = [:]
        for (index, metric) in metrics.enumerated() { refused[index] = broken(by: metric) }
        return refused.isEmpty ? .accepted : .metricsRefused(refused, isAtomic: atomicity.string == "ATOMIC")
    }

    /// The first rule that one metric object breaks.
    package func broken(by metric: JSONValue) -> Rule? {
        guard metric.object != nil else { return .jsonShape }
        return Self.namespace(metric["namespace"]) ?? Self.name(metric["name"])
            ?? Self.resourceGroup(metric["resourceGroup"]) ?? Self.compartment(metric["compartmentId"])
            ?? Self.dimensions(metric["dimensions"]) ?? Self.metadata(metric["metadata"])
            ?? datapoints(metric["datapoints"])
    }

    /// The first rule that an object about to be sent breaks.
    package func broken(by metric: MetricData) -> Rule? { broken(by: metric.json) }

    /// NaN and Infinity stop a JSON reader at their first letter (`-Infinity` at its second).
    private static func isNumberLike(_ body: [UInt8], at offset: Int) -> Bool {
        [offset, offset - 1].filter { body.indices.contains($0) }.contains { start in
            let rest = String(decoding: body[start...].prefix(9), as: UTF8.self)
            return rest.hasPrefix("NaN") || rest.hasPrefix("Infinity") || rest.hasPrefix("-Infinity")
        }
    }
}
