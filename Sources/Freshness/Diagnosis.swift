// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

/// The state that follows from evidence whose ages are known.
struct Diagnosis {
    let evidence: Evidence
    /// Of the last good run in each place; absent where it is not known.
    let ages: [EvidenceSource: Double]
    /// See `CheckMemory.knownAge`.
    let knownAge: Double?
    let now: Date
    let firstCheckAt: Date
    let limits: FreshnessLimits

    /// What was concluded.
    struct Conclusion {
        let state: FreshnessState
        let cause: String
        let isStale: Bool
        var lastError: String?
        /// No run can be known of yet: the first one is not due.
        var isBeforeFirstRun = false
    }

    var readable: [RunEvidence] { evidence.sources.compactMap(\.evidence) }
    private var problems: [String] { evidence.sources.compactMap(\.problem) }

    /// Of the last good run, as far as places that could be read tell.
    var age: Double? { ages.values.min() }

    var newestData: Date? { readable.compactMap(\.newestData).max() }

    var dataAge: Double? { newestData.map { max(0, now.timeIntervalSince($0)) } }

    /// By the wall clock; a marker from the future says nothing.
    var runningSeconds: Double { evidence.running.map { max(0, now.timeIntervalSince($0.startedAt)) } ?? 0 }

    func conclude() -> Conclusion {
        if let running = evidence.running, runningSeconds > limits.stuckAfter {
            let name = running.run.map { " \($0)" } ?? ""
            return Conclusion(
                state: .stuck,
                cause: "run\(name) has been at work for \(Spans.text(runningSeconds)); "
                    + (limits.isPlanned ? "a run takes minutes" : "longer than data may be old"),
                isStale: isStale)
        }
        if readable.isEmpty { return unreadable(problems.joined(separator: "; ")) }
        if let age, age <= limits.staleAfter { return good(age) }
        let hasSucceeded = readable.contains { $0.lastSuccess != nil }
        if age == nil, hasSucceeded {
            return unreadable(
                "the last good run lies in the future or before the clock was set back: nobody knows how old it is")
        }
        if age == nil, runs.isEmpty, !hasMissedFirstSlot {
            let slot = limits.isPlanned ? "; the first slot is not over" : ""
            var early = unreadable("no run has been recorded yet" + slot)
            early.isBeforeFirstRun = true
            return early
        }
        return bad()
    }

    private var isStale: Bool {
        if let age = age ?? knownAge { return age > limits.staleAfter }
        return readable.contains { $0.lastSuccess == nil && !$0.runs.isEmpty }
    }

    private func good(_ age: Double) -> Conclusion {
        let text = "the last good run ended \(Spans.text(age)) ago"
        if let dataAge, dataAge > limits.quietAfter {
            return Conclusion(
                state: .quiet, cause: "\(text); the source has had nothing new for \(Spans.text(dataAge))",
                isStale: false, lastError: lastError)
        }
        return Conclusion(state: .fresh, cause: text, isStale: false, lastError: lastError)
    }

    private func unreadable(_ reason: String) -> Conclusion {
        Conclusion(state: .unknown, cause: reason, isStale: (knownAge ?? 0) > limits.staleAfter)
    }

    /// Stale: did runs fail, or did none happen?
    private func bad() -> Conclusion {
        let last = age.map { "the last good run ended \(Spans.text($0)) ago" } ?? "there has been no good run"
        let due = limits.dueSlot(at: now)
        let newest = [runs.first?.startedAt, evidence.running?.startedAt].compactMap { $0 }.max()
        if let due, !runs.isEmpty, let newest, newest >= due.addingTimeInterval(-limits.skew) {
            let count = runs.count == 1 ? "1 run since, not a good one" : "\(runs.count) runs since, none of them good"
            return Conclusion(state: .failing, cause: "\(last); \(count)", isStale: true, lastError: lastError)
        }
        // A heartbeat tells of good runs only; where there is none, nobody can say what happened instead.
        if limits.isPlanned, let due, age != nil, let success = readable.compactMap(\.lastSuccess?.endedAt).max(),
            success >= due.addingTimeInterval(-limits.skew)
        {
            let cause = "\(last), longer than data may be old (\(Spans.text(limits.maxAge))); no slot has been missed"
            return Conclusion(state: .missed, cause: cause, isStale: true, lastError: lastError)
        }
        let seesRuns = evidence.sources.contains { $0.evidence != nil && $0.source != .monitoring }
        let slot =
            seesRuns
            ? due.map(absence) ?? ""
            : "no good run has reached OCI Monitoring lately; "
        let running = evidence.running == nil ? "" : "; one is at work now"
        return Conclusion(state: .missed, cause: slot + last + running, isStale: true, lastError: lastError)
    }

    private func absence(_ due: Date) -> String {
        let when =
            limits.isPlanned ? "for the slot \(Self.minute(due))" : "in the last \(Spans.text(limits.staleAfter))"
        return "no run was recorded \(when); "
    }

    /// Runs recorded since the last good one, newest record first, of the place that knows of the newest.
    private var runs: [RunFact] {
        let lists = readable.map { evidence in
            evidence.runs.prefix { $0.run.description != evidence.lastSuccess?.key && $0.outcome != .success }
        }
        // Of two places, the one with the newer good run has the shorter list, and is right.
        let known = zip(lists, readable).filter { $1.lastSuccess != nil || !$1.runs.isEmpty }
        let best = known.max {
            ($0.1.lastSuccess?.endedAt ?? .distantPast) < ($1.1.lastSuccess?.endedAt ?? .distantPast)
        }
        return best.map { Array($0.0) } ?? []
    }

    private var lastError: String? { runs.first { $0.problem != nil }?.problem }

    private var hasMissedFirstSlot: Bool {
        limits.dueSlot(at: now).map { $0 >= firstCheckAt } ?? false
    }

    /// What else is odd.
    func warnings(_ scheduler: SchedulerHealth) -> [String] {
        var warnings = readable.flatMap(\.remarks)
        if !readable.isEmpty { warnings += problems }
        for reading in evidence.sources where reading.evidence?.lastSuccess == nil && ages[reading.source] != nil {
            warnings.append(
                "\(reading.source.rawValue): the last good run is not there any more; earlier checks saw it")
        }
        if let problem = scheduler.problem { warnings.append(problem) }
        if limits.isPlanned, let due = limits.dueSlot(at: now), let age, age <= limits.staleAfter,
            evidence.running == nil,
            let newest = readable.compactMap({ $0.runs.first?.startedAt }).max(),
            newest < due.addingTimeInterval(-limits.skew)
        {
            warnings.append("no run was recorded for the slot \(Self.minute(due))")
        }
        if !runs.isEmpty, let age, age <= limits.staleAfter {
            warnings.append(runs.count == 1 ? "the last run was not good" : "the last \(runs.count) runs were not good")
        }
        return warnings
    }

    /// `2026-11-23 07:31Z`.
    static func minute(_ date: Date) -> String {
        Timestamp.text(date).prefix(16).replacing("T", with: " ") + "Z"
    }
}
