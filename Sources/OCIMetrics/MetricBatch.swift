// SPDX-License-Identifier: MIT

package import FoundationEssentials
import OCI

/// One request: at most 50 metric objects and the spool's serials of their points.
struct MetricBatch: Sendable {
    private(set) var metrics: [MetricData] = []
    /// Of the points of each object, in the order of `metrics`.
    private(set) var serials: [[Int]] = []
    /// Points of them that left before, without an answer that was noted.
    private(set) var resent = 0
    /// Serials that had not left before.
    private(set) var fresh: [Int] = []
    /// Points that break a rule and will never be sent.
    private(set) var refused: [Int] = []
    /// Entries whose line holds no point.
    private(set) var unreadable: [SpoolEntry] = []

    /// OCI names no limit for points of an object or bytes of a body; this keeps a body below about 100 KB.
    static let pointLimit = 1000

    /// When it was made.
    let date: Date

    /// Takes points whose deadline comes first, and those of streams that are in the request anyway.
    ///
    /// - Parameters:
    ///   - entries: those that may be sent, oldest first.
    ///   - limit: of points.
    ///   - isShared: points of a stream share an object; else each has its own, and none is refused for another.
    init(
        _ entries: some Sequence<SpoolEntry>, to place: MetricDestination, now: Date, limit: Int = pointLimit,
        isShared: Bool = true
    ) {
        date = now
        var streams: [Stream: Int] = [:]
        let validator = MetricDataValidator(now: now)
        var points = 0
        for entry in entries where points < limit {
            guard let point = entry.point else {
                unreadable.append(entry)
                continue
            }
            let stream = Stream(name: point.name, dimensions: point.dimensions, unit: point.unit)
            let index = isShared ? streams[stream] : nil
            guard index != nil || metrics.count < Monitoring.batchLimit else {
                if isShared { continue } else { break }
            }
            // Its instant is the service's to judge.
            var present = point
            present.at = now
            guard validator.broken(by: place.data(present)) == nil else {
                refused.append(entry.serial)
                continue
            }
            streams[stream] = add(point, entry, at: index, to: place)
            points += 1
        }
    }

    var points: Int { serials.lazy.map(\.count).reduce(0, +) }

    private struct Stream: Hashable {
        let name: String
        let dimensions: [String: String]
        let unit: String?
    }

    private mutating func add(
        _ point: MetricPoint, _ entry: SpoolEntry, at index: Int?, to place: MetricDestination
    ) -> Int {
        if entry.isSending { resent += 1 } else { fresh.append(entry.serial) }
        guard let index else {
            metrics.append(place.data(point))
            serials.append([entry.serial])
            return metrics.count - 1
        }
        metrics[index].datapoints.append(PointRules.datapoint(point))
        serials[index].append(entry.serial)
        return index
    }
}

/// Where points go in OCI Monitoring.
package struct MetricDestination: Sendable, Hashable {
    /// OCID.
    package var compartment: String
    /// `^[a-z][a-z0-9_]*[a-z0-9]$`, not `oci_…` or `oracle_…`.
    package var namespace: String
    /// nil: none, which is not the same as an empty one.
    package var resourceGroup: String?

    package init(compartment: String, namespace: String, resourceGroup: String? = nil) {
        self.compartment = compartment
        self.namespace = namespace
        self.resourceGroup = resourceGroup
    }

    func data(_ point: MetricPoint) -> MetricData {
        let identity = MetricIdentity(
            namespace: namespace, name: point.name, resourceGroup: resourceGroup, compartment: compartment,
            dimensions: point.dimensions)
        return MetricData(
            identity: identity, metadata: PointRules.metadata(point), datapoints: [PointRules.datapoint(point)])
    }

    /// What OCI would refuse of it, whatever the points: the rule's name in `MetricDataValidator`; nil: nothing.
    package func problem(now: Date) -> String? {
        let probe = data(MetricPoint(name: "probe", dimensions: ["a": "b"], value: 0, at: now))
        return MetricDataValidator(now: now).broken(by: probe)?.rawValue
    }
}
