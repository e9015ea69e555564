// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

/// What the order of the ledger's lines says about its clock.
///
/// Lines stand in the order of writing. Where an earlier one is more than five minutes ahead of a later one, the clock
/// was set back in between, and nobody knows when the earlier one really was; unless it is the later one that was wrong,
/// as `Excursions` tells. Killed runs are left aside, as they are written when somebody notices, and replayed ones, whose
/// instants are those of their answers.
struct WritingOrder {
    let rows: [RunRow]
    let checks: [CheckRow]
    /// Milliseconds since 1970; later ones are left aside.
    let until: Int

    /// A line's instant, and which it is.
    private struct Mark {
        let at: Int
        let start: Int
        /// Of a run in `rows`; of a check −1 − its index.
        let index: Int
        let isAcrossMonths: Bool
    }

    /// Lines that claim nothing good: indices of runs, and of checks.
    struct Doubts {
        var rows: Set<Int> = []
        var checks: Set<Int> = []
        /// Of these, those that are wrong by more than a day: they are evidence of nothing at their instants.
        var lostRows: Set<Int> = []
        var lostChecks: Set<Int> = []

        /// - Parameter index: of a run; of a check −1 − its index.
        fileprivate mutating func insert(_ index: Int, isLost: Bool) {
            if index >= 0 {
                rows.insert(index)
                if isLost { lostRows.insert(index) }
            } else {
                checks.insert(-1 - index)
                if isLost { lostChecks.insert(-1 - index) }
            }
        }
    }

    /// What the clock showed each time it had been set back, in the order of writing.
    ///
    /// A run that ended in another month than it began is compared with lines of its own file only.
    func steps() -> [Date] { steps(until: until) }

    private func steps(until: Int) -> [Date] {
        var steps: [Date] = []
        var high = Int.min
        var across: (at: Int, month: String)?
        forEach(until: until) { mark in
            var limit = high
            if let late = across {
                // Only the rest of its file was written after it for sure.
                if CalendarDay(mark.start).monthText == late.month { limit = max(limit, late.at) } else { across = nil }
            }
            if limit > Int.min, mark.at < limit - ChronicleRules.stepMilliseconds {
                steps.append(Date(milliseconds: mark.at))
                (high, across) = (.min, nil)
            }
            if mark.isAcrossMonths {
                across = (max(mark.at, across?.at ?? mark.at), CalendarDay(mark.start).monthText)
            } else {
                high = max(high, mark.at)
            }
        }
        return steps
    }

    /// The lines that a clock wrote that was set back afterwards, or that was wrong for a while.
    ///
    /// Which of both it was is told by the whole ledger, as what a clock wrote is not believed because it came back
    /// after `until` only.
    func doubts() -> Doubts {
        guard mayDoubt else { return Doubts() }
        var marks: [Mark] = []
        forEach(until: .max) { marks.append($0) }
        let isWrong = Excursions.find(
            marks.map { mark in
                let day = CalendarDay(mark.start)
                return Excursions.Instant(
                    at: mark.at, isAcrossMonths: mark.isAcrossMonths, month: day.year * 12 + day.month)
            })
        var doubts = Doubts()
        for (mark, isWrong) in zip(marks, isWrong) where isWrong { doubts.insert(mark.index, isLost: true) }
        let others = zip(marks, isWrong).filter { !$1 && $0.at < until }.map(\.0)
        var low = Int.max
        for position in others.indices.reversed() {
            let mark = others[position]
            let limit = mark.isAcrossMonths ? Self.lowest(after: position, others) : low
            low = min(low, mark.at)
            guard limit < mark.at - ChronicleRules.stepMilliseconds else { continue }
            doubts.insert(mark.index, isLost: limit < mark.at - Excursions.day)
        }
        return doubts
    }

    /// Whether the clock was ever set, or began more than a year before what it showed later; most ledgers need no list
    /// of their lines.
    private var mayDoubt: Bool {
        if !steps(until: .max).isEmpty { return true }
        var (low, high) = (Int.max, Int.min)
        var mayDoubt = false
        forEach(until: .max) { mark in
            if low < .max, mark.at - high > 365 * Excursions.day { mayDoubt = true }
            (low, high) = (min(low, mark.at), max(high, mark.at))
        }
        return mayDoubt
    }

    /// Of the lines behind it in the same file.
    private static func lowest(after position: Int, _ marks: [Mark]) -> Int {
        let month = CalendarDay(marks[position].start).monthText
        return marks[(position + 1)...].prefix { CalendarDay($0.start).monthText == month }.map(\.at).min() ?? .max
    }

    private func forEach(until: Int, _ body: (Mark) -> Void) {
        var next = 0
        func takeChecks(before end: Int) {
            while next < end {
                let at = checks[next].at
                if at < until { body(Mark(at: at, start: at, index: -1 - next, isAcrossMonths: false)) }
                next += 1
            }
        }
        for (index, row) in rows.enumerated() {
            takeChecks(before: Int(row.checksBefore))
            guard row.end < until, row.outcome != .killed, row.command != .replay else { continue }
            body(Mark(at: row.end, start: row.start, index: index, isAcrossMonths: row.isAcrossMonths))
        }
        takeChecks(before: checks.count)
    }
}
