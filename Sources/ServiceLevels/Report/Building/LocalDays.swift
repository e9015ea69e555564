// SPDX-License-Identifier: MIT

/// The local days that a span touches: where each begins, and where the last one ends.
struct LocalDays: Sendable, Hashable {
    /// Midnights in Stockholm, rising; one more than there are days.
    private let bounds: [Int]

    /// - Parameter limit: so many days at most, the last ones.
    init(touching span: MinuteSpan, limit: Int = .max) {
        let near = MinuteSpan(start: span.start - 1_500, end: span.end + 1_501)
        let midnights = StockholmTime.midnights(in: near)
        let first = midnights.last { $0 <= span.start } ?? span.start
        let end = midnights.first { $0 >= span.end } ?? span.end
        let all = midnights.filter { first <= $0 && $0 <= end }
        bounds = limit < all.count - 1 ? Array(all.suffix(limit + 1)) : all
    }

    var count: Int { max(0, bounds.count - 1) }

    /// From the first midnight to the last.
    var span: MinuteSpan { MinuteSpan(start: bounds.first ?? 0, end: bounds.last ?? 0) }

    subscript(index: Int) -> MinuteSpan { MinuteSpan(start: bounds[index], end: bounds[index + 1]) }

    /// The day a minute lies in; nil before the first and after the last.
    func index(of minute: Int) -> Int? {
        guard span.contains(minute) else { return nil }
        return bounds.lastIndex { $0 <= minute }
    }
}
