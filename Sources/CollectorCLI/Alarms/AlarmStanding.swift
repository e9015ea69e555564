// SPDX-License-Identifier: MIT

import Alarms
import FoundationEssentials
import JSON
import Ledger
import OCI

/// An alarm of ours and the state OCI says it is in.
struct AlarmStanding: Sendable, Hashable {
    let key: String
    let id: String
    let displayName: String
    let severity: String
    /// `FIRING` `OK` `SUSPENDED`, a text of later years, or `UNKNOWN`: OCI has not evaluated it yet.
    let status: String
    /// When that began; lags by about three minutes.
    let since: Date?
    let rule: String?
    let isSuppressed: Bool
    let isEnabled: Bool
    let summary: String?

    var isFiring: Bool { status == "FIRING" }
    /// Whether it says that something is wrong: an alarm of severity INFO that always fires, as the watchdog, does not.
    var isBad: Bool { isFiring && severity != "INFO" }

    /// What makes a change worth telling.
    struct Mark: Sendable, Hashable {
        let status: String
        let since: Date?
    }

    var mark: Mark { Mark(status: status, since: since) }

    /// - Parameters:
    ///   - summary: of ListAlarms.
    ///   - status: of ListAlarmsStatus; nil where it has none for the alarm.
    init?(_ summary: JSONValue, _ status: AlarmStatus?, _ ownership: AlarmOwnership, keys: [String: String]) {
        guard let key = ownership.key(of: summary, keysByDisplayName: keys), let id = summary["id"]?.string else {
            return nil
        }
        self.key = key
        self.id = id
        displayName = summary["displayName"]?.string ?? key
        // While it fires the status names the severity of the rule that fires.
        severity = status?.severity ?? summary["severity"]?.string ?? ""
        self.status = status?.status ?? "UNKNOWN"
        since = status?.timestampTriggered
        rule = status?.ruleName
        isSuppressed = status?.isSuppressed ?? false
        isEnabled = summary["isEnabled"]?.bool ?? true
        self.summary = status?.summary
    }
}

extension AlarmStanding {
    /// One line of a table, at most 80 columns but for long names.
    func row(now: Date) -> String {
        let flags = [isEnabled ? nil : "switched off", isSuppressed ? "suppressed" : nil].compactMap(\.self)
        let age = since.map { "since \(Words.time($0).dropLast(7)), \(Words.age(now.timeIntervalSince($0)))" } ?? ""
        let rest = ([age] + flags).filter { !$0.isEmpty }.joined(separator: ", ")
        return "  \(status.padding(8)) \(severity.padding(8)) \(key.padding(22)) \(rest)"
    }

    /// For `--json`; `from` is the state before, where a change is told.
    func json(at now: Date, from: String? = nil) -> JSONValue {
        [
            "schema": 1, "at": .string(Timestamp.text(now)), "alarm": .string(key), "id": .string(id),
            "display_name": .string(displayName), "severity": .string(severity), "status": .string(status),
            "from": .optional(from), "since": .optional(since.map(Timestamp.text)), "rule": .optional(rule),
            "suppressed": .bool(isSuppressed), "enabled": .bool(isEnabled), "summary": .optional(summary),
        ]
    }
}

extension AlarmCloud {
    /// Our alarms and their states, those that fire first, then by key.
    func standings() async throws(OCIError) -> [AlarmStanding] {
        let summaries = try await monitoring.alarms(compartment: compartment, lifecycleState: "ACTIVE")
        let states = try await monitoring.alarmsStatus(compartment: compartment)
        let byID = Dictionary(states.compactMap { state in state.id.map { ($0, state) } }) { first, _ in first }
        let keys = keysOfDisplayNames(summaries)
        return
            summaries.compactMap { summary in
                AlarmStanding(summary, summary["id"]?.string.flatMap { byID[$0] }, ownership, keys: keys)
            }
            .sorted { ($0.isFiring ? 0 : 1, $0.key, $0.id) < ($1.isFiring ? 0 : 1, $1.key, $1.id) }
    }

    /// Alarms made by hand bear the job before their key, as those of the files do.
    private func keysOfDisplayNames(_ summaries: [JSONValue]) -> [String: String] {
        let prefix = ownership.job + " "
        var keys: [String: String] = [:]
        for name in summaries.compactMap({ $0["displayName"]?.string }) where name.hasPrefix(prefix) {
            keys[name] = String(name.dropFirst(prefix.count))
        }
        return keys
    }
}
