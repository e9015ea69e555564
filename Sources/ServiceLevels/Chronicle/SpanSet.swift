// SPDX-License-Identifier: MIT

/// Minutes as spans that neither touch nor overlap, in their order.
struct SpanSet: Sendable, Hashable {
    private(set) var spans: [MinuteSpan] = []

    init() {}

    init(_ spans: some Sequence<MinuteSpan>) {
        for span in spans.sorted(by: { $0.start < $1.start }) { append(span) }
    }

    /// Adds a span that begins no earlier than the last one began.
    private mutating func append(_ span: MinuteSpan) {
        guard !span.isEmpty else { return }
        guard let last = spans.last, span.start <= last.end else { return spans.append(span) }
        spans[spans.count - 1] = MinuteSpan(start: last.start, end: max(last.end, span.end))
    }

    /// The spans that share minutes with `span`; their ends may lie outside.
    func overlapping(_ span: MinuteSpan) -> ArraySlice<MinuteSpan> {
        guard !span.isEmpty else { return [] }
        let first = spans.partitionIndex { $0.end > span.start }
        let end = spans.partitionIndex { $0.start >= span.end }
        return spans[first..<max(first, end)]
    }

    /// How many minutes of `span` are in it.
    func count(in span: MinuteSpan) -> Int {
        overlapping(span).reduce(0) { $0 + $1.intersection(span).count }
    }

    func contains(_ minute: Int) -> Bool { count(in: MinuteSpan(start: minute, end: minute + 1)) == 1 }
}

/// Collects spans that come nearly in their order: what joins the last one takes no room of its own.
struct SpanCollector: Sendable {
    private(set) var spans: [MinuteSpan] = []

    mutating func add(_ span: MinuteSpan) {
        guard !span.isEmpty else { return }
        if let last = spans.last, last.start <= span.start, span.start <= last.end {
            spans[spans.count - 1] = MinuteSpan(start: last.start, end: max(last.end, span.end))
        } else {
            spans.append(span)
        }
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first index whose element fulfils a condition that holds for all elements behind it, too; else the end.
    func partitionIndex(_ isBehind: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension Int {
    /// Milliseconds since 1970: the first minute that begins then or later.
    var minuteAtOrAfter: Int { -((-self).minuteAtOrBefore) }

    /// Milliseconds since 1970: the minute they lie in.
    var minuteAtOrBefore: Int { (self >= 0 ? self : self - 59_999) / 60_000 }
}
