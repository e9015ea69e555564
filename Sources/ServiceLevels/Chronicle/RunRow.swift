// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

/// A run as numbers, 48 bytes: five years of them take 4 MB.
struct RunRow: Sendable, Hashable {
    /// Milliseconds since 1970.
    let start: Int
    let end: Int
    /// From the planned slot to the end, in milliseconds; `noPlan` where nobody planned it.
    let afterPlan: Int32
    /// Totals as recorded, `noTotal` where the record has none; in a chronicle, what the run added to them.
    var pointsPosted: UInt32
    var pointsDropped: UInt32
    let putsDone: UInt32
    /// How many checks stand before it in the ledger.
    let checksBefore: UInt32
    let putsFailed: UInt16
    let feedCalls: UInt16
    let feedAnswers: UInt16
    /// Index of the error's type, or of the reason why it was skipped; `noWord` for none.
    let word: UInt16
    let outcome: RunRecord.Outcome
    let command: RunRecord.Command
    /// Whether its end was written down by a clock that was set back afterwards, or was wrong for a while.
    var isAhead = false
    /// Whether that clock was wrong by more than a day.
    var isLost = false

    static let noPlan = Int32.min
    static let noTotal = UInt32.max
    static let noWord = UInt16.max

    init(_ run: RunSummary, word: UInt16, checksBefore: Int) {
        start = run.startedAt.milliseconds
        end = run.endedAt.milliseconds
        let end = end
        afterPlan = run.plannedAt.map { Int32(clamping: max(end - $0.milliseconds, -Int(Int32.max))) } ?? Self.noPlan
        pointsPosted = run.pointsPosted.map(Self.total) ?? Self.noTotal
        pointsDropped = run.pointsDropped.map(Self.total) ?? Self.noTotal
        putsDone = UInt32(clamping: run.putsDone)
        putsFailed = UInt16(clamping: run.putsFailed)
        feedCalls = UInt16(clamping: run.feedCalls)
        feedAnswers = UInt16(clamping: run.feedAnswers)
        self.word = word
        self.checksBefore = UInt32(clamping: checksBefore)
        outcome = run.outcome
        command = run.command
    }

    /// Whether data was fresh at its end, as far as anybody can know.
    var isEvidenceOfSuccess: Bool { outcome == .success && !isAhead }

    /// From when on it shows that its host was at work. Where the clock was set while it ran, its start says nothing: no
    /// run takes more than a day. A killed one ended when somebody noticed.
    var evidenceStart: Int { outcome == .killed ? start : max(start, end - Self.day) }

    /// Whether it ended in another month than it began: it stands in the file of its start, before lines of the next
    /// file that were written earlier.
    var isAcrossMonths: Bool {
        start / Self.day != end / Self.day && CalendarDay(start).monthText != CalendarDay(end).monthText
    }

    private static let day = 86_400_000
    private static func total(_ value: Int) -> UInt32 { min(UInt32(clamping: value), noTotal - 1) }
}

/// A check of freshness in 8 bytes: its instant, where it was made, and what it said.
struct CheckRow: Sendable, Hashable {
    private let bits: Int

    /// How many vantage points it can tell apart.
    static let vantages = 64

    /// - Parameter vantage: index of its name, below `vantages`.
    init(_ check: CheckSummary, vantage: Int) {
        let facts = vantage << 2 | (check.isAlarming ? 2 : 0) | (check.state == "unknown" ? 0 : 1)
        bits = check.checkedAt.milliseconds << 8 | facts
    }

    /// Milliseconds since 1970.
    var at: Int { bits >> 8 }
    var vantage: Int { bits >> 2 & 63 }
    var isAlarming: Bool { bits & 2 != 0 }
    /// Whether somebody could see how fresh data was.
    var isEvidence: Bool { bits & 1 != 0 }
}

extension CalendarDay {
    /// The day in UTC, of milliseconds since 1970.
    init(_ milliseconds: Int) { self.init(Date(milliseconds: milliseconds)) }
}

extension Date {
    /// Since 1970; what lies outside the years 1970 to 9999 becomes the nearest end of them.
    var milliseconds: Int { Timestamp.milliseconds(self) }

    init(milliseconds: Int) { self = Timestamp.date(milliseconds: milliseconds) }
}
