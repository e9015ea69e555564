// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Ledger
import OCI
import Testing

@testable import Collector

struct MetricCatalogTests {
    @Test func `a collector has at most 100 streams and a checker's vantage at most 50`() {
        #expect(MetricCatalog.streams(of: .collector) == 83)
        #expect(MetricCatalog.streams(of: .collector) <= MetricCatalog.streamLimit(of: .collector))
        // 35 are figures of five objectives: 20 error ratios, 10 burn rates, 5 budgets.
        #expect(MetricCatalog.streams(of: .checker) == 47)
        #expect(MetricCatalog.streams(of: .checker) <= MetricCatalog.streamLimit(of: .checker))
    }

    @Test func `every name stands once, for OCI and for OpenTelemetry`() {
        #expect(Set(MetricCatalog.all.map(\.name)).count == MetricCatalog.all.count)
        #expect(Set(MetricCatalog.all.map(\.twin)).count == MetricCatalog.all.count)
    }

    @Test(arguments: MetricCatalog.all) func `OCI takes every name, dimension and unit`(metric: DeclaredMetric) throws {
        let values = metric.dimensions.map { ($0.name, $0.values?.first ?? "x") }
        let identity = MetricIdentity(
            namespace: "polisen_collector", name: metric.name, resourceGroup: nil, compartment: "ocid1.compartment.x",
            dimensions: Dictionary(uniqueKeysWithValues: values + [("job", "polisen"), ("env", "production")]))
        let now = Date(timeIntervalSince1970: 1_790_000_000)
        let data = MetricData(
            identity: identity, metadata: ["unit": metric.unit],
            datapoints: [.init(timestamp: now, value: 1)])
        #expect(MetricDataValidator(now: now).verdict(on: MetricData.request([data])) == .accepted)
        let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789_")
        #expect(metric.name.allSatisfy(letters.contains) && metric.name.count <= 32)
    }

    @Test(arguments: MetricCatalog.all) func `units are UCUM, and names end in them`(metric: DeclaredMetric) {
        let units = ["s": "_seconds", "By": "_bytes", "d": ""]
        if let suffix = units[metric.unit] {
            #expect(metric.name.contains(suffix) || metric.name.contains("_days_"))
        } else {
            #expect(metric.unit == "1" || metric.unit.hasPrefix("{") && metric.unit.hasSuffix("}"))
        }
        #expect(!metric.name.hasSuffix("_ratio") || metric.unit == "1")
    }

    @Test(arguments: MetricCatalog.all) func `sets of values are closed, and dimensions single words`(
        metric: DeclaredMetric
    ) {
        let ofDeployment = ["instance", "vantage", "version"]
        for dimension in metric.dimensions {
            #expect(dimension.name.allSatisfy { $0.isLowercase })
            #expect((dimension.values == nil) == ofDeployment.contains(dimension.name))
            let values = dimension.values ?? []
            #expect(Set(values).count == values.count)
            #expect(values.allSatisfy { value in value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } })
        }
        #expect(!metric.help.isEmpty && !metric.help.hasSuffix("."))
    }

    @Test func `figures of objectives come every five minutes, and say between which values they lie`() {
        let figures = MetricCatalog.all.filter { $0.name.hasPrefix("slo_") }
        #expect(figures.map(\.name) == ["slo_error_ratio", "slo_burn_rate", "slo_budget_remaining_ratio"])
        #expect(figures.map(\.streams) == [20, 10, 5])
        #expect(figures.allSatisfy { $0.periodSeconds == 300 && $0.source == .checker && $0.density == .dense })
        #expect(figures.map(\.values) == [nil, 0...Double.infinity, -Double.infinity...1])
        #expect(MetricCatalog.all.allSatisfy { [60, 300, 1_800].contains($0.periodSeconds) })
    }

    @Test func `absence alarms have one heart, and it is no dense metric`() {
        let hearts = MetricCatalog.all.filter { $0.density == .heart }
        #expect(hearts.map(\.name) == ["run_success_heartbeat"])
    }

    /// Rows of README's table of error types, by what they count as.
    private static let errorTypes: [FailureReason: [String]] = [
        .dns: ["feed_dns", "oci_dns"],
        .tls: ["feed_tls", "feed_tls_expired", "feed_tls_wrong_host", "feed_tls_unknown_issuer", "oci_tls_expired"],
        .apiTimeout: ["feed_timeout", "feed_connect_timeout", "feed_connect", "feed_interrupted", "deadline"],
        .api4xx: [
            "feed_throttled", "feed_unauthorized", "feed_forbidden", "feed_not_found", "feed_conflict",
            "feed_precondition_failed", "feed_client_error",
        ],
        .api5xx: ["feed_server_error"],
        .apiParse: [
            "feed_redirect", "feed_not_modified_unasked", "feed_unexpected_status", "feed_too_large",
            "feed_bad_encoding", "answer_empty", "answer_not_json", "answer_truncated", "answer_not_array",
            "answer_too_many",
        ],
        .authDenied: [
            "oci_unauthorized", "oci_forbidden", "oci_clock_skew", "oci_credential_metadata",
            "oci_credential_federation", "oci_credential_token_expired", "oci_credential_key_missing",
        ],
        .vault: ["oci_credential_vault"],
        .storage: [
            "oci_connect", "oci_timeout", "oci_connect_timeout", "oci_interrupted", "oci_redirect", "oci_throttled",
            "oci_server_error", "oci_unreadable_body", "oci_deadline", "oci_not_found", "oci_bucket_not_found",
            "oci_namespace_not_found", "oci_quota_exceeded", "oci_rejected", "archive_foreign", "disk_full",
            "read_only", "permission_denied", "file_error",
        ],
        .checkpoint: [
            "oci_conflict", "oci_precondition_failed", "archive_contended", "archive_damaged", "archive_newer",
        ],
        .killed: ["killed", "killed_oom"],
        .other: ["terminated", "configuration", "feed_unusable", "oci_unusable", "of_a_later_version", ""],
    ]

    @Test(arguments: FailureReason.allCases) func `error types count as one of twelve reasons`(
        reason: FailureReason
    ) throws {
        for type in try #require(Self.errorTypes[reason]) {
            #expect(FailureReason(errorType: type) == reason, "\(type)")
        }
    }
}
