// SPDX-License-Identifier: MIT

/// What `freshness` posts every minute, for each vantage.
extension MetricCatalog {
    private static let vantage = MetricDimension.one("vantage")

    /// States of freshness; `FreshnessState` names the same.
    private static let verdicts = ["fresh", "missed", "failing", "stuck", "quiet", "unknown"]

    static let checker: [DeclaredMetric] = [
        .check(
            "freshness_age_seconds", "polisen.freshness.age", "s", [vantage],
            where: "evidence that cannot be read", help: "Since the end of the last successful run"),
        .check(
            "freshness_stale", "polisen.freshness.stale", "1", [vantage],
            where: "a machine whose first run is not due yet, or whose evidence was never read",
            help: "1 when that is too long ago or unknown for 15 minutes, else 0; its mean is the error ratio"),
        .check(
            "data_age_seconds", "polisen.freshness.data_age", "s", [vantage], where: "evidence without an archive",
            help: "Since the newest object of the archive was written"),
        .check(
            "freshness_verdict", "polisen.freshness.verdict", "1", [.of("verdict", verdicts)],
            help: "1 for the state that holds, 0 for the others"),
        .check(
            "scheduler_healthy", "polisen.scheduler.healthy", "1", where: "hosts without systemd",
            help: "1 when the timer will elapse and no run is stuck, else 0"),
        .check(
            "run_in_progress_seconds", "polisen.scheduler.run.in_progress_age", "s",
            help: "How long the run in progress has been at it; 0 without one"),
        .check(
            "checker_heartbeat", "polisen.freshness.heartbeat", "1", [vantage], isHeartbeat: true,
            help: "1: the checker is alive, and its way to OCI is open"),
    ]
}
