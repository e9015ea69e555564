// SPDX-License-Identifier: MIT

/// One stream of an answer: a value, or none, for each label of the grid it was asked for.
public struct ResultStream: Sendable, Hashable {
    /// What is left of the dimensions after grouping.
    public let dimensions: [String: String]
    /// One for each label; NaN: no point.
    public let values: [Double]

    /// A stream of these values.
    public init(dimensions: [String: String], values: [Double]) {
        self.dimensions = dimensions
        self.values = values
    }

    /// The dimensions as JSON text with sorted keys: what streams of an answer are sorted by.
    public var dimensionText: String { DimensionText.json(dimensions) }
}
