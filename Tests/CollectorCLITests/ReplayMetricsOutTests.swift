// SPDX-License-Identifier: MIT

import Foundation
import JSON
import TestSupport
import Testing

/// `replay --metrics-out`: what recorded answers would have posted.
struct ReplayMetricsOutTests {
    @Test func `each answer has a line of points at its own time, and nothing is posted`() async throws {
        try await EndToEndHost.use { host in
            let start = Date(timeIntervalSince1970: 1_790_000_000)
            let feed = EndToEndFeed(before: start)
            let later = EndToEndFeed(before: start.addingTimeInterval(1_800), count: 41)
            let lines = [
                #"{"capturedAt":"2026-09-21T14:13:20Z","body":\#(feed.body)}"#,
                #"{"capturedAt":"2026-09-21T14:43:20Z","body":\#(later.body)}"#,
                #"{"capturedAt":"2026-09-21T15:13:20Z","body":null,"raw":"<html>"}"#,
            ]
            let file = host.root + "/answers.jsonl"
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: file))
            let out = host.root + "/points.jsonl"
            let arguments = [
                "replay", file, "--state-path", host.state, "--archive-path", host.archive, "--metrics-out", out,
                "--set", "metrics.backend=textfile", "--log-target", "json",
            ]
            let ended = try await host.run(arguments)
            #expect(ended.status == 0, "\(ended.errors)")
            let points = try ToolProcess.text(of: out).split(separator: "\n").map {
                try JSONValue.parse(Array($0.utf8))
            }
            #expect(points.map { $0["outcome"]?.string } == ["success", "success", "failed"])
            #expect(
                points.map { $0["at"]?.string } == [
                    "2026-09-21T14:13:20.000Z", "2026-09-21T14:43:20.000Z", "2026-09-21T15:13:20.000Z",
                ])
            let first = try #require(points.first?["points"]?.array)
            #expect(first.contains(["name": "events_new", "value": 40]))
            #expect(first.contains(["name": "run_success_heartbeat", "value": 1]))
            #expect(!first.contains { $0["name"] == "run_cpu_seconds" })
            let last = try #require(points.last?["points"]?.array)
            #expect(last.contains(["name": "run_failed_by_reason", "dimensions": ["reason": "api_parse"], "value": 1]))
            #expect(!FileManager.default.fileExists(atPath: host.state + "/metrics"))
            // What was taken before would have posted what it did then.
            #expect(try await host.run(arguments).status == 0)
            #expect(ToolProcess.text(of: out).isEmpty)
        }
    }
}
