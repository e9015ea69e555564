// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

/// What the ledger says of each half hour of some local days: the best outcome, the runs, and whether it was kept.
struct SlotTally: Sendable, Hashable {
    let days: LocalDays
    private var best: [RunRecord.Outcome?]
    private var runs: [UInt16]
    private var isKept: [Bool]

    /// Of more than 35 days only the last 28.
    init(period: MinuteSpan) {
        let all = LocalDays(touching: period)
        days = all.count > 35 ? LocalDays(touching: period, limit: 28) : all
        let count = days.span.count / Self.minutes
        best = Array(repeating: nil, count: count)
        runs = Array(repeating: 0, count: count)
        isKept = Array(repeating: false, count: count)
    }

    /// A half hour.
    static let minutes = 30

    /// Takes a run for the slot it was planned for, or, where nobody planned it, for that of its start.
    mutating func add(_ run: RunSummary) {
        guard let index = index(of: run.plannedAt ?? run.startedAt) else { return }
        if rank(run.outcome) < best[index].map(rank) ?? .max { best[index] = run.outcome }
        if runs[index] < .max { runs[index] += 1 }
    }

    /// Somebody wrote into the ledger at that instant.
    mutating func keep(_ date: Date) {
        if let index = index(of: date) { isKept[index] = true }
    }

    /// - Parameter start: minutes since 1970, within `days`.
    func best(at start: Int) -> RunRecord.Outcome? { best[(start - days.span.start) / Self.minutes] }

    func runs(at start: Int) -> Int { Int(runs[(start - days.span.start) / Self.minutes]) }

    func isKept(at start: Int) -> Bool { isKept[(start - days.span.start) / Self.minutes] }

    private func index(of date: Date) -> Int? {
        let minute = date.minute
        return days.span.contains(minute) ? (minute - days.span.start) / Self.minutes : nil
    }

    private func rank(_ outcome: RunRecord.Outcome) -> Int {
        switch outcome {
        case .success: 0
        case .partial: 1
        case .failed: 2
        case .killed: 3
        case .skipped: 4
        }
    }
}
