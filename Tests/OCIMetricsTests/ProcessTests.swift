// SPDX-License-Identifier: MIT

import Foundation
import OCI
import TestSupport
import Testing

@testable import OCIMetrics

/// Real processes on one spool, of which some are killed.
@Suite struct ProcessTests {
    private struct Writer {
        let process: Process
        let log: String

        init(_ number: Int, _ directory: String) throws {
            log = directory + "/\(number).log"
            process = Process()
            process.executableURL = URL(filePath: builtExecutable("MetricsProbe"))
            process.arguments = ["append", directory + "/spool", "\(number * 1000)", "60"]
            try Data().write(to: URL(filePath: log))
            process.standardOutput = try FileHandle(forWritingTo: URL(filePath: log))
            process.standardInput = FileHandle.nullDevice
            try process.run()
        }

        /// Values whose append came back.
        var promised: [Double] { ToolProcess.text(of: log).split(separator: "\n").compactMap { Double($0) } }
    }

    @Test func `points of processes that append, post and are killed at once are all there`() async throws {
        try await withTemporaryDirectory { directory in
            let spool = MetricSpool(directory: directory + "/spool", now: { Date() })
            let writers = try (0..<4).map { try Writer($0, directory) }
            for (index, writer) in writers.prefix(2).enumerated() {
                _ = try await eventually("points of writer \(index)") { writer.promised.count > 5 * index ? true : nil }
                ToolProcess.end(writer.process)
            }
            let endpoint = ScriptedEndpoint([.success(PostResult()), .failure(.reset)])
            let poster = MetricPoster(
                spool: spool, destination: .test, time: .standing(now: { Date() }), post: endpoint.post)
            var resent = 0
            _ = try await eventually("the writers' end") { writers.allSatisfy { !$0.process.isRunning } ? true : nil }
            for _ in 0..<4 { resent += await poster.post(until: .seconds(2), ignoringPause: true).resent }
            let promised = writers.flatMap(\.promised)
            #expect(promised.count >= 120)
            #expect(Set(endpoint.values).isSuperset(of: promised))
            #expect(endpoint.values.count - Set(endpoint.values).count == resent)
            #expect(try spool.status().points == 0)
            // A process killed in a write may leave a torn line.
            #expect(try spool.dropped().total <= 2)
        }
    }

    @Test func `the right to post ends with its process`() async throws {
        try await withTemporaryDirectory { directory in
            let spool = MetricSpool(directory: directory + "/spool", now: { Date() })
            try spool.append([point(at: Date())])
            // flock(1) holds the lock as a poster of another process does, until it is killed.
            let holder = try ToolProcess.start(
                "flock", ["--no-fork", directory + "/spool/post.lock", "sh", "-c", "echo held; exec sleep 600"],
                directory: directory, log: directory + "/log")
            _ = try await eventually("the lock") { ToolProcess.text(of: directory + "/log") == "held\n" ? true : nil }
            let endpoint = ScriptedEndpoint()
            let poster = MetricPoster(
                spool: spool, destination: .test, time: .standing(now: { Date() }), post: endpoint.post)
            #expect(await poster.post(until: .seconds(2)).stop == .busy)
            try #require(holder.isRunning)
            ToolProcess.end(holder)
            _ = try await eventually("the holder's end") { holder.isRunning ? nil : true }
            #expect(await poster.post(until: .seconds(2)).posted == 1)
        }
    }
}
