// SPDX-License-Identifier: MIT

import Files
import Foundation
import OCI
import TestSupport
import Testing
import Transport

@testable import OCIMetrics

@Suite struct PosterTests {
    private struct Place {
        let clock = Clock()
        let spool: MetricSpool
        let endpoint: ScriptedEndpoint

        init(_ directory: String, _ script: [Result<PostResult, OCIError>] = []) {
            spool = MetricSpool(directory: directory + "/spool", now: { [clock] in clock.now })
            endpoint = ScriptedEndpoint(script)
        }

        func post(
            ignoringPause: Bool = false, destination: MetricDestination = .test, isUp: Bool = false
        ) async -> PostReport {
            await MetricPoster(
                spool: spool, destination: destination, time: .standing(now: { clock.now }, isUp: { isUp }),
                post: endpoint.post
            ).post(until: .seconds(2), ignoringPause: ignoringPause)
        }
    }

    private static func points(_ count: Int, streams: Int = .max) -> [MetricPoint] {
        (0..<count).map { point("m\($0 % streams)", value: Double($0), at: noon - 1000 + Double($0)) }
    }

    @Test func `batches hold at most 50 objects, oldest first, and points of a stream share one`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            try place.spool.append(Self.points(240, streams: 120).reversed())
            let report = await place.post()
            #expect(place.endpoint.requests.map(\.count) == [50, 50, 20])
            #expect(place.endpoint.requests.joined().allSatisfy { $0.datapoints.count == 2 })
            #expect(place.endpoint.requests[0].map { $0.datapoints[0].value } == (0..<50).map(Double.init))
            #expect(report.posted == 240)
            #expect(report.requests == 3)
            #expect(report.left == 0)
            #expect(report.oldestAge == nil)
            #expect(report.stop == nil)
            #expect(report.errorType == nil)
            #expect(try place.spool.status().points == 0)
        }
    }

    @Test func `an object carries name, dimensions, unit, count and the destination's names`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            try place.spool.append([
                MetricPoint(name: "a", dimensions: ["k": "v"], unit: "s", value: 2, count: 5, at: noon)
            ])
            var destination = MetricDestination.test
            destination.resourceGroup = "group"
            _ = await place.post(destination: destination)
            let identity = MetricIdentity(
                namespace: "tests", name: "a", resourceGroup: "group", compartment: destination.compartment,
                dimensions: ["k": "v"])
            let expected = MetricData(
                identity: identity, metadata: ["unit": "s"],
                datapoints: [MetricData.Datapoint(timestamp: noon, value: 2, count: 5)])
            #expect(place.endpoint.requests == [[expected]])
        }
    }

    @Test func `nothing waits, nothing is sent`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            #expect(await place.post().requests == 0)
        }
    }

    @Test func `objects refused inside a success are counted and never sent again`() async throws {
        try await withTemporaryDirectory { directory in
            let failures = [PostResult.Failure(message: "no", index: 1), PostResult.Failure(message: "no", index: nil)]
            let place = Place(directory, [.success(PostResult(failures: failures, failedCount: 2))])
            try place.spool.append(Self.points(8, streams: 4))
            let report = await place.post()
            // One for the refusal that matches none; the two of object 1 go again, each alone.
            #expect(report.dropped == DropCounts([.rejected: 1]))
            #expect(report.posted == 7)
            #expect(report.resent == 0)
            #expect(place.endpoint.requests.map { $0.map(\.datapoints.count) } == [[2, 2, 2, 2], [1, 1]])
            #expect(try place.spool.dropped() == DropCounts([.rejected: 1]))
            _ = await place.post()
            #expect(place.endpoint.requests.count == 2)
        }
    }

    @Test func `a request refused whole is not sent again, and the next one is`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory, [.failure(.answered(400, "InvalidParameter"))])
            try place.spool.append(Self.points(60))
            let report = await place.post()
            #expect(report.dropped == DropCounts([.rejected: 50]))
            #expect(report.posted == 10)
            #expect(report.errorType == "rejected")
            #expect(report.left == 0)
        }
    }

    @Test(
        arguments: [
            (.answered(429), 0), (.answered(503), 0), (.answered(401, skew: 4000), 0), (.answered(404), 0),
            (.answered(400, "InvalidParameter", skew: 9000), 0), (.answered(400, "CannotParseRequest"), 0),
            (.refusedConnection, 0), (.answered(500), 3), (.timeout, 3), (.reset, 3),
            (.unreadableBody(operation: "p", problem: "p", requestID: nil), 3),
            (.credential(CredentialProblem(kind: "none_found", message: "m")), 0),
        ] as [(OCIError, Int)])
    func `a failure keeps the points; they count as resent only where they may have arrived`(
        error: OCIError, resent: Int
    ) async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory, [.failure(error)])
            try place.spool.append(Self.points(3))
            let first = await place.post()
            #expect(first.left == 3)
            #expect(first.stop == .failed)
            #expect(first.errorType == error.reason)
            #expect(first.problem == "\(error)")
            #expect(first.dropped.isEmpty)
            #expect(try place.spool.status().inDoubt == resent)
            place.clock.advance(60)
            let second = await place.post()
            #expect(second.posted == 3)
            #expect(second.resent == resent)
            #expect(second.left == 0)
        }
    }

    @Test func `a lost answer stays in mind when the next request does not arrive`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory, [.failure(.reset), .failure(.refusedConnection)])
            try place.spool.append(Self.points(3))
            for _ in 0..<2 {
                _ = await place.post()
                place.clock.advance(120)
            }
            #expect(await place.post().resent == 3)
        }
    }

    @Test func `after failures nothing is sent for a while, then one request probes`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory, Array(repeating: .failure(.refusedConnection), count: 6))
            try place.spool.append(Self.points(120))
            for (failures, pause) in zip(1..., [15, 30, 60, 120, 240, 240] as [Double]) {
                #expect(await place.post().requests == 1)
                place.clock.advance(pause - 1)
                let paused = await place.post()
                #expect(paused.stop == .paused)
                #expect(paused.requests == 0)
                #expect(paused.left == 120)
                #expect(try place.spool.status().failures == failures)
                place.clock.advance(1)
            }
            let report = await place.post()
            #expect(report.requests == 3)
            #expect(try place.spool.status().failures == 0)
            #expect(try place.spool.status().pausedUntil == nil)
        }
    }

    @Test func `a service that asks to be left alone for longer is left alone for so long`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory, [.failure(.answered(429, "TooManyRequests", retryAfter: .seconds(40)))])
            try place.spool.append(Self.points(3))
            #expect(await place.post().retryAfter == .seconds(40))
            place.clock.advance(39)
            #expect(await place.post().stop == .paused)
            place.clock.advance(1)
            #expect(await place.post().posted == 3)
        }
    }

    @Test func `the pause gives way to whoever asks, and to a clock set back`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory, [.failure(.refusedConnection), .failure(.refusedConnection)])
            try place.spool.append(Self.points(1))
            _ = await place.post()
            #expect(await place.post(ignoringPause: true).requests == 1)
            place.clock.advance(-600)
            #expect(await place.post().requests == 1)
        }
    }

    @Test func `points from the future wait until their time has come`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            try place.spool.append([point(value: 1), point(value: 2, at: noon + 3600)])
            #expect(await place.post().left == 1)
            place.clock.advance(3300)
            #expect(await place.post().left == 1)
            place.clock.advance(1)
            #expect(await place.post().posted == 1)
            #expect(place.endpoint.values == [1, 2])
        }
    }

    @Test func `no time, no request`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            try place.spool.append(Self.points(3))
            let report = await place.post(isUp: true)
            #expect(report.stop == .deadline)
            #expect(report.requests == 0)
            #expect(report.left == 3)
        }
    }

    @Test func `a request that does not end by itself is ended at the deadline`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            try place.spool.append(Self.points(3))
            let poster = MetricPoster(spool: place.spool, destination: .test, time: ManualTime().source) {
                (_, _) async throws(OCIError) in
                while !Task.isCancelled { await Task.yield() }
                throw .transport(.cancelled, operation: "PostMetricData", attempts: 1)
            }
            let report = await poster.post(until: .seconds(2))
            #expect(report.left == 3)
            #expect(report.stop == .failed)
            #expect(report.duration <= .seconds(2))
            #expect(try place.spool.status().inDoubt == 3)
        }
    }

    @Test func `one process posts at a time`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            try place.spool.append(Self.points(3))
            let right = try #require(try place.spool.tryPosting())
            let report = await place.post()
            #expect(report.stop == .busy)
            #expect(report.left == 3)
            right.release()
            #expect(await place.post().posted == 3)
        }
    }

    @Test(
        arguments: [
            MetricDestination(compartment: "", namespace: "tests"),
            MetricDestination(compartment: "c", namespace: "Tests"),
            MetricDestination(compartment: "c", namespace: "oci_tests"),
            MetricDestination(compartment: "c", namespace: "tests", resourceGroup: ""),
        ])
    func `a destination that OCI would refuse costs no point`(destination: MetricDestination) async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            try place.spool.append(Self.points(3))
            let report = await place.post(destination: destination)
            #expect(report.errorType == "setting")
            #expect(report.left == 3)
            #expect(place.endpoint.requests.isEmpty)
        }
    }

    @Test func `a spool that cannot be used is told, not thrown`() async throws {
        try await withTemporaryDirectory { directory in
            try FileSystem.replace(directory + "/spool", [1])
            let report = await Place(directory).post()
            #expect(report.errorType == "spool")
            #expect(report.problem?.contains(directory) == true)
        }
    }

    @Test func `history is dropped from the file while points come and go`() async throws {
        try await withTemporaryDirectory { directory in
            let place = Place(directory)
            for _ in 0..<30 {
                try place.spool.append((0..<40).map { point("m\($0)", at: place.clock.now) })
                _ = await place.post()
                place.clock.advance(1800)
            }
            #expect(place.endpoint.values.count == 1200)
            #expect(try FileSystem.size(place.spool.path) ?? 0 < 48 << 10)
        }
    }
}
