// SPDX-License-Identifier: MIT

/// Every metric there is: the single declaration that programs, alarms, dashboards and documents are checked against.
package enum MetricCatalog {
    /// In the order in which they are shown.
    package static let all: [DeclaredMetric] =
        runs + interface + events + storage + telemetry + host + checker + serviceLevels

    /// Dimensions of every metric, whose one value a deployment's configuration says.
    package static let common = [MetricDimension.one("job"), .one("env")]

    /// Streams a collector may post for one job, and a checker for one vantage: OCI counts and bills streams.
    package static func streamLimit(of source: DeclaredMetric.Source) -> Int { source == .collector ? 100 : 50 }

    /// The declaration of that name.
    package static func named(_ name: String) -> DeclaredMetric? { byName[name] }

    /// How many streams one job of `source` has.
    package static func streams(of source: DeclaredMetric.Source) -> Int {
        all.reduce(0) { $0 + ($1.source == source ? $1.streams : 0) }
    }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

/// One metric: what it is called, what it counts, and every stream it can have.
package struct DeclaredMetric: Sendable, Hashable {
    /// As OCI Monitoring and Prometheus call it: snake_case, the base unit last.
    package let name: String
    /// As OpenTelemetry would call it.
    package let twin: String
    /// In UCUM: `s`, `By`, `1`, `{run}`.
    package let unit: String
    /// Besides `MetricCatalog.common`.
    package let dimensions: [MetricDimension]
    package let density: Density
    package let source: Source
    /// What it says, in one sentence without a full stop.
    package let help: String
    /// Where a dense metric is left out, because there is nothing to measure; nil: nowhere.
    package let condition: String?
    /// Values of its one dimension that the checker posts to the same streams; they count with the collector's.
    package var checkerValues: [String] = []
    /// Whether its absence is news: it is posted as long as its poster does what it is there for, and only then.
    package var isHeartbeat = false
    /// Between which values its points lie; nil: 0 to 1 for those without a unit, and no bounds for others.
    package var values: ClosedRange<Double>?
    /// Seconds between two points of a stream where they differ from its poster's usual ones.
    var ownPeriodSeconds: Int?

    /// How regularly it is posted, which decides what an alarm may do with it.
    package enum Density: String, Sendable, Hashable, CaseIterable {
        /// Every run, or every minute of a checker, zeros included: thresholds.
        case dense
        /// Only on success: absence.
        case heart
        /// Only when there is something to tell: charts, never alarms.
        case sparse
    }

    /// Who posts it.
    package enum Source: String, Sendable, Hashable, CaseIterable { case collector, checker }

    /// Seconds between two points of a stream while all is well: of a run, the timer's half hour; of a check, a minute; of
    /// figures over the ledger, five minutes.
    package var periodSeconds: Int {
        if let ownPeriodSeconds { return ownPeriodSeconds }
        return switch source {
        case .collector: 1_800
        case .checker: 60
        }
    }

    /// Of one job and, for a checker, one vantage.
    package var streams: Int { dimensions.reduce(1) { $0 * $1.count } }

    /// Whether the checker posts to this stream of its own metrics or of the collector's.
    package func admitsChecker(_ values: [String: String]) -> Bool {
        admits(values) && (source == .checker || values.values.allSatisfy(checkerValues.contains))
    }

    /// Whether these dimensions, without the common ones, make one of its streams.
    package func admits(_ values: [String: String]) -> Bool {
        values.count == dimensions.count
            && dimensions.allSatisfy { dimension in values[dimension.name].map(dimension.admits) ?? false }
    }
}

/// One dimension and all the values it can have.
package struct MetricDimension: Sendable, Hashable {
    /// A single word in lower case.
    package let name: String
    /// nil: the one value that this deployment, host or program has.
    package let values: [String]?

    /// A dimension with one value for each deployment, host, vantage or version: it makes no further streams.
    static func one(_ name: String) -> MetricDimension { MetricDimension(name: name, values: nil) }

    /// A dimension whose values are known beforehand.
    static func of(_ name: String, _ values: [String]) -> MetricDimension {
        MetricDimension(name: name, values: values)
    }

    /// A dimension whose values are the cases of an enum.
    static func of<Value: CaseIterable & RawRepresentable<String>>(
        _ name: String, _ values: Value.Type
    ) -> MetricDimension {
        MetricDimension(name: name, values: Value.allCases.map(\.rawValue))
    }

    /// Streams it splits a metric into.
    package var count: Int { values?.count ?? 1 }

    package func admits(_ value: String) -> Bool { values?.contains(value) ?? !value.isEmpty }
}

extension DeclaredMetric {
    /// A metric of the collector.
    static func run(
        _ name: String, _ twin: String, _ unit: String, _ dimensions: [MetricDimension] = [],
        _ density: Density = .dense, where condition: String? = nil, checker values: [String] = [], help: String
    ) -> DeclaredMetric {
        DeclaredMetric(
            name: name, twin: twin, unit: unit, dimensions: dimensions, density: density, source: .collector,
            help: help, condition: condition, checkerValues: values, isHeartbeat: density == .heart)
    }

    /// A metric of the freshness checker.
    static func check(
        _ name: String, _ twin: String, _ unit: String, _ dimensions: [MetricDimension] = [],
        where condition: String? = nil, isHeartbeat: Bool = false, help: String
    ) -> DeclaredMetric {
        DeclaredMetric(
            name: name, twin: twin, unit: unit, dimensions: dimensions, density: .dense, source: .checker, help: help,
            condition: condition, isHeartbeat: isHeartbeat)
    }

    /// A figure that the checker works out from the ledger.
    static func figure(
        _ name: String, _ twin: String, _ dimensions: [MetricDimension], values: ClosedRange<Double>? = nil,
        help: String
    ) -> DeclaredMetric {
        var metric = check(
            name, twin, "1", dimensions, where: "machines without objectives, and windows without evidence", help: help)
        metric.values = values
        metric.ownPeriodSeconds = 300
        return metric
    }
}
