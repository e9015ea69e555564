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
