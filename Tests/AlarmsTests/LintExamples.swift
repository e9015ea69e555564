// SPDX-License-Identifier: MIT

import Alarms
import JSON
import Testing

/// An alarm that no rule has anything to say about, and changes of it.
struct LintExample: Sendable, CustomTestStringConvertible {
    /// The rule that it is about.
    var code: String
    /// What is different from the good alarm; nil: the member is left out.
    var changes: [String: String?]
    /// Other alarms of the set, by key.
    var others: [String: [String: String?]] = [:]
    var options = LintOptions()
    var facts = LintExample.facts
    var key = "runs-failing"

    init(_ code: String, _ changes: [String: String?] = [:]) {
        self.code = code
        self.changes = changes
    }

    /// With a query in place of the good one.
    init(_ code: String, query: String) { self.init(code, ["query": JSONValue.string(query).text]) }

    var testDescription: String { "\(code) \(changes.compactMapValues(\.self))" }

    var file: LintFile { Self.file(key, changes) }
    var files: [LintFile] { [file] + others.sorted { $0.key < $1.key }.map { Self.file($0.key, $0.value) } }
    /// What the rule says of the alarm itself.
    var findings: [LintFinding] {
        Lint(facts: facts, options: options).check(files).findings.filter { $0.code == code && $0.key == key }
    }

    func with(_ change: (inout LintExample) -> Void) -> LintExample {
        var copy = self
        change(&copy)
        return copy
    }

    static func file(_ key: String, _ changes: [String: String?]) -> LintFile {
        let members = good.compactMap { name, text -> String? in
            guard let changed = changes[name] else { return "  \"\(name)\": \(text)" }
            return changed.map { "  \"\(name)\": \($0)" }
        }
        let known = Set(good.map(\.0))
        let more = changes.filter { !known.contains($0.key) }.sorted { $0.key < $1.key }
            .compactMap { name, text in text.map { "  \"\(name)\": \($0)" } }
        let text = "{\n" + (members + more).joined(separator: ",\n") + "\n}\n"
        return LintFile(path: "alarms/\(key).json", key: key, bytes: Array(text.utf8))
    }

    static let good: [(String, String)] = [
        ("displayName", #""${job} runs-failing""#),
        ("compartmentId", #""${compartment_id}""#),
        ("metricCompartmentId", #""${metric_compartment_id}""#),
        ("namespace", #""${namespace}""#),
        ("query", #""run_failed[2h]{job = \"${job}\"}.groupBy(job).sum() >= 2""#),
        ("pendingDuration", #""PT1M""#),
        ("severity", #""WARNING""#),
        ("notificationTitle", #""{{severity}} ${job}: runs fail""#),
        ("body", #""Runs fail. First: polisen-collector status\nRunbook: ${runbook_base_url}/runs-failing.md""#),
        ("repeatNotificationDuration", #""PT4H""#),
        ("destinations", #"["${topic_id}"]"#),
        ("isEnabled", "true"),
        ("freeformTags", #"{"managed-by": "polisen-collector", "owner": "us", "tier": "ticket"}"#),
    ]

    private static let common = [DimensionFacts("job"), DimensionFacts("env")]

    static let facts = [
        MetricFacts(
            name: "run_failed", isDense: true, emissionPeriodSeconds: 1800, dimensions: common, unit: "{run}",
            source: "collector"),
        MetricFacts(
            name: "run_success_heartbeat", isDense: false, isHeart: true, emissionPeriodSeconds: 1800,
            dimensions: common, unit: "1", source: "collector"),
        MetricFacts(
            name: "run_failed_by_reason", isDense: false, emissionPeriodSeconds: 1800,
            dimensions: common + [DimensionFacts("reason", values: ["dns", "tls"])], unit: "{run}",
            source: "collector"),
        MetricFacts(
            name: "api_requests", isDense: true, emissionPeriodSeconds: 1800,
            dimensions: common + [DimensionFacts("outcome", values: ["ok", "http_4xx", "http_5xx", "timeout"])],
            unit: "{request}", source: "collector"),
        MetricFacts(
            name: "disk_free_bytes", isDense: true, emissionPeriodSeconds: 1800,
            dimensions: common + [DimensionFacts("instance")], unit: "By", source: "collector"),
        MetricFacts(
            name: "many", isDense: true, emissionPeriodSeconds: 1800,
            dimensions: common + [DimensionFacts("kind", values: (0..<61).map { "k\($0)" })], unit: "1",
            source: "collector"),
        MetricFacts(
            name: "freshness_age_seconds", isDense: true, emissionPeriodSeconds: 60,
            dimensions: common + [DimensionFacts("vantage")], unit: "s", source: "checker"),
    ]
}

extension LintExample {
    private static let absent = #""run_success_heartbeat[1h]{job = \"${job}\"}.groupBy(job).absent(3d)""#
    private static let age = #""freshness_age_seconds[5m]{job = \"${job}\"}.groupBy(job).last() > 3600""#
    private static let severe: [String: String?] = [
        "severity": #""CRITICAL""#, "repeatNotificationDuration": #""PT1H""#,
        "freeformTags": #"{"managed-by": "polisen-collector", "owner": "us", "tier": "page"}"#,
    ]
    private static let long = String(repeating: "x", count: 1_001)

    private static func override(_ members: String) -> [String: String?] { ["overrides": "[{\(members)}]"] }
    private static func tags(_ more: String) -> [String: String?] {
        ["freeformTags": #"{"managed-by": "polisen-collector", "owner": "us", "tier": "ticket"\#(more)}"#]
    }
    private static func asked(_ code: String, _ change: (inout LintOptions) -> Void) -> LintExample {
        LintExample(code).with { change(&$0.options) }
    }

    /// Another alarm on the heart's own metric.
    private static func twin(_ changes: [String: String?]) -> [String: [String: String?]] {
        let query = #""run_success_heartbeat[1h].groupBy(job).max() >= 1""#
        return ["other": ["query": query, "displayName": #""other""#].merging(changes) { $1 }]
    }

    /// Each makes its rule speak.
    static let firing: [LintExample] = [
        LintExample("L002", ["query": absent]).with { $0.others = twin(["isEnabled": "false"]) },
        LintExample("L002", ["query": absent]).with {
            let forever =
                #"{"description": "x", "timeSuppressFrom": "2026-01-01T00:00:00Z", "timeSuppressUntil": "2099-01-01T00:00:00Z"}"#
            $0.others = twin(["suppression": forever])
        },
        LintExample("L002", ["query": absent]).with {
            $0.others = twin(["query": #""run_success_heartbeat[1h].groupBy(job).max() > 1""#])
        },
        LintExample("L014", ["body": #""Runbook: ${runbook_base_url}/other.md""#]),
        LintExample("L041", query: "run_failed[2h]{job = \"polisen\"}.groupBy(job).sum() >= 2"),
        LintExample("L001", query: "run_success_heartbeat[1h].groupBy(job).absent()"),
        LintExample("L001", query: "run_success_heartbeat[1h].groupBy(job).absent(2d)"),
        LintExample("L002", ["query": absent]),
        LintExample("L003", query: "run_failed[5m].groupBy(job).sum() > 0"),
        LintExample("L003", query: "run_failed[30m].groupBy(job).sum() > 0"),
        asked("L004") { $0.liveMetrics = ["freshness_age_seconds"] },
        LintExample("L005", query: "run_success_heartbeat[1h].absent(3d)"),
        LintExample("L005", query: "run_success_heartbeat[1h].groupBy(job, instance).absent(3d)"),
        LintExample("L006", query: "run_failed_by_reason[2h].groupBy(job).sum() >= 2"),
        LintExample("L006", query: "run_success_heartbeat[2h].groupBy(job).sum() >= 2"),
        LintExample("L007", ["resourceGroup": #""collector""#]),
        LintExample("L007", query: "collector::run_failed[2h].groupBy(job).sum() >= 2"),
        LintExample("L008", query: "run_failed[7d].groupBy(job).sum() >= 2"),
        LintExample("L008", query: "run_success_heartbeat[1h].groupBy(job).absent(4d)"),
        LintExample("L009", ["notificationTitle": #""{{severity}}: {{metricValues}}""#]),
        LintExample("L009", ["notificationTitle": "\"{{timestamp}} \(String(repeating: "x", count: 230))\""]),
        LintExample("L010", query: "run_failed[2h].groupBy(job).absent(3d)"),
        LintExample("L011", query: "run_success_heartbeat[1h].groupBy(job).sum() < 1"),
        LintExample("L011", query: "run_failed[1h].groupBy(job).count() == 0"),
        LintExample("L011", query: "1 > run_failed[1h].count()"),
        LintExample("L012", ["repeatNotificationDuration": String?.none]),
        LintExample("L012", severe.merging(["repeatNotificationDuration": #""PT4H""#]) { $1 }),
        LintExample("L013", severe.merging(tags("")) { $1 }),
        LintExample("L013", ["freeformTags": #"{"managed-by": "polisen-collector", "owner": "us"}"#]),
        LintExample("L014", ["body": #""Runs fail.""#]),
        LintExample("L014", override(#""ruleName": "MANY", "body": "Many runs fail.""#)),
        asked("L015") { $0.runbooks = ["other"] },
        LintExample("L016", ["body": "\"\(long)\""]),
        LintExample("L017", ["body": #""{{sevrity}} Runbook: ${runbook_base_url}/runs-failing.md""#]),
        LintExample("L017", ["body": #""{{dimensions.env}} Runbook: ${runbook_base_url}/runs-failing.md""#]),
        asked("L018") { $0.tested = ["other"] },
        LintExample("L019").with { $0.others = ["other": [:]] },
        LintExample("L020", query: "run_failed[2h].groupBy(job) >= 2"),
        LintExample("L020", query: "run_failed[2h].groupBy(job).sum()"),
        LintExample("L021", ["severity": #""SEVERE""#]),
        LintExample("L021", ["colour": #""red""#]),
        LintExample("L022", ["destinations": "[]"]),
        LintExample("L023", ["body": #""${runbook_base_url}/x ${runbok}""#]),
        LintExample("L023", ["namespace": #""polisen_collector""#]),
        LintExample("L024", query: "run_faild[2h].groupBy(job).sum() >= 2"),
        LintExample("L025", query: "run_failed[2h]{jobb = \"x\"}.groupBy(job).sum() >= 2"),
        LintExample("L025", query: "run_failed[2h].groupBy(jbo).sum() >= 2"),
        LintExample("L026", query: "api_requests[2h]{outcome = \"http_500\"}.groupBy(job).sum() >= 2"),
        LintExample("L026", query: "api_requests[2h]{outcome =~ \"5*|timeout\"}.groupBy(job).sum() >= 2"),
        LintExample("L027", query: "run_failed[2h].sum() >= 2"),
        LintExample("L027", query: "disk_free_bytes[2h].groupBy(instance).min() < 1000"),
        LintExample("L028", query: "run_failed[2h].grouping().sum() >= 2").with {
            $0.changes["isNotificationsPerMetricDimensionEnabled"] = "true"
        },
        LintExample("L029", query: "api_requests[6h].groupBy(job).sum() >= 2").with {
            $0.changes["pendingDuration"] = #""PT30M""#
        },
        LintExample(
            "L030", query: "run_failed[2h].groupBy(job).sum() > 2 && run_failed[6h].groupBy(job).sum() > 2"),
        LintExample(
            "L030",
            query: "run_failed[1h].groupBy(job).sum() > 2 || run_success_heartbeat[1h].groupBy(job).absent(3d) == 1"
        ),
        LintExample("L031", query: "api_requests[2h]{outcome =~ \"http_.*\"}.groupBy(job).sum() >= 2"),
        LintExample("L032", query: "run_failed[2h].groupBy(job).increment() >= 2"),
        LintExample("L033", query: "disk_free_bytes[2h].groupBy(job).sum() < 1000"),
        LintExample("L034", ["namespace": #""oci_collector""#]),
        LintExample("L034", ["namespace": #""PolisenCollector""#]),
        LintExample("L035", ["isEnabled": "false"]),
        LintExample("L036", override(#""ruleName": "FEW", "severity": "INFO""#)),
        LintExample("L037", query: "run_failed[12h].groupBy(job).sum() >= 2"),
        LintExample("L038", ["evaluationSlackDuration": #""PT10M""#]),
        LintExample("L039", ["freeformTags": #"{"tier": "ticket"}"#]),
        LintExample("L040", tags(#", "lint.ignore": "L033""#)),
        LintExample("L040", tags(#", "lint.ignore": "L999: no such rule""#)),
        LintExample("L040", tags(#", "lint.ignore": "L033: nothing is summed here""#)),
        LintExample("L041", query: "run_failed[2h].groupBy(job).sum() >= 2"),
        LintExample("L042", query: "many[2h].groupBy(job, kind).sum() >= 2").with {
            $0.changes["isNotificationsPerMetricDimensionEnabled"] = "true"
        },
        LintExample("L043", query: "(run_failed[2h].groupBy(job).sum() > 2).grouping().count() >= 2"),
    ]

    /// Each keeps its rule silent where it could be taken for a mistake.
    static let silent: [LintExample] = [
        LintExample("L002", ["query": absent]).with { $0.others = twin([:]) },
        LintExample("L014", tags(#", "runbook": "other""#)).with {
            $0.changes["body"] = #""Runbook: ${runbook_base_url}/other.md""#
        },
        LintExample("L041", query: "run_failed[2h]{job = ${job}}.groupBy(job).sum() >= 2"),
        LintExample("L001", ["query": absent]),
        LintExample("L002", ["query": absent].merging(severe) { $1 }).with {
            $0.others = ["freshness-stale": ["query": age, "displayName": #""stale""#].merging(severe) { $1 }]
        },
        LintExample("L002", ["query": absent].merging(tags(#", "twin": "other""#)) { $1 }).with {
            $0.others = ["other": ["query": age, "displayName": #""stale""#].merging(severe) { $1 }]
        },
        LintExample("L003", query: "run_failed[1h].groupBy(job).sum() > 0"),
        asked("L004") { $0.liveMetrics = ["run_failed"] },
        LintExample("L004"),
        LintExample("L005", ["query": absent]),
        LintExample("L006", query: "freshness_age_seconds[5m].groupBy(job).last() > 3600"),
        LintExample("L007"),
        LintExample("L008", query: "run_failed[24h].groupBy(job).sum() >= 2"),
        LintExample("L009", ["notificationTitle": #""{{severity}} {{timestamp}} {{dimensions.job}}""#]),
        LintExample("L010", ["query": absent]),
        LintExample("L011", query: "run_failed[2h].groupBy(job).sum() < 1"),
        LintExample("L011", query: "run_failed[2h].groupBy(job).count() < 3"),
        LintExample("L012", severe),
        LintExample("L013", severe),
        LintExample(
            "L014",
            override(#""ruleName": "MANY", "body": "Many. Runbook: ${runbook_base_url}/runs-failing.md#many""#)),
        asked("L015") { $0.runbooks = ["runs-failing"] },
        LintExample("L016", ["body": "\"\(long.dropLast())\""]),
        LintExample("L017", ["body": #""{{{metricValues}}} {{dimensions.job}} ${runbook_base_url}/x""#]),
        asked("L018") { $0.tested = ["runs-failing"] },
        LintExample("L019").with { $0.others = ["other": ["displayName": #""${job} other""#]] },
        LintExample("L020"),
        LintExample("L021"),
        LintExample("L022", ["destinations": #"["${topic_id}"]"#]),
        LintExample("L023"),
        LintExample("L024"),
        LintExample("L024", query: "anything[2h].sum() > 1").with { $0.facts = [] },
        LintExample("L025", query: "disk_free_bytes[2h]{instance = \"a\"}.groupBy(job, env).min() < 1000"),
        LintExample("L026", query: "api_requests[2h]{outcome =~ \"http_*|timeout\"}.groupBy(job).sum() >= 2"),
        LintExample("L026", query: "api_requests[2h]{job = \"anything\"}.groupBy(job).sum() >= 2"),
        LintExample("L027", query: "run_failed[2h].grouping().sum() >= 2"),
        LintExample("L028", ["isNotificationsPerMetricDimensionEnabled": "true"]),
        LintExample("L029"),
        LintExample(
            "L030", query: "run_failed[2h].groupBy(job).sum() > 2 && run_failed[2h].groupBy(job).max() > 0"),
        LintExample("L031"),
        LintExample("L032"),
        LintExample("L033", query: "disk_free_bytes[2h].groupBy(job).min() < 1000"),
        LintExample("L034", ["namespace": #""my_namespace""#]),
        LintExample("L035"),
        LintExample("L036", override(#""ruleName": "MANY", "severity": "ERROR""#)),
        LintExample("L037", query: "run_failed[6h].groupBy(job).sum() >= 2"),
        LintExample("L038", ["evaluationSlackDuration": #""PT3M""#]),
        LintExample("L039"),
        LintExample(
            "L040",
            ["query": #""run_failed[2h].groupBy(job).sum() >= 2""#].merging(
                tags(#", "lint.ignore": "L041: one job only""#)
            ) { $1 }),
        LintExample("L041"),
        LintExample("L042", query: "many[2h].groupBy(job).sum() >= 2").with {
            $0.changes["isNotificationsPerMetricDimensionEnabled"] = "true"
        },
        LintExample("L042", query: "many[2h].groupBy(job, kind).sum() >= 2"),
        LintExample(
            "L043", query: "run_failed[2h].groupBy(job).sum() > 2 && run_failed[2h].groupBy(job).max() > 0"),
    ]
}
