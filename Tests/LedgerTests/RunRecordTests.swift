// SPDX-License-Identifier: MIT

import JSON
import Ledger
import Testing

@Suite struct RunRecordTests {
    @Test func `a small record is this line, with absent members left out`() {
        let id = Samples.id(1)
        let expected =
            #"{"schema":1,"type":"run","run_id":"\#(id)","job":"polisen","environment":"production","#
            + #""command":"collect","started_at":"2026-11-23T07:30:00.123Z","ended_at":"2026-11-23T07:30:01.623Z","#
            + #""outcome":"success","stages":[],"#
            + #""counts":{"returned":0,"new":0,"revised":0,"unchanged":0,"rejected":0},"commits":[],"objects_put":0,"#
            + #""feed_calls":0,"requests":0,"retries":0,"version":"0.1.0+abc","config_sha":"9f3c2a10","host":"box","#
            + #""cpu_seconds":0,"peak_memory_bytes":0}"#
        #expect(String(decoding: Samples.small().encoded(), as: UTF8.self) == expected)
    }

    @Test(arguments: [Samples.small(), Samples.full()])
    func `a record comes back as it was, and is one line`(record: RunRecord) throws {
        let line = record.encoded()
        #expect(!line.contains(10))
        #expect(try RunRecord(line: line) == record)
    }

    @Test(arguments: RunRecord.Outcome.allCases, RunRecord.SkipReason.allCases)
    func `every outcome and reason comes back`(outcome: RunRecord.Outcome, reason: RunRecord.SkipReason) throws {
        var record = Samples.small()
        record.outcome = outcome
        record.skipReason = reason
        #expect(try RunRecord(line: record.encoded()) == record)
    }

    @Test func `members nobody knows yet are ignored, at every depth`() throws {
        let text = String(decoding: Samples.full().encoded(), as: UTF8.self)
            .replacing("{\"schema\"", with: "{\"later\":[1,{}],\"schema\"").replacing(
                "\"class\"", with: "\"later\":null,\"class\"")
        #expect(text.contains("later\":null"))
        #expect(try RunRecord(line: bytes(text)) == Samples.full())
    }

    @Test func `a record of a newer schema is refused with both numbers`() {
        let text = String(decoding: Samples.small().encoded(), as: UTF8.self)
            .replacing("\"schema\":1", with: "\"schema\":2")
        let error = #expect(throws: RecordError.self) { try RunRecord(line: bytes(text)) }
        #expect(error == .newerSchema(2))
        #expect(error?.description == "the record has schema 2, this version reads up to 1; use a newer version")
    }

    @Test(arguments: [
        "schema", "type", "run_id", "job", "environment", "command", "started_at", "ended_at", "outcome", "version",
        "config_sha", "host",
    ])
    func `a missing or senseless member is named`(name: String) throws {
        let members = try #require(Samples.full().json.object)
        for value in [JSONMember(name, ["senseless"]), nil] {
            let rest = members.compactMap { $0.name == name ? value : $0 }
            let error = #expect(throws: RecordError.self) { try RunRecord(json: .object(rest)) }
            #expect(error == .invalid(member: name))
            #expect(error?.description.contains(name) == true)
        }
    }

    @Test(arguments: [
        "planned_at", "stages", "error", "skip_reason", "answer", "counts", "commits", "objects_put", "feed_calls",
        "requests", "retries", "invocation_id", "cpu_seconds", "peak_memory_bytes", "notes",
    ])
    func `an optional member may be missing or null, but not senseless`(name: String) throws {
        let members = try #require(Samples.full().json.object)
        for value in [JSONMember(name, .null), nil] {
            #expect(throws: Never.self) {
                try RunRecord(json: .object(members.compactMap { $0.name == name ? value : $0 }))
            }
        }
        let error = #expect(throws: RecordError.self) {
            try RunRecord(json: .object(members.map { $0.name == name ? JSONMember(name, [false]) : $0 }))
        }
        #expect(error == .invalid(member: name))
    }

    @Test func `a line cut anywhere is no JSON`() {
        let line = Samples.full().encoded()
        for length in 0..<line.count {
            let error = #expect(throws: RecordError.self) { try RunRecord(line: Array(line[..<length])) }
            guard case .notJSON = error else { Issue.record("cut at \(length): \(String(describing: error))"); return }
        }
    }
}
