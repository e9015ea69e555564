// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import LocalOCI
import OCI
import TestSupport
import Testing
import Transport

struct MetricSummaryTests {
    private static let namespace = "polisen_collector"

    private static func data(
        _ name: String, _ points: [(String, Double)], job: String = "a", group: String? = nil,
        compartment: String = Known.compartment
    ) -> MetricData {
        MetricData(
            identity: MetricIdentity(
                namespace: namespace, name: name, resourceGroup: group, compartment: compartment,
                dimensions: ["job": job]),
            datapoints: points.map { .init(timestamp: instant("2026-01-05T\($0.0)Z"), value: $0.1) })
    }

    private static func withPoints(_ body: @escaping @Sendable (CloudHarness) async throws -> Void) async throws {
        let clock = LocalClock()
        clock.set(instant("2026-01-05T12:00:30Z"), rate: 0)
        try await CloudHarness.withCloud(clock: clock) { (cloud) async throws in
            _ = try await cloud.monitoring().post([
                data("runs", [("11:50:10", 2), ("11:51:00", 3), ("11:55:30", 5)]),
                data("runs", [("11:50:30", 7)], job: "b"), data("grouped", [("11:50:30", 9)], group: "g"),
                data("runs", [("11:50:30", 11)], compartment: Known.tenancy),
            ])
            try await body(cloud)
        }
    }

    private static func ask(
        _ cloud: CloudHarness, _ query: String, _ more: [String: JSONValue] = [:], parameters: String? = nil
    ) async throws -> Reply {
        let details = more.merging(["namespace": .string(namespace), "query": .string(query)]) { own, _ in own }
        let parameters = parameters ?? "compartmentId=\(Known.compartment)"
        return try await cloud.ask(
            .post, "/metrics/actions/summarizeMetricsData?\(parameters)",
            .object(details.map { JSONMember($0.key, $0.value) }))
    }

    /// `11:51=5` for each point of each stream.
    private static func points(_ reply: Reply) -> [[String]]? {
        reply.json.array?.map { stream in
            (stream["aggregatedDatapoints"]?.array ?? []).map { point in
                let time = point["timestamp"]?.string?.dropFirst(11).prefix(5) ?? ""
                return "\(time)=\(point["value"]?.double ?? .nan)"
            }
        }
    }

    @Test func `points are labelled with the end of their window`() async throws {
        try await Self.withPoints { (cloud) async throws in
            #expect(
                Self.points(try await Self.ask(cloud, "runs[1m].sum()")) == [
                    ["11:51=5.0", "11:56=5.0"], ["11:51=7.0"],
                ])
            let range: [String: JSONValue] = ["startTime": "2026-01-05T11:52:30Z", "endTime": "2026-01-05T12:00:00Z"]
            #expect(
                Self.points(try await Self.ask(cloud, "runs[5m].grouping().max()", range)) == [
                    ["11:53=7.0", "11:58=5.0"]
                ])
            let fine = range.merging(["resolution": "1m"]) { $1 }
            let dense = try await Self.ask(cloud, #"runs[5m]{job = "b"}.max()"#, fine)
            #expect(Self.points(dense) == [["11:53=7.0", "11:54=7.0", "11:55=7.0"]])
            #expect(dense.json.array?.first?["name"]?.string == "runs")
        }
    }

    @Test func `predicates, arithmetic and groups are those of the language`() async throws {
        try await Self.withPoints { (cloud) async throws in
            #expect(Self.points(try await Self.ask(cloud, "runs[1m].sum() > 6")) == [["11:51=1.0"]])
            let ratio = try await Self.ask(cloud, "runs[1m].grouping().sum() / runs[1m].grouping().count()")
            #expect(Self.points(ratio) == [["11:51=4.0", "11:56=5.0"]])
            #expect(Self.points(try await Self.ask(cloud, "grouped[1m].sum()")) == [])
            #expect(Self.points(try await Self.ask(cloud, "grouped[1m].sum()", ["resourceGroup": "g"]))?.count == 1)
            let all = try await Self.ask(
                cloud, "runs[1m].grouping().sum()",
                parameters: "compartmentId=\(Known.tenancy)&compartmentIdInSubtree=true")
            #expect(Self.points(all)?.first?.first == "11:51=23.0")
        }
    }

    @Test(
        arguments: [
            ("runs", [:], "E-"), ("runs[1m].top()", [:], "top"), ("runs[1m].sum()", ["resolution": "5m"], "interval"),
            ("runs[1m].sum()", ["resolution": "61m"], "resolution"),
            ("runs[1m].sum()", ["startTime": "now"], "startTime"),
            ("runs[1m].sum()", ["startTime": "2026-01-05T13:00:00Z"], "before endTime"),
            ("runs[1m].sum()", ["startTime": "2025-12-29T12:00:00Z"], "7 days"),
            ("runs[5m].sum()", ["startTime": "2025-12-06T12:00:00Z"], "30 days"),
            ("runs[1h].sum()", ["startTime": "2025-10-07T12:00:00Z"], "90 days"),
            ("runs[1m].sum()", ["endTime": "2027-01-05T12:00:00Z"], "100000 points"),
        ] as [(String, [String: JSONValue], String)])
    func `what is beyond the limits is refused and the reason told`(
        query: String, more: [String: JSONValue], reason: String
    ) async throws {
        try await Self.withPoints { (cloud) async throws in
            let reply = try await Self.ask(cloud, query, more)
            #expect(reply.status == 400 && reply.code == "InvalidParameter")
            #expect(reply.json["message"]?.string?.contains(reason) == true, "\(reply.text)")
        }
    }

    @Test func `a request needs its parts`() async throws {
        try await Self.withPoints { (cloud) async throws in
            #expect(try await Self.ask(cloud, "runs[1m].sum()", parameters: "").code == "MissingParameter")
            let target = "/metrics/actions/summarizeMetricsData?compartmentId=c"
            #expect(try await cloud.ask(.post, target, ["query": "a[1m].sum()"]).code == "MissingParameter")
            #expect(try await cloud.ask(.post, target, ["namespace": "n"]).code == "MissingParameter")
        }
    }

    @Test func `metrics are listed by pattern, group and page`() async throws {
        try await Self.withPoints { (cloud) async throws in
            func names(_ details: JSONValue, _ query: String = "") async throws -> [String] {
                let reply = try await cloud.ask(
                    .post, "/metrics/actions/listMetrics?compartmentId=\(Known.compartment)\(query)", details)
                return (reply.json.array ?? []).compactMap {
                    ($0["name"]?.string ?? "") + ($0["dimensions"]?.text ?? "")
                }
            }
            #expect(
                try await names([:]) == [#"grouped{"job":"a"}"#, #"runs{"job":"a"}"#, #"runs{"job":"b"}"#])
            #expect(try await names(["name": "r*s"]).count == 2)
            #expect(try await names(["name": "*x*"]).isEmpty)
            #expect(try await names(["name": "*un*", "dimensionFilters": ["job": "b"]]) == [#"runs{"job":"b"}"#])
            #expect(try await names(["resourceGroup": "g"]) == [#"grouped{"job":"a"}"#])
            #expect(
                try await names(["groupBy": ["name"], "sortBy": "NAME", "sortOrder": "DESC"]) == [
                    "runsnull", "groupednull",
                ])
            #expect(try await names([:], "&limit=2").count == 2)
            for bad in [["groupBy": ["colour"]], ["sortBy": "SIZE"]] as [JSONValue] {
                #expect(try await names(bad).isEmpty)
            }
        }
    }
}
