// SPDX-License-Identifier: MIT

import Foundation
import JSON
import OCI
import TestSupport
import Testing

@testable import OCIMetrics

/// A case of `postmetricdata.json`, which lies with the tests of OCI.
struct VectorCase: Sendable, CustomTestStringConvertible {
    let id: String
    let json: JSONValue

    var testDescription: String { id }

    static let all: [VectorCase] = {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../OCITests/Fixtures/postmetricdata.json")
        // A file that cannot be read shows as a number of cases other than 99.
        let file = try? JSONValue.parse(Array(try Data(contentsOf: path)))
        return (file?["cases"]?.array ?? []).map { VectorCase(id: $0["id"]?.string ?? "", json: $0) }
    }()

    var metrics: [JSONValue] { json["request"]?["metricData"]?.array ?? [] }

    /// Indexes of the objects the service would refuse.
    var invalid: Set<Int> { Set(json["invalidMetricIndexes"]?.array?.compactMap(\.int) ?? []) }
}

/// An object of a vector as this module can hold it; nil where types forbid it.
struct TypedMetric {
    let destination: MetricDestination
    let points: [MetricPoint]

    init?(_ json: JSONValue) {
        let known: Set = [
            "namespace", "name", "resourceGroup", "compartmentId", "dimensions", "metadata", "datapoints",
        ]
        guard let members = json.object, known.isSuperset(of: members.map(\.name)),
            let namespace = json["namespace"]?.string, let name = json["name"]?.string,
            let compartment = json["compartmentId"]?.string, let dimensions = Self.texts(json["dimensions"]),
            let metadata = Self.texts(json["metadata"] ?? .null), Set(metadata.keys).isSubset(of: ["unit"]),
            json["resourceGroup"]?.isNull ?? true || json["resourceGroup"]?.string != nil
        else { return nil }
        destination = MetricDestination(
            compartment: compartment, namespace: namespace, resourceGroup: json["resourceGroup"]?.string)
        var points: [MetricPoint] = []
        for datapoint in json["datapoints"]?.array ?? [] {
            guard let text = datapoint["timestamp"]?.string, let at = RFC3339.date(text),
                let value = datapoint["value"]?.double,
                datapoint["count"]?.isNull ?? true || datapoint["count"]?.int != nil
            else { return nil }
            points.append(
                MetricPoint(
                    name: name, dimensions: dimensions, unit: metadata["unit"], value: value,
                    count: datapoint["count"]?.int, at: at))
        }
        guard !points.isEmpty else { return nil }
        self.points = points
    }

    private static func texts(_ value: JSONValue?) -> [String: String]? {
        guard let value, !value.isNull else { return value == nil ? nil : [:] }
        guard let members = value.object else { return nil }
        var texts: [String: String] = [:]
        for member in members {
            guard let text = member.value.string else { return nil }
            texts[member.name] = text
        }
        return texts
    }
}

@Suite struct VectorTests {
    @Test func `all cases are read, and most of their objects can be made here`() {
        #expect(VectorCase.all.count == 99)
        let objects = VectorCase.all.flatMap(\.metrics)
        let typed = objects.filter { TypedMetric($0) != nil }
        #expect(typed.count >= objects.count / 2)
    }

    /// Through spool and poster; where the types allow no such object, it cannot leave either.
    @Test(arguments: VectorCase.all)
    func `each object is sent or not as its vector says`(example: VectorCase) async throws {
        for (index, object) in example.metrics.enumerated() {
            guard let metric = TypedMetric(object) else { continue }
            let isFit = !example.invalid.contains(index)
            try await withTemporaryDirectory { directory in
                let spool = MetricSpool(directory: directory + "/spool", now: { noon })
                try spool.append(metric.points)
                let endpoint = JudgingEndpoint(Clock(), ahead: { 0 }, delay: 0)
                let report = await MetricPoster(
                    spool: spool, destination: metric.destination, time: .standing(now: { noon }),
                    post: endpoint.post
                ).post(until: .seconds(2))
                // Points of a bad object are judged one by one: the good ones among them may leave.
                let sent = endpoint.taken.count
                if isFit {
                    // Near ten minutes ahead it waits, since this clock may be slow.
                    let early = metric.points.count { $0.at >= noon + 300 }
                    #expect(report.left == early)
                    #expect(sent == metric.points.count - early)
                    #expect(report.dropped.isEmpty)
                } else {
                    #expect(sent < metric.points.count)
                    #expect(try spool.dropped().total + report.left + sent == metric.points.count)
                }
                // Only the service's clock counts, so it is asked.
                #expect(endpoint.broken.allSatisfy { $0 == .timestampTooOld })
            }
        }
    }
}
