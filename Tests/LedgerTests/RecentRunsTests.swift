// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import TestSupport
import Testing

@testable import Ledger

struct RecentRunsTests {
    private static func record(_ start: Date, _ outcome: RunRecord.Outcome = .success, note: String = "") -> RunRecord {
        var random = SystemRandomNumberGenerator()
        var record = RunRecord(
            runID: RunID(at: start, using: &random), job: "j", environment: "e", command: .collect, startedAt: start,
            endedAt: start, outcome: outcome, version: "1", configSHA: "00000000", host: "h")
        record.notes = note.isEmpty ? [] : [note]
        return record
    }

    @Test func `the last day is read from the ends of the files, over the turn of a month`() throws {
        try withTemporaryDirectory { path throws in
            let ledger = RunLedger(statePath: path)
            let now = try #require(Timestamp.date("2026-11-01T06:00:00Z"))
            // Lines long enough that a day does not fit into the first look.
            let padding = String(repeating: "x", count: 6_000)
            let times = (0..<96).reversed().map { now.addingTimeInterval(Double(-$0) * 1_800) }
            try ledger.append(times.map { Self.record($0, note: padding) })
            let day = try ledger.recent(since: now.addingTimeInterval(-86_400))
            #expect(day.map(\.startedAt) == times.suffix(49).reversed())
            #expect(try ledger.files().count == 2)
            #expect(try ledger.stretch(since: now.addingTimeInterval(-86_400)).isWhole)
            #expect(try !ledger.stretch(since: times[0]).isWhole)
        }
    }

    @Test func `a killed run written down late and a damaged line hide nothing`() throws {
        try withTemporaryDirectory { path throws in
            let ledger = RunLedger(statePath: path)
            let now = try #require(Timestamp.date("2026-11-20T06:00:00Z"))
            try ledger.append(Self.record(now.addingTimeInterval(-60)))
            try ledger.append(Self.record(now.addingTimeInterval(-900_000), .killed))
            try FileSystem.append(try #require(try ledger.files().last), Array("{torn".utf8))
            try ledger.append(Self.record(now))
            #expect(try ledger.recent(since: now.addingTimeInterval(-3_600)).count == 2)
        }
    }

    @Test func `the newest run wanted is found days back, over the turn of a month, and no further than asked`() throws
    {
        try withTemporaryDirectory { path throws in
            let ledger = RunLedger(statePath: path)
            let now = try #require(Timestamp.date("2026-11-02T06:00:00Z"))
            let padding = String(repeating: "x", count: 2_000)
            let times = (0..<300).reversed().map { now.addingTimeInterval(Double(-$0) * 1_800) }
            try ledger.append(times.enumerated().map { Self.record($1, note: $0 < 50 ? "wanted" : padding) })
            let isWanted = { (run: RunRecord) in run.notes == ["wanted"] }
            let week = now.addingTimeInterval(-7 * 86_400)
            #expect(try ledger.newest(since: week, where: isWanted)?.startedAt == times[49])
            #expect(try ledger.newest(since: times[50], where: isWanted) == nil)
            #expect(try ledger.newest(since: week) { $0.startedAt == now }?.startedAt == now)
            #expect(try ledger.newest(since: week) { _ in false } == nil)
        }
    }

    @Test func `there is nothing in a ledger that is not there`() throws {
        try withTemporaryDirectory { path throws in
            #expect(try RunLedger(statePath: path).recent(since: Date(timeIntervalSince1970: 0)) == [])
        }
    }
}
