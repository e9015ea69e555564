// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels
import TestSupport
import Testing

@Suite struct IncidentTests {
    /// 2026-11-16T00:00Z.
    private static let start = 29_913_120

    private static func at(_ minutes: Int, _ seconds: Int = 0) -> Int { (start + minutes) * 60_000 + seconds * 1_000 }
    private static func date(_ minutes: Int, _ seconds: Int = 0) -> Date { HistoryMaker.at(at(minutes, seconds)) }

    private static let rules = ChronicleRules(runbook: { $0 == "feed_timeout" ? "api-failing" : nil })

    private static func incidents(_ maker: HistoryMaker, _ minutes: Int = 600) -> [Incident] {
        maker.chronicle(asOf: start + minutes, rules: rules)
            .incidents(in: MinuteSpan(start: start, end: start + minutes))
    }

    /// A success at 0:01:20, checks every 10 minutes, stale from 1:02 on.
    private static func outage(checkedUntil last: Int = 400) -> HistoryMaker {
        var maker = HistoryMaker()
        maker.run(.success, at(1), at(1, 20))
        for minute in stride(from: 10, through: last, by: 10) {
            maker.check(at(minute), state: minute > 60 ? "failing" : "fresh", isAlarming: minute > 60)
        }
        return maker
    }

    @Test func `an outage is told from its last success to its end`() throws {
        var maker = HistoryMaker()
        maker.run(.success, Self.at(1), Self.at(1, 20))
        maker.run(.failed, Self.at(31), Self.at(31, 20), error: "feed_timeout")
        maker.check(Self.at(50))
        maker.run(.failed, Self.at(61), Self.at(61, 20), error: "feed_timeout")
        maker.run(.killed, Self.at(62), Self.at(63), error: "killed_oom")
        maker.check(Self.at(63, 5), state: "failing", isAlarming: true)
        maker.alarm("freshness-stale", "FIRING", Self.at(70))
        maker.note(Self.at(75), "The API is down, see their page")
        maker.maintenance("a", Self.at(80), Self.at(85), reason: "new kernel")
        maker.run(.success, Self.at(91), Self.at(91, 10))
        let incident = try #require(Self.incidents(maker).first)
        #expect(incident.kind == .stale)
        #expect(incident.startedAt == Self.date(62))
        #expect(incident.endedAt == Self.date(92))
        #expect(incident.lastGoodAt == Self.date(1, 20))
        #expect(incident.detectedAt == Self.date(63, 5))
        #expect(incident.detectionSeconds == 65)
        #expect(incident.repairSeconds == 1_800)
        #expect((incident.badMinutes, incident.unknownMinutes, incident.maintenanceMinutes) == (30, 0, 5))
        #expect(incident.cause == .failing(errorType: "feed_timeout", runs: 3))
        #expect(incident.runbook == "api-failing")
        #expect(
            incident.timeline == [
                TimelineEntry(at: Self.date(1, 20), event: .lastGood),
                TimelineEntry(at: Self.date(31, 20), event: .firstFailure(errorType: "feed_timeout")),
                TimelineEntry(at: Self.date(62), event: .stale),
                TimelineEntry(at: Self.date(63, 5), event: .detected(vantage: "host")),
                TimelineEntry(at: Self.date(70), event: .alarm(name: "freshness-stale", status: "FIRING")),
                TimelineEntry(at: Self.date(75), event: .note(text: "The API is down, see their page")),
                TimelineEntry(at: Self.date(80), event: .maintenanceStarted(reason: "new kernel")),
                TimelineEntry(at: Self.date(85), event: .maintenanceEnded(reason: "new kernel")),
                TimelineEntry(at: Self.date(92), event: .recovered),
            ])
    }

    @Test func `an incident that lasts has no end, and is known up to now`() throws {
        let maker = Self.outage()
        let incident = try #require(Self.incidents(maker, 200).first)
        #expect(incident.endedAt == nil)
        #expect(incident.repairSeconds == nil)
        #expect(incident.badMinutes == 138)
        #expect(incident.cause == .noRuns)
        #expect(incident.runbook == "scheduler-unhealthy")
    }

    @Test func `an alarm that fired before data was stale noticed it at once`() throws {
        var maker = Self.outage()
        maker.alarm("runs-failing", "FIRING", Self.at(55), recorded: Self.at(500))
        maker.alarm("telemetry-loss", "FIRING", Self.at(40))
        let incident = try #require(Self.incidents(maker).first)
        #expect(incident.detectedAt == Self.date(55))
        #expect(incident.detectionSeconds == 0)
    }

    @Test func `an alarm before the last success was about something else`() throws {
        var maker = HistoryMaker()
        maker.alarm("no-successful-run", "FIRING", Self.at(0))
        maker.run(.success, Self.at(1), Self.at(1, 20))
        for minute in stride(from: 10, through: 200, by: 10) { maker.check(Self.at(minute), state: "failing") }
        #expect(try #require(Self.incidents(maker).first).detectedAt == nil)
    }

    @Test func `unknown minutes on both sides belong to the incident, its start is the first bad minute`() throws {
        var maker = HistoryMaker()
        maker.run(.success, Self.at(1), Self.at(1, 20))
        maker.check(Self.at(120), state: "missed", isAlarming: true)
        maker.run(.success, Self.at(200), Self.at(200))
        let incident = try #require(Self.incidents(maker, 250).first)
        #expect(incident.startedAt == Self.date(120))
        #expect(incident.endedAt == Self.date(200))
        #expect((incident.badMinutes, incident.unknownMinutes) == (16, 122))
        #expect(
            incident.timeline.map(\.event) == [
                .lastGood, .evidenceEnded, .evidenceBack, .stale, .detected(vantage: "host"), .evidenceEnded,
                .evidenceBack, .recovered,
            ])
    }

    @Test func `two incidents with a few good minutes between them stay two`() {
        var rules = ChronicleRules()
        rules.staleAfterSeconds = 120
        var maker = HistoryMaker()
        for minute in [0, 30, 60] { maker.run(.success, Self.at(minute), Self.at(minute)) }
        let found = maker.chronicle(asOf: Self.start + 61, rules: rules)
            .incidents(in: MinuteSpan(start: Self.start, end: Self.start + 61))
        #expect(found.map(\.badMinutes) == [27, 27])
    }

    @Test(arguments: [(14, 0), (15, 1)])
    func `a stretch nobody looked at is an incident when it is long enough`(minutes: Int, count: Int) {
        var maker = HistoryMaker()
        maker.run(.success, Self.at(0), Self.at(0))
        maker.run(.success, Self.at(61 + minutes), Self.at(61 + minutes))
        maker.alarm("checker-silent", "FIRING", Self.at(70))
        let found = Self.incidents(maker, 100)
        #expect(found.count == count)
        #expect(found.allSatisfy { $0.kind == .blind && $0.startedAt == Self.date(61) && $0.badMinutes == 0 })
        #expect(found.allSatisfy { $0.endedAt == Self.date(61 + minutes) && $0.detectedAt == Self.date(70) })
    }

    @Test func `the time before the first record is no incident`() {
        var maker = HistoryMaker()
        maker.run(.success, Self.at(300), Self.at(301))
        #expect(Self.incidents(maker, 340).isEmpty)
        var blank = HistoryMaker()
        blank.check(Self.at(300), state: "missed", isAlarming: true)
        blank.run(.success, Self.at(310), Self.at(310))
        #expect(Self.incidents(blank, 340).map(\.unknownMinutes) == [0])
        #expect(Self.incidents(HistoryMaker()).isEmpty)
    }

    /// Runs of the incident, what they say, and the runbook.
    @Test(
        arguments: [
            (
                [("failed", "a"), ("failed", "feed_timeout"), ("killed", "feed_timeout")],
                IncidentCause.failing(errorType: "feed_timeout", runs: 3), "api-failing"
            ),
            ([("failed", "b"), ("failed", "a")], .failing(errorType: "b", runs: 2), nil),
            ([("failed", nil)], .failing(errorType: "unknown", runs: 1), nil),
            ([("partial", nil), ("partial", nil), ("failed", "a")], .partial(runs: 2), "api-answer-filtered"),
            (
                [("skipped", "locked"), ("skipped", "locked"), ("skipped", "maintenance")],
                .skipped(reason: "locked", runs: 3), nil
            ),
            ([], .noRuns, "scheduler-unhealthy"), ([("success", nil)], .tooSeldom, "freshness-stale"),
        ] as [([(String, String?)], IncidentCause, String?)])
    func `the cause is what most runs came to`(
        runs: [(outcome: String, word: String?)], cause: IncidentCause, runbook: String?
    ) throws {
        var maker = HistoryMaker()
        maker.run(.success, Self.at(1), Self.at(1, 20))
        for (index, run) in runs.enumerated() {
            let outcome = try #require(RunRecord.Outcome(rawValue: run.outcome))
            // A success that took so long that data went stale meanwhile.
            let begin = outcome == .success ? Self.at(31) : Self.at(62 + index)
            maker.run(outcome, begin, Self.at(70 + index)) {
                $0.skipReason = outcome == .skipped ? run.word.flatMap(RunRecord.SkipReason.init) : nil
                $0.errorType = outcome == .skipped ? nil : run.word
            }
        }
        for minute in 62...70 { maker.check(Self.at(minute), state: "missed") }
        maker.run(.success, Self.at(90), Self.at(91))
        let incident = try #require(Self.incidents(maker).first)
        #expect(incident.cause == cause)
        #expect(incident.runbook == runbook)
    }

    @Test func `what people found out stands beside what the ledger shows`() throws {
        var maker = HistoryMaker()
        maker.run(.success, Self.at(1), Self.at(1, 20))
        for minute in 62...70 { maker.check(Self.at(minute), state: "missed") }
        maker.run(.success, Self.at(90), Self.at(91))
        maker.note(Self.at(65), "the cable\nwas cut", kind: .cause)
        maker.note(Self.at(92), "of another time", kind: .cause)
        let incident = try #require(Self.incidents(maker).first)
        #expect(incident.cause == .noRuns)
        let words = ReportWords(.english)
        #expect(words.cause(incident) == "\(words.cause(IncidentCause.noRuns)); the cable was cut")
        #expect(incident.timeline.contains { words.event($0.event) == "cause: the cable was cut" })
    }

    @Test(arguments: 1...25)
    func `incidents hold the bad minutes of all slices, and no good one`(seed: Int) {
        let chronicle = HistoryMaker.random(seed: UInt64(seed) + 300, from: Self.start, minutes: 2_880)
            .chronicle(asOf: Self.start + 2_880)
        let span = MinuteSpan(start: Self.start - 10_000, end: Self.start + 2_880)
        let bad = chronicle.slices(in: span).filter { $0.state == .bad }.reduce(0) { $0 + $1.span.count }
        let incidents = chronicle.incidents(in: span)
        #expect(incidents.reduce(0) { $0 + $1.badMinutes } == bad)
        #expect(bad > 0)
        for incident in incidents {
            #expect(incident.kind == (incident.badMinutes > 0 ? .stale : .blind))
            #expect(incident.kind == .stale || incident.unknownMinutes >= 15)
            #expect(incident.timeline.map(\.at) == incident.timeline.map(\.at).sorted())
            #expect(incident.endedAt.map { $0 > incident.startedAt } ?? true)
        }
        #expect(incidents.map(\.startedAt) == incidents.map(\.startedAt).sorted())
    }
}

/// Incidents as objectives.
@Suite struct IncidentFiguresTests {
    private static let start = 29_913_120
    private static let detection = FiguresTests.slo(.detection(limitSeconds: 900))
    private static let resolution = FiguresTests.slo(.resolution(limitSeconds: 7_200))

    private static func at(_ minutes: Int) -> Int { (start + minutes) * 60_000 }

    /// Stale from minute 61 on: noticed and over when asked to.
    private static func figures(
        _ slo: SLO, noticed: Int?, over: Int?, asOf: Int, planned: MinuteSpan? = nil
    ) -> Figures {
        var maker = HistoryMaker()
        maker.run(.success, at(0), at(0))
        for minute in 1..<min(asOf, over ?? asOf) { maker.check(at(minute), isAlarming: minute == noticed) }
        if let planned { maker.maintenance("a", at(planned.start), at(planned.end)) }
        if let over { maker.run(.success, at(over), at(over)) }
        return maker.chronicle(asOf: start + asOf).figures(of: slo, over: MinuteSpan(start: start, end: start + asOf))
    }

    @Test(
        arguments: [
            (nil, nil, 75, 0, 0), (nil, nil, 76, 0, 1), (70, nil, 75, 1, 0), (76, nil, 100, 1, 0), (77, nil, 100, 0, 1),
            (nil, 65, 300, 0, 1), (61, 65, 300, 1, 0),
        ] as [(Int?, Int?, Int, Int, Int)])
    func `detection counts what was noticed in time, and what was not when its time is over`(
        noticed: Int?, over: Int?, asOf: Int, good: Int, bad: Int
    ) {
        let found = Self.figures(Self.detection, noticed: noticed, over: over, asOf: asOf)
        #expect(found.counted == Attainment(good: good, bad: bad))
    }

    @Test(
        arguments: [
            (nil, 180, 0, 0), (nil, 181, 0, 1), (100, 150, 1, 0), (181, 200, 1, 0), (182, 200, 0, 1),
        ] as [(Int?, Int, Int, Int)])
    func `resolution counts what is over in time, and what is not when its time is over`(
        over: Int?, asOf: Int, good: Int, bad: Int
    ) {
        let found = Self.figures(Self.resolution, noticed: nil, over: over, asOf: asOf)
        #expect(found.counted == Attainment(good: good, bad: bad))
    }

    @Test(arguments: [(MinuteSpan(start: 50, end: 150), 0), (MinuteSpan(start: 62, end: 150), 1)])
    func `an incident within maintenance is shown and not counted`(planned: MinuteSpan, counted: Int) {
        let found = Self.figures(Self.resolution, noticed: nil, over: 100, asOf: 160, planned: planned)
        #expect(found.whole.total == 1)
        #expect(found.counted.total == counted)
    }
}
