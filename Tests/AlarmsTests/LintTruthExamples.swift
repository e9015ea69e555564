// SPDX-License-Identifier: MIT

import Alarms

/// Conditions that are the same whatever happens, or the reverse of what is meant (L044).
extension LintExample {
    private static let queries = [
        "run_success_heartbeat[1h].groupBy(job).absent(3d) == 0",
        "run_success_heartbeat[1h].groupBy(job).absent(3d) < 1",
        "run_success_heartbeat[1h].groupBy(job).absent(3d) > 1",
        "used_ratio[2h].groupBy(job).max() > 80",
        "used_ratio[2h].groupBy(job).min() > 1",
        "used_ratio[2h].groupBy(job).mean() <= 1",
        "used_ratio[2h].groupBy(job).max() in (80, 100)",
        "used_ratio[2h].groupBy(job).max() * 100 > 101",
        "run_failed[2h].groupBy(job).count() >= 2",
        "run_failed[2h].groupBy(job).count() in (0, 3)",
        "run_failed[2h].groupBy(job).sum() >= 0",
        "run_failed[2h].groupBy(job).sum() < 0",
        "run_failed[2h].groupBy(job).sum() > 2 || 1 > 0",
        "run_failed[2h].groupBy(job).sum() > 2 || 1",
        "freshness_age_seconds[5m].groupBy(job).sum() * 0 > 0",
    ]
    private static let sound = [
        "run_success_heartbeat[1h].groupBy(job).absent(3d) == 1",
        "run_success_heartbeat[1h].groupBy(job).absent(3d) > 0",
        "used_ratio[2h].groupBy(job).max() > 0.8",
        "used_ratio[2h].groupBy(job).max() >= 1",
        "used_ratio[2h].groupBy(job).max() * 100 > 80",
        "used_ratio[2h].groupBy(job).sum() > 4",
        "used_ratio[2h].groupBy(job).max() in (0.8, 1)",
        "run_failed[2h].groupBy(job).count() < 3",
        "run_failed[2h].groupBy(job).sum() > 2 || run_failed[2h].groupBy(job).max() > 0",
        "disk_free_bytes[2h].groupBy(job).min() < 1000",
        "freshness_age_seconds[5m].groupBy(job).last() < 0",
        "unknown[5m].groupBy(job).last() > 80",
    ]

    static let truthFiring = queries.map(truth)
    static let truthSilent =
        sound.map(truth) + [
            truth("used_ratio[2h].groupBy(job).max() >= 0").with {
                $0.changes["destinations"] = #"["${watchdog_topic_id}"]"#
            }
        ]

    /// Those of all rules.
    static let allFiring = firing + truthFiring
    static let allSilent = silent + truthSilent

    private static func truth(_ query: String) -> LintExample {
        LintExample("L044", query: query).with {
            $0.facts.append(
                MetricFacts(
                    name: "used_ratio", isDense: true, emissionPeriodSeconds: 1800,
                    dimensions: [DimensionFacts("job")], unit: "1", source: "collector"))
        }
    }
}
