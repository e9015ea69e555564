// SPDX-License-Identifier: MIT

/// `group::metric[interval]{dimensions}`
public struct Selector: Sendable, Hashable {
    /// Before `::`, where it stands.
    public let resourceGroup: String?
    /// The metric's name, case kept.
    public let metric: String
    /// The length of a window.
    public let interval: Interval
    /// What dimensions a stream must have; all of them count.
    public let filters: [DimensionFilter]
    /// Whether `{}` stands there without content.
    public let hasEmptyBraces: Bool

    /// A selector of these parts.
    public init(
        resourceGroup: String? = nil, metric: String, interval: Interval, filters: [DimensionFilter] = [],
        hasEmptyBraces: Bool = false
    ) {
        self.resourceGroup = resourceGroup
        self.metric = metric
        self.interval = interval
        self.filters = filters
        self.hasEmptyBraces = hasEmptyBraces
    }
}

/// A length of time as the language writes it: `5m`, `1h`, `3d`.
public struct Interval: Sendable, Hashable {
    /// The count before the unit.
    public let count: Int
    /// Its unit.
    public let unit: Unit

    /// The units of the language.
    public enum Unit: Character, Sendable, Hashable {
        case minutes = "m"
        case hours = "h"
        case days = "d"

        /// How many minutes one is.
        public var minutes: Int {
            switch self {
            case .minutes: 1
            case .hours: 60
            case .days: 1440
            }
        }
    }

    /// `count` of `unit`.
    public init(_ count: Int, _ unit: Unit) {
        self.count = count
        self.unit = unit
    }

    /// As many minutes.
    public var minutes: Int { count * unit.minutes }
    /// As written in a query.
    public var text: String { "\(count)\(unit.rawValue)" }
}

/// `name op "value"` inside braces.
public struct DimensionFilter: Sendable, Hashable {
    /// How name and value compare.
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        case equal = "="
        case notEqual = "!="
        case like = "=~"
        case notLike = "!~"
    }

    /// The dimension's name.
    public let name: String
    /// The operator.
    public let comparison: Comparison
    /// The value, or for `like` the alternatives, separated by `|`, with `*` for any run of characters.
    public let value: String

    /// A filter of these parts.
    public init(_ name: String, _ comparison: Comparison, _ value: String) {
        self.name = name
        self.comparison = comparison
        self.value = value
    }
}
