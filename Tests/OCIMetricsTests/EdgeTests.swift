// SPDX-License-Identifier: MIT

import Files
import Foundation
import OCI
import Synchronization
import TestSupport
import Testing

@testable import OCIMetrics

/// Points that are nearly too old, clocks that are wrong, and requests that hold up others.
@Suite struct EdgeTests {
    private struct Place {
        let clock = Clock()
        let spool: MetricSpool

        init(_ directory: String, limitBytes: Int = 8 << 20) {
            spool = MetricSpool(
                directory: directory + "/spool", limitBytes: limitBytes, now: { [clock] in clock.now })
        }

        func post(_ post: @escaping MetricPoster.Post) async -> PostReport {
            await MetricPoster(
                spool: spool, destination: .test, time: .standing(now: { clock.now }), post: post
            ).post(until: .seconds(2))
        }
    }

    @Test(arguments: [-240, -60, 0, 60, 240] as [Double])
    func `a point at the edge of two hours costs no younger one, whatever the clock`(ahead: Double) async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            let ages: [Double] = [7300, 7199, 7100, 7000, 6960, 6900, 6890, 6000, 3000, 60, 1]
            let points = ages.map { point("same", value: $0, at: noon - $0) }
            try place.spool.append(points)
            let endpoint = JudgingEndpoint(place.clock, ahead: { ahead })
            let report = await place.post(endpoint.post)
            // Two requests, each of which takes two seconds.
            let surely = ages.filter { $0 + 4 < 7200 + ahead }
            #expect(Set(endpoint.taken).isSuperset(of: surely))
            #expect(report.posted == endpoint.taken.count)
            #expect(report.dropped == DropCounts([.late: ages.count - endpoint.taken.count]))
            #expect(report.left == 0)
            #expect(report.resent == 0)
        }
    }

    @Test func `a clock that jumps ahead and comes back costs no point`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            let jump = Mutex(0.0)
            let endpoint = JudgingEndpoint(place.clock, ahead: { jump.withLock { $0 } })
            try place.spool.append((0..<100).map { point("m\($0 % 9)", value: Double($0), at: noon - Double($0)) })
            place.clock.advance(3 * 3600)
            jump.withLock { $0 = 3 * 3600 }
            try place.spool.append([point(value: 100, at: place.clock.now)])
            let during = await place.post(endpoint.post)
            #expect(during.left == 101)
            #expect(during.errorType == "clock_skew")
            #expect(during.dropped.isEmpty)
            place.clock.advance(-3 * 3600 + 300)
            jump.withLock { $0 = 0 }
            let after = await place.post(endpoint.post)
            #expect(Set(endpoint.taken) == Set((0..<100).map(Double.init)))
            #expect(after.dropped.isEmpty)
            // What was recorded meanwhile waits for its time.
            #expect(after.left == 1)
        }
    }

    @Test func `a clock that jumps while a request is under way costs no point`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            try place.spool.append((0..<2000).map { point(value: Double($0), at: noon - 1) })
            let jump = Mutex(0.0)
            let endpoint = JudgingEndpoint(place.clock, ahead: { jump.withLock { $0 } })
            let report = await place.post { (metrics, deadline) async throws(OCIError) in
                let result = try await endpoint.post(metrics, deadline)
                if endpoint.requests == 1 {
                    place.clock.advance(86_400 * 3)
                    jump.withLock { $0 = 86_400 * 3 }
                }
                return result
            }
            #expect(report.posted == 1000)
            #expect(report.left == 1000)
            #expect(report.dropped.isEmpty)
            #expect(report.errorType == "clock_skew")
        }
    }

    @Test func `a day ahead is dropped when the clock is known to be right`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            try place.spool.append([point(value: 1), point(value: 2, at: noon + 90_000)])
            let endpoint = ScriptedEndpoint([.failure(.refusedConnection)])
            #expect(await place.post(endpoint.post).dropped.isEmpty)
            place.clock.advance(60)
            #expect(await place.post(endpoint.post).dropped == DropCounts([.encode: 1]))
        }
    }

    @Test func `after an outage one request tells that all is late`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            try place.spool.append((0..<3000).map { point("m\($0 % 60)", value: Double($0), at: noon) })
            place.clock.advance(3 * 3600)
            let endpoint = JudgingEndpoint(place.clock, ahead: { 0 })
            let report = await place.post(endpoint.post)
            #expect(endpoint.requests == 1)
            #expect(report.dropped == DropCounts([.late: 3000]))
            #expect(report.left == 0)
        }
    }

    @Test(
        arguments: [
            (.answered(404), 1), (.answered(404, skew: 4000), 0), (.answered(404, skew: nil), 0),
            (.answered(500), 1), (.refusedConnection, 0), (.timeout, 0),
        ] as [(OCIError, Int)])
    func `a failure drops what is late only where its date agrees`(error: OCIError, late: Int) async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            try place.spool.append([point(value: 1, at: noon - 8000), point(value: 2)])
            let report = await place.post(ScriptedEndpoint([.failure(error)]).post)
            #expect(report.dropped == DropCounts([.late: late]))
            #expect(report.left == 2 - late)
        }
    }

    @Test func `an answer of 200 that cannot be read is told, and its points are not sent again`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            try place.spool.append([point()])
            let endpoint = ScriptedEndpoint([
                .failure(.unreadableBody(operation: "PostMetricData", problem: "html", requestID: "id"))
            ])
            let report = await place.post(endpoint.post)
            #expect(report.posted == 1)
            #expect(report.left == 0)
            #expect(report.errorType == "unreadable_body")
            #expect(report.problem?.contains("html") == true)
            #expect(await place.post(endpoint.post).requests == 0)
        }
    }

    /// Answers 400 or 413 where a request is not to its liking.
    private func picky(
        _ status: Int, _ log: ScriptedEndpoint, _ dislikes: @escaping @Sendable ([Double]) -> Bool
    ) -> MetricPoster.Post {
        { (metrics, deadline) async throws(OCIError) in
            if dislikes(metrics.flatMap { $0.datapoints.map(\.value) }) { throw .answered(status, "Other") }
            return try await log.post(metrics, deadline)
        }
    }

    @Test(arguments: [0, 13, 299])
    func `one point that a request is refused for does not hold the others`(bad: Int) async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            let points = (0..<300).map { point("m\($0 % 60)", value: Double($0), at: noon - 400 + Double($0)) }
            try place.spool.append(points)
            let log = ScriptedEndpoint()
            let post = picky(400, log) { $0.contains(Double(bad)) }
            // Once may be chance.
            let first = await place.post(post)
            #expect(first.stop == .failed)
            place.clock.advance(60)
            let second = await place.post(post)
            #expect(Set(log.values).count == 299)
            #expect(log.values.count == 299)
            #expect(second.dropped == DropCounts([.rejected: 1]))
            #expect(second.left == 0)
            #expect(second.resent == 0)
            #expect(second.stop == nil)
            #expect(second.errorType == "rejected")
        }
    }

    @Test func `a request that is too large goes in parts`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            try place.spool.append((0..<200).map { point(value: Double($0), at: noon - 400 + Double($0)) })
            let log = ScriptedEndpoint()
            let report = await place.post(picky(413, log) { $0.count > 30 })
            #expect(report.posted == 200)
            #expect(report.left == 0)
        }
    }

    @Test func `a service that refuses all for reasons of its own costs no point and few requests`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            try place.spool.append((0..<1000).map { point(value: Double($0)) })
            let log = ScriptedEndpoint()
            for _ in 0..<4 {
                let report = await place.post(picky(400, log) { _ in true })
                #expect(report.left == 1000)
                #expect(report.dropped.isEmpty)
                #expect(report.requests <= 14)
                #expect(report.stop == .failed)
                place.clock.advance(240)
            }
            // And when it has come to its senses, the parts grow again.
            let report = await place.post(log.post)
            #expect(report.posted == 1000)
            #expect(report.requests <= 11)
        }
    }
}
