// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Ledger
import OCI
import Transport

/// Keeps in the ledger what OCI's history says of our alarms, since OCI forgets it after 90 days.
struct AlarmMirror: Sendable {
    let cloud: AlarmCloud

    /// How far back OCI's history reaches.
    private static let reach: Double = 90 * 86_400

    private var ledger: RunLedger { RunLedger(statePath: cloud.live.state.root) }

    /// Reads the histories of `alarms` and records what the ledger does not hold; returns what is new, oldest first.
    ///
    /// - Throws: where OCI cannot be asked. A ledger that cannot be read or written is told to `onLedgerProblem`.
    func update(
        _ alarms: [AlarmStanding], onLedgerProblem: (FileError) -> Void
    ) async throws(OCIError) -> [AlarmRecord] {
        let now = cloud.live.time.now()
        let start = now.addingTimeInterval(-Self.reach)
        var known: [String: [AlarmRecord]] = [:]
        do throws(FileError) {
            known = Dictionary(grouping: try ledger.alarms(since: start), by: \.alarmID)
        } catch {
            onLedgerProblem(error)
            return []
        }
        var found: [AlarmRecord] = []
        for alarm in alarms {
            let records = known[alarm.id] ?? []
            let held = Set(records.map(\.identity))
            let newest = records.map(\.at).max()
            let entries = try await cloud.monitoring.alarmHistory(
                alarm.id, kind: .stateTransition, from: newest ?? start)
            found += entries.compactMap { record($0, of: alarm, now: now) }.filter { !held.contains($0.identity) }
        }
        found.sort { ($0.at, $0.alarm) < ($1.at, $1.alarm) }
        guard !found.isEmpty else { return [] }
        do throws(FileError) {
            try ledger.append(found)
        } catch {
            onLedgerProblem(error)
        }
        return found
    }

    /// What the ledger holds of these alarms since an instant, oldest first; nothing where it cannot be read.
    func kept(_ alarms: [AlarmStanding], since instant: Date) -> [AlarmRecord] {
        let ids = Set(alarms.map(\.id))
        let records = (try? ledger.alarms(since: instant)) ?? []
        return records.filter { ids.contains($0.alarmID) && $0.at >= instant }.sorted { $0.at < $1.at }
    }

    private func record(_ entry: AlarmHistoryEntry, of alarm: AlarmStanding, now: Date) -> AlarmRecord? {
        guard let at = entry.timestamp ?? entry.timestampTriggered, let status = entry.state else { return nil }
        var record = AlarmRecord(
            at: at, job: cloud.live.configuration.job, alarm: alarm.key, alarmID: alarm.id,
            displayName: alarm.displayName, severity: alarm.severity, status: status, recordedAt: now,
            host: HostFacts.hostName, version: Product.version)
        record.summary = entry.alarmSummary ?? entry.summary
        record.triggeredAt = entry.timestampTriggered
        return record
    }
}

extension AlarmHistoryEntry {
    /// The state it tells of: the last word of `State transitioned from OK to Firing`, `The alarm state is FIRING`.
    var state: String? {
        let word = summary?.split(whereSeparator: { !$0.isLetter && $0 != "_" }).last.map { $0.uppercased() }
        return word.flatMap { ["FIRING", "OK", "RESET", "SUSPENDED"].contains($0) ? $0 : nil }
    }
}
