// SPDX-License-Identifier: MIT

import Collector
import FoundationEssentials
import JSON
import Ledger

/// One run, told to somebody who has to decide what to do.
struct RunStory: Sendable {
    private let record: RunRecord
    private let history: RunHistory
    private let place: SeenPlace

    /// - Parameter history: holds the last good run before `record`, and all after.
    init(_ record: RunRecord, _ history: RunHistory, _ place: SeenPlace) {
        self.record = record
        self.history = history
        self.place = place
    }

    private var recovery: RunRecord? { record.isBad ? history.recovery(from: record) : nil }

    /// The verdict in one line.
    var headline: String {
        switch record.outcome {
        case .success: "success: \(record.story)"
        case .partial: "partial: \(record.error?.type ?? "the answer was not the whole list")"
        case .skipped: "skipped: \(record.error?.type ?? record.skipReason?.rawValue ?? "no reason known")"
        case .failed where record.command == .exec: "failed: \(record.error?.type ?? "unknown")"
        case .failed: "failed at \(record.error?.stage?.rawValue ?? "start"): \(record.error?.type ?? "unknown")"
        case .killed: "killed: \(record.error?.type ?? "unknown")"
        }
    }

    /// At most 80 columns; the verdict is the first word, the next command the last line.
    var text: String {
        var lines = [headline, ""]
        let age = Words.age(place.now.timeIntervalSince(record.endedAt))
        lines += Words.row(
            "when", "\(Words.time(record.startedAt)), took \(Words.seconds(record.duration)), \(age) ago")
        lines += Words.row("run", record.runID.description)
        if let used = record.execution.map({ _ in record.effort }) { lines += Words.row("command", used) }
        lines += Words.row("job", "\(record.job), \(record.environment), on \(record.host), version \(record.version)")
        if let error = record.error { lines += Words.row("cause", error.message) }
        if let recovery {
            let gap = Words.age(recovery.endedAt.timeIntervalSince(record.endedAt))
            lines += Words.row("recovered", "\(gap) later, by run \(recovery.runID)")
        } else if record.isBad {
            lines += Words.row("recovered", "no: no run has succeeded since")
        }
        lines += stages + requests + changed
        lines += Words.row("data", data)
        lines += output
        for note in record.notes { lines += Words.row("note", note) }
        if let runbook { lines += Words.row("runbook", "runbooks/\(runbook).md") }
        lines.append("next".padding(13) + next)
        return lines.joined(separator: "\n")
    }

    var json: JSONValue {
        [
            "schema": 1, "run": record.json, "headline": .string(headline), "good": .bool(!record.isBad),
            "recovered_by": recovery.map {
                ["run_id": .string($0.runID.description), "ended_at": .string(Timestamp.text($0.endedAt))]
            } ?? .null,
            "changed": .array(
                history.changes(of: record).map {
                    ["what": .string($0.what), "before": .string($0.before), "now": .string($0.now)]
                }),
            "compared_with": .optional(history.success(before: record)?.runID.description),
            "data": .string(data), "runbook": .optional(runbook), "next_command": .string(next),
        ]
    }

    /// Each stage with a bar: as long as it took, of what the longest took.
    private var stages: [String] {
        let longest = record.stages.map(\.seconds).max() ?? 0
        return record.stages.enumerated().map { index, stage in
            let share = longest > 0 ? stage.seconds / longest : 0
            let bar = String(repeating: "#", count: max(1, Int((share * 30).rounded())))
            let name = stage.stage.rawValue.padding(11) + Words.seconds(stage.seconds).padding(10)
            return (index == 0 ? "stages" : "").padding(13) + name + bar
        }
    }

    private var requests: [String] {
        guard record.requests > 0 || record.error?.requestID != nil else { return [] }
        let calls = "\(record.requests) in all, \(record.feedCalls) to the feed, \(record.retries) retries"
        var lines = Words.row("requests", calls)
        if let status = record.error?.httpStatus { lines += Words.row("status", "HTTP \(status)") }
        if let id = record.error?.requestID {
            lines += Words.row("oci request", "\(id) (what Oracle's support asks for)")
        }
        return lines
    }

    private var changed: [String] {
        guard let good = history.success(before: record) else {
            return Words.row("changed", "unknown: there is no good run before this one")
        }
        let since = "since the last good run, \(Words.time(good.startedAt))"
        let changes = history.changes(of: record).map { "\($0.what) \($0.before) -> \($0.now)" }
        return Words.row(
            "changed", (changes.isEmpty ? "nothing we know of" : changes.joined(separator: "; ")) + ", \(since)")
    }

    /// What it means for the data.
    private var data: String {
        if record.command == .exec { return "whatever the command had done until then; this program does not know" }
        switch record.outcome {
        case .success, .partial:
            return record.commits.isEmpty ? "nothing new to store" : "stored: \(record.story)"
        case .skipped: return "nothing lost: the other run stores it, or the next one"
        case .failed, .killed: break
        }
        if let commit = record.commits.last {
            return "nothing lost: commit \(commit) is stored; the next run finishes files and index"
        }
        if recovery != nil { return "nothing lost: the run after it stored what this one did not" }
        let last = history.success(before: record)?.endedAt
        let days = last.map { place.now.timeIntervalSince($0) / 86_400 } ?? 0
        if days > 5 {
            return "at risk: the source shows about 7 days, and the last success is "
                + "\(Words.age(days * 86_400)) ago; run collect now"
        }
        return "nothing lost yet: the source shows about 7 days; the next good run stores what this one did not"
    }

    /// The end of what a job wrote, as kept: secrets are out of it.
    private var output: [String] {
        guard let execution = record.execution, let tail = execution.outputTail, !tail.isEmpty else { return [] }
        let lines = tail.split(whereSeparator: \.isNewline).suffix(10)
        return ["output, end of \(execution.outputBytes) bytes (whole: --json)"]
            + lines.map { "  | " + $0.filter { !$0.isControl }.prefix(76) }
    }

    private var runbook: String? { record.isBad || record.outcome == .partial ? Runbook.name(for: record) : nil }

    private var next: String {
        if record.command == .exec {
            return record.isBad ? "journalctl POLISEN_RUN_ID=\(record.runID)" : place.command("status")
        }
        if !record.isBad || recovery != nil { return place.command("status") }
        switch record.error?.type {
        case "configuration": return "polisen-collector config check" + place.configFlag
        case "killed", "killed_oom", nil: return "journalctl -u polisen-collector -n 50"
        default: return place.command("doctor")
        }
    }
}

extension RunRecord {
    /// What another program did, in a few words.
    fileprivate var effort: String {
        let cpu = "\(Words.seconds(cpuSeconds)) of CPU"
        return "\(story); \(cpu), \(peakMemoryBytes >> 20) MiB at most, \(execution?.outputBytes ?? 0) bytes of output"
    }
}

extension SeenPlace {
    /// Commands about the configuration take no state path.
    fileprivate var configFlag: String { configuration.file.map { " --config \($0)" } ?? "" }
}

extension Character {
    /// What would move a terminal's cursor or change its colours.
    fileprivate var isControl: Bool { unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) } }
}

/// Which runbook helps with what.
enum Runbook {
    /// The base name below `runbooks/`.
    static func name(for record: RunRecord) -> String {
        let type = record.error?.type ?? ""
        if record.command == .exec { return type == "killed_oom" ? "memory-growth" : "runs-failing" }
        return name(forErrorType: type)
    }

    /// The same for the error type of a collector's run.
    static func name(forErrorType type: String) -> String {
        if let name = exact[type] { return name }
        if let name = prefixes.first(where: { type.hasPrefix($0.prefix) })?.name { return name }
        return "runs-failing"
    }

    /// Every book that `name` may say.
    static var names: [String] {
        exact.values + prefixes.map(\.name) + ["runs-failing", "memory-growth"]
    }

    private static let exact = [
        "answer_filtered": "api-answer-filtered", "answer_no_events": "api-answer-filtered",
        "maintenance": "scheduler-unhealthy",
        "rate_budget": "rate-limit", "feed_held_off": "rate-limit", "feed_throttled": "rate-limit",
        "disk_full": "disk-full", "read_only": "host-squeeze", "permission_denied": "host-squeeze",
        "file_error": "host-squeeze", "killed_oom": "memory-growth", "killed": "scheduler-unhealthy",
        "timeout": "scheduler-unhealthy", "locked": "scheduler-unhealthy", "oci_clock_skew": "clock-skew",
        "oci_quota_exceeded": "storage-quota", "archive_contended": "two-writers", "configuration": "rollback",
        "archive_damaged": "data-corruption", "archive_newer": "rollback", "archive_foreign": "data-corruption",
    ]

    private static let prefixes: [(prefix: String, name: String)] = [
        ("oci_credential_vault", "vault-access"), ("oci_credential_", "credential-rotation"),
        ("oci_unauthorized", "credential-rotation"), ("oci_forbidden", "storage-refused"), ("answer_", "schema-drift"),
        ("feed_", "api-failing"), ("deadline", "api-failing"),
    ]
}
