// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import Testing

@testable import Freshness

/// Checks whose memory cannot be kept: each knows only what it sees.
@Suite struct ForgetfulTests {
    /// 2026-11-23T08:00:00Z.
    private static let hour = Date(timeIntervalSince1970: 1_795_420_800)
    private static let check = FreshnessCheck(limits: FreshnessLimits(maxAge: 3600))

    private struct Told: Hashable {
        let minute: Int
        let reason: NoticeReason
    }

    /// What is told by checks a minute apart, each with a fresh memory, `offset` seconds into the minute.
    private static func told(
        minutes: Range<Int>, offset: Double = 20, _ evidence: (Date) -> Evidence
    ) -> [Told] {
        minutes.flatMap { minute -> [Told] in
            let now = hour.addingTimeInterval(Double(minute) * 60 + offset)
            let first = check.check(evidence(now), at: CheckTime(now: now), memory: CheckMemory()).verdict
            let (verdict, actions) = check.checkWithoutMemory(first, at: now)
            #expect(actions.isEmpty || verdict.isAlarming || verdict.scheduler.problem != nil || actions == [.record])
            return actions.compactMap { action in
                guard case .notify(let reason) = action else { return nil }
                return Told(minute: minute, reason: reason)
            }
        }
    }

    private static func ledger(success minutesBefore: Double?) -> SourceReading {
        let at = minutesBefore.map { hour.addingTimeInterval(-$0 * 60) }
        return SourceReading(
            .ledger,
            .readable(RunEvidence(lastSuccess: at.map { .init(key: "a", endedAt: $0) }, runs: [], newestData: at)))
    }

    @Test func `stale data is told by the first check after its limit, and hourly from there`() {
        let reading = Self.ledger(success: 30)
        // Stale at 60 min 30 s, which is 30 min 30 s after the hour.
        let told = Self.told(minutes: 0..<180) { _ in Evidence(sources: [reading]) }
        #expect(
            told == [
                Told(minute: 31, reason: .alarm), Told(minute: 91, reason: .reminder),
                Told(minute: 151, reason: .reminder),
            ])
    }

    @Test(arguments: Array(stride(from: 0.0, to: 60, by: 4)))
    func `wherever checks fall in a minute, each hour is told of once or twice`(
        offset: Double
    ) {
        let reading = Self.ledger(success: 30)
        let told = Self.told(minutes: 0..<150, offset: offset) { _ in Evidence(sources: [reading]) }
        #expect((2...4).contains(told.count), "\(told)")
        #expect(told.first?.minute == (offset < 30 ? 31 : 30))
    }

    @Test func `what cannot be read is told at the full hour, not after 15 minutes nobody can count`() {
        let reading = SourceReading(.ledger, .unreadable("no such disk"))
        let told = Self.told(minutes: 1..<121) { _ in Evidence(sources: [reading]) }
        #expect(told == [Told(minute: 60, reason: .alarm), Told(minute: 120, reason: .alarm)])
    }

    @Test func `a stuck run is told as soon as it is one`() {
        let reading = Self.ledger(success: 5)
        let told = Self.told(minutes: 0..<40) { _ in
            Evidence(
                sources: [reading], running: RunInProgress(run: nil, startedAt: Self.hour.addingTimeInterval(-300)))
        }
        #expect(told == [Told(minute: 10, reason: .alarm)])
    }

    @Test func `nobody is told of fresh data, and of a timer that is off hourly`() {
        let reading = Self.ledger(success: 0)
        #expect(Self.told(minutes: 0..<60) { _ in Evidence(sources: [reading]) } == [])
        let off = SchedulerFacts.known(
            .init(
                timer: "t", service: "s", timerState: "inactive", timerSubState: "dead", nextElapse: nil,
                serviceState: "inactive"))
        let told = Self.told(minutes: 0..<60) { _ in Evidence(sources: [reading], scheduler: off) }
        #expect(told == [Told(minute: 0, reason: .schedulerUnhealthy)])
    }

    @Test func `a notice says what is wrong with the checker, and ends in the command`() {
        let now = Self.hour
        let evidence = Evidence(sources: [Self.ledger(success: 90)])
        let verdict = Self.check.check(evidence, at: CheckTime(now: now), memory: CheckMemory()).verdict
        let problem = "its memory cannot be kept: " + String(repeating: "x", count: 900)
        let notice = Notice(verdict, reason: .alarm, job: "j", host: "h", remark: problem)
        #expect(notice.body.contains("\nchecker: its memory cannot be kept: xx"))
        #expect(notice.body.count <= Notice.bodyLimit)
        #expect(notice.body.contains("\nnext: systemctl status"))
    }
}
