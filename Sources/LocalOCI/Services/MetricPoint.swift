// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import MQL

/// One datapoint as it was posted, with the stream it belongs to.
struct MetricPoint: Sendable, Hashable {
    var namespace: String
    var resourceGroup: String?
    var compartment: String
    var name: String
    var dimensions: [String: String]
    var timestamp: Date
    var value: Double
    var count: Int
    /// When it was received, by local-oci's clock.
    var received: Date

    var json: JSONValue {
        [
            "namespace": .string(namespace), "resourceGroup": .optional(resourceGroup),
            "compartmentId": .string(compartment), "name": .string(name), "dimensions": dimensionsJSON,
            "timestamp": .string(WireTime.rfc3339(timestamp)), "value": .double(value), "count": .int(count),
            "received": .string(WireTime.rfc3339(received)),
        ]
    }

    /// What names a stream.
    struct Stream: Sendable, Hashable {
        let compartment: String
        let identity: StreamIdentity
    }

    var stream: Stream {
        Stream(
            compartment: compartment,
            identity: StreamIdentity(
                namespace: namespace, resourceGroup: resourceGroup, metric: name, dimensions: dimensions))
    }

    /// For evaluating queries.
    var datapoint: Datapoint {
        Datapoint(at: timestamp.milliseconds, value, count: Double(count), arrival: received.milliseconds)
    }

    var dimensionsJSON: JSONValue {
        .object(dimensions.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) })
    }

    /// Reads `json`; nil for anything else.
    init?(json: JSONValue) {
        guard let received = json["received"]?.string.flatMap(WireTime.date(rfc3339:)),
            let point = MetricPoint(stream: json, datapoint: json, received: received)
        else { return nil }
        self = point
    }

    /// From an element of `metricData` and one of its datapoints, both already found valid.
    init?(stream: JSONValue, datapoint: JSONValue, received: Date) {
        guard let namespace = stream["namespace"]?.string, let compartment = stream["compartmentId"]?.string,
            let name = stream["name"]?.string, let value = datapoint["value"]?.double,
            let timestamp = datapoint["timestamp"]?.string.flatMap(WireTime.date(rfc3339:))
        else { return nil }
        self.namespace = namespace
        resourceGroup = stream["resourceGroup"]?.string
        self.compartment = compartment
        self.name = name
        dimensions = [:]
        for member in stream["dimensions"]?.object ?? [] { dimensions[member.name] = member.value.string }
        self.timestamp = timestamp
        self.value = value
        count = datapoint["count"]?.int ?? 1
        self.received = received
    }
}
