// SPDX-License-Identifier: MIT

/// What is known of one metric beforehand; alarms are checked against it.
package struct MetricFacts: Sendable, Hashable {
    /// The metric's name.
    package var name: String
    /// Posted with every run or tick, zeros included: thresholds may use it.
    package var isDense: Bool
    /// Posted only while all is well: `absent()` may use it.
    package var isHeart: Bool
    /// Seconds between two points of a stream while all is well.
    package var emissionPeriodSeconds: Int
    /// Every dimension of its streams.
    package var dimensions: [DimensionFacts]
    /// In UCUM: `s`, `By`, `1`, `{run}`.
    package var unit: String
    /// Who posts it, where several do: metrics of two sources do not fall silent together.
    package var source: String
    /// Between which values its points lie; nil: as its unit says, 0 to 1 for those without a unit.
    package var values: ClosedRange<Double>?

    package init(
        name: String, isDense: Bool, isHeart: Bool = false, emissionPeriodSeconds: Int,
        dimensions: [DimensionFacts], unit: String, source: String = "", values: ClosedRange<Double>? = nil
    ) {
        self.name = name
        self.isDense = isDense
        self.isHeart = isHeart
        self.emissionPeriodSeconds = emissionPeriodSeconds
        self.dimensions = dimensions
        self.unit = unit
        self.source = source
        self.values = values
    }

    /// The dimension of that name.
    package func dimension(_ name: String) -> DimensionFacts? { dimensions.first { $0.name == name } }
}

/// One dimension and the values it can have.
package struct DimensionFacts: Sendable, Hashable {
    package var name: String
    /// nil: one value for each deployment, host or version, which nobody knows beforehand.
    package var values: [String]?

    package init(_ name: String, values: [String]? = nil) {
        self.name = name
        self.values = values
    }

    /// Dimensions whose value changes when a machine is rebuilt or a release comes: names that say so.
    static let passing: Set<String> = [
        "instance", "host", "hostname", "node", "pod", "container", "version", "resourceId", "availabilityDomain",
    ]

    /// Whether its value goes with the machine or the release.
    var isPassing: Bool { Self.passing.contains(name) }
}
