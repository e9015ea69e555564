// SPDX-License-Identifier: MIT

import ArgumentParser
import Collector
import Files
import FoundationEssentials
import Freshness
import JSON
import OCIMetrics
import TestSupport
import Testing

@testable import CollectorCLI

struct MetricsCommandTests {
    @Test func `the catalogue fits into 80 columns and names every metric`() {
        let lines = MetricCatalog.table.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.count <= 80 })
        for metric in MetricCatalog.all { #expect(lines.contains { $0.hasPrefix(metric.name + " ") }) }
        for metric in MetricCatalog.all {
            #expect(metric.text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(metric.text)")
        }
    }

    @Test func `the catalogue's JSON holds what is declared`() throws {
        let json = MetricCatalog.json
        #expect(json["streams"]?["collector"]?.int == MetricCatalog.streams(of: .collector))
        #expect(json["limits"]?["checker"]?.int == 50)
        let metrics = try #require(json["metrics"]?.array)
        #expect(metrics.count == MetricCatalog.all.count)
        let skipped = try #require(metrics.first { $0["name"] == "run_skipped" })
        #expect(skipped["dimensions"]?.array?.first?["values"]?.array == ["locked", "rate_budget", "maintenance"])
    }

    @Test func `the catalogue knows the states of freshness`() throws {
        let metric = try #require(MetricCatalog.named("freshness_verdict"))
        #expect(metric.dimensions.first?.values == FreshnessState.allCases.map(\.rawValue))
    }

    @Test func `reasons for which points are lost are those of the spool`() {
        #expect(PointLoss.allCases.map(\.rawValue).sorted() == DropReason.allCases.map(\.rawValue).sorted())
    }

    @Test func `the text format escapes what would end a value or a line`() {
        let at = Date(timeIntervalSince1970: 0)
        let points = [
            MetricPoint(name: "build_info", dimensions: ["version": "a\\b\"c\nd"], value: 1, at: at),
            MetricPoint(name: "run_cpu_seconds", dimensions: [:], value: 0.25, at: at),
            MetricPoint(name: "run_skipped", dimensions: ["why": "locked"], value: 0, at: at),
            MetricPoint(name: "run_skipped", dimensions: ["why": "maintenance"], value: 1, at: at),
            MetricPoint(name: "unknown", dimensions: [:], value: .nan, at: at),
        ]
        #expect(
            MetricTextfile.text(points) == #"""
                # HELP build_info 1; its dimension says which version runs [1]
                # TYPE build_info gauge
                build_info{version="a\\b\"c\nd"} 1
                # HELP run_cpu_seconds CPU time of the process [s]
                # TYPE run_cpu_seconds gauge
                run_cpu_seconds 0.25
                # HELP run_skipped 1 for the reason a run was skipped for, else 0 [{run}]
                # TYPE run_skipped gauge
                run_skipped{why="locked"} 0
                run_skipped{why="maintenance"} 1

                """#)
    }

    @Test func `what was posted is told once`() throws {
        try withTemporaryDirectory { path throws in
            let file = path + "/posted.json"
            try PostTally.note(PostTally(posted: 5, seconds: 0.5), file)
            try PostTally.note(PostTally(posted: 2, seconds: 0.75), file)
            var told: [PostTally] = []
            for _ in 0..<2 { try PostTally.tell(file) { (tally) throws(FileError) in told.append(tally) } }
            #expect(told.map(\.posted) == [7, 0])
            #expect(told.map(\.seconds) == [0.75, 0])
        }
    }

    @Test(arguments: ["0s", "soon", "2h"]) func `a timeout that is none is refused`(text: String) {
        #expect(throws: (any Error).self) { try MetricsFlush.parse(["--timeout", text]) }
    }
}
