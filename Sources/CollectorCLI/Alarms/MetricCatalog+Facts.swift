// SPDX-License-Identifier: MIT

import Alarms
import Collector

extension MetricCatalog {
    /// What the linter knows of every metric: dimensions that all have are among each one's own.
    static var facts: [MetricFacts] { all.map(\.facts) }
}

extension DeclaredMetric {
    var facts: MetricFacts {
        MetricFacts(
            name: name, isDense: density == .dense, isHeart: isHeartbeat, emissionPeriodSeconds: periodSeconds,
            dimensions: (MetricCatalog.common + dimensions).map { DimensionFacts($0.name, values: $0.values) },
            unit: unit, source: source.rawValue, values: values)
    }
}
