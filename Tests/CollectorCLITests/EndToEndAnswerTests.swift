// SPDX-License-Identifier: MIT

import Collector
import Files
import Foundation
import JSON
import Ledger
import TestSupport
import Testing

/// What the built program makes of answers that are odd, and of a feed that wants to be left alone.
@Suite struct EndToEndAnswerTests {
    @Test func `a filtered list is stored, told as partial and asked for again`() async throws {
        try await EndToEndHost.use { host in
            let some = EndToEndFeed().events.filter { $0.contains("Typ 3") }
            let script: [FaultServer.Step] = [.readRequest, .answer("[\(some.joined(separator: ","))]"), .again]
            try await withFaultServer(script) { server in
                let ended = try await host.collect("http://\(server.authority)/")
                let end = ExpectedEnd(
                    status: 0, type: "answer_filtered", says: "the next run asks again", outcome: .partial)
                try expectEnd(ended, end, on: host)
                #expect(server.requestCount == 2)
            }
            #expect(try await host.storedEvents() == some.sorted())
        }
    }

    @Test func `an empty list is told as partial`() async throws {
        try await EndToEndHost.use { host in
            try await withFaultServer([.readRequest, .answer("[]"), .again]) { server in
                let ended = try await host.collect("http://\(server.authority)/")
                let end = ExpectedEnd(
                    status: 0, type: "answer_no_events", says: "the next run asks again", outcome: .partial)
                try expectEnd(ended, end, on: host)
            }
            try await expectRecovery(of: host)
        }
    }

    static let elements: [(element: String, type: String)] = [
        (#"{"id":1,"id":2,"datetime":"2026-01-02 9:38:09 +01:00"}"#, "event_duplicate_name"),
        (#"{"id":1,"datetime":"2026-01-02 9:38:09 +01:00","name":"X"}"#, "event_invalid_utf8"),
        (#"{"id":1,"type":"Brand"}"#, "event_missing_datetime"),
        (#"{"id":1,"datetime":"i går"}"#, "event_invalid_datetime"),
        (#"{"datetime":"2026-01-02 9:38:09 +01:00"}"#, "event_missing_id"),
        (#"{"id":1.5,"datetime":"2026-01-02 9:38:09 +01:00"}"#, "event_invalid_id"),
        (
            #"{"id":1,"x":\#(String(repeating: "[", count: 5_000) + String(repeating: "]", count: 5_000))}"#,
            "event_too_deep"
        ),
        ("null", "event_not_an_object"),
    ]

    @Test(arguments: elements)
    func `an element that is no event is kept and told, and harms no other`(
        element: String, type: String
    ) async throws {
        try await EndToEndHost.use { host in
            let feed = EndToEndFeed()
            let bytes = element.utf8.map { type == "event_invalid_utf8" && $0 == 0x58 ? 0xFF : $0 }
            let body = Array("[".utf8) + bytes + Array(",\(feed.events.joined(separator: ","))]".utf8)
            let head = Array("HTTP/1.1 200 OK\r\ncontent-length: \(body.count)\r\n\r\n".utf8)
            try await withFaultServer([.readRequest, .send(head + body), .again]) { server in
                for run in 1...2 {
                    let ended = try await host.collect("http://\(server.authority)/")
                    #expect(ended.status == 0, "\(ended.errors)")
                    #expect(
                        ended.entries("event.rejected").map { $0["error.type"]?.string } == (run == 1 ? [type] : []))
                }
            }
            #expect(try await host.storedEvents() == feed.events.sorted())
            let rejects = try FileSystem.walk(host.archive + "/rejects")
            #expect(rejects.count == 1)
            let records = try host.records()
            #expect(records.map(\.outcome) == [.success, .success] && records.map(\.counts.rejected) == [1, 0])
            #expect(records.first?.notes.contains { $0.contains(type) } == true)
        }
    }

    @Test func `ids of any size and sign are stored as they were written`() async throws {
        try await EndToEndHost.use { host in
            let now = Date()
            let strange = ["-7", "9007199254740993", "123456789012345678901234567890"].map {
                EndToEndFeed.event(1, now, "s").replacingOccurrences(of: #""id":1,"#, with: #""id":\#($0),"#)
            }
            let events = EndToEndFeed(before: now).events + strange
            let script: [FaultServer.Step] = [.readRequest, .answer("[\(events.joined(separator: ","))]"), .again]
            try await withFaultServer(script) { server in
                for new in [43, 0] {
                    let ended = try await host.collect("http://\(server.authority)/")
                    #expect(ended.status == 0, "\(ended.errors)")
                    let record = try host.records().last
                    #expect(record?.counts.new == new)
                }
            }
            #expect(try await host.storedEvents() == events.sorted())
        }
    }

    @Test func `a feed that has nothing new says so with 304`() async throws {
        try await EndToEndHost.use { host in
            let feed = EndToEndFeed()
            let unchanged = "HTTP/1.1 304 Not Modified\r\n\r\n"
            try await withFaultServer(
                feed.script(headers: "etag: \"a\"\r\n"), [.readRequest, .send(unchanged), .again]
            ) { server in
                for _ in 1...2 {
                    let ended = try await host.collect("http://\(server.authority)/")
                    #expect(ended.status == 0, "\(ended.errors)")
                }
                #expect(server.receivedText.last?.lowercased().contains("if-none-match: \"a\"") == true)
            }
            #expect(try host.records().map { $0.answer?.answerClass } == ["normal", "unchanged"])
            #expect(try await host.storedEvents() == feed.events.sorted())
        }
    }

    @Test func `who asks to be left alone for an hour is left alone by the next run, too`() async throws {
        try await EndToEndHost.use { host in
            let now = Date()
            let busy = "HTTP/1.1 429 Slow down\r\nretry-after: 3600\r\ncontent-length: 0\r\n\r\n"
            try await withFaultServer([.readRequest, .send(busy), .again]) { server in
                let url = "http://\(server.authority)/"
                let first = try await host.collect(url, environment: clock(now))
                try expectEnd(
                    first, ExpectedEnd(status: 69, type: "feed_throttled", says: "later runs keep to it"), on: host)
                let end = ExpectedEnd(
                    status: 75, type: "feed_held_off", says: "run again then", outcome: .skipped)
                try expectEnd(try await host.collect(url, environment: clock(now + 1_800)), end, on: host, records: 2)
                #expect(server.requestCount == 1)
            }
            let feed = EndToEndFeed(before: now + 3_601)
            try await feed.serve { url in
                let ended = try await host.collect(url, deadline: "30s", environment: clock(now + 3_601))
                #expect(ended.status == 0, "\(ended.errors)")
            }
            #expect(try await host.storedEvents() == feed.events.sorted())
        }
    }

    @Test func `a short wish to wait is granted within the run`() async throws {
        try await EndToEndHost.use { host in
            let feed = EndToEndFeed()
            let busy = "HTTP/1.1 429 Slow down\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            try await withFaultServer([.readRequest, .send(busy)], feed.script()) { server in
                let ended = try await host.collect("http://\(server.authority)/", deadline: "20s")
                #expect(ended.status == 0, "\(ended.errors)")
                #expect(ended.entries("api.request.failed").map { $0["error.type"]?.string } == ["feed_throttled"])
            }
            #expect(try await host.storedEvents() == feed.events.sorted())
        }
    }

    @Test func `a budget that is used up skips the run and asks nobody`() async throws {
        try await EndToEndHost.use { host in
            let now = Date().timeIntervalSince1970
            let calls = (1...60).map { "\(now - Double($0 * 50))\n" }.joined()
            try FileSystem.replace(host.state + "/feed-calls", Array(calls.utf8))
            try await withFaultServer(EndToEndFeed().script()) { server in
                let ended = try await host.collect("http://\(server.authority)/", limits: "polisen")
                let end = ExpectedEnd(status: 75, type: "rate_budget", says: "run again then", outcome: .skipped)
                try expectEnd(ended, end, on: host)
                #expect(server.requestCount == 0)
            }
            try await expectRecovery(of: host)
        }
    }

    private func clock(_ date: Date) -> [String: String] {
        ["POLISEN_CLOCK": Timestamp.text(date).prefix(19) + "Z"]
    }
}
