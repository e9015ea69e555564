// SPDX-License-Identifier: MIT

/// The minutes for which values are asked: `start`, then every `step`, `count` of them. Milliseconds since 1970.
public struct LabelGrid: Sendable, Hashable {
    /// The first label.
    public let start: Int64
    /// The distance of labels.
    public let step: Int64
    /// How many.
    public let count: Int

    /// Labels from `start` on.
    public init(start: Int64, step: Int64 = 60_000, count: Int) {
        self.start = start
        self.step = step
        self.count = max(0, count)
    }

    /// The instant of a label.
    public subscript(index: Int) -> Int64 { start + Int64(index) * step }
}

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
}
