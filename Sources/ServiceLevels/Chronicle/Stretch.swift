// SPDX-License-Identifier: MIT

import Ledger

/// An incident as numbers: minutes on end of which none was good.
struct Stretch: Sendable, Hashable {
    /// From the first minute that was not good up to the next good one, or as far as is known.
    var span: MinuteSpan
    /// Where there is none, nobody knows whether data was stale.
    var firstBad: Int?
    var bad = 0
    var unknown = 0
    /// Whether it goes on.
    var isOpen = false
    /// Milliseconds since 1970.
    var detectedAt: Int?

    var kind: Incident.Kind { firstBad == nil ? .blind : .stale }
    /// The minute it counts from.
    var start: Int { firstBad ?? span.start }
    /// The first good minute; nil while it goes on.
    var end: Int? { isOpen ? nil : span.end }
}

extension Chronicle {
    /// Those whose start lies in a span.
    func stretches(startingIn span: MinuteSpan) -> ArraySlice<Stretch> {
        let first = stretches.partitionIndex { $0.start >= span.start }
        let end = stretches.partitionIndex { $0.start >= span.end }
        return stretches[first..<max(first, end)]
    }

    /// All of the history, oldest first, without the time before the first record.
    func findStretches() -> [Stretch] {
        guard let firstMinute else { return [] }
        var found: [Stretch] = []
        var open: Stretch?
        func close(_ isOpen: Bool) {
            guard var stretch = open else { return }
            open = nil
            stretch.isOpen = isOpen
            guard stretch.kind == .stale || stretch.unknown >= ChronicleRules.blindMinutes else { return }
            stretch.detectedAt = detection(of: stretch)
            found.append(stretch)
        }
        let span = MinuteSpan(start: firstMinute, end: asOf)
        forEachSlice(in: span, staleAfterSeconds: rules.staleAfterSeconds) { slice in
            guard slice.state != .good else { return close(false) }
            var stretch = open ?? Stretch(span: slice.span)
            stretch.span = MinuteSpan(start: stretch.span.start, end: slice.span.end)
            if slice.state == .bad {
                stretch.firstBad = stretch.firstBad ?? slice.span.start
                stretch.bad += slice.span.count
            } else {
                stretch.unknown += slice.span.count
            }
            open = stretch
        }
        close(true)
        return found
    }

    /// The end of the last success before it, in milliseconds since 1970.
    func lastGood(before stretch: Stretch) -> Int? {
        let next = successes.partitionIndex { $0 >= stretch.span.start * 60_000 }
        return next > 0 ? successes[next - 1] : nil
    }

    /// When it was noticed first: a check alarmed, or an alarm fired that is about data being fresh.
    ///
    /// What was noticed between the last success and the start counts, too: it was the same trouble.
    private func detection(of stretch: Stretch) -> Int? {
        let from = lastGood(before: stretch) ?? .min
        let until = stretch.span.end * 60_000
        let check = alarming.partitionIndex { $0.at >= from }
        var first = alarming[check...].first.map(\.at).flatMap { $0 <= until ? $0 : nil }
        for alarm in alarms where alarm.status == "FIRING" && Self.tells(alarm.alarm, of: stretch.kind) {
            let at = alarm.at.milliseconds
            guard from <= at, at <= until else { continue }
            first = min(first ?? at, at)
        }
        return first
    }

    /// Whether an alarm of that name tells that data is not fresh, or will not be soon.
    private static func tells(_ alarm: String, of kind: Incident.Kind) -> Bool {
        freshnessAlarms.contains(alarm) || kind == .blind && alarm == "checker-silent"
    }

    private static let freshnessAlarms: Set<String> = [
        "no-successful-run", "freshness-stale", "runs-failing", "api-failing", "scheduler-unhealthy", "run-stuck",
        "storage-refused", "vault-access",
    ]
}
