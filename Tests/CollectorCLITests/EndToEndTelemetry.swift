// SPDX-License-Identifier: MIT

import Foundation
import HTTPTypes
import JSON
import TestSupport
import Testing

/// A collector that posts its metrics to a cloud of the test's own.
struct TelemetryWorld {
    let cloud: EndToEndCloud
    private(set) var world: EndToEndWorld
    var settings: [String: String]

    /// Runs `body` with one whose feed has something to show.
    static func use(
        seed: UInt64, _ backend: EndToEndBackend = .directory, _ body: (inout TelemetryWorld) async throws -> Void
    ) async throws {
        try await EndToEndCloud.run(seed: seed) { cloud in
            var telemetry = TelemetryWorld(
                cloud: cloud, world: EndToEndWorld(cloud, backend, seed: seed),
                settings: [
                    "POLISEN_METRICS_BACKEND": "oci",
                    "OCI_COMPARTMENT_ID": cloud.endpoints["compartment"]?.string ?? "",
                    "POLISEN_OCI_ENDPOINTS_MONITORING_INGESTION": cloud.url,
                ])
            try await telemetry.advance()
            try await body(&telemetry)
        }
    }

    var now: Date { world.now }
    var state: String { cloud.directory + "/state" }

    mutating func advance(minutes: Double = 20) async throws { try await world.advance(minutes: minutes) }

    /// Runs the program at the world's time, or so many seconds beside it.
    func run(
        _ arguments: [String], _ more: [String: String] = [:], offBy seconds: Double = 0
    ) async throws -> CollectorProcess.End {
        try await CollectorProcess.start(
            environment(more, offBy: seconds), arguments, in: cloud.directory
        ).end()
    }

    func environment(_ more: [String: String], offBy seconds: Double = 0) -> [String: String] {
        var environment = world.environment("state", settings.merging(more) { $1 })
        environment["POLISEN_CLOCK"] = EndToEndCloud.text(world.now.addingTimeInterval(seconds))
        return environment
    }

    func collect(_ more: [String: String] = [:], offBy seconds: Double = 0) async throws -> CollectorProcess.End {
        try await run(["collect", "--json"], more, offBy: seconds)
    }

    /// `metrics spool --json`.
    func spool() async throws -> JSONValue {
        let end = try await run(["metrics", "spool", "--json"])
        #expect(end.status == 0, Comment(rawValue: end.errors))
        return try JSONValue.parse(Array(end.output.utf8))
    }

    /// `metrics flush`, which has to leave nothing.
    func flush(_ location: SourceLocation = #_sourceLocation) async throws {
        let end = try await run(["metrics", "flush", "--json"])
        #expect(end.status == 0, Comment(rawValue: end.output + end.errors), sourceLocation: location)
        #expect(try await spool()["points"]?.int == 0, sourceLocation: location)
    }

    /// Points that arrived, by name.
    func arrived(_ name: String? = nil) async throws -> [JSONValue] {
        try await cloud.call(.get, "/local/metrics" + (name.map { "?name=\($0)" } ?? "")).array ?? []
    }

    /// The values of a stream that arrived, in order.
    func values(_ name: String, _ dimension: String? = nil) async throws -> [Double] {
        try await arrived(name).filter { point in
            dimension == nil || (point["dimensions"]?.object ?? []).contains { $0.value.string == dimension }
        }.compactMap { $0["value"]?.double }
    }

    /// Faults of the service that takes metrics.
    func disturb(_ action: JSONValue, times: JSONValue = .null) async throws {
        try await cloud.disturb([
            ["match": ["service": "monitoring_ingestion"], "times": times, "action": action]
        ])
    }
}

extension CollectorProcess.End {
    /// Points posted and dropped before this run, as its record has them; nil where it has none.
    var totals: [Int]? {
        guard let telemetry = record?["measures"]?["telemetry"] else { return nil }
        return [telemetry["points_posted_total"]?.int ?? -1, telemetry["points_dropped_total"]?.int ?? -1]
    }

    /// The log's entries of one kind.
    func entries(_ event: String) -> [JSONValue] {
        // Losing the error is right: a line that is no JSON is no entry.
        errors.split(separator: "\n").compactMap { try? JSONValue.parse(Array($0.utf8)) }
            .filter { $0["event"]?.string == event }
    }
}
