// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

extension ReportBuilder {
    /// The local days of the period in half hours, whole days also where it begins or ends within one.
    var days: [SlotDay] {
        let days = totals.slots.days
        return (0..<days.count)
            .map { index in
                let span = days[index]
                let evidence = HalfHourEvidence(chronicle, MinuteSpan(start: span.start, end: min(span.end, now)))
                let date = StockholmTime.local(span.start)
                let slots = stride(from: span.start, to: span.end, by: SlotTally.minutes)
                    .map { slot(at: $0, evidence) }
                return SlotDay(year: date.year, month: date.month, day: date.day, slots: slots)
            }
    }

    private func slot(at start: Int, _ evidence: HalfHourEvidence) -> Slot {
        let span = MinuteSpan(start: start, end: start + SlotTally.minutes)
        let local = StockholmTime.local(start)
        return Slot(
            start: span.startDate, hour: local.hour, minute: local.minute, state: state(of: span, evidence),
            isMaintenance: chronicle.maintenance.contains { !$0.span.intersection(span).isEmpty },
            runs: totals.slots.runs(at: start))
    }

    /// A half hour that is not over is `future` until a run of it ended.
    private func state(of span: MinuteSpan, _ evidence: HalfHourEvidence) -> Slot.State {
        switch totals.slots.best(at: span.start) {
        case .success: .success
        case .partial: .partial
        case .failed: .failed
        case .killed: .killed
        case .skipped: .skipped
        case nil where span.end > now: .future
        case nil: totals.slots.isKept(at: span.start) || evidence.isKnown(span) ? .missed : .unknown
        }
    }
}

/// The stretches of a day in which a chronicle knows whether data was fresh.
private struct HalfHourEvidence {
    private let known: [MinuteSpan]

    init(_ chronicle: Chronicle, _ day: MinuteSpan) {
        known = chronicle.slices(in: day).filter { $0.state != .unknown }.map(\.span)
    }

    /// Whether at least a minute of it is known.
    func isKnown(_ span: MinuteSpan) -> Bool { known.contains { !$0.intersection(span).isEmpty } }
}
