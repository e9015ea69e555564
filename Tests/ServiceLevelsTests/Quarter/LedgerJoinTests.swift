// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON
import Ledger
import ServiceLevels
import TestSupport
import Testing

/// What must not depend on how a ledger lies on its disk, nor on the order of lines that say the same instant.
@Suite struct LedgerJoinTests {
    private static let weeks = ["2026-W44", "2026-W46", "2026-W51"]

    private static func report(_ facts: [LedgerFact], _ week: String) throws -> Report {
        ScenarioReport(facts: facts).report(.week(try #require(ISOWeek(week))))
    }

    private static func bytes(_ report: Report) -> [UInt8] {
        Array((report.text(.english) + report.csv).utf8) + report.json.encoded()
    }

    @Test func `the same ledger makes the same bytes, read a second time and made a second time`() throws {
        try withTemporaryDirectory { directory in
            let ledger = RunLedger(statePath: directory)
            try ScenarioLedger(scenario: .quarter).write(to: ledger)
            for week in Self.weeks {
                let first = try Self.report(try ScenarioLedger.facts(ledger), week)
                let second = try Self.report(try ScenarioLedger.facts(ledger), week)
                #expect(Self.bytes(first) == Self.bytes(second))
            }
        }
    }

    /// The report of a week is made on Monday, and again at New Year from a ledger three times as long.
    @Test(arguments: ["2026-W41", "2026-W44", "2026-W47", "2026-W50"])
    func `what is written after a week does not change its report`(week: String) throws {
        let ledger = ScenarioLedger(scenario: .quarter)
        let end = try #require(ISOWeek(week)).span.end
        // Monday, 9 o'clock.
        let then = try ledger.facts(writtenBefore: (end + 9 * 60) * 60_000)
        let later = try ScenarioReport.quarter.get().facts
        #expect(then.count < later.count)
        #expect(Self.bytes(try Self.report(then, week)) == Self.bytes(try Self.report(later, week)))
    }

    @Test(arguments: 1...6)
    func `a ledger read in parts is the whole: facts joined at any line`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let lines = ScenarioLedger(scenario: .spring).file(month: "2026-03")
        let cut = Int.random(in: 1..<lines.count, using: &random)
        let whole = try Self.facts([("runs", lines)])
        let parts = try Self.facts([("runs", Array(lines[..<cut]))]) + Self.facts([("runs", Array(lines[cut...]))])
        #expect(parts == whole)
        let reports = try [whole, parts].map { try Self.report($0, "2026-W13") }
        #expect(Self.bytes(reports[0]) == Self.bytes(reports[1]))
    }

    /// Two hosts' ledgers, or one that was moved: the lines of the other stand behind its own, months apart.
    @Test func `months written to two ledgers are the whole when their files lie together`() throws {
        let ledger = ScenarioLedger(scenario: .quarter)
        try withTemporaryDirectory { directory in
            let (old, new) = (RunLedger(statePath: directory + "/old"), RunLedger(statePath: directory + "/new"))
            for month in ["2026-09", "2026-10", "2026-11", "2026-12", "2027-01"] {
                let target = month < "2026-11" ? old : new
                let bytes = ledger.file(month: month).flatMap { $0 + [UInt8(ascii: "\n")] }
                try FileSystem.append(ScenarioLedger.path(target, month), bytes)
            }
            let joined = try ScenarioLedger.facts(old) + ScenarioLedger.facts(new)
            let whole = try ScenarioReport.quarter.get().facts
            for week in Self.weeks {
                #expect(Self.bytes(try Self.report(joined, week)) == Self.bytes(try Self.report(whole, week)))
            }
        }
    }

    /// The ledger that the scenarios write in one go is what the program writes record by record.
    @Test func `lines appended one by one make the same file`() throws {
        try withTemporaryDirectory { directory in
            let ledger = RunLedger(statePath: directory)
            var scenario = Scenario.spring
            scenario.alarms = []
            let runs = scenario.runs().suffix(40)
            for run in runs { try ledger.append(run.record) }
            for check in scenario.checks().suffix(10) { try ledger.append(check.record) }
            for work in scenario.maintenance { for record in work.records { try ledger.append(record) } }
            let expected =
                runs.map { $0.record.encoded() } + scenario.checks().suffix(10).map { $0.record.json.encoded() }
                + scenario.maintenance.flatMap(\.records).map { $0.json.encoded() }
            let bytes = try FileSystem.read(ScenarioLedger.path(ledger, "2026-03"))
            #expect(bytes == expected.flatMap { $0 + [UInt8(ascii: "\n")] })
        }
    }

    @Test(arguments: 1...6)
    func `the order of checks and runs of the same instant does not matter`(seed: Int) throws {
        let facts = try ScenarioLedger(scenario: .spring).facts()
        var random = SeededGenerator(seed: UInt64(seed) + 40)
        // Each check is moved to the instant of the line behind it, on either side of it.
        var (kept, swapped): ([LedgerFact], [LedgerFact]) = ([], [])
        var index = 0
        while index < facts.count {
            defer { index += 1 }
            guard case .check(let check) = facts[index], index + 1 < facts.count,
                case .run(let run) = facts[index + 1]
            else {
                kept.append(facts[index])
                swapped.append(facts[index])
                continue
            }
            let same = CheckSummary(
                checkedAt: run.endedAt, vantage: check.vantage, state: check.state, isStale: check.isStale,
                isAlarming: check.isAlarming)
            kept += [.check(same), .run(run)]
            swapped += Bool.random(using: &random) ? [.run(run), .check(same)] : [.check(same), .run(run)]
            index += 1
        }
        #expect(kept != swapped)
        #expect(Self.bytes(try Self.report(kept, "2026-W13")) == Self.bytes(try Self.report(swapped, "2026-W13")))
    }

    private static func facts(_ files: [(name: String, lines: [[UInt8]])]) throws -> [LedgerFact] {
        try withTemporaryDirectory { directory in
            let ledger = RunLedger(statePath: directory)
            for file in files {
                try FileSystem.append(
                    ScenarioLedger.path(ledger, "2026-03"), file.lines.flatMap { $0 + [UInt8(ascii: "\n")] })
            }
            return try ScenarioLedger.facts(ledger)
        }
    }
}

extension ScenarioLedger {
    /// The lines of a month's file.
    fileprivate func file(month: String) -> [[UInt8]] {
        lines().filter { $0.month == month }.enumerated()
            .sorted { ($0.element.written, $0.offset) < ($1.element.written, $1.offset) }.map(\.element.bytes)
    }

    /// What could be read at an instant, in milliseconds since 1970.
    fileprivate func facts(writtenBefore end: Int) throws -> [LedgerFact] {
        try withTemporaryDirectory { directory in
            let ledger = RunLedger(statePath: directory)
            let lines = lines().filter { $0.written < end }.enumerated()
                .sorted { ($0.element.written, $0.offset) < ($1.element.written, $1.offset) }.map(\.element)
            for (month, lines) in Dictionary(grouping: lines, by: \.month) {
                try FileSystem.append(Self.path(ledger, month), lines.flatMap { $0.bytes + [UInt8(ascii: "\n")] })
            }
            return try Self.facts(ledger)
        }
    }
}
