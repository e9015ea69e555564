// SPDX-License-Identifier: MIT

import Alarms
import Collector
import FoundationEssentials
import Ledger
import MQL

/// The points that panels are drawn from, and the time they are drawn for.
struct DashboardData {
    /// What the points come from.
    enum Source: Sendable, Hashable {
        case ledger(String)
        case files([String])
    }

    let source: Source
    let namespace: String
    let job: String
    /// The end of the time shown, milliseconds since 1970; what is measured later is left out.
    let end: Int64
    let store: MetricStore
    /// Metrics that have a point.
    let metrics: Set<String>
    /// The first and the last point.
    let extent: ClosedRange<Int64>
    /// What has to be known to read the page; for people.
    let notes: [String]

    /// Metrics that a ledger does not tell of, as no record says them.
    ///
    /// See `LedgerMetrics`; a test holds this against what it makes of full records.
    static let unknownToLedger: Set = [
        "api_rate_budget_used_ratio", "credential_days_left", "data_age_seconds", "journal_entries_dropped",
        "run_in_progress_seconds", "state_disk_free_bytes", "storage_days_to_full", "storage_quota_used_ratio",
        "telemetry_points_dropped", "telemetry_points_posted", "telemetry_post_duration_seconds",
        "telemetry_spool_age_seconds",
    ]
}

/// Gathers points.
struct DashboardGathering {
    let namespace: String
    let job: String
    /// How long the longest panel looks back, in milliseconds.
    let span: Int64
    /// Names of metrics that panels read.
    let wanted: Set<String>

    /// From the records of a ledger, up to `now`.
    ///
    /// - Parameter further: samples of metrics that no record posts, such as gauges of objectives.
    func ledger(_ ledger: RunLedger, now: Date, further: [TimedPoint] = [], notes: [String] = []) throws
        -> DashboardData?
    {
        let end = Int64(Timestamp.milliseconds(now))
        let start = Date(timeIntervalSince1970: Double(end - span) / 1_000)
        var reader = MetricDataReader(wanted: wanted, namespace: namespace)
        // New events of 24 hours are counted from a day before.
        let damaged = try reader.read(ledger, namespace: namespace, since: start.addingTimeInterval(-86_400))
        for point in further { reader.add(point.value, at: point.at, to: point.identity) }
        return data(.ledger(ledger.directory), &reader, end: end, notes + damaged.map(\.description))
    }

    /// From files of points, up to the last of them or to `until`.
    func files(_ paths: [String], until: Int64?) throws -> DashboardData? {
        var reader = MetricDataReader(wanted: wanted, namespace: namespace)
        for path in paths { try reader.read(path) }
        guard let extent = reader.columns.extent else { return nil }
        return data(.files(paths), &reader, end: until ?? UTCTime.minuteUp(extent.upperBound), [])
    }

    private func data(
        _ source: DashboardData.Source, _ reader: inout MetricDataReader, end: Int64, _ notes: [String]
    ) -> DashboardData? {
        guard let extent = reader.columns.extent else { return nil }
        let metrics = reader.columns.metrics
        return DashboardData(
            source: source, namespace: namespace, job: job, end: end, store: reader.takeStore(), metrics: metrics,
            extent: extent, notes: notes)
    }
}

/// A point of a stream.
struct TimedPoint: Sendable, Hashable {
    /// Milliseconds since 1970.
    let at: Int64
    let value: Double
    let identity: StreamIdentity
}
