// SPDX-License-Identifier: MIT

import Foundation
import HTTPTypes
import JSON
import Ledger
import Testing

/// A second machine that watches by the archive and by OCI Monitoring, and tells over a topic.
@Suite struct EndToEndWatcherTests {
    /// What a checker with a state of its own needs.
    private static func environment(
        _ cloud: EndToEndCloud, _ backend: EndToEndBackend, at now: Date
    ) -> [String: String] {
        var environment = [
            "POLISEN_NOTIFICATIONS_TOPIC": cloud.endpoints["topic_id"]?.string ?? "",
            "POLISEN_OCI_COMPARTMENT": cloud.endpoints["compartment"]?.string ?? "",
            "POLISEN_METRICS_BACKEND": "oci", "POLISEN_FRESHNESS_VANTAGE": "second",
        ]
        for service in ["NOTIFICATIONS", "MONITORING", "MONITORING_INGESTION"] {
            environment["POLISEN_OCI_ENDPOINTS_" + service] = cloud.url
        }
        return cloud.environment(backend, state: "watcher", at: now, environment)
    }

    private static func check(
        _ cloud: EndToEndCloud, _ backend: EndToEndBackend, at now: Date, from places: String
    ) async throws -> CollectorProcess.End {
        try await cloud.set(now)
        return try await CollectorProcess.start(
            environment(cloud, backend, at: now), ["freshness", "--json", "--from", places], in: cloud.directory
        ).end()
    }

    @Test(arguments: EndToEndBackend.allCases)
    func `the archive tells a second machine of good runs and of an outage`(backend: EndToEndBackend) async throws {
        try await EndToEndCloud.run(seed: 71) { cloud in
            var world = EndToEndWorld(cloud, backend, seed: 71)
            try await world.advanceToNews()
            try await world.collect()
            let good = try await Self.check(cloud, backend, at: world.now.addingTimeInterval(60), from: "archive")
            #expect(good.status == 0, "\(good.output)\(good.errors)")
            #expect(good.record?["state"] == "fresh")
            #expect(good.record?["data_age_seconds"]?.double ?? 1e9 < 300)
            let stale = try await Self.check(cloud, backend, at: world.now.addingTimeInterval(7200), from: "archive")
            #expect(stale.status == 1)
            #expect(stale.record?["state"] == "missed")
            #expect(stale.record?["notices"]?["waiting"] == 0, "\(stale.errors)")
            let messages = try await cloud.call(.get, "/local/messages").array ?? []
            #expect(messages.count == 1)
            #expect(messages.first?["title"]?.string?.hasPrefix("MISSED: polisen on second, ") == true)
            #expect(messages.first?["body"]?.string?.contains("next: systemctl status") == true)
            try await Self.expectGauges(cloud)
        }
    }

    private static func expectGauges(_ cloud: EndToEndCloud) async throws {
        let metrics = try await cloud.call(.get, "/local/metrics").array ?? []
        let stale = metrics.filter { $0["name"] == "freshness_stale" }
        #expect(!stale.isEmpty && stale.allSatisfy { $0["dimensions"]?["vantage"] == "second" }, "\(metrics.count)")
        let names = Set(metrics.compactMap { $0["name"]?.string })
        #expect(names.isSuperset(of: ["checker_heartbeat", "freshness_age_seconds", "freshness_verdict"]))
    }

    @Test func `the heartbeat in Monitoring is evidence, its absence an outage, an error unknown`() async throws {
        try await EndToEndCloud.run(seed: 72) { cloud in
            let now = EndToEndCloud.start.addingTimeInterval(86_400)
            try await cloud.set(now)
            let point: JSONValue = [
                "metricData": [
                    [
                        "namespace": "polisen_collector", "name": "run_success_heartbeat",
                        "compartmentId": .string(cloud.endpoints["compartment"]?.string ?? ""),
                        "dimensions": ["job": "polisen", "env": "production"],
                        "datapoints": [
                            ["timestamp": .string(Timestamp.text(now.addingTimeInterval(-600))), "value": 1]
                        ],
                    ]
                ]
            ]
            _ = try await cloud.sendSigned(.post, "/20180401/metrics", point.encoded(), at: now)
            let good = try await Self.check(cloud, .directory, at: now, from: "monitoring")
            #expect(good.record?["state"] == "fresh", "\(good.output)\(good.errors)")
            #expect(good.status == 0)
            let late = try await Self.check(cloud, .directory, at: now.addingTimeInterval(4000), from: "monitoring")
            #expect(late.record?["state"] == "missed", "\(late.output)")
            try await cloud.disturb([["match": ["service": "monitoring"], "times": .null, "action": ["status": 401]]])
            let unknown = try await Self.check(cloud, .directory, at: now.addingTimeInterval(4060), from: "monitoring")
            #expect(unknown.record?["state"] == "unknown", "\(unknown.output)")
            #expect(unknown.record?["alarming"] == true)
        }
    }
}
