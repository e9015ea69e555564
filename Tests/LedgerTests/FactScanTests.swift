// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON
import TestSupport
import Testing

@testable import Ledger

/// The fast reader of lines against the exact one.
@Suite struct FactScanTests {
    @Test(arguments: 0..<8) func `lines as written are read without the exact reader, and alike`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var (runs, checks) = (RunLineReader(), CheckLineReader())
        for _ in 0..<40 {
            let run = LineMaker.run(&random).encoded()
            #expect(try runs.read(run.span) == RunSummary(RunRecord(line: run)))
            let check = LineMaker.check(&random).json.encoded()
            #expect(try checks.read(check.span) == CheckSummary(CheckRecord(line: check)))
        }
    }

    @Test(arguments: LineDamage.allCases, 0..<4)
    func `the verdict on a line is the exact reader's`(damage: LineDamage, seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) * 131)
        var reader = FactReader()
        for _ in 0..<400 {
            let line = damage.applied(to: LineMaker.line(&random), &random)
            let exact = LedgerFact(LedgerEntry(LedgerLine(file: "f", number: 3, bytes: line[...])))
            let fast = reader.fact(of: line.span, file: "f", number: 3)
            #expect(fast == exact, "\(String(decoding: line, as: UTF8.self))")
        }
    }

    @Test(arguments: [
        "0", "-0", "7", "-7", "007", "1.5", "1e2", "1E+02", "1e-999", "1e999", "5.2e-05", "0.021117999999999998",
        "123456789012345678", "1234567890123456789012", ".5", "5.", "-", "1e", "0.1234567890123456789",
        "9007199254740993",
        "null", "true", "\"7\"", "[7]", "{}", "999999999999999.5", "0.1", "0.3", "2.675", "1.0000000000000002",
    ])
    func `numbers are read as the exact reader reads them`(token: String) {
        for name in ["feed_calls", "cpu_seconds", "peak_memory_bytes"] {
            expectAlike(run(#""\#(name)":\#(token)"#))
        }
        for name in ["feed_seconds", "bytes_put", "clock_skew_seconds", "telemetry"] {
            expectAlike(run(#""measures":{"\#(name)":\#(token)}"#))
        }
        expectAlike(run(#""counts":{"new":\#(token)},"commits":[\#(token)]"#))
        expectAlike(run(#""measures":{"puts":{"ok":\#(token),"error":2}}"#))
    }

    @Test(arguments: [
        "2026-11-23T07:30:00.123Z", "2026-11-23T07:30:00Z", "2026-11-23T08:30:00.123+01:00", "2026-02-29T07:30:00.123Z",
        "2028-02-29T07:30:00.123Z", "2026-11-23T24:30:00.123Z", "2026-11-23T07:60:00.123Z", "2026-11-23T07:30:60.123Z",
        "1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", "2026-11-23 07:30:00.123Z",
        "2026-11-23T07:30:00.1234", "", "2026-1a-23T07:30:00.123Z", "2026-00-23T07:30:00.123Z",
    ])
    func `instants are read as the exact reader reads them`(text: String) {
        expectAlike(run(#""planned_at":"\#(text)""#))
        expectAlike(#"{"schema":1,"type":"check","checked_at":"\#(text)","state":"fresh","stale":false}"#)
    }

    @Test(arguments: [
        #""outc\u006fme":"failed""#, #""outcome":"failed""#, #""new_member":{"a":[1,{"b":null}],"c":"å\u00e5"}"#,
        #""notes":["\ud800","å","\u0000"]"#, #""notes":[1]"#, #""notes":null"#, #""error":null"#,
        #""skip_reason":"later""#,
        #""error":{"type":"x","message":"m","exit_code":1,"type":"y"}"#, #""error":{"type":"x","message":"m"}"#,
        #""error":{"type":"\u0078","message":"m","stage":"nowhere","exit_code":1}"#, #""answer":{}"#, #""answer":[]"#,
        #""answer":{"class":"new","class":7}"#, #""stages":[{"seconds":1,"stage":"store"}]"#,
        #""stages":[{"stage":"x"}]"#,
        #""stages":[{"stage":"store","seconds":1,"more":"x"},{}]"#, #""exec":{"program":7}"#,
        #""exec":{"program":"p"}"#,
        #""measures":{"feed_outcomes":{"ok":2,"dns":1,"x":"y"}}"#, #""measures":{"feed_outcomes":[]}"#,
        #""measures":null"#,
        #""measures":{"puts":{"denied":1,"error":2,"conflict":3}}"#,
        #""measures":{"telemetry":{"points_posted_total":1}}"#,
        #""measures":{"telemetry":{"points_posted_total":12,"points_dropped_total":3}}"#, #""host":"é""#,
        #""host":"\n""#,
        #""schema":2"#, #""type":"check""#, #""version":7"#, #""run_id":"0""#, #""é":1"#, #""":1"#, #""x":tru"#,
        #""x":[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]"#,
    ])
    func `a member more is read as the exact reader reads it`(member: String) {
        expectAlike(run(member))
        expectAlike(#"{"schema":1,"type":"run",\#(member),"# + Self.required + "}")
        expectAlike(
            #"{"schema":1,"type":"check",\#(member),"checked_at":"2026-11-23T07:30:00.123Z","state":"a","stale":true}"#)
    }

    /// Found by a reviewer: the sums of a report overflowed, and the program crashed.
    @Test(arguments: [
        #""counts":{"new":9223372036854775807}"#, #""counts":{"rejected":-1}"#, #""feed_calls":1000000000000"#,
        #""measures":{"puts":{"error":9223372036854775807}}"#, #""measures":{"bytes_put":-9223372036854775808}"#,
        #""measures":{"feed_outcomes":{"ok":9007199254740992}}"#,
    ])
    func `a count that no run can have is damage`(members: String) {
        var reader = FactReader()
        let line = Array(run(members).utf8)
        guard case .damaged(let found) = reader.fact(of: line.span, file: "f", number: 3) else {
            Issue.record("taken for good: \(String(decoding: line, as: UTF8.self))")
            return
        }
        #expect("\(found)".hasPrefix("line 3 of f cannot be read: "))
    }

    @Test func `facts come in the order of the files, with damaged lines among them`() throws {
        try withTemporaryDirectory { directory in
            let ledger = RunLedger(statePath: directory)
            var (first, second) = (
                Samples.small(1), Samples.small(2, at: Samples.start.addingTimeInterval(40 * 86_400))
            )
            first.counts.new = 4
            second.measures.telemetry = .init(pointsPosted: 20, pointsDropped: 1)
            try ledger.append([first, second])
            let file = try ledger.files()[0]
            try FileSystem.append(
                file, bytes("\n{\"schema\":1,\"type\":\"later\"}\n{\"schema\":1,\"type\":\"run\",\"run"))
            let facts = try facts(of: ledger)
            #expect(facts.count == 4)
            #expect(facts.first == .run(RunSummary(first)))
            #expect(facts[1] == .other(type: "later"))
            guard case .damaged(let line) = facts[2] else { return #expect(Bool(false), "\(facts[2])") }
            #expect(line.file == file && line.line == 4)
            #expect(facts.last == .run(RunSummary(second)))
        }
    }

    @Test(
        arguments: [
            (nil, nil, 4), ("2026-11-05T00:00:00Z", nil, 3), ("2027-01-31T23:00:00Z", nil, 1),
            (nil, "2026-10-31T23:59:59Z", 2), ("2026-12-01T00:00:00Z", "2026-12-31T00:00:00Z", 2),
            ("2030-01-01T00:00:00Z", nil, 0),
        ] as [(String?, String?, Int)])
    func `two instants choose the months that may hold facts between them`(
        from: String?, until: String?, count: Int
    ) throws {
        try withTemporaryDirectory { directory in
            let ledger = RunLedger(statePath: directory)
            for (seed, start) in ["2026-09-03", "2026-10-03", "2026-11-03", "2026-12-03"].enumerated() {
                let date = try #require(Timestamp.date("\(start)T07:30:00Z"))
                try ledger.append(Samples.small(UInt64(seed), at: date))
            }
            let chosen = try facts(of: ledger, from: from.flatMap(Timestamp.date), until: until.flatMap(Timestamp.date))
            #expect(chosen.count == count)
        }
    }

    @Test func `a ledger larger than a block is read whole, and equals what the slow reader reads`() throws {
        try withTemporaryDirectory { directory in
            let ledger = RunLedger(statePath: directory)
            var random = SeededGenerator(seed: 9)
            var lines: [UInt8] = []
            for index in 0..<1500 {
                let line = LineMaker.line(&random)
                lines += (index % 50 == 0 ? LineDamage.bitFlip.applied(to: line, &random) : line) + [0x0A]
            }
            try FileSystem.append(ledger.path("2026-11"), lines)
            var exact: [LedgerFact] = []
            try ledger.forEach {
                exact.append(LedgerFact($0))
                return true
            }
            #expect(lines.count > 1 << 19)
            #expect(try facts(of: ledger) == exact)
        }
    }

    @Test func `without a ledger there are no facts`() throws {
        try withTemporaryDirectory { directory in
            let facts = try facts(of: RunLedger(statePath: directory))
            #expect(facts.isEmpty)
        }
    }

    private func facts(of ledger: RunLedger, from: Date? = nil, until: Date? = nil) throws -> [LedgerFact] {
        var facts: [LedgerFact] = []
        try ledger.scan(from: from, until: until) { facts.append($0) }
        return facts
    }

    /// A run's line with what it must have, and `more`.
    private func run(_ more: String) -> String { #"{"schema":1,"type":"run","# + Self.required + ",\(more)}" }

    private static let required =
        #""run_id":"01a20829-3ae0-7180-bd6d-4ef265a58699","job":"p","environment":"e","command":"collect","#
        + #""started_at":"2026-11-23T11:27:29.505Z","ended_at":"2026-11-23T11:27:29.519Z","outcome":"success","#
        + #""version":"1","config_sha":"a","host":"h""#

    private func expectAlike(_ text: String) {
        let line = Array(text.utf8)
        var reader = FactReader()
        let exact = LedgerFact(LedgerEntry(LedgerLine(file: "f", number: 1, bytes: line[...])))
        #expect(reader.fact(of: line.span, file: "f", number: 1) == exact, "\(text)")
    }
}
