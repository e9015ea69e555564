// SPDX-License-Identifier: MIT

/// Where Oracle's documentation is silent or contradicts itself, one rule has to be chosen. Each of these selects it; a result
/// that changes under another choice rests on undocumented behaviour.
public struct Knobs: Sendable, Hashable {
    /// A firing stream without a point: `hold` keeps it firing 10 minutes, then RESET; `clear` ends it at once.
    public enum MissingWhileFiring: String, Sendable, CaseIterable { case hold, clear }
    /// Arithmetic with one operand missing: no point, or the other operand.
    public enum ArithmeticMissing: String, Sendable, CaseIterable { case null, skip }
    /// Which streams of two results pair up: equal dimensions and a dimensionless one with all, or equal dimensions only.
    public enum StreamMatching: String, Sendable, CaseIterable { case broadcast, equal }
    /// What a false predicate is inside a nested query: no point, or zero.
    public enum NestedFalse: String, Sendable, CaseIterable { case drop, zero }
    /// `rate()` of a window with one point: none, or against the last point before the window.
    public enum RateSinglePoint: String, Sendable, CaseIterable { case null, previous }
    /// What `increment()` counts from: the first point in the window, or the last before it.
    public enum IncrementBase: String, Sendable, CaseIterable { case first, previous }
    /// How `percentile()` estimates: linear between closest ranks, or nearest rank.
    public enum Percentile: String, Sendable, CaseIterable { case linear, nearest }
    /// The mean of a group: over raw points, or the mean of stream means.
    public enum GroupedMean: String, Sendable, CaseIterable { case points, streams }
    /// Whether `not in (a, b)` holds for a and b themselves.
    public enum NotInBounds: String, Sendable, CaseIterable { case inclusive, exclusive }
    /// Where labels of metric queries start: at the request's start, or on the epoch's grid.
    public enum LabelAnchor: String, Sendable, CaseIterable { case request, epoch }
    /// When a grouped alarm ends with RESET: after any reset in the episode, or only if the last stream left by one.
    public enum ResetKind: String, Sendable, CaseIterable { case any, last }
    /// Overrides: the first firing rule in order speaks, or every rule sends its own messages.
    public enum Overrides: String, Sendable, CaseIterable { case first, each }
    /// What a suppression stops: messages, or evaluations too.
    public enum Suppression: String, Sendable, CaseIterable { case messages, evaluations }
    /// Unparenthesised `&&` and `||`: `&&` binds tighter, or left to right.
    public enum JoinPrecedence: String, Sendable, CaseIterable { case andFirst, leftToRight }
    /// Whether `=~` heeds case.
    public enum FuzzyCase: String, Sendable, CaseIterable { case sensitive, insensitive }
    /// A filter on a dimension that no stream of the metric has: ignored, or matches nothing.
    public enum UnknownDimension: String, Sendable, CaseIterable { case ignored, matchesNothing }
    /// Whether the minute at the end of the absence detection period still counts.
    public enum AbsentEdge: String, Sendable, CaseIterable { case exclusive, inclusive }
    /// What an evaluation sees: what had arrived by then, or everything.
    public enum Visibility: String, Sendable, CaseIterable { case arrived, everything }

    public var missingWhileFiring = MissingWhileFiring.hold
    public var arithmeticMissing = ArithmeticMissing.null
    public var streamMatching = StreamMatching.broadcast
    public var nestedFalse = NestedFalse.drop
    public var rateSinglePoint = RateSinglePoint.null
    public var incrementBase = IncrementBase.first
    public var percentile = Percentile.linear
    public var groupedMean = GroupedMean.points
    public var notInBounds = NotInBounds.inclusive
    public var labelAnchor = LabelAnchor.request
    public var resetKind = ResetKind.any
    public var overrides = Overrides.first
    public var suppression = Suppression.messages
    public var joinPrecedence = JoinPrecedence.andFirst
    public var fuzzyCase = FuzzyCase.sensitive
    public var unknownDimension = UnknownDimension.ignored
    public var absentEdge = AbsentEdge.exclusive
    public var visibility = Visibility.arrived

    /// All as documented, or where nothing is documented as least surprising.
    public init() {}
}
