// SPDX-License-Identifier: MIT

import FoundationEssentials

/// One check: evidence and memory in, verdict, memory and what to do out. Pure.
package struct FreshnessCheck: Sendable {
    package let limits: FreshnessLimits

    /// See `Verdict.jobFlags`.
    private let jobFlags: String?

    package init(limits: FreshnessLimits, jobFlags: String? = nil) {
        self.limits = limits
        self.jobFlags = jobFlags
    }

    package struct Result: Sendable, Hashable {
        package let verdict: Verdict
        package let memory: CheckMemory
        /// In the order to do them.
        package let actions: [CheckAction]
    }

    package func check(_ evidence: Evidence, at time: CheckTime, memory before: CheckMemory) -> Result {
        var memory = before
        memory.pass(to: time, limits)
        var ages: [EvidenceSource: Double] = [:]
        for reading in evidence.sources {
            ages[reading.source] = memory.note(reading, at: time.now, limits)
        }
        let diagnosis = Diagnosis(
            evidence: evidence, ages: ages, knownAge: memory.knownAge, now: time.now,
            firstCheckAt: memory.firstCheckAt ?? time.now, limits: limits)
        var verdict = self.verdict(diagnosis, scheduler: scheduler(evidence, &memory, time.now))
        let actions = memory.take(&verdict, at: time.now, limits)
        return Result(verdict: verdict, memory: memory, actions: actions)
    }

    /// A timer that was there before and is gone now is no host without one.
    private func scheduler(_ evidence: Evidence, _ memory: inout CheckMemory, _ now: Date) -> SchedulerHealth {
        let health = SchedulerHealth(evidence.scheduler, at: now, limits)
        if case .known = evidence.scheduler { memory.hasSeenScheduler = true }
        if case .missing(let reason) = evidence.scheduler, memory.hasSeenScheduler { return .unhealthy(reason) }
        return health
    }

    private func verdict(_ diagnosis: Diagnosis, scheduler: SchedulerHealth) -> Verdict {
        let conclusion = diagnosis.conclude()
        let evidence = diagnosis.evidence
        let successes = evidence.sources.compactMap { $0.evidence?.lastSuccess?.endedAt }
        return Verdict(
            state: conclusion.state, since: diagnosis.now, ageSeconds: diagnosis.age ?? diagnosis.knownAge,
            isStale: conclusion.isStale, isBeforeFirstRun: conclusion.isBeforeFirstRun, lastSuccessAt: successes.max(),
            newestDataAt: diagnosis.newestData,
            dataAgeSeconds: diagnosis.dataAge, runningSeconds: diagnosis.runningSeconds, scheduler: scheduler,
            cause: conclusion.cause, lastError: conclusion.lastError, warnings: diagnosis.warnings(scheduler),
            sources: evidence.sources.map { reading in
                Verdict.Source(
                    source: reading.source, lastSuccessAt: reading.evidence?.lastSuccess?.endedAt,
                    ageSeconds: diagnosis.ages[reading.source], problem: reading.reason)
            }, jobFlags: jobFlags)
    }
}

/// What a check has to do besides answering.
package enum CheckAction: Sendable, Hashable {
    /// Write a record of the check into the ledger.
    case record
    case log(Event)
    case notify(NoticeReason)

    /// Kinds of journal entries, by their names in the catalogue.
    package enum Event: String, Sendable, Hashable {
        case stale = "freshness.stale"
        case recovered = "freshness.recovered"
        case schedulerUnhealthy = "scheduler.unhealthy"
    }
}

/// Why somebody is told.
package enum NoticeReason: String, Sendable, Hashable {
    /// An alarm has begun.
    case alarm
    /// The alarm goes on in another state.
    case change
    /// The alarm goes on; hourly.
    case reminder
    case recovered
    case schedulerUnhealthy = "scheduler_unhealthy"
    case schedulerHealthy = "scheduler_healthy"
}

extension CheckMemory {
    /// Takes a verdict in, completes it, and says what to do about it.
    mutating func take(_ verdict: inout Verdict, at now: Date, _ limits: FreshnessLimits) -> [CheckAction] {
        let isChange = state != verdict.state
        if isChange {
            since = now
            stateSeconds = 0
        }
        verdict.since = since ?? now
        let wasAlarming = isAlarming
        let isUnknownForLong = verdict.state == .unknown && stateSeconds >= limits.unknownAlarmAfter
        // What has been told is over only when data is fresh again: not by going unreadable.
        isAlarming = verdict.isStale || verdict.state == .stuck || isUnknownForLong || (wasAlarming && !verdict.isGood)
        verdict.isAlarming = isAlarming
        let isRecordDue = secondsSinceRecord.map { $0 >= limits.recordAfter } ?? true
        let aboutScheduler = takeScheduler(verdict.scheduler, limits)
        let mustRecord =
            isChange || isRecordDue || !aboutScheduler.isEmpty || isStale != verdict.isStale
            || wasAlarming != isAlarming
        state = verdict.state
        isStale = verdict.isStale
        verdict.countsAsStale = countsAsStale(verdict, limits)
        if mustRecord { secondsSinceRecord = 0 }
        let told = tell(wasAlarming: wasAlarming, isChange: isChange, limits)
        return told + aboutScheduler + (mustRecord ? [.record] : [])
    }

    /// No evidence is neither stale nor fresh until it has been missing for long; before, what was known last holds.
    private mutating func countsAsStale(_ verdict: Verdict, _ limits: FreshnessLimits) -> Bool? {
        guard verdict.state == .unknown, !verdict.isStale else {
            (wasKnownStale, blindSeconds) = (verdict.isStale, nil)
            return verdict.isStale
        }
        // A first slot that never comes (a clock set back since) is no reason to wait for longer than data may be old.
        if verdict.isBeforeFirstRun, stateSeconds <= limits.staleAfter {
            blindSeconds = nil
            return nil
        }
        let seconds = blindSeconds ?? 0
        blindSeconds = seconds
        return seconds >= limits.unknownAlarmAfter ? true : wasKnownStale
    }

    private mutating func tell(wasAlarming: Bool, isChange: Bool, _ limits: FreshnessLimits) -> [CheckAction] {
        guard isAlarming else {
            secondsSinceNotice = nil
            return wasAlarming ? [.log(.recovered), .notify(.recovered)] : []
        }
        let isReminderDue = secondsSinceNotice.map { $0 >= limits.repeatAfter } ?? true
        guard !wasAlarming || isChange || isReminderDue else { return [] }
        secondsSinceNotice = 0
        let reason: NoticeReason = !wasAlarming ? .alarm : isChange ? .change : .reminder
        return [.log(.stale), .notify(reason)]
    }

    private mutating func takeScheduler(_ health: SchedulerHealth, _ limits: FreshnessLimits) -> [CheckAction] {
        guard health.problem != nil else {
            defer { (sickSeconds, hasToldSick) = (nil, false) }
            return hasToldSick ? [.notify(.schedulerHealthy)] : []
        }
        let seconds = sickSeconds ?? 0
        sickSeconds = seconds
        guard !hasToldSick, seconds >= limits.schedulerAfter else { return [] }
        hasToldSick = true
        return [.log(.schedulerUnhealthy), .notify(.schedulerUnhealthy)]
    }
}
