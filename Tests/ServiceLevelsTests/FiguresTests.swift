// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels
import TestSupport
import Testing

@Suite struct FiguresTests {
    /// 2026-11-16T00:00Z.
    private static let start = 29_913_120
    private static let minute = 60_000

    private static func at(_ minutes: Int, _ seconds: Int = 0) -> Int { (start + minutes) * minute + seconds * 1_000 }

    static func slo(_ indicator: SLO.Indicator, target: Int = 990_000) -> SLO {
        SLO(name: "x", displayName: "X", indicator: indicator, targetMillionths: target)
    }

    static let indicators: [SLO.Indicator] = [
        .freshMinutes(maxAgeSeconds: 3_600, toleranceSeconds: 30),
        .freshMinutes(maxAgeSeconds: 5_400, toleranceSeconds: 0), .runSuccess, .latency(limitSeconds: 300),
        .apiAvailability, .telemetryDelivery, .uniqueLines, .storagePuts, .detection(limitSeconds: 900),
        .resolution(limitSeconds: 7_200),
    ]

    private static func figures(_ maker: HistoryMaker, _ indicator: SLO.Indicator, _ minutes: Int) -> Figures {
        maker.chronicle(asOf: start + minutes)
            .figures(of: slo(indicator), over: MinuteSpan(start: start, end: start + minutes))
    }

    @Test func `a minute is fresh at the end of a success, up to the limit and its tolerance, and not a moment later`()
    {
        var maker = HistoryMaker()
        maker.check(Self.at(9))
        maker.run(.success, Self.at(9), Self.at(10))
        maker.check(Self.at(65))
        maker.check(Self.at(71))
        let slices = maker.chronicle(asOf: Self.start + 200)
            .slices(in: MinuteSpan(start: Self.start, end: Self.start + 200))
        #expect(slices.map(\.state) == [.unknown, .bad, .good, .bad, .unknown])
        #expect(slices.map(\.span.count) == [9, 1, 61, 16, 113])
        var exact = HistoryMaker()
        exact.run(.success, Self.at(9), Self.at(10, 30))
        let chronicle = exact.chronicle(asOf: Self.start + 200)
        let good = chronicle.slices(in: MinuteSpan(start: Self.start, end: Self.start + 200)).filter {
            $0.state == .good
        }
        #expect(good.map(\.span) == [MinuteSpan(start: Self.start + 11, end: Self.start + 72)])
    }

    /// It was at work for a minute before its record was there.
    @Test func `a ledger that begins with a success begins well`() {
        var maker = HistoryMaker()
        maker.run(.success, Self.at(8), Self.at(10, 5))
        let chronicle = maker.chronicle(asOf: Self.start + 60)
        let slices = chronicle.slices(in: MinuteSpan(start: Self.start, end: Self.start + 60))
        #expect(slices.map(\.state) == [.unknown, .good])
        #expect(chronicle.firstMinute == Self.start + 11)
    }

    @Test func `a success with a clock that was ahead makes no minute good, and the report says so`() {
        var maker = HistoryMaker()
        maker.run(.success, Self.at(0), Self.at(1))
        maker.run(.success, Self.at(150), Self.at(151))
        maker.check(Self.at(32), state: "missed")
        maker.check(Self.at(300), state: "missed")
        let chronicle = maker.chronicle(asOf: Self.start + 400)
        let good = chronicle.slices(in: MinuteSpan(start: Self.start, end: Self.start + 400))
            .filter { $0.state == .good }
        #expect(good.map(\.span) == [MinuteSpan(start: Self.start + 1, end: Self.start + 62)])
        #expect(chronicle.reading.clockSteps == [HistoryMaker.at(Self.at(32))])
    }

    @Test func `a killed run that is written late does not make the clock go back`() {
        var maker = HistoryMaker()
        maker.run(.success, Self.at(0), Self.at(1))
        maker.check(Self.at(100))
        maker.run(.killed, Self.at(31), Self.at(40))
        let chronicle = maker.chronicle(asOf: Self.start + 400)
        #expect(chronicle.reading.clockSteps.isEmpty)
        #expect(chronicle.slices(in: MinuteSpan(start: Self.start, end: Self.start + 60)).last?.state == .good)
    }

    @Test func `run success counts what was tried: skipped runs, other programs and replays are left out`() {
        var maker = HistoryMaker()
        let outcomes: [RunRecord.Outcome] = [.success, .success, .partial, .failed, .killed, .skipped]
        for (index, outcome) in outcomes.enumerated() {
            maker.run(outcome, Self.at(index * 10), Self.at(index * 10 + 1))
        }
        maker.run(.success, Self.at(70), Self.at(71), command: .exec)
        maker.run(.failed, Self.at(80), Self.at(81), command: .replay)
        let found = Self.figures(maker, .runSuccess, 100)
        #expect(found.whole == Attainment(good: 2, bad: 3))
        #expect(found.counted == found.whole)
    }

    @Test func `a run belongs to the minute it ended in, and to maintenance by its start`() {
        var maker = HistoryMaker()
        maker.maintenance("a", Self.at(5), Self.at(20))
        maker.maintenance("b", Self.at(10), Self.at(30))
        maker.run(.failed, Self.at(4, 59), Self.at(7))
        maker.run(.failed, Self.at(29, 59), Self.at(35))
        maker.run(.failed, Self.at(58), Self.at(59, 59))
        maker.run(.failed, Self.at(58), Self.at(60))
        let found = Self.figures(maker, .runSuccess, 60)
        #expect(found.whole.bad == 3)
        #expect(found.counted.bad == 2)
        #expect(found.excluded == 1)
    }

    @Test func `latency is from the planned slot to the end of a success`() {
        var maker = HistoryMaker()
        maker.run(.success, Self.at(1), Self.at(6)) { $0.plannedAt = HistoryMaker.at(Self.at(1)) }
        maker.run(.success, Self.at(31), Self.at(36, 1)) { $0.plannedAt = HistoryMaker.at(Self.at(31)) }
        maker.run(.success, Self.at(40), Self.at(41))
        maker.run(.failed, Self.at(61), Self.at(62)) { $0.plannedAt = HistoryMaker.at(Self.at(61)) }
        #expect(Self.figures(maker, .latency(limitSeconds: 300), 100).counted == Attainment(good: 1, bad: 1))
    }

    @Test func `calls, puts and verified lines are summed`() {
        var maker = HistoryMaker()
        maker.run(.success, Self.at(1), Self.at(2)) {
            ($0.feedCalls, $0.feedAnswers, $0.putsDone, $0.putsFailed) = (3, 1, 7, 1)
        }
        maker.run(.failed, Self.at(31), Self.at(32)) { ($0.feedCalls, $0.putsFailed) = (4, 2) }
        maker.note(Self.at(40), "verified", kind: .verification, lines: 1_000, duplicates: 2)
        maker.note(Self.at(41), "not of lines", lines: 1_000, duplicates: 2)
        #expect(Self.figures(maker, .apiAvailability, 100).counted == Attainment(good: 1, bad: 6))
        #expect(Self.figures(maker, .storagePuts, 100).counted == Attainment(good: 7, bad: 3))
        #expect(Self.figures(maker, .uniqueLines, 100).counted == Attainment(good: 998, bad: 2))
    }

    @Test func `telemetry is what the totals grew by; a smaller total began again`() {
        var maker = HistoryMaker()
        let totals: [(Int?, Int?)] = [(500, 3), (540, 3), (nil, nil), (600, 5), (20, 0), (45, 1)]
        for (index, total) in totals.enumerated() {
            maker.run(.success, Self.at(index * 30), Self.at(index * 30 + 1)) {
                ($0.pointsPosted, $0.pointsDropped) = total
            }
        }
        #expect(Self.figures(maker, .telemetryDelivery, 300).counted == Attainment(good: 40 + 60 + 20 + 25, bad: 2 + 1))
        #expect(Self.figures(maker, .telemetryDelivery, 60).counted == Attainment(good: 40))
    }

    /// It stands in the file of its start, before lines that were written earlier.
    @Test func `a run over the end of a month disturbs neither clock nor telemetry`() {
        let month = 29_934_720 - 30
        var maker = HistoryMaker()
        func run(_ start: Int, _ end: Int, _ total: Int, _ command: RunRecord.Command = .collect) {
            maker.run(.success, (month + start) * 60_000, (month + end) * 60_000, command: command) {
                ($0.pointsPosted, $0.pointsDropped) = (total, 0)
            }
        }
        run(0, 1, 100)
        run(60, 61, 120)
        run(90, 91, 130)
        run(5, 100, 160, .exec)
        run(120, 121, 165)
        maker.fileByMonth()
        let chronicle = maker.chronicle(asOf: month + 500)
        #expect(chronicle.reading.clockSteps.isEmpty)
        let found = chronicle.figures(
            of: Self.slo(.telemetryDelivery), over: MinuteSpan(start: month, end: month + 500))
        #expect(found.counted == Attainment(good: 65))
    }

    @Test(arguments: indicators)
    func `figures of adjoining windows add up to those of the whole`(indicator: SLO.Indicator) {
        var random = SeededGenerator(seed: 11)
        for seed in 1...8 {
            let chronicle = HistoryMaker.random(seed: UInt64(seed), from: Self.start, minutes: 2_880)
                .chronicle(asOf: Self.start + 2_700)
            let slo = Self.slo(indicator)
            let cuts = (0..<5).map { _ in Int.random(in: -100...3_000, using: &random) }.sorted()
            var sum = Figures()
            for (from, to) in zip(cuts, cuts.dropFirst()) {
                let part = chronicle.figures(
                    of: slo, over: MinuteSpan(start: Self.start + from, end: Self.start + to))
                sum.whole = Self.sum(sum.whole, part.whole)
                sum.counted = Self.sum(sum.counted, part.counted)
            }
            let span = MinuteSpan(start: Self.start + cuts[0], end: Self.start + cuts[4])
            let whole = chronicle.figures(of: slo, over: span)
            #expect(sum == whole)
            #expect(whole.counted.total + whole.excluded == whole.whole.total)
            if slo.unit == .minutes { #expect(whole.whole.total == span.count) }
        }
    }

    private static func sum(_ left: Attainment, _ right: Attainment) -> Attainment {
        Attainment(good: left.good + right.good, bad: left.bad + right.bad, unknown: left.unknown + right.unknown)
    }
}
