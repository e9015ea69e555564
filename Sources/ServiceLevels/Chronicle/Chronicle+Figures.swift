// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

extension Chronicle {
    /// What an objective's indicator says of a span.
    ///
    /// Events belong to the span in which their run ended, incidents to the one in which they began: the figures of
    /// adjoining spans add up to those of both. Minutes at `asOf` or later are unknown: cut a period that is not over.
    package func figures(of slo: SLO, over span: MinuteSpan) -> Figures {
        switch slo.indicator {
        case .freshMinutes(let maxAge, let tolerance): minutes(span, staleAfterSeconds: maxAge + tolerance)
        case .runSuccess: events(span) { Self.success($0) }
        case .latency(let limit): events(span) { Self.latency($0, limit) }
        case .apiAvailability:
            events(span) { row in
                let good = min(row.feedAnswers, row.feedCalls)
                return (Int(good), Int(row.feedCalls - good))
            }
        case .telemetryDelivery: events(span) { (Int($0.pointsPosted), Int($0.pointsDropped)) }
        case .storagePuts: events(span) { (Int($0.putsDone), Int($0.putsFailed)) }
        case .uniqueLines: lines(span)
        case .detection(let limit): incidents(span) { self.wasDetected($0, within: limit) }
        case .resolution(let limit): incidents(span) { self.wasResolved($0, within: limit) }
        }
    }

    private func minutes(_ span: MinuteSpan, staleAfterSeconds: Int) -> Figures {
        var figures = Figures()
        forEachSlice(in: span, staleAfterSeconds: staleAfterSeconds) { slice in
            let count = slice.span.count
            figures.whole[slice.state] += count
            figures.counted[slice.state] += count - planned.count(in: slice.span)
        }
        return figures
    }

    /// - Parameter count: good and bad events of a run.
    private func events(_ span: MinuteSpan, _ count: (RunRow) -> (good: Int, bad: Int)) -> Figures {
        var figures = Figures()
        let first = rows.partitionIndex { $0.end >= span.start * 60_000 }
        for row in rows[first...] {
            guard row.end < span.end * 60_000 else { break }
            let events = count(row)
            guard events.good > 0 || events.bad > 0 else { continue }
            figures.whole.add(events)
            if !planned.contains(row.start.minuteAtOrBefore) { figures.counted.add(events) }
        }
        return figures
    }

    /// Of the collector's own runs: what it skipped was no attempt.
    private static func success(_ row: RunRow) -> (Int, Int) {
        guard row.command == .collect else { return (0, 0) }
        switch row.outcome {
        case .success: return (1, 0)
        case .partial, .failed, .killed: return (0, 1)
        case .skipped: return (0, 0)
        }
    }

    /// A run whose clock was set back afterwards was measured with two clocks, and says nothing.
    private static func latency(_ row: RunRow, _ limitSeconds: Int) -> (Int, Int) {
        guard row.command == .collect, row.isEvidenceOfSuccess, row.afterPlan != RunRow.noPlan else { return (0, 0) }
        return Int(row.afterPlan) <= limitSeconds * 1_000 ? (1, 0) : (0, 1)
    }

    /// Each verification counts all lines of the archive; none is left out for maintenance, which damages no lines.
    private func lines(_ span: MinuteSpan) -> Figures {
        var found = Attainment()
        for note in notes where note.kind == .verification && span.contains(note.at.minute) {
            // More than a feed of this kind can ever hold; the sum of many stays a number.
            let lines = min(max(0, note.linesCounted ?? 0), 1_000_000_000_000)
            let twice = min(max(0, note.duplicates ?? 0), lines)
            found.add((lines - twice, twice))
        }
        return Figures(counted: found, whole: found)
    }

    /// - Parameter isGood: nil while nobody can tell.
    private func incidents(_ span: MinuteSpan, _ isGood: (Stretch) -> Bool?) -> Figures {
        var figures = Figures()
        for stretch in stretches(startingIn: span) where stretch.kind == .stale {
            guard let isGood = isGood(stretch) else { continue }
            let event = isGood ? (good: 1, bad: 0) : (good: 0, bad: 1)
            figures.whole.add(event)
            if planned.count(in: stretch.span) < stretch.span.count { figures.counted.add(event) }
        }
        return figures
    }

    private func wasDetected(_ stretch: Stretch, within limitSeconds: Int) -> Bool? {
        if let at = stretch.detectedAt { return at - stretch.start * 60_000 <= limitSeconds * 1_000 }
        return isDecided(stretch, limitSeconds) ? false : nil
    }

    private func wasResolved(_ stretch: Stretch, within limitSeconds: Int) -> Bool? {
        if let end = stretch.end { return (end - stretch.start) * 60 <= limitSeconds }
        return isDecided(stretch, limitSeconds) ? false : nil
    }

    /// Whether it is as old as the limit at least.
    private func isDecided(_ stretch: Stretch, _ limitSeconds: Int) -> Bool {
        (asOf - stretch.start) * 60 >= limitSeconds
    }
}

extension Attainment {
    fileprivate subscript(state: SliceState) -> Int {
        get {
            switch state {
            case .good: good
            case .bad: bad
            case .unknown: unknown
            }
        }
        set {
            switch state {
            case .good: good = newValue
            case .bad: bad = newValue
            case .unknown: unknown = newValue
            }
        }
    }

    fileprivate mutating func add(_ events: (good: Int, bad: Int)) {
        good += events.good
        bad += events.bad
    }
}
