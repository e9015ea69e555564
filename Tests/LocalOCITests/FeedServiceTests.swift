// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import HTTPTypes
import JSON
import LocalOCI
import TestSupport
import Testing
import Transport

struct FeedServiceTests {
    private static let start = instant("2026-01-05T00:00:00Z")

    private static func withFeed(_ body: @escaping @Sendable (CloudHarness) async throws -> Void) async throws {
        let clock = LocalClock()
        clock.set(start.addingTimeInterval(9 * 3_600), rate: 0)
        try await CloudHarness.withCloud(clock: clock, feed: .generated(seed: 2, start: start), body)
    }

    @Test func `the feed is what the generator says, compressed or not`() async throws {
        try await Self.withFeed { (cloud) async throws in
            var generator = FeedGenerator(seed: 2, start: Self.start)
            let expected = generator.answer(at: cloud.cloud.clock.now)
            let plain = try await cloud.send(.get, "/api/events")
            #expect(plain.body == expected)
            // The transport offers gzip by itself and undoes it.
            let timing = plain.timing
            #expect(timing.wireBytes < expected.count / 3)
            var call = cloud.call(.get, "/api/events")
            call.acceptsCompression = false
            let whole = try await cloud.transport.send(call)
            #expect(whole.body == expected && whole.timing.wireBytes == expected.count)
            #expect(whole.header("content-type") == "application/json; charset=utf-8")
        }
    }

    @Test func `an unchanged list is not sent again, by etag or date, a changed one is`() async throws {
        try await Self.withFeed { (cloud) async throws in
            let first = try await cloud.send(.get, "/api/events")
            let etag = try #require(first.header("etag"))
            let changed = try #require(first.header("last-modified"))
            #expect(try await cloud.send(.get, "/api/events", ["if-none-match": etag]).status == 304)
            #expect(try await cloud.send(.get, "/api/events", ["if-modified-since": changed]).status == 304)
            let both = ["if-none-match": "\"other\"", "if-modified-since": changed]
            #expect(try await cloud.send(.get, "/api/events", both).status == 200)
            cloud.cloud.clock.set(cloud.cloud.clock.now.addingTimeInterval(3 * 3_600), rate: 0)
            #expect(try await cloud.send(.get, "/api/events", ["if-none-match": etag]).status == 200)
            #expect(try await cloud.send(.get, "/api/events", ["if-modified-since": changed]).status == 200)
            let head = try await cloud.send(.head, "/api/events")
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(try await cloud.send(.post, "/api/events", body: []).status == 405)
            #expect(try await cloud.send(.get, "/api/other").status == 404)
        }
    }

    @Test func `nothing may be concluded from filtered and empty answers`() async throws {
        var generator = FeedGenerator(seed: 2, start: Self.start)
        let found = (0..<40_000).lazy.map { Self.start.addingTimeInterval(Double($0) * 300) }
            .first { FeedTestProbe.isDisturbed(&generator, at: $0) }
        let moment = try #require(found)
        try await Self.withFeed { (cloud) async throws in
            cloud.cloud.clock.set(moment, rate: 0)
            let reply = try await cloud.send(.get, "/api/events", ["if-none-match": "*"])
            #expect(reply.status == 200)
            #expect(reply.header("etag") == nil && reply.header("last-modified") == nil)
        }
    }

    @Test(arguments: [false, true])
    func `a recording answers with the newest body of the clock's time, byte for byte`(gzip: Bool) async throws {
        let lines = """
            {"capturedAt":"2026-01-05T00:00:00Z","body":[ {"id": 1} ]}
            {"capturedAt":"2026-01-05T00:30:00Z","body":null,"raw":"<html>\\u00e5</html>"}
            {"body":[{"id":3}],"capturedAt":"2026-01-05T01:00:00Z"}

            """
        try await withTemporaryDirectory { (directory) async throws in
            let path = directory + "/feed.jsonl"
            try FileSystem.replace(path, gzip ? GzipCoding.deflate(Array(lines.utf8)) : Array(lines.utf8))
            let clock = LocalClock()
            clock.set(Self.start.addingTimeInterval(-1), rate: 0)
            try await CloudHarness.run(in: directory, feed: .recorded(path: path), clock: clock) {
                (cloud) async throws in
                #expect(try await cloud.send(.get, "/api/events").status == 503)
                let expected = [
                    (0.0, #"[ {"id": 1} ]"#), (1_799, #"[ {"id": 1} ]"#), (1_800, "<html>å</html>"),
                    (9_000, #"[{"id":3}]"#),
                ]
                for (seconds, body) in expected {
                    clock.set(Self.start.addingTimeInterval(seconds), rate: 0)
                    #expect(try await cloud.send(.get, "/api/events").text == body)
                }
                let known = try await cloud.send(
                    .get, "/api/events", ["if-modified-since": "Mon, 05 Jan 2026 01:00:00 GMT"])
                #expect(known.status == 304)
            }
        }
    }

    @Test(arguments: ["", "\n", "[]\n", "{\"capturedAt\":\"yesterday\",\"body\":[]}\n"])
    func `what is no recording is refused at start`(text: String) throws {
        try withTemporaryDirectory { directory in
            try FileSystem.replace(directory + "/f", Array(text.utf8))
            #expect(throws: RecordedFeed.Problem.self) { try RecordedFeed(path: directory + "/f") }
        }
    }

    @Test func `gzip of anything comes back as it was`() throws {
        var random = SeededGenerator(seed: 9)
        let noise = (0..<70_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let repeated = Array(String(repeating: "abcdefgh-", count: 9_000).utf8)
        let mixed = Array(noise.prefix(40_000)) + repeated + Array(noise.prefix(40_000))
        for bytes in [[], [0], Array("aaaa".utf8), noise, repeated, mixed] {
            #expect(try GzipCoding.inflate(GzipCoding.deflate(bytes)) == bytes)
        }
        #expect(GzipCoding.deflate(repeated).count < 1_000)
        #expect(throws: (any Error).self) { try GzipCoding.inflate([0x1F, 0x8B, 8, 0]) }
    }
}

/// Finds instants at which the generator does not show its list.
private enum FeedTestProbe {
    static func isDisturbed(_ generator: inout FeedGenerator, at moment: Date) -> Bool {
        generator.poll(at: moment).kind != .normal
    }
}
