// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Ledger
import TestSupport
import Testing

@Suite struct RunLedgerTests {
    func date(_ text: String) throws -> Date { try #require(Timestamp.date(text)) }

    @Test func `records lie in the file of the month they started in`() throws {
        try withTemporaryDirectory { path throws in
            let ledger = RunLedger(statePath: path)
            let dates = ["2026-10-31T23:59:59.999Z", "2026-11-01T00:00:00.000Z", "2026-11-30T00:00:00Z"]
            let records = try dates.enumerated().map { Samples.small(UInt64($0), at: try date($1)) }
            try ledger.append(records)
            try RunLedger(statePath: path, name: "replay").append(Samples.small(9))
            #expect(
                try FileSystem.list("\(path)/ledger") == [
                    "replay-2026-11.jsonl", "runs-2026-10.jsonl", "runs-2026-11.jsonl",
                ])
            #expect(try ledger.last(10).runs == records.reversed())
            #expect(try ledger.last(2).runs == Array(records.suffix(2).reversed()))
            #expect(try ledger.last(0).runs == [])
        }
    }

    @Test func `a ledger that does not exist yet is empty`() throws {
        try withTemporaryDirectory { path throws in
            let ledger = RunLedger(statePath: "\(path)/none")
            #expect(try ledger.last(5) == LedgerReading())
            #expect(try ledger.find("0") == .none)
            #expect(try ledger.files() == [])
            #expect(try ledger.runIDs() == [])
            #expect(try ledger.removeFiles(now: Samples.start) == [])
        }
    }

    @Test func `a torn line, wherever it stands, costs only itself and is told with its place`() throws {
        try withTemporaryDirectory { path throws in
            let ledger = RunLedger(statePath: path)
            let file = "\(path)/ledger/runs-2026-11.jsonl"
            let records = (1...3).map { Samples.small($0) }
            try ledger.append(records[0])
            try FileSystem.append(file, Array(records[1].encoded().prefix(80)))
            try ledger.append(records[1])
            try FileSystem.append(file, bytes("\u{0}\u{0}\n[1]\nnull\n"))
            try ledger.append(records[2])
            try FileSystem.append(file, Array(records[2].encoded().dropLast()))
            let reading = try ledger.last(10)
            #expect(reading.runs == records.reversed())
            #expect(reading.damaged.map(\.line) == [8, 6, 5, 4, 2])
            #expect(Set(reading.damaged.map(\.file)) == [file])
            #expect(reading.damaged.last?.description.hasPrefix("line 2 of \(file) cannot be read: ") == true)
            #expect(try ledger.runIDs() == Set(records.map(\.runID)))
            #expect(try ledger.find(records[2].runID.description) == .found(records[2]))
        }
    }

    @Test func `the last record counts though a crash took its line feed`() throws {
        try withTemporaryDirectory { path throws in
            let ledger = RunLedger(statePath: path)
            try FileSystem.append("\(path)/ledger/runs-2026-11.jsonl", Samples.small().encoded())
            #expect(try ledger.last(1).runs == [Samples.small()])
            try ledger.append(Samples.small(2))
            #expect(try ledger.last(5) == LedgerReading(runs: [Samples.small(2), Samples.small()]))
        }
    }

    @Test func `records of other types and newer schemas are kept and never stop a reader`() throws {
        try withTemporaryDirectory { path throws in
            let ledger = RunLedger(statePath: path)
            let file = "\(path)/ledger/runs-2026-11.jsonl"
            let note = #"{"schema":7,"type":"note","text":"moved"}"#
            let newer = #"{"schema":2,"type":"run","run_id":"\#(Samples.id(4))"}"#
            try ledger.append(Samples.small())
            try FileSystem.append(file, bytes("\(note)\n\(newer)\n"))
            try ledger.append(Samples.small(2))
            var contents: [LedgerEntry.Content] = []
            try ledger.forEach { entry in
                contents.append(entry.content)
                return true
            }
            #expect(contents.count == 4)
            #expect(contents[0] == .run(Samples.small()))
            #expect(contents[1] == .other(type: "note", line: bytes(note)))
            guard case .damaged(let damaged, let line) = contents[2] else { Issue.record("not refused"); return }
            #expect(damaged.problem == .newerSchema(2))
            #expect(damaged.line == 3 && line == bytes(newer))
            #expect(try ledger.last(9).runs == [Samples.small(2), Samples.small()])
            #expect(try ledger.find(Samples.id(4).hex) == .unreadable(damaged))
        }
    }

    @Test func `streaming goes oldest first and stops when told`() throws {
        try withTemporaryDirectory { path throws in
            let ledger = RunLedger(statePath: path)
            let dates = try ["2025-12-31T00:00:00Z", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"].map(date)
            let records = dates.enumerated().map { Samples.small(UInt64($0), at: $1) }
            for record in records.reversed() { try ledger.append(record) }
            var seen: [RunRecord] = []
            try ledger.forEach { entry in
                if case .run(let record) = entry.content { seen.append(record) }
                return seen.count < 2
            }
            #expect(seen == Array(records.prefix(2)))
        }
    }

    @Test func `a run is found by the beginning of its id, if only one begins so`() throws {
        try withTemporaryDirectory { path throws in
            let ledger = RunLedger(statePath: path)
            let one = Samples.small(1)
            let two = Samples.small(2)
            let later = Samples.small(3, at: Samples.start.addingTimeInterval(86_400 * 40))
            try ledger.append([one, two, later])
            #expect(try ledger.find(one.runID.description) == .found(one))
            #expect(try ledger.find(one.runID.hex.uppercased()) == .found(one))
            #expect(try ledger.find(String(later.runID.description.prefix(10))) == .found(later))
            #expect(try ledger.find(String(one.runID.hex.prefix(12))) == .ambiguous([one.runID, two.runID].sorted()))
            #expect(try ledger.find("ffff") == .none)
            #expect(try ledger.find("") == .none)
        }
    }

    @Test func `the newest record of an id counts, and a torn one never hides a whole one`() throws {
        try withTemporaryDirectory { path throws in
            let ledger = RunLedger(statePath: path)
            var again = Samples.small()
            again.outcome = .killed
            try ledger.append([Samples.small(), again])
            try FileSystem.append("\(path)/ledger/runs-2026-11.jsonl", Array(again.encoded().prefix(100)))
            #expect(try ledger.find(again.runID.hex) == .found(again))
        }
    }

    @Test func `the newest runs that are wanted are found behind others`() throws {
        try withTemporaryDirectory { path throws in
            let ledger = RunLedger(statePath: path)
            var failed = Samples.full()
            failed.outcome = .failed
            try ledger.append([failed, Samples.small(2), Samples.small(3)])
            #expect(try ledger.last(1) { $0.outcome == .failed }.runs == [failed])
        }
    }

    @Test func `files are removed after five whole years, others never`() throws {
        try withTemporaryDirectory { path throws in
            let ledger = RunLedger(statePath: path)
            let names = [
                "runs-2021-10.jsonl", "runs-2021-11.jsonl", "replay-2019-01.jsonl", "runs-2021-1.jsonl", "runs-x.jsonl",
            ]
            for name in names + Self.between { try FileSystem.append("\(path)/ledger/\(name)", bytes("{}\n")) }
            try ledger.append(Samples.small())
            #expect(try ledger.removeFiles(now: Samples.start) == ["\(path)/ledger/runs-2021-10.jsonl"])
            let kept = ["replay-2019-01.jsonl", "runs-2021-1.jsonl", "runs-2021-11.jsonl"] + Self.between
            #expect(try FileSystem.list("\(path)/ledger") == kept + ["runs-2026-11.jsonl", "runs-x.jsonl"])
        }
    }

    /// A file for each month from December 2021 to October 2026.
    private static let between = (24_263..<24_322).map { month in
        let number = month % 12 + 1
        return "runs-\(month / 12)-\(number < 10 ? "0" : "")\(number).jsonl"
    }

    @Test(arguments: [2027, 2040, 9999]) func `a clock that ran years ahead takes no month of the last five years`(
        year: Int
    ) throws {
        try withTemporaryDirectory { path throws in
            let ledger = RunLedger(statePath: path)
            for name in Self.between { try FileSystem.append("\(path)/ledger/\(name)", bytes("{}\n")) }
            let jump = try #require(Timestamp.date("\(year)-06-15T00:00:00Z"))
            try ledger.append(Samples.small(at: jump))
            #expect(try ledger.removeFiles(now: jump) == [])
            #expect(try ledger.files().count == Self.between.count + 1)
        }
    }

    @Test func `writers at the same time lose no record`() async throws {
        try await withTemporaryDirectory { path in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<6 as Range<UInt64> {
                    group.addTask {
                        let ledger = RunLedger(statePath: path)
                        for number in 0..<10 as Range<UInt64> {
                            try ledger.append(Samples.small(writer * 100 + number))
                        }
                    }
                }
                try await group.waitForAll()
            }
            let reading = try RunLedger(statePath: path).last(100)
            #expect(reading.runs.count == 60)
            #expect(reading.damaged.isEmpty)
        }
    }
}
