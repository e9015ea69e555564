// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

/// What the order of the ledger's lines says about its clock.
///
/// Lines stand in the order of writing. Where an earlier one is more than five minutes ahead of a later one, the clock
/// was set back in between, and nobody knows when the earlier one really was. Killed runs are left aside, as they are
/// written when somebody notices, and replayed ones, whose instants are those of their answers.
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

    /// What the clock showed each time it had been set back, in the order of writing.
    ///
    /// A run that ended in another month than it began is compared with lines of its own file only.
    func steps() -> [Date] {
        var steps: [Date] = []
        var high = Int.min
        var across: (at: Int, month: String)?
        forEach { mark in
            var limit = high
            if let late = across {
                // Only the rest of its file was written after it for sure.
                if CalendarDay(mark.start).monthText == late.month { limit = max(limit, late.at) } else { across = nil }
            }
            if limit > Int.min, mark.at < limit - ChronicleRules.stepMilliseconds {
                steps.append(Date(milliseconds: mark.at))
                (high, across) = (mark.at, nil)
            } else if mark.isAcrossMonths {
                across = (max(mark.at, across?.at ?? mark.at), CalendarDay(mark.start).monthText)
            } else {
                high = max(high, mark.at)
            }
        }
        return steps
    }

    /// The lines that a clock wrote that was set back afterwards: indices of runs, and of checks.
    func ahead() -> (rows: Set<Int>, checks: Set<Int>) {
        var marks: [Mark] = []
        forEach { marks.append($0) }
        var (rows, checks): (Set<Int>, Set<Int>) = ([], [])
        var low = Int.max
        for position in marks.indices.reversed() {
            let mark = marks[position]
            let limit = mark.isAcrossMonths ? Self.lowest(after: position, marks) : low
            low = min(low, mark.at)
            guard limit < mark.at - ChronicleRules.stepMilliseconds else { continue }
            if mark.index >= 0 { rows.insert(mark.index) } else { checks.insert(-1 - mark.index) }
        }
        return (rows, checks)
    }

    /// Of the lines behind it in the same file.
    private static func lowest(after position: Int, _ marks: [Mark]) -> Int {
        let month = CalendarDay(marks[position].start).monthText
        return marks[(position + 1)...].prefix { CalendarDay($0.start).monthText == month }.map(\.at).min() ?? .max
    }

    private func forEach(_ body: (Mark) -> Void) {
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
