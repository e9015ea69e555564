// SPDX-License-Identifier: MIT

public import FoundationEssentials

/// One value of one stream at one instant: what is kept until OCI Monitoring has it.
public struct MetricPoint: Sendable, Hashable {
    /// As OCI Monitoring names it: `run_duration_seconds`.
    public var name: String
    /// With the name they make the stream; 1 to 20.
    public var dimensions: [String: String]
    /// In UCUM: `s`, `By`, `1`, `{run}`; nil where nobody declared one.
    public var unit: String?
    public var value: Double
    /// How many samples had this value; nil: one.
    public var count: Int?
    public var at: Date

    public init(
        name: String, dimensions: [String: String], unit: String? = nil, value: Double, count: Int? = nil, at: Date
    ) {
        self.name = name
        self.dimensions = dimensions
        self.unit = unit
        self.value = value
        self.count = count
        self.at = at
    }
}
