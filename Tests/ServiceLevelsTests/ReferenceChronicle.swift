// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels

/// What a chronicle must say, found minute by minute and pair by pair: slow, and as the rules are written.
struct ReferenceChronicle {
    let facts: [LedgerFact]
    let asOf: Int
    var rules = ChronicleRules()

    /// A run or check with its place in the order of writing.
    private struct Line {
        let at: Int
        let month: String
        let isAcross: Bool
        let fact: LedgerFact
    }

    private var lines: [Line] {
        facts.compactMap { fact in
            switch fact {
            case .run(let run) where run.command != .replay && run.endedAt < Date(timeIntervalSince1970: end):
                let month = CalendarDay(run.startedAt).monthText
                return Line(
                    at: Timestamp.milliseconds(run.endedAt), month: month,
                    isAcross: CalendarDay(run.endedAt).monthText != month, fact: fact)
            case .check(let check) where check.checkedAt < Date(timeIntervalSince1970: end):
                return Line(
                    at: Timestamp.milliseconds(check.checkedAt), month: CalendarDay(check.checkedAt).monthText,
                    isAcross: false, fact: fact)
            default: return nil
            }
        }
    }

    private var end: Double { Double(asOf) * 60 }

    private static func isKilled(_ line: Line) -> Bool {
        if case .run(let run) = line.fact { return run.outcome == .killed }
        return false
    }

    private static func isAhead(_ index: Int, _ lines: [Line]) -> Bool {
        let line = lines[index]
        guard !isKilled(line) else { return false }
        return lines[(index + 1)...].contains {
            !isKilled($0) && (!line.isAcross || $0.month == line.month) && line.at > $0.at + 300_000
        }
    }

    /// One for each minute of the span.
    func states(in span: MinuteSpan) -> [SliceState] {
        let lines = lines
        let successes = lines.indices.filter { index in
            guard case .run(let run) = lines[index].fact, run.outcome == .success else { return false }
            return !Self.isAhead(index, lines)
        }.map { lines[$0].at }
        guard let first = lines.map(\.at).min() else { return Array(repeating: .unknown, count: span.count) }
        return (span.start..<span.end).map { minute in
            let now = minute * 60_000
            guard minute < asOf, now >= first else { return .unknown }
            if successes.contains(where: { $0 <= now && now - $0 <= rules.staleAfterSeconds * 1_000 }) { return .good }
            return lines.contains { isEvidence($0.fact, now) } ? .bad : .unknown
        }
    }

    private func isEvidence(_ fact: LedgerFact, _ now: Int) -> Bool {
        switch fact {
        case .run(let run):
            Timestamp.milliseconds(run.startedAt) <= now
                && now - Timestamp.milliseconds(run.endedAt) < rules.runCoversSeconds * 1_000
        case .check(let check):
            check.state != "unknown" && Timestamp.milliseconds(check.checkedAt) <= now
                && now - Timestamp.milliseconds(check.checkedAt) < rules.checkCoversSeconds * 1_000
        default: false
        }
    }

    /// Whether a minute lies in maintenance that counts, even in part.
    func isPlanned(_ minute: Int) -> Bool {
        var newest: [String: MaintenanceRecord] = [:]
        for case .maintenance(let record) in facts { newest[record.id] = record }
        return newest.values.contains { record in
            guard !record.isCancelled, record.startsAt < record.endsAt ?? .distantFuture else { return false }
            return record.startsAt < Date(timeIntervalSince1970: Double(minute + 1) * 60)
                && record.endsAt ?? .distantFuture > Date(timeIntervalSince1970: Double(minute) * 60)
                && minute < asOf
        }
    }
}
