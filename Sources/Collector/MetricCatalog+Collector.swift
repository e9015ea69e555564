// SPDX-License-Identifier: MIT

import Ledger

/// What a run posts. Numbers are of this run, never totals: MQL has no `increase()` that knows of resets.
extension MetricCatalog {
    static let runs: [DeclaredMetric] = [
        .run("run_success", "polisen.collector.run.success", "{run}", help: "1 when the run succeeded, else 0"),
        .run(
            "run_success_heartbeat", "polisen.collector.run.success_heartbeat", "1", [], .heart,
            help: "1, posted only when the run succeeded: made for absent()"),
        .run(
            "run_failed", "polisen.collector.run.failures", "{run}", help: "1 when the run failed or was killed, else 0"
        ),
        .run(
            "run_failed_by_reason", "polisen.collector.run.failures.by_reason", "{run}",
            [.of("reason", FailureReason.self)], .sparse, help: "1 for the reason a run failed for; for charts"),
        .run(
            "run_skipped", "polisen.collector.run.skipped", "{run}", [.of("why", RunRecord.SkipReason.self)],
            help: "1 for the reason a run was skipped for, else 0"),
        .run(
            "run_duration_seconds", "polisen.collector.run.duration", "s", where: "killed runs",
            help: "From the run's start to its end, telemetry left out"),
        .run(
            "stage_duration_seconds", "polisen.collector.run.stage.duration", "s",
            [.of("stage", RunRecord.Stage.self)], where: "killed runs",
            help: "Time in each stage; 0 where it was not reached"
        ),
        .run(
            "run_start_delay_seconds", "polisen.collector.run.start_delay", "s",
            where: "runs nobody planned (no --planned-at)", help: "From the planned slot to the start"),
        .run(
            "run_cpu_seconds", "polisen.collector.run.cpu.time", "s", where: "killed runs",
            help: "CPU time of the process"),
        .run(
            "run_peak_memory_bytes", "polisen.collector.run.memory.peak", "By", where: "killed runs",
            help: "Most memory resident at once"),
    ]

    static let interface: [DeclaredMetric] = [
        .run(
            "api_requests", "polisen.collector.api.requests", "{request}", [.of("outcome", FeedOutcome.self)],
            where: "killed runs", help: "Requests to the feed by how they ended, each attempt counted"),
        .run(
            "api_call_duration_seconds", "http.client.request.duration", "s", where: "killed runs",
            help: "Longest request to the feed; 0 without one"),
        .run(
            "api_response_bytes", "http.client.response.body.size", "By", where: "killed runs",
            help: "Body of the last answer, decoded; 0 for 304"),
        .run(
            "api_events_returned", "polisen.collector.api.events.returned", "{event}", where: "killed runs",
            help: "Events in the last answer; 0 for 304"),
        .run(
            "answer_filtered", "polisen.collector.api.answer.filtered", "1", where: "killed runs",
            help: "1 when the feed gave somebody's filtered list, else 0"),
        .run(
            "api_event_types", "polisen.collector.api.events.types", "{type}", where: "killed runs",
            help: "Distinct types in the last answer; 0 for 304"),
        .run(
            "api_rate_budget_used_ratio", "polisen.collector.api.rate_budget.utilization", "1",
            [.of("window", CallLedger.Window.self)], where: "killed runs, and feeds without limits",
            help: "Calls made in the last hour and day as a share of what the source allows"),
        .run(
            "upstream_newest_age_seconds", "polisen.collector.upstream.newest_age", "s",
            where: "runs the feed did not show its window to", help: "Age of the newest event of the whole answer"),
    ]

    static let events: [DeclaredMetric] = [
        .run(
            "events_new", "polisen.collector.events.new", "{event}", where: "killed runs",
            help: "Events stored for the first time"),
        .run(
            "events_revised", "polisen.collector.events.edited", "{event}", where: "killed runs",
            help: "Later versions of events stored"),
        .run(
            "events_rejected", "polisen.collector.events.rejected", "{event}",
            [.of("reason", RejectProblem.reasons)], where: "killed runs",
            help: "Elements that are no events, kept under rejects/, counted at first sight"),
        .run(
            "events_new_24h", "polisen.collector.events.new_24h", "{event}",
            where: "killed runs, ledgers that cannot be read, and the first day of those younger than their archive",
            help: "Events stored for the first time in 24 hours"),
        .run(
            "api_window_new_ratio", "polisen.collector.api.window.share_new", "1", where: "killed runs",
            help: "Share of a whole answer's events that were new; 0 for an archive's first run"),
        .run(
            "event_lag_seconds", "polisen.collector.event.lag", "s", [.of("stat", ["p50", "p95", "max"])],
            where: "killed runs", help: "From an event to its first sight; 0 without new events"),
    ]

    static let storage: [DeclaredMetric] = [
        .run(
            "object_puts", "polisen.collector.storage.puts", "{object}", [.of("outcome", PutOutcome.self)],
            where: "killed runs", help: "Objects written to the archive by how that ended"),
        .run(
            "storage_bytes", "polisen.collector.storage.bytes", "By", where: "killed runs",
            help: "Bytes written to the archive by this run"),
        .run(
            "storage_quota_used_ratio", "polisen.collector.storage.quota.utilization", "1",
            where: "archives whose limit is not known (all in OCI)",
            help: "Used share of the file system that holds the archive"),
        .run(
            "storage_days_to_full", "polisen.collector.storage.days_to_full", "d",
            where: "archives whose limit is not known (all in OCI)",
            help: "Days until that is full at the last day's growth, at most 3650"),
        .run(
            "index_conflicts", "polisen.collector.checkpoint.conflicts", "{conflict}", where: "killed runs",
            help: "Times another writer was faster"),
        .run(
            "vault_reads", "polisen.collector.vault.reads", "{request}", [.of("outcome", VaultOutcome.self)],
            where: "killed runs", help: "Requests to the vault by how they ended, each attempt counted"),
        .run(
            "credential_days_left", "polisen.collector.credential.days_left", "d",
            [.of("kind", CredentialKind.self)],
            where: "runs that read no vault whose secrets end, and configurations without oci.key_expires",
            help:
                "Days until a secret's version in the vault ends; until oci.key_expires, as OCI does not say for a key"),
    ]

    static let telemetry: [DeclaredMetric] = [
        .run(
            "telemetry_points_posted", "polisen.collector.telemetry.points.posted", "{point}",
            where: "killed runs, and metrics.backend without oci", help: "Points OCI accepted since the run before"),
        .run(
            "telemetry_points_dropped", "polisen.collector.telemetry.points.dropped", "{point}",
            [.of("reason", PointLoss.self)], where: "killed runs, and metrics.backend without oci",
            checker: PointLoss.allCases.map(\.rawValue),
            help: "Points lost since the run before; the checker tells of its own, where any are"),
        .run(
            "telemetry_spool_age_seconds", "polisen.collector.telemetry.spool.oldest_age", "s",
            where: "killed runs, and metrics.backend without oci", help: "Age of the oldest point that waits"),
        .run(
            "telemetry_post_duration_seconds", "polisen.collector.telemetry.post.duration", "s",
            where: "killed runs, and metrics.backend without oci", help: "How long posting took the run before"),
        .run(
            "journal_entries_dropped", "polisen.collector.journal.entries.dropped", "{entry}",
            [.of("cause", JournalLoss.self)],
            where: "killed runs; suppressed: hosts whose checker may not read the journal",
            checker: [JournalLoss.suppressed.rawValue],
            help: "Journal entries lost: a run could not send them; the checker reads what journald suppressed"),
    ]

    static let host: [DeclaredMetric] = [
        .run(
            "clock_skew_seconds", "polisen.collector.clock.skew", "s",
            where: "runs nobody told the time", help: "How far this clock is from the services', either way"),
        .run(
            "state_disk_free_bytes", "polisen.collector.state.disk.free", "By", [.one("instance")],
            where: "killed runs", help: "Free space of the file system that holds state.path"),
        .run(
            "build_info", "polisen.collector.build.info", "1", [.one("version")], .sparse,
            help: "1; its dimension says which version runs"),
    ]
}
