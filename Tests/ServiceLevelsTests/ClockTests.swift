// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import TestSupport
import Testing

@testable import ServiceLevels

@Suite struct ClockTests {
    /// 2026-11-02T00:00Z.
    private static let start = 29_893_440
    private static let days = 24
    private static let day = 86_400_000
    private static let span = MinuteSpan(start: start - 30 * 1_440, end: start + 60 * 1_440)

    /// A run each half hour and a check in between, with failures and short outages; no gap of three hours.
    private static func ledger(skew: (Int) -> Int = { _ in 0 }, seed: UInt64 = 1) -> HistoryMaker {
        var (maker, random) = (HistoryMaker(), SeededGenerator(seed: seed))
        var isOff = 0
        for slot in 0..<(days * 48) {
            if Int.random(in: 0..<60, using: &random) == 0 { isOff = Int.random(in: 1...4, using: &random) }
            isOff -= 1
            guard isOff < 0 else { continue }
            let at = (start + slot * 30) * 60_000 + 5_000 + skew(slot)
            let isGood = Int.random(in: 0..<20, using: &random) > 0
            maker.run(isGood ? .success : .failed, at, at + 3_000, error: isGood ? nil : "feed_timeout")
            maker.check(at + 900_000)
        }
        return maker
    }

    private static func run(_ at: Int, _ outcome: RunRecord.Outcome = .success) -> LedgerFact {
        var maker = HistoryMaker(seed: UInt64(abs(at)))
        maker.run(outcome, at - 3_000, at)
        return maker.facts[0]
    }

    private static func chronicle(_ facts: [LedgerFact], asOf: Int = start + 50 * 1_440) -> Chronicle {
        var builder = ChronicleBuilder(detailFrom: 0)
        for fact in facts { builder.add(fact) }
        return builder.chronicle(asOf: asOf)
    }

    private static func states(_ facts: [LedgerFact]) -> [SliceState] {
        chronicle(facts).slices(in: span).flatMap { Array(repeating: $0.state, count: $0.span.count) }
    }

    /// The furthest minute from a place of writing that is not what it was.
    private static func reach(_ before: [SliceState], _ after: [SliceState], from at: Int) -> Int {
        zip(before, after).enumerated().filter { $1.0 != $1.1 }
            .map { abs($0.offset + span.start - at / 60_000) }.max() ?? 0
    }

    private static func instant(_ fact: LedgerFact) -> Int { Timestamp.milliseconds(HistoryMaker.instant(fact)) }

    /// What a wrong clock shows at an instant: at its first line, and lines a quarter of an hour apart.
    private static let shown: [(name: String, lines: Int, at: @Sendable (Int) -> Int)] = [
        ("1970", 1, { _ in 5_000_000 }), ("1970, three", 3, { _ in 5_000_000 }),
        ("ten days back", 1, { $0 - 10 * day }), ("ten days back, five", 5, { $0 - 10 * day }),
        ("two days back", 1, { $0 - 2 * day }), ("a month back, a day long", 90, { $0 - 30 * day }),
        ("ten days ahead", 1, { $0 + 10 * day }), ("ten days ahead, five", 5, { $0 + 10 * day }),
    ]

    @Test(arguments: 0..<8)
    func `a clock that is wrong for a while changes no minute far from there`(index: Int) {
        let (name, count, shows) = Self.shown[index]
        let facts = Self.ledger().facts
        let before = Self.states(facts)
        for place in [200, 700, 1_300, 1_800] {
            let at = Self.instant(facts[place - 1])
            let wrong = (0..<count).map { Self.run(shows(at) + $0 * 900_000, $0 % 2 == 0 ? .success : .failed) }
            // What was written in the meantime is missing.
            let rest = facts[place...].drop { Self.instant($0) < at + (count - 1) * 900_000 }
            let found = Array(facts[..<place]) + wrong + rest
            #expect(Self.reach(before, Self.states(found), from: at) <= 2_880, "\(name) at \(place)")
            let reading = Self.chronicle(found).reading
            #expect(reading.clockSteps.count == 1, "\(name) at \(place)")
            #expect(reading.firstAt == HistoryMaker.instant(facts[0]), "\(name) at \(place)")
            #expect(reading.lastAt == HistoryMaker.instant(facts[facts.count - 1]), "\(name) at \(place)")
        }
    }

    @Test func `two excursions, one of them with a clock that was wrong twice, are told and change nothing else`() {
        let facts = Self.ledger().facts
        let (first, second) = (Self.instant(facts[599]), Self.instant(facts[1_299]))
        let wrong = [second - 10 * Self.day, 5_000_000, second - 10 * Self.day + 60_000]
        let found =
            facts[..<600] + [Self.run(first - 3 * Self.day)] + facts[600..<1_300] + wrong.map { Self.run($0) }
            + facts[1_300...]
        #expect(Self.states(Array(found)) == Self.states(facts))
        #expect(Self.chronicle(Array(found)).reading.clockSteps.count == 3)
    }

    @Test func `a wrong line before a small step back leaves it a small one`() {
        var facts = Self.ledger(skew: { $0 < 600 ? 0 : -3_600_000 }).facts
        let place = facts.firstIndex { Self.instant($0) >= (Self.start + 599 * 30) * 60_000 } ?? 0
        let before = Self.states(facts)
        facts.insert(Self.run(5_000_000), at: place + 2)
        #expect(Self.reach(before, Self.states(facts), from: Self.instant(facts[place])) <= 2_880)
    }

    @Test func `a ledger that begins in 1970 begins with the next line`() {
        let facts = Self.ledger().facts
        let found = [Self.run(5_000_000, .failed)] + facts
        #expect(Self.states(found) == Self.states(facts))
        #expect(Self.chronicle(found).firstMinute == Self.chronicle(facts).firstMinute)
        #expect(Self.chronicle(found).incidents(in: Self.span) == Self.chronicle(facts).incidents(in: Self.span))
    }

    /// Since a jump ahead that can be seen, or since the first line, and set right then: it may not be believed.
    @Test(arguments: [0, 300])
    func `a clock that was fast for days and was set right is not believed`(from: Int) {
        let truth = Self.ledger()
        let until = 700
        let facts = Self.ledger(skew: { from..<until ~= $0 ? 10 * Self.day : 0 }).facts
        let (found, good) = (Self.states(facts), Self.states(truth.facts))
        // What the fast clock wrote of the time before it was set right, nobody can tell from the truth.
        let set = from == 0 ? Self.start + until * 30 + 62 : Self.span.start
        for (offset, state) in found.enumerated() where state == .good && offset + Self.span.start >= set {
            #expect(good[offset] == .good, "minute \(offset)")
        }
        #expect(Self.chronicle(facts).reading.clockSteps.count == 1)
        // What was written by the right clock still counts.
        let right =
            (Self.start + until * 30 + 120 - Self.span.start)..<(Self.start + Self.days * 1_440 - Self.span.start)
        #expect(Array(found[right]) == Array(good[right]))
    }

    @Test func `a few lines at the end do not undo weeks, and more do`() {
        let facts = Self.ledger().facts
        let before = Self.states(facts)
        let at = Self.instant(facts[facts.count - 1]) - 10 * Self.day
        for count in 1...5 {
            let after = Self.states(facts + (0..<count).map { Self.run(at + $0 * 900_000) })
            #expect((after == before) == (count <= 3), "\(count) lines")
        }
        // A single line that is late proves nothing against a few.
        let late = [Self.run(at + 9 * Self.day), Self.run(at)]
        #expect(Self.chronicle(late).successes == [at])
    }

    @Test(arguments: 1...12)
    func `a line more never makes a minute good that it does not speak of`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let facts =
            seed % 2 == 0
            ? Self.ledger(seed: UInt64(seed)).facts
            : HistoryMaker.random(seed: UInt64(seed), from: Self.start, minutes: 10 * 1_440).facts
        let before = Self.states(facts)
        for _ in 0..<4 {
            let at =
                Bool.random(using: &random)
                ? Int.random(in: 0...(Self.start + 50 * 1_440) * 60_000, using: &random)
                : Int.random(in: Self.start * 60_000...(Self.start + 30 * 1_440) * 60_000, using: &random)
            let after = Self.states(facts + [Self.run(at)])
            for (offset, pair) in zip(before, after).enumerated() where pair.0 != .good && pair.1 == .good {
                let minute = offset + Self.span.start
                #expect(at <= minute * 60_000 && minute * 60_000 <= at + 3_630_000, "\(at): minute \(minute)")
            }
        }
    }

    /// What came back only after the period's end is known all the same.
    @Test func `the report of a period is the same before and after a clock was wrong later`() {
        let facts = Self.ledger().facts
        let place = 1_500
        let asOf = Self.start + 12 * 1_440
        let wrong = (0..<6).map { Self.run(Self.instant(facts[place]) - 10 * Self.day + $0 * 60_000) }
        let found = Array(facts[...place]) + wrong + facts[(place + 1)...]
        #expect(
            Self.chronicle(found, asOf: asOf).slices(in: Self.span)
                == Self.chronicle(facts, asOf: asOf).slices(in: Self.span))
    }

    @Test func `damage behind a single line with a wrong clock is as old as the line before that`() {
        var undated = UndatedLines()
        for at in [100 * Self.day, 0] { undated.pass(at) }
        undated.addOther()
        #expect(undated.counts(until: 100 * Self.day).others == 0)
        for at in [101 * Self.day, 50 * Self.day, 50 * Self.day + 1_000] { undated.pass(at) }
        undated.addOther()
        #expect(undated.counts(until: 100 * Self.day).others == 1)
    }

    /// Its record stands in the file of 1970.
    @Test func `a clock that was set while a run lasted makes no evidence of decades`() {
        var maker = HistoryMaker()
        maker.check((Self.start - 20_000) * 60_000)
        maker.run(.success, 5_000, Self.start * 60_000)
        let slices = maker.chronicle(asOf: Self.start + 10).slices(
            in: MinuteSpan(start: Self.start - 20_000, end: Self.start))
        #expect(slices.map(\.state) == [.bad, .unknown, .bad])
        #expect(slices.last?.span.count == 1_440)
    }
}
