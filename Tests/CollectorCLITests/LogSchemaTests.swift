// SPDX-License-Identifier: MIT

import Foundation
import JSON
import TestSupport
import Testing

/// The built program's own lines against the published schema of a line.
@Suite struct LogSchemaTests {
    @Test func `every line of good, partial, failed and killed runs is as the schema says`() async throws {
        let schema = try JSONSchema(
            String(contentsOfFile: packageRoot + "/deploy/journal/log-line.schema.json", encoding: .utf8))
        try await EndToEndHost.use { host in
            var ended: [EndedProgram] = []
            try await EndToEndFeed().serve { feed in
                ended.append(try await host.collect(feed, ["--log-level", "trace"]))
            }
            // Nobody listens there any more.
            ended.append(try await host.collect("http://127.0.0.1:9/", deadline: "1s", ["--log-level", "trace"]))
            let killed = [
                "SERVICE_RESULT": "signal", "EXIT_STATUS": "KILL", "INVOCATION_ID": "7c1e0d6c4c5b4a0e8a3f0b1c2d3e4f50",
            ]
            let report = ["report-failure", "--state-path", host.state, "--log-target", "json", "--log-level", "trace"]
            for _ in 1...2 { ended.append(try await host.run(report, environment: killed)) }
            let work = ["--state-path", host.state, "--log-target", "json"]
            let start = ["maintenance", "start", "--reason", "new disk", "--for", "2h", "--pause"]
            ended.append(try await host.run(start + work))
            ended.append(try await host.collect("http://127.0.0.1:9/"))
            ended.append(try await host.run(["maintenance", "end"] + work))
            let lines = ended.flatMap(\.log)
            #expect(lines.count == ended.flatMap { $0.errors.split(separator: "\n") }.count)
            for event in [
                "run.started", "run.succeeded", "run.failed", "run.killed", "run.skipped", "maintenance.started",
                "maintenance.ended",
            ] {
                #expect(lines.contains { $0["event"]?.string == event }, "\(event)")
            }
            for line in lines { #expect(schema.problems(line) == [], "\(line.text)") }
        }
    }
}
