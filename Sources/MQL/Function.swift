// SPDX-License-Identifier: MIT

/// What stands behind a dot.
public enum Function: Sendable, Hashable {
    /// `grouping()`: all streams in one.
    case grouping
    /// `groupBy(a, b)`: one stream for each combination of values.
    case groupBy([String])
    /// A value for each window.
    case statistic(Statistic)
    /// `filter(x => x > 20)`: keeps points for which the condition holds.
    case filter(parameter: String, condition: Expression)
}

/// One value from the points of a window.
public enum Statistic: Sendable, Hashable {
    /// `avg` and `mean` are the same; the word that was written is kept.
    case avg, mean
    case count, sum, min, max, first, last, increment, rate
    /// 0 < fraction < 1
    case percentile(Double)
    /// The absence detection period, where one is written. A bare number counts hours and is written without a unit.
    case absent(AbsencePeriod?)
}

/// The argument of `absent()`.
public struct AbsencePeriod: Sendable, Hashable {
    /// How long, at most three days.
    public let interval: Interval
    /// Whether the unit was left out; it means hours then.
    public let isUnitless: Bool

    /// A period of this length.
    public init(_ interval: Interval, isUnitless: Bool = false) {
        self.interval = interval
        self.isUnitless = isUnitless
    }

    /// What the service takes where nothing is written.
    public static let standard = AbsencePeriod(Interval(2, .hours))
}
