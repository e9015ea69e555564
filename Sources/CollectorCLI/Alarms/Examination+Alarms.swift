// SPDX-License-Identifier: MIT

import Alarms
import Collector
import JSON
import MQL
import OCI

extension Examination {
    /// Whether our alarms of OCI have anything to look at: a stream that never was can neither cross a threshold nor be
    /// missed (catalogue T3).
    func alarms(_ archive: CloudArchive, usesMonitoring: Bool) async -> [Finding] {
        guard let compartment = configuration.oci.compartment else {
            return usesMonitoring
                ? [.fails("alarms", cannot: "be looked for: oci.compartment is not set", fix: "set oci.compartment")]
                : []
        }
        let ownership = AlarmOwnership(job: configuration.job)
        do throws(OCIError) {
            let monitoring = try await archive.monitoring(live.run)
            let ours = try await monitoring.alarms(compartment: compartment, lifecycleState: "ACTIVE")
                .filter(ownership.holds)
            guard usesMonitoring else {
                return ours.isEmpty
                    ? []
                    : [
                        .fails(
                            "alarms", can: "see \(ours.count) of job \(configuration.job)",
                            cannot: "feed them: metrics.backend does not name oci", fix: "set metrics.backend to oci")
                    ]
            }
            guard !ours.isEmpty else {
                return [.skipped("alarms", "OCI has none of ours; polisen-collector alarms plan")]
            }
            var streams: [MetricIdentity] = []
            for namespace in Set(ours.compactMap { $0["namespace"]?.string }).sorted() {
                streams += try await monitoring.listMetrics(compartment: compartment, namespace: namespace)
            }
            return [AlarmSight(ours, streams).finding]
        } catch {
            return [
                .fails(
                    "alarms", cannot: "\(error)", fix: "allow … to manage alarms and read metrics in the compartment")
            ]
        }
    }
}

/// Which alarms have streams to look at.
struct AlarmSight: Sendable {
    private let count: Int
    /// Without any stream of a metric that is always posted.
    private var blind: [String] = []
    /// Without a stream, of a metric that is posted only where there is something to measure.
    private var idle: [String] = []
    private var off: [String] = []

    /// - Parameters:
    ///   - alarms: summaries of ListAlarms.
    ///   - streams: all streams of their namespaces.
    init(_ alarms: [JSONValue], _ streams: [MetricIdentity]) {
        count = alarms.count
        for alarm in alarms {
            let name = AlarmOwnership.tag(AlarmOwnership.Tag.key, of: alarm) ?? alarm["displayName"]?.string ?? "?"
            if alarm["isEnabled"]?.bool == false { off.append(name) }
            let selectors = Self.selectors(alarm)
            let isSeeing = selectors.contains { selector in
                streams.contains { Self.selects(selector, $0, alarm) }
            }
            guard !isSeeing else { continue }
            let isConditional = selectors.allSatisfy { MetricCatalog.named($0.metric)?.condition != nil }
            if isConditional { idle.append(name) } else { blind.append(name) }
        }
    }

    private static func selectors(_ alarm: JSONValue) -> [Selector] {
        let rules = [alarm] + (alarm["overrides"]?.array ?? [])
        return rules.flatMap { rule in
            // One that this version cannot read selects nothing it could look for.
            rule["query"]?.string.flatMap { try? Query(parsing: $0, as: .alarm) }?.root.selectors ?? []
        }
    }

    private static func selects(_ selector: Selector, _ stream: MetricIdentity, _ alarm: JSONValue) -> Bool {
        guard stream.name == selector.metric, stream.namespace == alarm["namespace"]?.string,
            stream.resourceGroup == selector.resourceGroup ?? alarm["resourceGroup"]?.string
        else { return false }
        return selector.filters.allSatisfy { filter in
            guard let value = stream.dimensions[filter.name] else { return false }
            return switch filter.comparison {
            case .equal: value == filter.value
            case .notEqual: value != filter.value
            case .like: WildcardPattern(filter.value).matches(value)
            case .notLike: !WildcardPattern(filter.value).matches(value)
            }
        }
    }

    var finding: Finding {
        let seen = count - blind.count - idle.count
        var can = "\(seen) of \(count) have live streams"
        if !idle.isEmpty { can += "; nothing to measure here for \(idle.sorted().joined(separator: ", "))" }
        if !off.isEmpty { can += "; switched off: \(off.sorted().joined(separator: ", "))" }
        guard !blind.isEmpty else { return .ok("alarms", can) }
        return .fails(
            "alarms", can: can, cannot: "ever fire: no stream for \(blind.sorted().joined(separator: ", "))",
            fix: "polisen-collector collect, polisen-collector freshness, then doctor again; check job and "
                + "metrics.namespace; an alarm that is not for this place: alarms apply --except")
    }
}
