// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

/// What the ledger says about why an incident came about, and what happened in it.
struct IncidentStory {
    private let chronicle: Chronicle
    private let stretch: Stretch
    /// The end of the last success before it, in milliseconds since 1970.
    private let lastGood: Int?
    /// Those that ended after the last success and no later than the incident, by their end.
    private let runs: ArraySlice<RunRow>

    init(_ chronicle: Chronicle, _ stretch: Stretch) {
        self.chronicle = chronicle
        self.stretch = stretch
        let lastGood = chronicle.lastGood(before: stretch)
        self.lastGood = lastGood
        let rows = chronicle.rows
        let first = lastGood.map { last in rows.partitionIndex { $0.end > last } } ?? 0
        let end = rows.partitionIndex { $0.end > stretch.span.end * 60_000 }
        runs = rows[first..<max(first, end)]
    }

    /// What most of the runs came to that were no success; of as many the graver one.
    var cause: IncidentCause {
        let failing = runs.filter { $0.outcome == .failed || $0.outcome == .killed }
        let partial = runs.filter { $0.outcome == .partial }
        let skipped = runs.filter { $0.outcome == .skipped }
        let most = max(failing.count, partial.count, skipped.count)
        if most == 0 { return wasClockSet ? .clockSet : wasTooSeldom ? .tooSeldom : .noRuns }
        if failing.count == most {
            return .failing(errorType: commonest(failing) ?? "unknown", runs: failing.count)
        }
        if partial.count == most { return .partial(runs: partial.count) }
        return .skipped(reason: commonest(skipped) ?? "unknown", runs: skipped.count)
    }

    /// A success is among them that was at work before it began.
    private var wasTooSeldom: Bool {
        runs.contains { $0.outcome == .success && $0.start <= stretch.start * 60_000 }
    }

    /// The clock was set back since the last success, or into the time that it stands for; where it jumped forward
    /// again, that is the only trace.
    private var wasClockSet: Bool {
        let fresh = chronicle.rules.staleAfterSeconds * 1_000
        let from = lastGood.map { $0 - fresh } ?? stretch.span.start * 60_000
        let until = stretch.span.end * 60_000
        let first = chronicle.rows.partitionIndex { $0.end >= from }
        return chronicle.reading.clockSteps.contains { from < $0.milliseconds && $0.milliseconds <= until }
            || chronicle.rows[first...].prefix { $0.end <= until }.contains { $0.outcome == .success && $0.isAhead }
    }

    /// The name of the runbook; nil where none fits.
    func runbook(for cause: IncidentCause) -> String? {
        switch cause {
        case .failing(let errorType, _): chronicle.rules.runbook(errorType)
        case .partial: "api-answer-filtered"
        case .skipped(let reason, _): chronicle.rules.runbook(reason)
        case .noRuns: "scheduler-unhealthy"
        case .tooSeldom: "freshness-stale"
        case .clockSet: "clock-skew"
        }
    }

    /// The word of most of them; of as many the one that came first.
    private func commonest(_ rows: [RunRow]) -> String? {
        var counts: [(word: UInt16, count: Int)] = []
        for row in rows where row.word != RunRow.noWord {
            if let index = counts.firstIndex(where: { $0.word == row.word }) {
                counts[index].count += 1
            } else {
                counts.append((row.word, 1))
            }
        }
        let most = counts.map(\.count).max()
        return counts.first { $0.count == most }.map { chronicle.words[Int($0.word)] }
    }
}

extension IncidentStory {
    /// Oldest first; of alarms and notes the first 20 each.
    var timeline: [TimelineEntry] {
        var entries: [TimelineEntry] = []
        if let lastGood { entries.append(TimelineEntry(at: Date(milliseconds: lastGood), event: .lastGood)) }
        if let first = runs.first(where: { $0.outcome == .failed || $0.outcome == .killed }) {
            let type = first.word == RunRow.noWord ? first.outcome.rawValue : chronicle.words[Int(first.word)]
            entries.append(
                TimelineEntry(at: Date(milliseconds: first.end), event: .firstFailure(errorType: type)))
        }
        entries += evidence + planned + noticed
        if let end = stretch.end { entries.append(TimelineEntry(at: Date(minute: end), event: .recovered)) }
        // What was put in first stands first among those of the same instant.
        return entries.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    /// When data became stale, and where evidence ended and came back.
    private var evidence: [TimelineEntry] {
        var entries: [TimelineEntry] = []
        let slices = chronicle.slices(in: stretch.span)
        for (index, slice) in slices.enumerated() {
            let at = Date(minute: slice.span.start)
            if slice.state == .unknown { entries.append(TimelineEntry(at: at, event: .evidenceEnded)) }
            if slice.state == .bad, index > 0 { entries.append(TimelineEntry(at: at, event: .evidenceBack)) }
            if slice.span.start == stretch.firstBad { entries.append(TimelineEntry(at: at, event: .stale)) }
        }
        if slices.last?.state == .unknown, let end = stretch.end {
            entries.append(TimelineEntry(at: Date(minute: end), event: .evidenceBack))
        }
        return entries
    }

    private var planned: [TimelineEntry] {
        var entries: [TimelineEntry] = []
        for work in chronicle.maintenance where !work.span.intersection(stretch.span).isEmpty {
            entries.append(TimelineEntry(at: work.span.startDate, event: .maintenanceStarted(reason: work.reason)))
            guard !work.isOpen, work.span.end <= stretch.span.end else { continue }
            entries.append(TimelineEntry(at: work.span.endDate, event: .maintenanceEnded(reason: work.reason)))
        }
        return entries
    }

    /// The first alarming check, alarms, and what people noted.
    private var noticed: [TimelineEntry] {
        var entries: [TimelineEntry] = []
        let start = Date(milliseconds: lastGood ?? stretch.span.start * 60_000)
        let within = start...max(start, Date(minute: stretch.span.end))
        let checks = chronicle.alarming.partitionIndex { Date(milliseconds: $0.at) >= start }
        if let check = chronicle.alarming[checks...].first, within.contains(Date(milliseconds: check.at)) {
            let vantage = chronicle.vantages[check.vantage]
            entries.append(TimelineEntry(at: Date(milliseconds: check.at), event: .detected(vantage: vantage)))
        }
        entries += chronicle.alarms.lazy.filter { within.contains($0.at) }.prefix(20).map {
            TimelineEntry(at: $0.at, event: .alarm(name: $0.alarm, status: $0.status))
        }
        entries += chronicle.notes.lazy.filter {
            [.note, .cause, .action].contains($0.kind) && within.contains($0.at)
        }.prefix(20).map {
            TimelineEntry(at: $0.at, event: $0.kind == .cause ? .cause(text: $0.text) : .note(text: $0.text))
        }
        return entries
    }
}
