// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import Ledger
package import Metrics

/// One value of one stream, without the common dimensions.
package struct MetricSample: Sendable, Hashable {
    /// As declared in `MetricCatalog`.
    package let name: String
    package let dimensions: [String: String]
    package let value: Double

    package init(_ name: String, _ dimensions: [String: String], _ value: Double) {
        self.name = name
        self.dimensions = dimensions
        self.value = value
    }
}

/// What the metrics of a run say that its record does not; nil and empty where nobody knows.
package struct RunSurroundings: Sendable, Hashable {
    /// Calls of the feed as a share of what is allowed, by window.
    package var rateBudget: [CallLedger.Window: Double] = [:]
    package var eventsNew24h: Int?
    /// `newest_at` of the last whole answer before, for runs the feed told 304.
    package var lastNewestAt: Date?
    package var storageUsedRatio: Double?
    package var storageDaysToFull: Double?
    package var telemetry: Telemetry?
    /// When the API key is to be replaced.
    package var apiKeyEndsAt: Date?
    package var journalSendFailures = 0
    package var stateFreeBytes: Int?

    package init() {}

    /// What became of points since the run before.
    package struct Telemetry: Sendable, Hashable {
        package var posted = 0
        package var dropped: [PointLoss: Int] = [:]
        package var oldestAgeSeconds = 0.0
        package var postSeconds = 0.0

        package init() {}
    }
}

/// The metrics of a run: a pure function of its record and what surrounds it.
package enum RunMetrics {
    /// One sample for each stream that is to be posted; all of them are declared in `MetricCatalog`.
    ///
    /// Of a run that was killed nobody measured anything: only that it failed is said, and why. Other programs have
    /// metrics of runs, telemetry and host only.
    package static func samples(
        of record: RunRecord, in surroundings: RunSurroundings = RunSurroundings()
    ) -> [MetricSample] {
        var samples = verdict(record)
        guard record.outcome != .killed else { return samples }
        guard record.command == .collect || record.command == .replay else {
            // Another program under this one's account: it has neither a feed nor an archive.
            return samples + effort(record).filter { $0.name != "stage_duration_seconds" } + telemetry(surroundings)
                + host(record, surroundings)
        }
        samples += effort(record) + interface(record, surroundings) + events(record, surroundings)
        samples += storage(record, surroundings) + telemetry(surroundings) + host(record, surroundings)
        return samples
    }

    /// Hands them to the metrics API: one gauge for each stream, as each run is one measurement.
    ///
    /// - Parameter factory: adds the dimensions that every stream has.
    package static func record(_ samples: [MetricSample], into factory: any MetricsFactory) {
        for sample in samples {
            let own = sample.dimensions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            Gauge(label: sample.name, dimensions: own, factory: factory).record(sample.value)
        }
    }

    private static func verdict(_ record: RunRecord) -> [MetricSample] {
        let isGood = record.outcome == .success
        let isBad = record.outcome == .failed || record.outcome == .killed
        var samples = [MetricSample("run_success", isGood ? 1 : 0), MetricSample("run_failed", isBad ? 1 : 0)]
        if isGood { samples.append(MetricSample("run_success_heartbeat", 1)) }
        if isBad {
            let type = record.error?.type ?? ""
            let reason = record.outcome == .killed ? FailureReason.killed : FailureReason(errorType: type)
            samples.append(MetricSample("run_failed_by_reason", ["reason": reason.rawValue], 1))
        }
        samples += RunRecord.SkipReason.allCases.map { why in
            let isSkipped = record.outcome == .skipped && record.skipReason == why
            return MetricSample("run_skipped", ["why": why.rawValue], isSkipped ? 1 : 0)
        }
        return samples
    }

    private static func effort(_ record: RunRecord) -> [MetricSample] {
        var samples = [
            MetricSample("run_duration_seconds", max(0, record.endedAt.timeIntervalSince(record.startedAt))),
            MetricSample("run_cpu_seconds", record.cpuSeconds),
            MetricSample("run_peak_memory_bytes", Double(record.peakMemoryBytes)),
            MetricSample("build_info", ["version": record.version.isEmpty ? "unknown" : record.version], 1),
        ]
        if let planned = record.plannedAt {
            samples.append(
                MetricSample("run_start_delay_seconds", max(0, record.startedAt.timeIntervalSince(planned))))
        }
        samples += RunRecord.Stage.allCases.map { stage in
            let seconds = record.stages.reduce(0) { $0 + ($1.stage == stage ? $1.seconds : 0) }
            return MetricSample("stage_duration_seconds", ["stage": stage.rawValue], seconds)
        }
        return samples
    }

    private static func interface(_ record: RunRecord, _ surroundings: RunSurroundings) -> [MetricSample] {
        let answer = record.answer
        let isFiltered = answer?.answerClass == Collector.Answer.Kind.filtered.rawValue
        var samples = [
            MetricSample("api_call_duration_seconds", record.measures.feedSeconds ?? 0),
            MetricSample("api_response_bytes", Double(answer?.bytes ?? 0)),
            MetricSample("api_events_returned", Double(answer?.events ?? 0)),
            MetricSample("answer_filtered", isFiltered ? 1 : 0),
            MetricSample("api_event_types", Double(answer?.types ?? 0)),
        ]
        samples += counts("api_requests", "outcome", FeedOutcome.self, record.measures.feedOutcomes)
        samples += surroundings.rateBudget.map {
            MetricSample("api_rate_budget_used_ratio", ["window": $0.key.rawValue], $0.value)
        }
        // A 304 says that what was the newest event still is.
        if answer?.isWindow == true, let newest = answer?.newestAt ?? surroundings.lastNewestAt {
            samples.append(
                MetricSample("upstream_newest_age_seconds", max(0, record.endedAt.timeIntervalSince(newest))))
        }
        return samples
    }

    private static func events(_ record: RunRecord, _ surroundings: RunSurroundings) -> [MetricSample] {
        let counts = record.counts
        // Of an archive's first run all is new, which says nothing.
        let isTelling = record.answer?.isWindow == true && counts.returned > 0 && !record.commits.contains(1)
        let share = isTelling ? Double(counts.new) / Double(counts.returned) : 0
        let lag = record.measures.lag
        var samples = [
            MetricSample("events_new", Double(counts.new)), MetricSample("events_revised", Double(counts.revised)),
            MetricSample("api_window_new_ratio", share),
            MetricSample("event_lag_seconds", ["stat": "p50"], lag?.p50 ?? 0),
            MetricSample("event_lag_seconds", ["stat": "p95"], lag?.p95 ?? 0),
            MetricSample("event_lag_seconds", ["stat": "max"], lag?.max ?? 0),
        ]
        samples += RejectProblem.reasons.map {
            MetricSample("events_rejected", ["reason": $0], Double(record.measures.rejected[$0] ?? 0))
        }
        if let day = surroundings.eventsNew24h { samples.append(MetricSample("events_new_24h", Double(day))) }
        return samples
    }

    private static func storage(_ record: RunRecord, _ surroundings: RunSurroundings) -> [MetricSample] {
        var samples = [
            MetricSample("storage_bytes", Double(record.measures.bytesPut)),
            MetricSample("index_conflicts", Double(record.measures.conflicts)),
        ]
        samples += counts("object_puts", "outcome", PutOutcome.self, record.measures.puts)
        samples += counts("vault_reads", "outcome", VaultOutcome.self, record.measures.vaultReads)
        if let used = surroundings.storageUsedRatio { samples.append(MetricSample("storage_quota_used_ratio", used)) }
        if let days = surroundings.storageDaysToFull { samples.append(MetricSample("storage_days_to_full", days)) }
        let ends = [CredentialKind.secret: record.measures.secretEndsAt, .apiKey: surroundings.apiKeyEndsAt]
        return samples
            + CredentialKind.allCases.compactMap { kind in
                (ends[kind] ?? nil).map { end in
                    let days = end.timeIntervalSince(record.endedAt) / 86_400
                    return MetricSample("credential_days_left", ["kind": kind.rawValue], days)
                }
            }
    }

    private static func telemetry(_ surroundings: RunSurroundings) -> [MetricSample] {
        // What journald itself threw away is read by the checker.
        var samples = [
            MetricSample(
                "journal_entries_dropped", ["cause": JournalLoss.sendFailed.rawValue],
                Double(surroundings.journalSendFailures))
        ]
        guard let telemetry = surroundings.telemetry else { return samples }
        samples += PointLoss.allCases.map {
            MetricSample("telemetry_points_dropped", ["reason": $0.rawValue], Double(telemetry.dropped[$0] ?? 0))
        }
        return samples + [
            MetricSample("telemetry_points_posted", Double(telemetry.posted)),
            MetricSample("telemetry_spool_age_seconds", telemetry.oldestAgeSeconds),
            MetricSample("telemetry_post_duration_seconds", telemetry.postSeconds),
        ]
    }

    private static func host(_ record: RunRecord, _ surroundings: RunSurroundings) -> [MetricSample] {
        var samples: [MetricSample] = []
        if let skew = record.measures.clockSkewSeconds { samples.append(MetricSample("clock_skew_seconds", skew)) }
        if let free = surroundings.stateFreeBytes {
            let host = record.host.isEmpty ? "localhost" : record.host
            samples.append(MetricSample("state_disk_free_bytes", ["instance": host], Double(free)))
        }
        return samples
    }

    /// One sample for each value of an enum, zeros included.
    private static func counts<Value: CaseIterable & RawRepresentable<String>>(
        _ name: String, _ dimension: String, _ values: Value.Type, _ counted: [String: Int]
    ) -> [MetricSample] {
        values.allCases.map { MetricSample(name, [dimension: $0.rawValue], Double(counted[$0.rawValue] ?? 0)) }
    }
}

extension RunRecord.Answer {
    /// The whole window of events, or word that it has not changed.
    package var isWindow: Bool { answerClass == "normal" || answerClass == "unchanged" }
}

extension MetricSample {
    package init(_ name: String, _ value: Double) { self.init(name, [:], value) }
}
