// SPDX-License-Identifier: MIT

/// The minutes for which values are asked: `start`, then every `step`, `count` of them. Milliseconds since 1970.
public struct LabelGrid: Sendable, Hashable {
    /// The first label.
    public let start: Int64
    /// The distance of labels, at least 1.
    public let step: Int64
    /// How many.
    public let count: Int

    /// Labels from `start` on. Labels further than 140 000 years from 1970 are left out.
    public init(start: Int64, step: Int64 = 60_000, count: Int) {
        self.start = Instants.clamped(start)
        self.step = min(max(1, step), Instants.range.upperBound)
        let room = (Instants.range.upperBound - self.start) / self.step + 1
        self.count = max(0, min(count, Int(room)))
    }

    /// Every `step` from `first` on, up to and with `last`; none if `last` is earlier.
    public init(from first: Int64, through last: Int64, step: Int64 = 60_000) {
        let (first, last) = (Instants.clamped(first), Instants.clamped(last))
        let step = max(1, step)
        self.init(start: first, step: step, count: last < first ? 0 : Int((last - first) / step) + 1)
    }

    /// The labels of a metric query: the first is `start` rounded up to a minute, the others follow at `resolution`, all
    /// before `end`. Anchored on the epoch, the first is rounded up to a multiple of the resolution instead.
    ///
    /// Observed by Oracle's recorded answers: 09:46:13 to 09:53:07 at 1m gives 09:47 … 09:53, 5m labels stand at :47 :52 :57.
    public static func metricQuery(
        start: Int64, end: Int64, resolution: Int64, anchor: Knobs.LabelAnchor = .request
    ) -> LabelGrid {
        let resolution = min(max(1, resolution), Instants.range.upperBound)
        let first = roundedUp(Instants.clamped(start), to: anchor == .epoch ? max(60_000, resolution) : 60_000)
        return LabelGrid(from: first, through: Instants.clamped(end) - 1, step: resolution)
    }

    /// The resolution of a metric query that names none: its shortest interval, in milliseconds; a minute if it has none.
    public static func defaultResolution(of expression: Expression) -> Int64 {
        shortestInterval(of: expression) ?? 60_000
    }

    /// The instant of a label.
    public subscript(index: Int) -> Int64 { start + Int64(index) * step }

    /// The index of the first label at or after an instant, never negative, possibly `count` or more.
    func index(atOrAfter instant: Int64) -> Int {
        instant <= start ? 0 : Int((instant - start - 1) / step) + 1
    }

    static func roundedUp(_ instant: Int64, to unit: Int64) -> Int64 {
        let remainder = instant % unit
        return remainder == 0 ? instant : instant - remainder + (remainder > 0 ? unit : 0)
    }

    private static func shortestInterval(of expression: Expression) -> Int64? {
        switch expression.kind {
        case .number, .variable: nil
        case .selector(let selector): selector.interval.lengthMilliseconds
        case .negated(let inner), .membership(let inner, _, _, _), .call(_, let inner): shortestInterval(of: inner)
        case .binary(_, let left, let right):
            [shortestInterval(of: left), shortestInterval(of: right)].compactMap(\.self).min()
        }
    }
}

extension Interval {
    /// The length in milliseconds; of an absurd count, one that arithmetic can still bear.
    var lengthMilliseconds: Int64 { Int64(min(max(count, 0), 1_000_000)) * Int64(unit.minutes) * 60_000 }
}
