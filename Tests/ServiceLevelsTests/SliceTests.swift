// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels
import TestSupport
import Testing

@Suite struct SliceTests {
    /// 2026-11-30T12:00Z: the month ends within the history.
    private static let start = 29_934_000

    /// Two days in which everything happens.
    private static func history(_ seed: UInt64, clockSteps: Bool = true) -> HistoryMaker {
        HistoryMaker.random(seed: seed, from: start, minutes: 2_880, clockSteps: clockSteps)
    }

    private static func states(_ slices: [Slice]) -> [SliceState] {
        slices.flatMap { Array(repeating: $0.state, count: $0.span.count) }
    }

    @Test(arguments: 1...40)
    func `slices are what each minute is when it is looked at alone`(seed: Int) throws {
        let history = Self.history(UInt64(seed))
        let asOf = Self.start + 2_000 + seed * 23
        let chronicle = history.chronicle(asOf: asOf)
        let reference = ReferenceChronicle(facts: history.facts, asOf: asOf)
        let span = MinuteSpan(start: Self.start - 300, end: Self.start + 3_200)
        let slices = chronicle.slices(in: span)
        #expect(Self.states(slices) == reference.states(in: span))
        #expect(slices.first?.span.start == span.start)
        #expect(slices.last?.span.end == span.end)
        for (slice, next) in zip(slices, slices.dropFirst()) {
            #expect(slice.span.end == next.span.start)
            #expect(slice.state != next.state)
        }
        let inner = MinuteSpan(start: Self.start + 611, end: Self.start + 1_207)
        #expect(Self.states(chronicle.slices(in: inner)) == reference.states(in: inner))
    }

    @Test(arguments: 1...10)
    func `maintenance is left out as each minute says, twice at once only once`(seed: Int) {
        let history = Self.history(UInt64(seed) + 100)
        let asOf = Self.start + 2_880
        let reference = ReferenceChronicle(facts: history.facts, asOf: asOf)
        let span = MinuteSpan(start: Self.start, end: asOf)
        let planned = (span.start..<span.end).map(reference.isPlanned)
        let counted = zip(reference.states(in: span), planned).filter { !$0.1 }.map(\.0)
        let figures = history.chronicle(asOf: asOf).figures(of: .freshness, over: span)
        #expect(figures.counted.good == counted.count { $0 == .good })
        #expect(figures.counted.bad == counted.count { $0 == .bad })
        #expect(figures.counted.unknown == counted.count { $0 == .unknown })
        #expect(figures.excluded == planned.count { $0 })
        #expect(figures.counted.total + figures.excluded == span.count)
    }

    @Test(arguments: 1...20)
    func `a clock that runs well is never said to be set back, at the end of a month neither`(seed: Int) {
        let history = Self.history(UInt64(seed) + 200, clockSteps: false)
        #expect(history.chronicle(asOf: Self.start + 2_880).reading.clockSteps == [])
    }
}

extension SLO {
    static let freshness = SLO(
        name: "freshness", displayName: "Freshness",
        indicator: .freshMinutes(maxAgeSeconds: 3_600, toleranceSeconds: 30), targetMillionths: 995_000)
}
