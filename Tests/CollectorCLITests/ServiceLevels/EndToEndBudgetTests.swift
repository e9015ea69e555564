// SPDX-License-Identifier: MIT

import Files
import Foundation
import HTTPTypes
import JSON
import Ledger
import TestSupport
import Testing

/// What the checker posts of error budgets.
@Suite struct EndToEndBudgetTests {
    private static let start = "2026-01-05T08:00:00Z"

    private static func use(
        _ history: SLOHost.History, seed: UInt64, _ body: (EndToEndCloud, [String: String]) async throws -> Void
    ) async throws {
        try await EndToEndCloud.run(seed: seed) { cloud in
            try SLOHost.write(history, cloud.directory + "/state", until: start)
            try await body(
                cloud,
                [
                    "POLISEN_SLOS_PATH": packageRoot + "/slos", "POLISEN_METRICS_BACKEND": "oci",
                    "OCI_COMPARTMENT_ID": cloud.endpoints["compartment"]?.string ?? "",
                    "POLISEN_OCI_ENDPOINTS_MONITORING_INGESTION": cloud.url,
                ])
        }
    }

    private static func check(
        _ cloud: EndToEndCloud, _ settings: [String: String], after minutes: Double
    ) async throws -> CollectorProcess.End {
        let now = try #require(Timestamp.date(start)).addingTimeInterval(minutes * 60)
        try await cloud.set(now)
        let environment = cloud.environment(.directory, state: "state", at: now, settings)
        return try await CollectorProcess.start(environment, ["freshness", "--json"], in: cloud.directory).end()
    }

    private static func arrived(_ cloud: EndToEndCloud, _ name: String) async throws -> [JSONValue] {
        try await cloud.call(.get, "/local/metrics?name=\(name)").array ?? []
    }

    @Test func `gauges of each objective come every five minutes, and a spent budget is told once`() async throws {
        try await Self.use(.outage, seed: 51) { cloud, settings in
            var told = 0
            for (minute, posts) in [(0.0, 1), (1, 1), (4, 1), (5, 2), (6, 2), (10, 3)] {
                let end = try await Self.check(cloud, settings, after: minute)
                #expect(end.status == 0, "\(end.errors)")
                told += end.entries("slo.budget.threshold").count
                let points = try await Self.arrived(cloud, "slo_budget_remaining_ratio")
                let freshness = points.filter { $0["dimensions"]?["slo"] == "freshness" }
                #expect(freshness.count == posts, "minute \(minute)")
                #expect(freshness.allSatisfy { ($0["value"]?.double ?? 1) < 0 })
            }
            // Freshness, run success and API availability, at the first look.
            #expect(told == 3)
            let windows = try await Self.arrived(cloud, "slo_error_ratio").compactMap { point in
                point["dimensions"]?["slo"] == "run-success" ? point["dimensions"]?["window"]?.string : nil
            }
            #expect(Set(windows) == ["1h", "6h", "1d", "3d"])
            #expect(try await !Self.arrived(cloud, "slo_burn_rate").isEmpty)
        }
    }

    @Test func `broken objectives do not touch the verdict, and are told once`() async throws {
        try await Self.use(.good, seed: 52) { cloud, settings in
            var told = 0
            let broken = settings.merging(["POLISEN_SLOS_PATH": cloud.directory + "/none"]) { $1 }
            for minute in [0.0, 5, 10] {
                let end = try await Self.check(cloud, broken, after: minute)
                #expect(end.status == 0, "\(end.errors)")
                told += end.errors.components(separatedBy: "error budgets cannot be judged").count - 1
            }
            #expect(told == 1)
            #expect(try await Self.arrived(cloud, "slo_budget_remaining_ratio").isEmpty)
            #expect(try await Self.check(cloud, settings, after: 15).status == 0)
            #expect(try await !Self.arrived(cloud, "slo_budget_remaining_ratio").isEmpty)
        }
    }
}
