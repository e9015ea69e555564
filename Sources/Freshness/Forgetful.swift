// SPDX-License-Identifier: MIT

package import FoundationEssentials

extension FreshnessCheck {
    /// What a check does whose memory cannot be kept, so that nobody knows what was told before: decided by the instant.
    ///
    /// Checks are a minute apart. An alarm that knows when it began is told by the check that comes first in each hour
    /// from there; any other by the first check of the clock's hour. So it is told once an hour, at times twice and
    /// never each minute. Nobody can say for how long evidence has been unreadable: unknown alarms at once.
    package func checkWithoutMemory(_ verdict: Verdict, at now: Date) -> (verdict: Verdict, actions: [CheckAction]) {
        var verdict = verdict
        verdict.isAlarming = verdict.isStale || verdict.state == .stuck || verdict.state == .unknown
        verdict.countsAsStale = verdict.isStale || verdict.state == .unknown
        var actions: [CheckAction] = []
        if verdict.isAlarming, isTurn(verdict, now) { actions += [.log(.stale), .notify(reason(verdict))] }
        if verdict.scheduler.problem != nil, Self.isFirst(now.timeIntervalSince1970, of: 3600) {
            actions += [.log(.schedulerUnhealthy), .notify(.schedulerUnhealthy)]
        }
        if !actions.isEmpty || Self.isFirst(now.timeIntervalSince1970, of: limits.recordAfter) {
            actions.append(.record)
        }
        return (verdict, actions)
    }

    /// How long ago the alarm began; nil where nobody knows.
    private func alarmSeconds(_ verdict: Verdict) -> Double? {
        if verdict.isStale { return verdict.ageSeconds.map { $0 - limits.staleAfter } }
        return verdict.state == .stuck ? verdict.runningSeconds - limits.stuckAfter : nil
    }

    private func isTurn(_ verdict: Verdict, _ now: Date) -> Bool {
        Self.isFirst(alarmSeconds(verdict) ?? now.timeIntervalSince1970, of: limits.repeatAfter)
    }

    private func reason(_ verdict: Verdict) -> NoticeReason {
        (alarmSeconds(verdict) ?? 0) < limits.repeatAfter ? .alarm : .reminder
    }

    /// Whether a check that far into something comes first in one of its spans: a minute, and what a timer may be late.
    private static func isFirst(_ seconds: Double, of span: Double) -> Bool {
        seconds >= 0 && seconds.truncatingRemainder(dividingBy: span) < 65
    }
}
