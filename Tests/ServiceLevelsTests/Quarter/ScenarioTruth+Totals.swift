// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels

extension ScenarioTruth {
    func runs(in span: Range<Int>) -> [ScenarioRun] { indices(in: span).map { runs[$0] } }

    /// Runs of a period, with percentiles by the nearest rank of all values sorted.
    func runFigures(_ span: Range<Int>) -> RunFigures {
        let runs = runs(in: span)
        var figures = RunFigures()
        figures.success = runs.count { $0.outcome == .success }
        figures.partial = runs.count { $0.outcome == .partial }
        figures.failed = runs.count { $0.outcome == .failed }
        figures.killed = runs.count { $0.outcome == .killed }
        figures.skipped = runs.count { $0.outcome == .skipped }
        let ended = runs.filter { $0.outcome != .skipped && $0.outcome != .killed }
        figures.duration = Self.percentiles(ended.map { $0.end - $0.start })
        figures.feedLatency = Self.percentiles(runs.compactMap(\.feedMilliseconds))
        figures.feedCalls = runs.reduce(0) { $0 + $1.feedCalls }
        figures.feedAnswers = runs.reduce(0) { $0 + $1.feedAnswers }
        return figures
    }

    private static func percentiles(_ milliseconds: [Int]) -> Percentiles {
        let sorted = milliseconds.sorted()
        var found = Percentiles()
        guard let last = sorted.last else { return found }
        func rank(_ percent: Double) -> Double {
            let rank = (Double(sorted.count) * percent / 100).rounded(.up)
            return Double(sorted[max(1, Int(rank)) - 1]) / 1_000
        }
        found.count = sorted.count
        (found.p50, found.p90, found.p99, found.max) = (rank(50), rank(90), rank(99), Double(last) / 1_000)
        return found
    }

    /// - Parameter midnights: of the period's local days, its end included.
    func eventFigures(_ span: Range<Int>, midnights: [Int]) -> EventFigures {
        let runs = runs(in: span)
        var figures = EventFigures()
        figures.new = runs.reduce(0) { $0 + $1.counts.new }
        figures.revised = runs.reduce(0) { $0 + $1.counts.revised }
        figures.rejected = runs.reduce(0) { $0 + $1.counts.rejected }
        figures.filteredAnswers = runs.count { $0.answerClass == "filtered" }
        figures.newByDay = zip(midnights, midnights.dropFirst())
            .map { start, end in self.runs(in: start..<end).reduce(0) { $0 + $1.counts.new } }
        return figures
    }

    /// nil where no run of the period tells of points.
    func telemetry(_ span: Range<Int>) -> (posted: Int, dropped: Int)? {
        let told = indices(in: span)
        guard told.contains(where: { runs[$0].totals != nil }) else { return nil }
        return (told.reduce(0) { $0 + points[$1].posted }, told.reduce(0) { $0 + points[$1].dropped })
    }

    func storage(_ span: Range<Int>) -> StorageFigures {
        let runs = runs(in: span)
        var figures = StorageFigures()
        figures.bytesPut = runs.reduce(0) { $0 + $1.bytesPut }
        figures.putsDone = runs.reduce(0) { $0 + $1.putsDone }
        figures.putsFailed = runs.reduce(0) { $0 + $1.putsFailed }
        let from = max(scenario.first.utc, span.upperBound - 28 * 1_440)
        let recent = self.runs(in: from..<span.upperBound)
        guard span.upperBound - from >= 1_440, !recent.isEmpty else { return figures }
        var (days, minutes, end) = (0, 0, span.upperBound)
        while end > from {
            let day = max(from, end - 1_440)..<end
            if !self.runs(in: day).isEmpty { (days, minutes) = (days + 1, minutes + day.count) }
            end = day.lowerBound
        }
        let perDay = Double(recent.reduce(0) { $0 + $1.bytesPut }) * 1_440 / Double(minutes)
        (figures.bytesADay, figures.bytesInAYear, figures.daysWithRuns) = (perDay, perDay * 365, days)
        return figures
    }

    /// What a half hour looks like, and how many runs belong to it.
    func slot(_ start: Int) -> (state: Slot.State, isMaintenance: Bool, runs: Int) {
        let within = start..<start + 30
        let outcomes = outcomes[start] ?? []
        let isMaintenance = within.contains(where: isPlanned)
        let order: [(RunRecord.Outcome, Slot.State)] = [
            (.success, .success), (.partial, .partial), (.failed, .failed), (.killed, .killed), (.skipped, .skipped),
        ]
        if let best = order.first(where: { outcomes.contains($0.0) }) { return (best.1, isMaintenance, outcomes.count) }
        let isKnown = writtenHalfHours.contains(start) || within.contains { state($0) != .unknown }
        return (isKnown ? .missed : .unknown, isMaintenance, 0)
    }

    /// Error types of runs that were no success, by how many.
    func causes(_ span: Range<Int>) -> [String: Int] {
        var counts: [String: Int] = [:]
        for run in runs(in: span) { if let error = run.error { counts[error, default: 0] += 1 } }
        return counts
    }

    /// Begun in the period, or before it and not over when it began.
    func incidents(_ span: Range<Int>) -> [DeclaredIncident] {
        scenario.incidents.filter { incident in
            let begins = incident.stale?.utc ?? incident.blind?.utc ?? 0
            let appears = min(incident.blind?.utc ?? .max, begins)
            let ends = incident.good?.utc ?? .max
            // Up to the period's end nobody may have known that it was stale.
            let shown = begins < span.upperBound ? begins : appears
            return span.contains(shown) || (appears < span.lowerBound && ends > span.lowerBound)
        }
    }
}
