// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels
import TestSupport
import Testing

@Suite struct ChronicleTests {
    /// 2026-11-30T12:00Z: the month ends within the history.
    private static let start = 29_934_000
    private static let span = MinuteSpan(start: start - 100, end: start + 3_000)

    /// All that a chronicle answers.
    private struct Answers: Hashable {
        let slices: [Slice]
        let figures: [Figures]
        let incidents: [Incident]
        let reading: ReadingFacts
        let runs: [RunSummary]
        let maintenance: [MaintenanceSpan]
        let alarms: [AlarmRecord]
        let notes: [NoteRecord]

        init(_ chronicle: Chronicle) {
            slices = chronicle.slices(in: span)
            figures = FiguresTests.indicators.map { chronicle.figures(of: FiguresTests.slo($0), over: span) }
            incidents = chronicle.incidents(in: span)
            (reading, runs, maintenance) = (chronicle.reading, chronicle.runs, chronicle.maintenance)
            (alarms, notes) = (chronicle.alarms, chronicle.notes)
        }
    }

    @Test(arguments: 1...10)
    func `facts fed in pieces, with questions in between, make the same chronicle`(seed: Int) {
        let history = HistoryMaker.random(seed: UInt64(seed) + 400, from: Self.start, minutes: 2_880)
        let whole = Answers(history.chronicle(asOf: Self.start + 2_880))
        var random = SeededGenerator(seed: UInt64(seed))
        var builder = ChronicleBuilder(detailFrom: 0)
        for fact in history.facts {
            builder.add(fact)
            if Int.random(in: 0..<20, using: &random) == 0 { _ = builder.chronicle(asOf: Self.start + 1_000) }
        }
        #expect(Answers(builder.chronicle(asOf: Self.start + 2_880)) == whole)
    }

    /// Property: what is later than `asOf` changes nothing of what was measured before.
    @Test(arguments: 1...10)
    func `what happened later changes no minute`(seed: Int) {
        let history = HistoryMaker.random(seed: UInt64(seed) + 500, from: Self.start, minutes: 2_880, clockSteps: false)
        let asOf = Self.start + 1_500
        var before = HistoryMaker()
        before.keep(history.facts.filter { HistoryMaker.instant($0) < HistoryMaker.at(asOf * 60_000) })
        #expect(
            history.chronicle(asOf: asOf).slices(in: Self.span) == before.chronicle(asOf: asOf).slices(in: Self.span))
    }

    @Test(arguments: 1...40)
    func `a success with a clock ahead makes no minute good`(seed: Int) throws {
        let history = HistoryMaker.random(seed: UInt64(seed) + 600, from: Self.start, minutes: 2_880)
        var random = SeededGenerator(seed: UInt64(seed))
        let place = Int.random(in: 0..<history.facts.count / 2, using: &random)
        let later = history.facts[place...].filter(HistoryMaker.tellsTheTime).map(HistoryMaker.instant)
        // Five minutes and more ahead of something that is written later, in the same file.
        let lowest = Timestamp.milliseconds(try #require(later.min()))
        let at = lowest + 300_001 + Int.random(in: 0...10_000_000, using: &random)
        let month = CalendarDay(HistoryMaker.at(at)).monthText
        guard later.contains(where: { CalendarDay($0).monthText == month && $0 < HistoryMaker.at(at - 300_000) })
        else { return }
        var lying = HistoryMaker(seed: UInt64(seed))
        lying.keep(Array(history.facts[..<place]))
        lying.run(.success, at - 1_000, at)
        lying.keep(Array(history.facts[place...]))
        let asOf = Self.start + 2_880
        func good(_ maker: HistoryMaker) -> [Slice] {
            maker.chronicle(asOf: asOf).slices(in: Self.span).filter { $0.state == .good }
        }
        #expect(good(lying) == good(history))
    }

    @Test func `histories of these tests hold what they are about`() {
        let chronicles = (1...20).map {
            HistoryMaker.random(seed: $0, from: Self.start, minutes: 2_880).chronicle(asOf: Self.start + 2_880)
        }
        #expect(chronicles.count { !$0.reading.clockSteps.isEmpty } > 10)
        #expect(chronicles.count { $0.maintenance.count > 1 } > 10)
        for state in SliceState.allCases {
            #expect(chronicles.allSatisfy { $0.slices(in: Self.span).contains { $0.state == state } })
        }
    }

    @Test func `the newest record of planned work counts, and says whether it was told too late`() {
        let minute = Self.start * 60_000
        var maker = HistoryMaker()
        maker.maintenance("announced", minute + 600_000, minute + 1_200_000, recorded: minute)
        maker.maintenance("announced", minute + 600_000, minute + 930_000, recorded: minute + 930_000)
        maker.maintenance("cancelled", minute, minute + 600_000)
        maker.maintenance("cancelled", minute, minute + 600_000, isCancelled: true)
        maker.maintenance("late", minute, minute + 60_000, recorded: minute + 90_000_000)
        maker.maintenance("open", minute + 30_000, nil)
        maker.maintenance("planned", minute + 90_000_000, nil, recorded: minute)
        let found = maker.chronicle(asOf: Self.start + 100).maintenance
        #expect(found.map(\.id) == ["late", "open", "announced"])
        #expect(found.map(\.isBackdated) == [true, false, false])
        #expect(found.map(\.isOpen) == [false, true, false])
        #expect(found.map(\.span.start) == [Self.start, Self.start, Self.start + 10])
        #expect(found.map(\.span.end) == [Self.start + 1, Self.start + 100, Self.start + 16])
    }

    @Test func `what people wrote later about the time before counts, what happened later does not`() {
        var maker = HistoryMaker()
        let end = (Self.start + 100) * 60_000
        maker.note(end - 1, "before")
        maker.note(end, "after")
        maker.alarm("freshness-stale", "FIRING", end - 60_000, recorded: end + 60_000)
        maker.alarm("freshness-stale", "FIRING", end - 60_000, recorded: end + 90_000)
        maker.alarm("freshness-stale", "OK", end)
        maker.run(.success, end - 60_000, end)
        maker.run(.success, end - 60_000, end - 1)
        maker.check(end)
        let chronicle = maker.chronicle(asOf: Self.start + 100)
        #expect(chronicle.notes.map(\.text) == ["before"])
        #expect(chronicle.alarms.map(\.status) == ["FIRING"])
        #expect(chronicle.runs.count == 1)
        #expect((chronicle.reading.runs, chronicle.reading.checks) == (1, 0))
        #expect(chronicle.reading.lastAt == HistoryMaker.at(end - 1))
    }

    @Test func `runs before the detail are numbers only`() {
        var maker = HistoryMaker()
        maker.run(.success, Self.start * 60_000 - 1, Self.start * 60_000 + 1_000)
        maker.run(.success, Self.start * 60_000 + 60_000, Self.start * 60_000 + 61_000)
        maker.run(.failed, Self.start * 60_000, Self.start * 60_000 + 90_000)
        var builder = ChronicleBuilder(detailFrom: Self.start)
        for fact in maker.facts { builder.add(fact) }
        let chronicle = builder.chronicle(asOf: Self.start + 10)
        #expect(chronicle.runs.map(\.outcome) == [.failed, .success])
        #expect(chronicle.reading.runs == 3)
        let found = chronicle.figures(of: FiguresTests.slo(.runSuccess), over: Self.span)
        #expect(found.counted == Attainment(good: 2, bad: 1))
    }

    @Test func `an empty ledger is unknown throughout`() {
        let chronicle = HistoryMaker().chronicle(asOf: Self.start)
        #expect(chronicle.firstMinute == nil)
        #expect(chronicle.slices(in: Self.span) == [Slice(span: Self.span, state: .unknown)])
        #expect(chronicle.slices(in: MinuteSpan(start: 5, end: 5)).isEmpty)
        for indicator in FiguresTests.indicators {
            let figures = chronicle.figures(of: FiguresTests.slo(indicator), over: Self.span)
            #expect(figures.counted.valid == 0)
        }
    }

    @Test func `lines that cannot be read or are of another type are counted`() {
        var builder = ChronicleBuilder(detailFrom: 0)
        for _ in 0..<3 { builder.add(.other(type: "novelty")) }
        let chronicle = builder.chronicle(asOf: Self.start)
        #expect(chronicle.reading.lines == 3)
        #expect(chronicle.reading.firstAt == nil)
    }
}
