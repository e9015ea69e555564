// SPDX-License-Identifier: MIT

import FoundationEssentials
package import Ledger

/// What a report needs to count and no window needs to be looked at for: one pass over a ledger's facts.
///
/// Facts come in the ledger's order. Of runs only those of `collect` count, by when they ended; a run of before the
/// period is what its first one is compared with. Memory stays within a few hundred KB for five years.
package struct PeriodTotals: Sendable {
    package let period: MinuteSpan
    private(set) var outcomes = RunFigures()
    private(set) var eventCounts = EventFigures()
    /// Whether a run of the period tells what became of its points.
    private(set) var tellsPoints = false
    private(set) var storageCounts = StorageFigures()
    private(set) var changes: [ConfigurationChange] = []
    private(set) var slots: SlotTally
    private(set) var notes: [NoteRecord] = []
    var causes: [String: CauseSpan] = [:]
    var fired: [AlarmRecord.Identity: AlarmRecord] = [:]
    var actions = ActionBook()
    var growth: StorageGrowth
    private var durations = MillisecondTally()
    private var latencies = MillisecondTally()
    private let eventDays: LocalDays
    private let until: Int
    private var settings = RunSettings()

    /// - Parameters:
    ///   - period: the report's, whole.
    ///   - until: a minute since 1970; what runs, checks and alarms did then or later is left out, where a report is made
    ///     as of an instant that the ledger has passed already.
    package init(period: MinuteSpan, until: Int = .max) {
        self.period = period
        self.until = until
        slots = SlotTally(period: period)
        eventDays = LocalDays(touching: period, limit: 62)
        eventCounts.newByDay = Array(repeating: 0, count: eventDays.count)
        growth = StorageGrowth(period: period)
    }

    package mutating func add(_ fact: LedgerFact) {
        switch fact {
        case .run(let run) where run.endedAt.minute < until:
            slots.keep(run.endedAt)
            if run.command == .collect { add(run) }
        case .check(let check) where check.checkedAt.minute < until: slots.keep(check.checkedAt)
        case .note(let note): add(note)
        case .alarm(let alarm) where alarm.at.minute < until: add(alarm)
        case .run, .check, .alarm, .maintenance, .drill, .other, .damaged: break
        }
    }

    /// Counts of runs with their percentiles.
    var runs: RunFigures {
        var figures = outcomes
        figures.duration = durations.percentiles
        figures.feedLatency = latencies.percentiles
        return figures
    }

    /// - Parameter minute: local days that begin there or later have not come yet.
    func events(asOf minute: Int) -> EventFigures {
        var figures = eventCounts
        let begun = (0..<eventDays.count).prefix { eventDays[$0].start < minute }
        figures.newByDay = Array(figures.newByDay.prefix(begun.count))
        return figures
    }

    private mutating func add(_ run: RunSummary) {
        slots.add(run)
        growth.add(run)
        let found = settings.changes(to: run)
        guard period.contains(run.endedAt.minute) else { return }
        changes += found
        if run.pointsPosted != nil { tellsPoints = true }
        count(run)
        measure(run)
    }

    private mutating func count(_ run: RunSummary) {
        switch run.outcome {
        case .success: outcomes.success += 1
        case .partial: outcomes.partial += 1
        case .failed: outcomes.failed += 1
        case .killed: outcomes.killed += 1
        case .skipped: outcomes.skipped += 1
        }
        guard run.outcome != .success, run.outcome != .skipped else { return }
        let type = run.errorType ?? (run.outcome == .partial ? "answer_filtered" : run.outcome.rawValue)
        causes[type, default: CauseSpan(at: run.startedAt)].add(run.startedAt)
    }

    private mutating func measure(_ run: RunSummary) {
        if run.outcome != .skipped, run.outcome != .killed {
            durations.add(seconds: run.endedAt.timeIntervalSince(run.startedAt))
        }
        if let seconds = run.feedSeconds { latencies.add(seconds: seconds) }
        outcomes.feedCalls += run.feedCalls
        outcomes.feedAnswers += run.feedAnswers
        eventCounts.new += run.counts.new
        eventCounts.revised += run.counts.revised
        eventCounts.rejected += run.counts.rejected
        if run.answerClass == "filtered" { eventCounts.filteredAnswers += 1 }
        if let day = eventDays.index(of: run.endedAt.minute) { eventCounts.newByDay[day] += run.counts.new }
        storageCounts.bytesPut += run.bytesPut
        storageCounts.putsDone += run.putsDone
        storageCounts.putsFailed += run.putsFailed
    }

    private mutating func add(_ note: NoteRecord) {
        switch note.kind {
        case .note, .cause, .verification: if period.contains(note.at.minute) { notes.append(note) }
        case .action, .done: actions.add(note)
        }
    }

    private mutating func add(_ alarm: AlarmRecord) {
        guard alarm.status == "FIRING", period.contains(alarm.at.minute) else { return }
        fired[alarm.identity] = alarm
    }
}
