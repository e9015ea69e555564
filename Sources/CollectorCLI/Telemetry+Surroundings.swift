// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Ledger

extension Telemetry {
    /// What the metrics of a run say that its record does not. A fact that cannot be had is left out: its metric is, too.
    func surroundings(of record: RunRecord, telemetry: RunSurroundings.Telemetry?) -> RunSurroundings {
        var surroundings = RunSurroundings()
        guard record.outcome != .killed else { return surroundings }
        surroundings.telemetry = telemetry
        surroundings.journalSendFailures = live.log.dropped
        surroundings.stateFreeBytes = try? FileSystem.freeBytes(live.state.root)
        surroundings.apiKeyEndsAt = live.configuration.oci.keyExpires
        // Another program has neither a feed nor an archive.
        guard record.command != .exec else { return surroundings }
        surroundings.rateBudget = rateBudget(at: record.endedAt)
        let stretch = try? RunLedger(statePath: live.state.root).stretch(
            since: record.endedAt.addingTimeInterval(-86_400))
        let day = stretch?.runs
        // A new ledger beside an older archive (another host, lost state) has not seen the day: its sum would look like
        // a source that stands still.
        if let stretch, stretch.isWhole || stretch.runs.contains(where: { $0.commits.contains(1) }) {
            surroundings.eventsNew24h = stretch.runs.reduce(0) { $0 + $1.counts.new }
        }
        surroundings.lastNewestAt = Self.lastNewest(before: record, in: RunLedger(statePath: live.state.root))
        guard live.configuration.archive.backend == .directory else { return surroundings }
        let path = live.configuration.archive.path
        surroundings.storageUsedRatio = try? FileSystem.usedRatio(path)
        if let free = try? FileSystem.freeBytes(path), let day {
            surroundings.storageDaysToFull = Self.daysToFull(free, growth: day.reduce(0) { $0 + $1.measures.bytesPut })
        }
        return surroundings
    }

    /// The newest event that an answer of the last week told of, where this run's answer tells of none (304): a source
    /// that has stood still for days must not look as if nobody knew. Most runs know, and read nothing here.
    static func lastNewest(before record: RunRecord, in ledger: RunLedger) -> Date? {
        guard let answer = record.answer, answer.isWindow, answer.newestAt == nil else { return nil }
        let week = record.endedAt.addingTimeInterval(-7 * 86_400)
        let run = try? ledger.newest(since: week) { run in
            run.answer.map { $0.isWindow && $0.newestAt != nil } ?? false
        }
        return run?.answer?.newestAt
    }

    /// As long as it can be told.
    private static func daysToFull(_ free: Int, growth bytesPerDay: Int) -> Double {
        min(3_650, Double(free) / Double(max(1, bytesPerDay)))
    }

    private func rateBudget(at now: Date) -> [CallLedger.Window: Double] {
        guard live.configuration.feed.rateLimits == .polisen else { return [:] }
        let limits = Collector.RateLimits.polisen
        let calls = CallLedger(path: live.state.calls, limits: limits)
        var budget: [CallLedger.Window: Double] = [:]
        for (window, limit) in [(CallLedger.Window.hour, limits.perHour), (.day, limits.perDay)] {
            budget[window] = (try? calls.used(window, now: now)).map { Double($0) / Double(limit) }
        }
        return budget
    }
}

extension StatePaths {
    /// Where the points of a program wait.
    func spool(of source: DeclaredMetric.Source) -> String { source == .collector ? spool : checkerSpool }
}
