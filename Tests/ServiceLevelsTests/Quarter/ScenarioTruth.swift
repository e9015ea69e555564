// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels

/// What a report on a scenario must say, worked out from the declaration: minutes are painted one by one from the
/// declared stretches, and everything else is counted run by run. It shares no arithmetic with the program.
struct ScenarioTruth: Sendable {
    let scenario: Scenario
    /// Those whose line can be read, in the order of writing.
    let runs: [ScenarioRun]
    /// What OCI took and what was lost since the run before that told of it, one for each of `runs`.
    let points: [(posted: Int, dropped: Int)]
    private let origin: Int
    private let states: [SliceState]
    private let planned: [Bool]
    /// By the half hour they were planned for.
    let outcomes: [Int: [RunRecord.Outcome]]
    /// Half hours in which a run or check was written down, as their start.
    let writtenHalfHours: Set<Int>

    init(_ scenario: Scenario) {
        self.scenario = scenario
        let written = scenario.runs()
        let (runs, points) = Self.told(written)
        (self.runs, self.points) = (runs, points)
        outcomes = Dictionary(grouping: runs) { $0.planned / 1_800_000 * 30 }.mapValues { $0.map(\.outcome) }
        writtenHalfHours = Set(
            runs.map { $0.end / 1_800_000 * 30 } + scenario.checks().map { $0.shown / 1_800_000 * 30 })
        let (from, to) = (scenario.first.utc - 1_440, scenario.last.utc + 1_440)
        var states = [SliceState](repeating: .unknown, count: to - from)
        func paint(_ state: SliceState, _ start: Int, _ end: Int) {
            for minute in start..<end { states[minute - from] = state }
        }
        paint(.good, scenario.firstGood.utc, to)
        for incident in scenario.incidents {
            let end = incident.good?.utc ?? to
            if let blind = incident.blind?.utc { paint(.unknown, blind, incident.stale?.utc ?? end) }
            if let stale = incident.stale?.utc { paint(.bad, stale, end) }
        }
        var planned = [Bool](repeating: false, count: to - from)
        for work in scenario.maintenance where !work.isCancelled {
            for minute in work.from.utc..<work.to.utc { planned[minute - from] = true }
        }
        (origin, self.states, self.planned) = (from, states, planned)
    }

    /// Points of a run are told by the next one that can be read and believed; with a new account they are forgotten.
    private static func told(_ written: [ScenarioRun]) -> ([ScenarioRun], [(posted: Int, dropped: Int)]) {
        var (runs, points): ([ScenarioRun], [(posted: Int, dropped: Int)]) = ([], [])
        var waiting = (posted: 0, dropped: 0)
        for run in written {
            if run.isNewAccount { waiting = (0, 0) }
            let tells = run.isWhole && !run.isAhead && run.totals != nil
            if run.isWhole {
                runs.append(run)
                points.append(tells ? waiting : (0, 0))
            }
            if tells { waiting = (0, 0) }
            waiting.posted += run.posted
            waiting.dropped += run.dropped
        }
        return (runs, points)
    }

    func state(_ minute: Int) -> SliceState {
        states.indices.contains(minute - origin) ? states[minute - origin] : .unknown
    }

    func isPlanned(_ minute: Int) -> Bool { planned.indices.contains(minute - origin) && planned[minute - origin] }

    func figures(_ slo: SLO, _ span: Range<Int>, asOf: Int) -> Figures {
        switch slo.indicator {
        case .freshMinutes: minutes(span)
        case .runSuccess:
            events(span) { run, _ in
                run.outcome == .success ? (1, 0) : (0, run.outcome == .skipped ? 0 : 1)
            }
        case .latency(let limit):
            events(span) { run, _ in
                guard run.outcome == .success, !run.isAhead else { return (0, 0) }
                return run.end - run.planned <= limit * 1_000 ? (1, 0) : (0, 1)
            }
        case .apiAvailability: events(span) { run, _ in (run.feedAnswers, run.feedCalls - run.feedAnswers) }
        case .telemetryDelivery: events(span) { _, points in (points.posted, points.dropped) }
        case .storagePuts: events(span) { run, _ in (run.putsDone, run.putsFailed) }
        case .uniqueLines: lines(span)
        case .detection(let limit):
            incidents(span, asOf) { incident, stale in
                if let noticed = incident.noticed?.utc, noticed < asOf { return (noticed - stale) * 60 <= limit }
                return (asOf - stale) * 60 >= limit ? false : nil
            }
        case .resolution(let limit):
            incidents(span, asOf) { incident, stale in
                if let good = incident.good?.utc, good < asOf { return (good - stale) * 60 <= limit }
                return (asOf - stale) * 60 >= limit ? false : nil
            }
        }
    }

    private func minutes(_ span: Range<Int>) -> Figures {
        var figures = Figures()
        for minute in span {
            figures.whole.add(state(minute))
            if !isPlanned(minute) { figures.counted.add(state(minute)) }
        }
        return figures
    }

    private func events(
        _ span: Range<Int>, _ count: (ScenarioRun, (posted: Int, dropped: Int)) -> (Int, Int)
    ) -> Figures {
        var figures = Figures()
        for (run, points) in zip(runs, points) where span.contains(run.endMinute) {
            let (good, bad) = count(run, points)
            figures.whole.good += good
            figures.whole.bad += bad
            guard !isPlanned(run.startMinute) else { continue }
            figures.counted.good += good
            figures.counted.bad += bad
        }
        return figures
    }

    private func lines(_ span: Range<Int>) -> Figures {
        var figures = Figures()
        for note in scenario.notes where span.contains(note.at.utc) {
            guard let lines = note.lines, let twice = note.duplicates else { continue }
            figures.whole.good += lines - twice
            figures.whole.bad += twice
        }
        figures.counted = figures.whole
        return figures
    }

    private func incidents(
        _ span: Range<Int>, _ asOf: Int, _ isGood: (DeclaredIncident, Int) -> Bool?
    ) -> Figures {
        var figures = Figures()
        for incident in scenario.incidents {
            guard let stale = incident.stale?.utc, span.contains(stale), stale < asOf,
                let isGood = isGood(incident, stale)
            else { continue }
            let event = Attainment(good: isGood ? 1 : 0, bad: isGood ? 0 : 1)
            figures.whole.good += event.good
            figures.whole.bad += event.bad
            let minutes = (incident.blind?.utc ?? stale)..<min(incident.good?.utc ?? asOf, asOf)
            guard !minutes.allSatisfy(isPlanned) else { continue }
            figures.counted.good += event.good
            figures.counted.bad += event.bad
        }
        return figures
    }
}

extension Attainment {
    fileprivate mutating func add(_ state: SliceState) {
        switch state {
        case .good: good += 1
        case .bad: bad += 1
        case .unknown: unknown += 1
        }
    }
}
