// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import TestSupport
import Testing

@testable import Freshness

/// 2026-11-23T08:00:00Z.
private let noon = Date(timeIntervalSince1970: 1_795_420_800)
private let check = FreshnessCheck(limits: FreshnessLimits(maxAge: 3600))

private func run(_ minutesAgo: Double, _ outcome: RunRecord.Outcome) -> RunFact {
    var random = SeededGenerator(seed: UInt64(minutesAgo * 10 + 10_000))
    let at = noon.addingTimeInterval(-minutesAgo * 60)
    return RunFact(
        run: RunID(at: at, using: &random), startedAt: at, endedAt: at, outcome: outcome,
        problem: outcome == .success ? nil : "dns at fetch: no address")
}

private func ledger(_ runs: [RunFact], data: Double? = 1) -> SourceReading {
    let success = runs.first { $0.outcome == .success }
    return SourceReading(
        .ledger,
        .readable(
            RunEvidence(
                lastSuccess: success.map { .init(key: $0.run.description, endedAt: $0.endedAt) }, runs: runs,
                newestData: data.map { noon.addingTimeInterval(-$0 * 3600) })))
}

private func verdict(_ sources: [SourceReading], running: Double? = nil) -> Verdict {
    let progress = running.map { RunInProgress(run: nil, startedAt: noon.addingTimeInterval(-$0 * 60)) }
    let evidence = Evidence(sources: sources, running: progress)
    return check.check(evidence, at: CheckTime(now: noon), memory: CheckMemory()).verdict
}

@Suite struct VerdictTests {
    static let cases: [([RunFact], FreshnessState, Bool)] = [
        ([run(29, .success)], .fresh, false),
        ([run(60, .success)], .fresh, false),
        ([run(60.6, .success)], .missed, true),
        ([run(29, .failed), run(59, .failed), run(89, .success)], .failing, true),
        ([run(29, .partial), run(89, .success)], .failing, true),
        ([run(29, .killed), run(89, .success)], .failing, true),
        ([run(29, .skipped), run(89, .success)], .failing, true),
        ([run(59, .failed), run(89, .success)], .missed, true),
        ([run(29, .failed), run(59, .success)], .fresh, false),
        ([run(29, .failed)], .failing, true),
        ([run(29, .partial)], .failing, true),
        ([], .unknown, false),
    ]

    @Test(arguments: cases)
    func `a state follows from the runs`(runs: [RunFact], state: FreshnessState, isStale: Bool) {
        let verdict = verdict([ledger(runs)])
        #expect(verdict.state == state)
        #expect(verdict.isStale == isStale)
        #expect(verdict.isAlarming == isStale)
    }

    @Test func `a limit shorter than the time between slots blames no slot`() {
        let strict = FreshnessCheck(limits: FreshnessLimits(maxAge: 1))
        let evidence = Evidence(sources: [ledger([run(2, .success), run(29, .success)])])
        let verdict = strict.check(evidence, at: CheckTime(now: noon), memory: CheckMemory()).verdict
        #expect(verdict.state == .missed && verdict.isStale)
        #expect(verdict.cause.hasPrefix("the last good run ended 2 min ago"), "\(verdict.cause)")
        #expect(verdict.cause.hasSuffix("no slot has been missed"), "\(verdict.cause)")
    }

    @Test func `good runs without news for longer than ever are quiet, not stale`() {
        let verdict = verdict([ledger([run(20, .success)], data: 17)])
        #expect(verdict.state == .quiet && !verdict.isStale)
        #expect(verdict.cause.contains("17 h"))
    }

    @Test func `a run at work for longer than 15 minutes is stuck though data is fresh`() {
        #expect(verdict([ledger([run(20, .success)])], running: 16).state == .stuck)
        #expect(verdict([ledger([run(20, .success)])], running: 14).state == .fresh)
    }

    @Test func `what cannot be read is unknown, never fresh, and says why`() {
        let verdict = verdict([SourceReading(.ledger, .unreadable("permission denied"))])
        #expect(verdict.state == .unknown)
        #expect(verdict.cause == "ledger: permission denied")
        #expect(verdict.ageSeconds == nil)
    }

    @Test func `one place that can be read and is fresh is enough, the other is told`() {
        let verdict = verdict([SourceReading(.archive, .unreadable("404")), ledger([run(20, .success)])])
        #expect(verdict.state == .fresh)
        #expect(verdict.warnings == ["archive: 404"])
    }

    @Test func `the better of two places counts: late metrics are no outage`() {
        let late = RunEvidence(lastSuccess: .init(key: "x", endedAt: noon.addingTimeInterval(-7000)))
        let verdict = verdict([SourceReading(.monitoring, .readable(late)), ledger([run(20, .success)])])
        #expect(verdict.state == .fresh && verdict.ageSeconds == 1200)
    }

    @Test func `a good run from the future is no fresh data, now or later`() {
        var memory = CheckMemory()
        let future = ledger([run(-120, .success)])
        for minute in 0..<240 {
            let time = CheckTime(now: noon.addingTimeInterval(Double(minute) * 60), uptime: Double(minute) * 60)
            let result = check.check(Evidence(sources: [future]), at: time, memory: memory)
            memory = result.memory
            #expect(result.verdict.state == .unknown)
            #expect(result.verdict.isAlarming == (minute >= 15))
        }
    }

    /// A run at 08:31; a check with the clock two hours behind, and one when it is right again.
    @Test(arguments: [true, false], [true, false])
    func `a clock that was behind and is right again makes a good run fresh`(hasUptime: Bool, isKnown: Bool) {
        let evidence = Evidence(sources: [ledger([run(0, .success)])])
        func at(_ seconds: Double, uptime: Double) -> CheckTime {
            CheckTime(now: noon.addingTimeInterval(seconds), uptime: hasUptime ? uptime : nil)
        }
        var memory = CheckMemory()
        if isKnown { memory = check.check(evidence, at: at(30, uptime: 1_000), memory: memory).memory }
        let behind = check.check(evidence, at: at(-7_080, uptime: 1_060), memory: memory)
        #expect(behind.verdict.state == (hasUptime && isKnown ? .fresh : .unknown))
        let right = check.check(evidence, at: at(120, uptime: 1_090), memory: behind.memory)
        #expect(right.verdict.state == .fresh && !right.verdict.isAlarming, "\(right.verdict.cause)")
        #expect((right.verdict.ageSeconds ?? 0) >= (hasUptime && isKnown ? 90 : 120))
        #expect(!right.actions.contains { if case .notify = $0 { true } else { false } })
    }

    @Test func `a clock that only passes the instant of the run is not right again`() {
        let evidence = Evidence(sources: [ledger([run(0, .success)])])
        var memory = CheckMemory()
        for minute in 0..<200 {
            let time = CheckTime(now: noon.addingTimeInterval(Double(minute) * 60 - 3_600))
            let result = check.check(evidence, at: time, memory: memory)
            memory = result.memory
            #expect(result.verdict.state == .unknown, "minute \(minute)")
        }
    }

    @Test func `a good run that its ledger has lost keeps its age`() {
        let evidence = Evidence(sources: [ledger([run(30, .success)])])
        let first = check.check(evidence, at: CheckTime(now: noon, uptime: 0), memory: CheckMemory())
        let empty = Evidence(sources: [ledger([])])
        var (memory, states) = (first.memory, [FreshnessState]())
        for minute in [1.0, 29, 31] {
            let time = CheckTime(now: noon.addingTimeInterval(minute * 60), uptime: minute * 60)
            let result = check.check(empty, at: time, memory: memory)
            memory = result.memory
            states.append(result.verdict.state)
            #expect(result.verdict.ageSeconds == 1_800 + minute * 60)
            #expect(result.verdict.warnings.contains { $0.contains("earlier checks saw it") })
            #expect(!result.verdict.cause.contains("there has been no good run"))
        }
        #expect(states == [.fresh, .fresh, .missed])
    }

    @Test func `a clock set back does not make the last good run younger`() {
        let evidence = Evidence(sources: [ledger([run(30, .success)])])
        let first = check.check(evidence, at: CheckTime(now: noon, uptime: 1000), memory: CheckMemory())
        let back = CheckTime(now: noon.addingTimeInterval(-7200), uptime: 1060)
        let second = check.check(evidence, at: back, memory: first.memory)
        #expect(second.verdict.ageSeconds == 1860)
        #expect(second.verdict.state == .fresh)
        let later = CheckTime(now: noon.addingTimeInterval(-5400), uptime: 2860)
        let third = check.check(evidence, at: later, memory: second.memory)
        #expect(third.verdict.ageSeconds == 3660)
        #expect(third.verdict.isStale)
    }
}

@Suite struct SchedulerTests {
    private static func units(
        _ state: String = "active", next: Double? = 600, service: String = "inactive", starting: Double? = nil
    ) -> SchedulerFacts.Units {
        SchedulerFacts.Units(
            timer: "x.timer", service: "x.service", timerState: state, timerSubState: "waiting",
            nextElapse: next.map { noon.addingTimeInterval($0) }, serviceState: service,
            activatingSince: starting.map { noon.addingTimeInterval(-$0) })
    }

    static let cases: [(SchedulerFacts.Units, String?)] = [
        (units(), nil), (units("inactive"), "x.timer is inactive"), (units(next: nil), "will not elapse"),
        (units(next: -400), "should have elapsed 6 min ago"), (units(next: -100), nil),
        (units(next: nil, service: "activating", starting: 60), nil),
        (units(next: nil, service: "activating", starting: 1000), "has been starting for 16 min"),
    ]

    @Test(arguments: cases)
    func `the next run will be started, or it is said why not`(units: SchedulerFacts.Units, problem: String?) {
        let health = SchedulerHealth(.known(units), at: noon, FreshnessLimits(maxAge: 3600))
        if let problem {
            #expect(health.problem?.contains(problem) == true)
        } else {
            #expect(health == .healthy)
        }
    }

    @Test func `an unhealthy scheduler is told once it lasts, and again when it is over`() {
        var memory = CheckMemory()
        var told: [NoticeReason] = []
        let states: [String] = ["active", "inactive", "inactive", "inactive", "inactive", "active", "active"]
        for (minute, state) in states.enumerated() {
            let evidence = Evidence(sources: [ledger([run(5, .success)])], scheduler: .known(Self.units(state)))
            let time = CheckTime(now: noon.addingTimeInterval(Double(minute) * 60), uptime: Double(minute) * 60)
            let result = check.check(evidence, at: time, memory: memory)
            memory = result.memory
            for case .notify(let reason) in result.actions {
                told.append(reason)
                #expect(result.actions.contains(.record))
            }
        }
        #expect(told == [.schedulerUnhealthy, .schedulerHealthy])
    }

    @Test func `no service manager is unknown, a timer that has gone is unhealthy`() {
        let nobody = Evidence(sources: [ledger([run(5, .success)])], scheduler: .unknown("no bus"))
        let first = check.check(nobody, at: CheckTime(now: noon), memory: CheckMemory())
        #expect(first.verdict.scheduler == .unknown("no bus"))
        #expect(!first.verdict.gauges(vantage: "v").contains { $0.name == "scheduler_healthy" })
        var there = nobody
        there.scheduler = .known(Self.units())
        let second = check.check(there, at: CheckTime(now: noon), memory: first.memory)
        let third = check.check(nobody, at: CheckTime(now: noon), memory: second.memory)
        #expect(third.verdict.scheduler == .unknown("no bus"))
        there.scheduler = .missing("no unit")
        let fourth = check.check(there, at: CheckTime(now: noon), memory: third.memory)
        #expect(fourth.verdict.scheduler == .unhealthy("no unit"))
        #expect(
            check.check(there, at: CheckTime(now: noon), memory: CheckMemory()).verdict.scheduler == .unknown("no unit")
        )
    }
}

@Suite struct NoticeTests {
    @Test func `a notice has the verdict first, the command last and at most 1,000 characters`() {
        let long = RunFact(
            run: run(29, .failed).run, startedAt: noon.addingTimeInterval(-1740), endedAt: noon, outcome: .failed,
            problem: String(repeating: "å", count: 5_000))
        let verdict = verdict([ledger([long, run(89, .success)])])
        let notice = Notice(verdict, reason: .alarm, job: "polisen", host: String(repeating: "h", count: 64))
        #expect(notice.title.hasPrefix("FAILING: polisen on hhh"))
        #expect(notice.title.count <= Notice.titleLimit)
        #expect(notice.body.count <= Notice.bodyLimit)
        #expect(notice.body.hasSuffix("\nnext: polisen-collector explain last-failure"))
        #expect(notice.body.contains("last error: ååå"))
    }

    @Test func `a notice says that planned work is under way`() {
        let work = "0a1b2c3d (new disk) is under way " + String(repeating: "å", count: 5_000)
        let notice = Notice(
            verdict([ledger([run(89, .failed)])]), reason: .alarm, job: "j", host: "h", maintenance: work)
        #expect(notice.body.contains("\nmaintenance: 0a1b2c3d (new disk) is under way å"))
        #expect(notice.body.count <= Notice.bodyLimit && notice.body.contains("\nnext: "))
        let other = Notice(verdict([ledger([run(89, .failed)])]), reason: .alarm, job: "j", host: "h")
        #expect(!other.body.contains("maintenance"))
    }

    @Test func `where no good run is known the title says so`() {
        let notice = Notice(verdict([ledger([run(29, .failed)])]), reason: .alarm, job: "j", host: "h")
        #expect(notice.title == "FAILING: j on h, no good run known")
    }

    @Test(arguments: [NoticeReason.recovered, .reminder, .schedulerUnhealthy, .schedulerHealthy])
    func `a notice says why it is sent`(reason: NoticeReason) {
        let notice = Notice(verdict([ledger([run(20, .success)])]), reason: reason, job: "j", host: "h")
        let words: [NoticeReason: String] = [
            .recovered: "FRESH again", .reminder: "FRESH (still)", .schedulerUnhealthy: "SCHEDULER UNHEALTHY",
            .schedulerHealthy: "SCHEDULER HEALTHY",
        ]
        #expect(notice.title.hasPrefix((words[reason] ?? "?") + ": j on h"))
    }

    @Test(arguments: [(59.9, "59 s"), (3599, "59 min"), (3600, "1 h"), (11_100, "3 h 5 min"), (187_200, "2 d 4 h")])
    func `spans are cut, never rounded up`(seconds: Double, text: String) {
        #expect(Spans.text(seconds) == text)
    }

    @Test func `gauges have the streams of the catalogue, one of the verdicts is 1`() {
        let gauges = verdict([ledger([run(20, .success)])]).gauges(vantage: "here")
        let verdicts = gauges.filter { $0.name == "freshness_verdict" }
        #expect(verdicts.count == 6 && verdicts.map(\.value).reduce(0, +) == 1)
        #expect(gauges.first { $0.name == "freshness_age_seconds" }?.value == 1200)
        #expect(gauges.first { $0.name == "freshness_stale" }?.dimensions == ["vantage": "here"])
        let unknown = verdict([SourceReading(.ledger, .unreadable("x"))]).gauges(vantage: "here")
        #expect(!unknown.contains { $0.name == "freshness_stale" || $0.name == "freshness_age_seconds" })
        #expect(Set(unknown.map(\.name)).isSuperset(of: ["checker_heartbeat", "freshness_verdict"]))
    }
}

@Suite struct RecordingTests {
    @Test func `a check is recorded at each change and at least every 15 minutes`() {
        var memory = CheckMemory()
        var recorded: [Int] = []
        for minute in 0..<70 {
            let at = noon.addingTimeInterval(Double(minute) * 60)
            let evidence = Evidence(sources: [ledger([run(20, .success)])])
            let result = check.check(evidence, at: CheckTime(now: at, uptime: Double(minute) * 60), memory: memory)
            memory = result.memory
            if result.actions.contains(.record) { recorded.append(minute) }
        }
        #expect(recorded == [0, 15, 30, 41, 56])
    }
}
