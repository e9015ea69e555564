// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import Ledger

/// The metrics that runs and checks of a ledger posted, or would have posted, one after the other: for back-tests of alarms.
///
/// What a record does not say (free disk, telemetry, the journal) is left out. A check stands for every minute up to the next
/// one: the ledger keeps one at each change and at least one every 15 minutes.
package struct LedgerMetrics: Sendable {
    /// A sample and when it was measured.
    package struct TimedSample: Sendable, Hashable {
        package let at: Date
        package let sample: MetricSample
    }

    /// New events of the last 24 hours, oldest first.
    private var day: [(at: Date, new: Int, isFirstCommit: Bool)] = []
    private var firstRunAt: Date?
    private var lastNewestAt: Date?
    private var lastCheck: [String: CheckRecord] = [:]
    /// Ends of successful runs that no check has told of yet, in the order of the ledger.
    private var successes: [(job: String, at: Date)] = []
    /// By vantage, what the last check whose state was known said of staleness.
    private var knownStale: [String: Bool] = [:]

    package init() {}

    /// Runs come in the order of the ledger.
    package mutating func samples(of record: RunRecord) -> [TimedSample] {
        let start = record.endedAt.addingTimeInterval(-86_400)
        if record.outcome == .success, record.command != .replay { successes.append((record.job, record.endedAt)) }
        let first = firstRunAt ?? record.startedAt
        firstRunAt = first
        day.append((record.endedAt, record.counts.new, record.commits.contains(1)))
        if let kept = day.firstIndex(where: { $0.at >= start }), kept > 0 { day.removeFirst(kept) }
        var surroundings = RunSurroundings()
        // Beside an older archive, a new ledger has not seen the whole day.
        if first <= start || day.contains(where: \.isFirstCommit) {
            surroundings.eventsNew24h = day.reduce(0) { $0 + $1.new }
        }
        if record.answer?.isWindow == true { lastNewestAt = record.answer?.newestAt ?? lastNewestAt }
        surroundings.lastNewestAt = lastNewestAt
        return RunMetrics.samples(of: record, in: surroundings).filter { !Self.unknowable.contains($0.name) }
            .map { TimedSample(at: record.endedAt, sample: $0) }
    }

    /// What the checks of the minutes before `check` posted, and its own. Checks come in the order of the ledger.
    package mutating func samples(of check: CheckRecord) -> [TimedSample] {
        var samples: [TimedSample] = []
        if let last = lastCheck.updateValue(check, forKey: check.vantage) {
            var at = last.checkedAt.addingTimeInterval(60)
            let end = min(check.checkedAt.addingTimeInterval(-30), last.checkedAt.addingTimeInterval(Self.reachSeconds))
            while at <= end {
                samples += gauges(of: last, at: at)
                at = at.addingTimeInterval(60)
            }
        }
        let oldest = lastCheck.values.map(\.checkedAt).min() ?? check.checkedAt
        successes.removeAll { $0.at < oldest }
        if check.state != "unknown" || check.isStale { knownStale[check.vantage] = check.isStale }
        return samples + gauges(of: check, at: check.checkedAt)
    }

    /// A checker that is alive writes again after 15 minutes; a minute more for one that is late.
    private static let reachSeconds = 16.0 * 60

    private func gauges(of check: CheckRecord, at: Date) -> [TimedSample] {
        let here = ["vantage": check.vantage]
        var samples = [
            MetricSample("checker_heartbeat", here, 1),
            // A host without systemd says neither; as healthy it raises no alarm.
            MetricSample("scheduler_healthy", check.schedulerProblem == nil ? 1 : 0),
        ]
        if let isStale = countsAsStale(check) {
            samples.append(MetricSample("freshness_stale", here, isStale ? 1 : 0))
        }
        // Of a run that ended after the check: no check of the ledger tells while the verdict stays as it is.
        let since = successes.last { $0.job == check.job && $0.at > check.checkedAt && $0.at <= at }?.at
        if let lastSuccessAt = [check.lastSuccessAt, since].compactMap(\.self).max() {
            samples.append(MetricSample("freshness_age_seconds", here, max(0, at.timeIntervalSince(lastSuccessAt))))
        }
        let verdicts = MetricCatalog.named("freshness_verdict")?.dimensions.first?.values ?? []
        samples += verdicts.map { MetricSample("freshness_verdict", ["verdict": $0], check.state == $0 ? 1 : 0) }
        return samples.map { TimedSample(at: at, sample: $0) }
    }

    /// As the checker decides it (`Verdict.countsAsStale`), as far as its record tells; nil: no point.
    private func countsAsStale(_ check: CheckRecord) -> Bool? {
        guard check.state == "unknown", !check.isStale else { return check.isStale }
        let isReadable = check.sources.contains { $0.problem == nil }
        // Evidence that could be read, without any good run: the first slot was not over.
        if isReadable, check.lastSuccessAt == nil, check.ageSeconds == nil { return nil }
        return check.isAlarming ? true : knownStale[check.vantage]
    }

    private static let unknowable: Set = ["journal_entries_dropped"]
}
