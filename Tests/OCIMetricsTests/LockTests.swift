// SPDX-License-Identifier: MIT

import Files
import Foundation
import TestSupport
import Testing

@testable import OCIMetrics

/// A process that was stopped while it held the spool's lock.
@Suite struct LockTests {
    private func spool(_ directory: String, limitBytes: Int = 1 << 20) -> MetricSpool {
        MetricSpool(directory: directory + "/spool", limitBytes: limitBytes, now: { noon })
    }

    @Test func `a lock that is held for ever costs a moment, and no point`() async throws {
        try await withTemporaryDirectory { directory in
            let spool = spool(directory)
            try spool.append([point(value: 1), point(value: .nan)])
            let lock = try #require(try FileLock.tryAcquire(directory + "/spool/lock"))
            let start = ContinuousClock.now
            let lost = try spool.append { news in
                #expect(news == SpoolNews())
                return [point(value: 2)]
            }
            #expect(lost.isEmpty)
            let endpoint = ScriptedEndpoint()
            let poster = MetricPoster(
                spool: spool, destination: .test, time: .standing(now: { noon }), post: endpoint.post)
            let report = await poster.post(until: .seconds(2))
            #expect(report.errorType == "spool")
            #expect(report.problem?.contains("another process") == true)
            #expect(throws: FileError.self) { try spool.status() }
            // Half a second each; a busy machine may take longer.
            #expect(ContinuousClock.now - start < .seconds(10))
            lock.release()
            #expect(try spool.waiting().map(\.value) == [1, 2])
            #expect(await poster.post(until: .seconds(2)).posted == 2)
            #expect(endpoint.values == [1, 2])
            #expect(try spool.dropped() == DropCounts([.encode: 1]))
            let names = try FileSystem.list(directory + "/spool")
            #expect(!names.contains { $0.hasPrefix("waiting-") })
        }
    }

    @Test func `what waits beside a locked spool is bounded, and what is too much is told`() throws {
        try withTemporaryDirectory { directory in
            let spool = spool(directory, limitBytes: 64 << 10)
            try spool.append([point()])
            let lock = try #require(try FileLock.tryAcquire(directory + "/spool/lock"))
            defer { lock.release() }
            try spool.append((0..<200).map { point(value: Double($0)) })
            #expect(throws: FileError.self) { try spool.append((0..<200).map { point(value: Double($0)) }) }
        }
    }
}
