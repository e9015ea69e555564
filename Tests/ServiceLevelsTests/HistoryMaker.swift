// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels
import TestSupport

/// Makes facts of a ledger: one after the other, by an hour's clock that a test can set.
struct HistoryMaker {
    private(set) var facts: [LedgerFact] = []
    private var random: SeededGenerator

    init(seed: UInt64 = 1) { random = SeededGenerator(seed: seed) }

    static func at(_ milliseconds: Int) -> Date { Timestamp.date(milliseconds: milliseconds) }

    /// - Parameters: milliseconds since 1970.
    mutating func run(
        _ outcome: RunRecord.Outcome, _ start: Int, _ end: Int, command: RunRecord.Command = .collect,
        error: String? = nil, change: (inout RunSummary) -> Void = { _ in }
    ) {
        var run = RunSummary(
            runID: RunID(at: Self.at(start), using: &random), command: command, startedAt: Self.at(start),
            endedAt: Self.at(end), outcome: outcome)
        run.errorType = error
        change(&run)
        facts.append(.run(run))
    }

    mutating func check(_ at: Int, state: String = "fresh", isAlarming: Bool = false, vantage: String = "host") {
        facts.append(
            .check(
                CheckSummary(
                    checkedAt: Self.at(at), vantage: vantage, state: state, isStale: isAlarming,
                    isAlarming: isAlarming)))
    }

    mutating func maintenance(
        _ id: String, _ start: Int, _ end: Int?, recorded: Int? = nil, isCancelled: Bool = false,
        reason: String = "work"
    ) {
        var record = MaintenanceRecord(
            id: id, job: "polisen", recordedAt: Self.at(recorded ?? start), startsAt: Self.at(start),
            endsAt: end.map(Self.at), reason: reason, author: "anna", host: "h", version: "1")
        record.isCancelled = isCancelled
        facts.append(.maintenance(record))
    }

    mutating func alarm(_ name: String, _ status: String, _ at: Int, recorded: Int? = nil) {
        facts.append(
            .alarm(
                AlarmRecord(
                    at: Self.at(at), job: "polisen", alarm: name, alarmID: "ocid1.alarm.\(name)", displayName: name,
                    severity: "CRITICAL", status: status, recordedAt: Self.at(recorded ?? at), host: "h",
                    version: "1")))
    }

    mutating func note(
        _ at: Int, _ text: String, kind: NoteRecord.Kind = .note, lines: Int? = nil, duplicates: Int? = nil
    ) {
        var note = NoteRecord(
            id: "00000001", kind: kind, job: "polisen", recordedAt: Self.at(at), at: Self.at(at), text: text,
            author: "anna", host: "h", version: "1")
        note.linesCounted = lines
        note.duplicates = duplicates
        facts.append(.note(note))
    }

    func chronicle(asOf minute: Int, rules: ChronicleRules = ChronicleRules()) -> Chronicle {
        var builder = ChronicleBuilder(rules: rules, detailFrom: 0)
        for fact in facts { builder.add(fact) }
        return builder.chronicle(asOf: minute)
    }

    /// As the files hold them: by the month of their start, each in the order of writing.
    mutating func fileByMonth() {
        let months = facts.map(Self.month)
        facts = facts.indices.sorted { (months[$0], $0) < (months[$1], $1) }.map { facts[$0] }
    }

    mutating func keep(_ more: [LedgerFact]) { facts += more }

    /// Whether its place and its instant say something about the clock.
    static func tellsTheTime(_ fact: LedgerFact) -> Bool {
        switch fact {
        case .run(let run): run.outcome != .killed && run.command != .replay
        case .check: true
        default: false
        }
    }

    /// When it was over; of what people write, when they wrote it.
    static func instant(_ fact: LedgerFact) -> Date {
        if case .run(let run) = fact { return run.endedAt }
        return written(fact)
    }

    static func month(_ fact: LedgerFact) -> String { CalendarDay(written(fact)).monthText }

    private static func written(_ fact: LedgerFact) -> Date {
        switch fact {
        case .run(let run): run.startedAt
        case .check(let check): check.checkedAt
        case .maintenance(let record): record.recordedAt
        case .note(let record): record.recordedAt
        case .alarm(let record): record.recordedAt
        case .drill(let record): record.startedAt
        case .other, .damaged: Date(timeIntervalSince1970: 0)
        }
    }
}

extension HistoryMaker {
    /// Days of a host to which everything happens: it is off, its runs fail, take hours, are killed and noticed late,
    /// its clock is set, and work on it is planned, twice at once, and called off.
    ///
    /// - Parameter start: minutes since 1970; the facts stand in the order of their files.
    static func random(seed: UInt64, from start: Int, minutes: Int, clockSteps: Bool = true) -> HistoryMaker {
        var maker = HistoryMaker(seed: seed)
        var random = SeededGenerator(seed: seed &* 31 &+ 7)
        var skew = 0
        var now = start * 60_000
        let end = (start + minutes) * 60_000
        func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
        while now < end {
            let pause =
                chance(10)
                ? 60_000 * Int.random(in: 1...40, using: &random)
                : Int.random(
                    in: 1...1_200_000, using: &random)
            now += chance(4) ? Int.random(in: 0...14_400_000, using: &random) : pause
            if clockSteps, chance(4) { skew = chance(50) ? 0 : Int.random(in: -7_200_000...7_200_000, using: &random) }
            let instant = now + skew
            maker.happen(at: chance(30) ? instant / 60_000 * 60_000 : instant, using: &random)
        }
        maker.fileByMonth()
        return maker
    }

    private mutating func happen(at now: Int, using random: inout SeededGenerator) {
        let length =
            Int.random(in: 0..<10, using: &random) == 0
            ? Int.random(in: 0...14_400_000, using: &random) : Int.random(in: 500...90_000, using: &random)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<22: run(.success, now - length, now) { Self.measure(&$0, now, &random) }
        case 22..<30: run(.failed, now - length, now, error: "feed_timeout") { Self.measure(&$0, now, &random) }
        case 30..<34: run(.killed, now - length * 3, now, error: "killed_oom")
        case 34..<37: run(.partial, now - length, now) { Self.measure(&$0, now, &random) }
        case 37..<40: run(.skipped, now - 500, now) { $0.skipReason = .locked }
        case 40..<42: run(.success, now - length, now, command: .exec)
        case 42..<44: run(.success, now - length, now, command: .replay)
        case 44..<50: check(now, state: "unknown")
        case 50..<90: check(now, state: "missed", isAlarming: Bool.random(using: &random))
        case 90..<94:
            let id = "\(Int.random(in: 0..<4, using: &random))"
            let start = now + Int.random(in: -3_600_000...3_600_000, using: &random)
            let end = Bool.random(using: &random) ? start + Int.random(in: -60_000...7_200_000, using: &random) : nil
            let isCancelled = Int.random(in: 0..<6, using: &random) == 0
            maintenance(id, start, end, recorded: now, isCancelled: isCancelled)
        case 94..<96: alarm("freshness-stale", Bool.random(using: &random) ? "FIRING" : "OK", now)
        default:
            let lines = Int.random(in: 0...500, using: &random)
            note(now, "verified", kind: .verification, lines: lines, duplicates: min(lines, now % 3))
        }
    }

    private static func measure(_ run: inout RunSummary, _ now: Int, _ random: inout SeededGenerator) {
        run.plannedAt = at(now - Int.random(in: 0...600_000, using: &random))
        run.feedCalls = Int.random(in: 0...4, using: &random)
        run.feedAnswers = min(run.feedCalls, Int.random(in: 0...4, using: &random))
        run.putsDone = Int.random(in: 0...3, using: &random)
        run.putsFailed = Int.random(in: 0...1, using: &random)
        run.pointsPosted = Int.random(in: 0...1_000, using: &random)
        run.pointsDropped = Int.random(in: 0...10, using: &random)
    }
}
