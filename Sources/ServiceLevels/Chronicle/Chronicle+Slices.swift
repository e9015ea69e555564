// SPDX-License-Identifier: MIT

extension Chronicle {
    /// Whether each minute of a span was good, as stretches that follow each other without a gap.
    ///
    /// A minute is judged at its first instant. Minutes at `asOf` or later are unknown.
    package func slices(in span: MinuteSpan) -> [Slice] {
        var slices: [Slice] = []
        forEachSlice(in: span, staleAfterSeconds: rules.staleAfterSeconds) { slices.append($0) }
        return slices
    }

    /// The same for data that is stale after another time; oldest first, each as long as it can be.
    func forEachSlice(in span: MinuteSpan, staleAfterSeconds: Int, _ body: (Slice) -> Void) {
        var joiner = SliceJoiner()
        let known = span.intersection(MinuteSpan(start: .min / 2, end: asOf))
        var minute = known.start
        for good in freshSpans(in: known, staleAfterSeconds) {
            judge(MinuteSpan(start: minute, end: good.start)) { joiner.add($0, body) }
            joiner.add(Slice(span: good, state: .good), body)
            minute = good.end
        }
        judge(MinuteSpan(start: minute, end: known.end)) { joiner.add($0, body) }
        joiner.add(Slice(span: MinuteSpan(start: max(span.start, asOf), end: span.end), state: .unknown), body)
        joiner.end(body)
    }

    /// Minutes that no success makes good: bad where the ledger has evidence, else unknown.
    private func judge(_ span: MinuteSpan, _ body: (Slice) -> Void) {
        var minute = span.start
        for known in evidence.overlapping(span) {
            let bad = known.intersection(span)
            body(Slice(span: MinuteSpan(start: minute, end: bad.start), state: .unknown))
            body(Slice(span: bad, state: .bad))
            minute = bad.end
        }
        body(Slice(span: MinuteSpan(start: minute, end: span.end), state: .unknown))
    }

    /// Minutes that begin at the end of a success or later, and no later than data stays fresh after it.
    private func freshSpans(in span: MinuteSpan, _ staleAfterSeconds: Int) -> [MinuteSpan] {
        guard !span.isEmpty else { return [] }
        let fresh = staleAfterSeconds * 1_000
        let first = successes.partitionIndex { $0 + fresh >= span.start * 60_000 }
        var spans = SpanCollector()
        for success in successes[first...] {
            guard success < span.end * 60_000 else { break }
            let last = (success + fresh).minuteAtOrBefore
            spans.add(MinuteSpan(start: success.minuteAtOrAfter, end: last + 1).intersection(span))
        }
        return spans.spans
    }
}

/// Hands on slices, those of the same state that follow each other as one.
private struct SliceJoiner {
    private var open: Slice?

    mutating func add(_ slice: Slice, _ body: (Slice) -> Void) {
        guard !slice.span.isEmpty else { return }
        guard let last = open else { return open = slice }
        if last.state == slice.state {
            open = Slice(span: MinuteSpan(start: last.span.start, end: slice.span.end), state: last.state)
        } else {
            body(last)
            open = slice
        }
    }

    mutating func end(_ body: (Slice) -> Void) {
        if let open { body(open) }
        open = nil
    }
}
