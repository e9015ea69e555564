// SPDX-License-Identifier: MIT

import Alarms
import Files
import FoundationEssentials
import JSON

/// A line of an alarm's history.
struct HistoryEntry: Sendable, Hashable {
    /// What a line is about.
    enum Subject: Sendable {
        case state, rule

        var history: String { self == .state ? "STATE_HISTORY" : "RULE_HISTORY" }
        var transitions: String { self == .state ? "STATE_TRANSITION_HISTORY" : "RULE_TRANSITION_HISTORY" }

        /// Of states as the API's own examples have it; of rules after their model.
        func sentence(_ new: String) -> String {
            self == .state ? "The alarm state is \(new.uppercased())" : "The alarm rule is \(new)"
        }

        func sentence(_ old: String, _ new: String) -> String {
            (self == .state ? "State" : "Rule") + " transitioned from \(old) to \(new)"
        }
    }

    static let kinds = ["STATE_HISTORY", "STATE_TRANSITION_HISTORY", "RULE_HISTORY", "RULE_TRANSITION_HISTORY"]

    let alarm: String
    let kind: String
    let summary: String
    let alarmSummary: String
    /// Milliseconds since 1970.
    let label: Int64

    /// The AlarmHistoryEntry of the API.
    var json: JSONValue {
        let time = JSONValue.string(WireTime.rfc3339(Date(milliseconds: label)))
        return [
            "summary": .string(summary), "alarmSummary": .string(alarmSummary), "timestamp": time,
            "timestampTriggered": kind.contains("TRANSITION") ? time : .null,
        ]
    }

    var stored: JSONValue {
        [
            "alarm": .string(alarm), "kind": .string(kind), "summary": .string(summary),
            "alarm_summary": .string(alarmSummary), "label": .number(String(label)),
        ]
    }
}

extension HistoryEntry {
    /// Reads `stored`; nil for anything else.
    init?(stored: JSONValue) {
        guard let alarm = stored["alarm"]?.string, let kind = stored["kind"]?.string,
            let summary = stored["summary"]?.string, let alarmSummary = stored["alarm_summary"]?.string,
            let label = stored["label"]?.int
        else { return nil }
        self.init(alarm: alarm, kind: kind, summary: summary, alarmSummary: alarmSummary, label: Int64(label))
    }
}

/// What alarms did, oldest first, and how far they were evaluated; kept in two files.
struct AlarmHistory: Sendable {
    private let path: String
    private let progressPath: String
    private(set) var entries: [HistoryEntry] = []

    /// History is shown for so long (contract §7.3).
    static let span = 90 * UTCTime.day

    /// - Parameter directory: where `alarm-history.jsonl` and `alarm-progress.json` are.
    init(directory: String) throws(FileError) {
        path = FileSystem.join(directory, "alarm-history.jsonl")
        progressPath = FileSystem.join(directory, "alarm-progress.json")
        // An evaluation that was noted here but not as done is made again: its lines stand here twice.
        var seen = Set<HistoryEntry>()
        entries = try JSONLines.read(path).compactMap(HistoryEntry.init(stored:)).filter { seen.insert($0).inserted }
    }

    mutating func add(_ new: [HistoryEntry]) throws(FileError) {
        guard !new.isEmpty else { return }
        entries += new
        try FileSystem.append(path, new.flatMap { $0.stored.encoded() + [UInt8(ascii: "\n")] }, durable: false)
    }

    /// How far alarms were evaluated before a restart; nothing where nobody knows.
    func progress() throws -> [String: LiveAlarm.Progress] {
        guard let bytes = try FileSystem.read(progressPath) else { return [:] }
        var known: [String: LiveAlarm.Progress] = [:]
        for member in try JSONValue.parse(bytes).object ?? [] {
            guard let next = member.value["next"]?.int, let calm = member.value["calm"]?.int,
                let changed = member.value["changed"]?.int
            else { continue }
            known[member.name] = LiveAlarm.Progress(next: Int64(next), calm: Int64(calm), changed: Int64(changed))
        }
        return known
    }

    func keep(_ alarms: [LiveAlarm]) throws(FileError) {
        let members = alarms.map { alarm in
            JSONMember(
                alarm.id,
                [
                    "next": .number(String(alarm.progress.next)), "calm": .number(String(alarm.progress.calm)),
                    "changed": .number(String(alarm.progress.changed)),
                ])
        }
        try FileSystem.replace(progressPath, JSONValue.object(members).encoded() + [UInt8(ascii: "\n")])
    }
}

extension Date {
    init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1_000) }

    /// Since 1970, rounded down.
    var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1_000).rounded(.down)) }
}
