// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import Ledger
import TestSupport
import Testing
import Transport

@testable import Collector

struct RunWatchTests {
    @Test func `a run measures what it does`() async throws {
        try await withHarness { harness async throws in
            let feed = ScriptedTransport { (_, _) throws(TransportError) in reply(window(Array(1...8))) }
            let record = await harness.run(feed)
            #expect(record.measures.feedOutcomes == ["ok": 1])
            #expect(record.measures.puts["ok"] == record.objectsPut)
            #expect(record.measures.bytesPut > 0 && record.measures.lag != nil)
            #expect(try harness.records() == [record])
            harness.wait()
            let second = await harness.run(feed)
            #expect(second.measures.puts == [:] && second.measures.lag == nil)
        }
    }

    @Test func `each attempt counts by how it ended`() async throws {
        try await withHarness { harness async throws in
            let feed = ScriptedTransport { (_, number) throws(TransportError) in
                switch number {
                case 1: return Reply(status: 503)
                case 2: throw .timeout(phase: .answer, host: "polisen.se", after: .seconds(30))
                default: return Reply(status: 200, body: Array("<html>".utf8))
                }
            }
            let record = await harness.run(feed)
            #expect(record.measures.feedOutcomes["http_5xx"] == 1 && record.measures.feedOutcomes["timeout"] == 1)
            #expect(record.measures.feedOutcomes["ok"] == nil)
            #expect((record.measures.feedOutcomes["parse"] ?? 0) >= 1)
            #expect(record.measures.feedOutcomes.values.reduce(0, +) == record.feedCalls)
        }
    }

    @Test(arguments: [(0, nil, 0), (-90, nil, 89), (90, nil, 90), (-90, "89", 0)] as [(Int, String?, Double)])
    func `a service's clock is compared with ours`(offset: Int, age: String?, skew: Double) async throws {
        try await withHarness { harness async throws in
            let now = harness.time.now
            let feed = ScriptedTransport { (_, _) throws(TransportError) in
                var answer = reply(window(Array(1...8)))
                answer.headers[.date] = HTTPDate.format(now.addingTimeInterval(Double(offset)))
                answer.headers[.age] = age
                return answer
            }
            #expect(await harness.run(feed).measures.clockSkewSeconds == skew)
        }
    }

    /// What went out through a watch's transports, in order; `feed` does with each call what a transport would.
    private struct Wire: Sendable {
        let watch = RunWatch()
        let sent = Collected<String>()
        let time = ManualTime(now: Date(timeIntervalSince1970: Double(noon)))

        func feed(_ answer: @escaping @Sendable (HTTPCall) async throws(TransportError) -> Reply) -> HTTPTransport {
            watch.feed(HTTPTransport(send: answer), time: time.source)
        }

        var service: HTTPTransport {
            let sent = sent
            let plain = HTTPTransport { (call) throws(TransportError) in
                sent.add("service \(call.timeout)")
                return Reply(status: 200)
            }
            return watch.service(plain, time: time.source)
        }

        /// A request to OCI that its task gets under way now.
        func ask() -> Task<Result<Reply, TransportError>, Never> {
            let service = service
            return Task {
                await outcome { () async throws(TransportError) in
                    try await service.send(HTTPCall(.get, "objectstorage.example"))
                }
            }
        }
    }

    @Test(arguments: [true, false])
    func `OCI is asked once the feed's request goes out, or has failed, and not before`(goesOut: Bool) async throws {
        let wire = Wire()
        wire.watch.holdServices()
        let asking = wire.ask()
        let feed = wire.feed { [sent = wire.sent, time = wire.time] call throws(TransportError) in
            // Long enough for the other task to be at the gate.
            for _ in 0..<1_000 { await Task.yield() }
            time.advance(by: .seconds(7))
            sent.add("feed")
            guard goesOut else { throw .dns(host: "polisen.se", detail: "") }
            call.willSend?()
            // The answer does not come before OCI's.
            _ = await asking.value
            return Reply(status: 200)
        }
        _ = await outcome { () async throws(TransportError) in try await feed.send(HTTPCall(.get, "polisen.se")) }
        #expect(try await asking.value.get().status == 200)
        // The wait is part of the time a request may take.
        let inTime = ["feed", "service \(Duration.seconds(53))"]
        #expect(wire.sent.values == inTime || wire.sent.values == ["feed", "service \(Duration.seconds(60))"])
    }

    @Test func `who waits for the feed's request can be cancelled`() async {
        let wire = Wire()
        wire.watch.holdServices()
        let asking = wire.ask()
        for _ in 0..<1_000 { await Task.yield() }
        asking.cancel()
        #expect(await asking.value.map(\.status) == .failure(.cancelled))
        let early = wire.ask()
        early.cancel()
        #expect(await early.value.map(\.status) == .failure(.cancelled))
        #expect(wire.sent.values == [])
        wire.watch.releaseServices()
        #expect(await wire.ask().value.map(\.status) == .success(200))
    }

    @Test func `measures come back from the ledger as they were`() throws {
        var random = SystemRandomNumberGenerator()
        let start = Date(timeIntervalSince1970: 1_790_000_000)
        var record = RunSetting().record(RunID(at: start, using: &random), .collect, at: start)
        #expect(!String(decoding: record.encoded(), as: UTF8.self).contains("measures"))
        record.measures.feedOutcomes = ["ok": 1]
        record.measures.feedSeconds = 0.25
        record.measures.puts = ["ok": 3, "conflict": 1]
        record.measures.bytesPut = 12
        record.measures.conflicts = 1
        record.measures.vaultReads = ["ok": 5]
        record.measures.rejected = ["id": 2]
        record.measures.clockSkewSeconds = 0
        record.measures.lag = .init([3, 1, 2])
        record.measures.secretEndsAt = start
        #expect(try RunRecord(line: record.encoded()) == record)
    }
}
