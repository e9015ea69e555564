// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Freshness
import JSON
import Ledger

/// The answer of `status`.
struct StatusReport: Sendable {
    let standing: Standing
    private let place: SeenPlace
    private let calls: (hour: Int, day: Int)?
    /// Entries of a day that journald threw away; nil where nobody may look.
    private let suppressed: Int?
    /// What OCI says of the alarms; nil where it was not asked.
    var alarms: AlarmGlance?
    /// The main objective; nil where there is nothing to judge.
    var budget: BudgetGlance?

    private let maintenance: ActiveMaintenance?

    private static let shown = 5

    init(_ place: SeenPlace) {
        self.place = place
        standing = place.standing
        maintenance = place.execJob == nil ? place.live.activeMaintenance : nil
        suppressed = place.execJob == nil ? Suppression.lastDay : nil
        let ledger = CallLedger(path: place.state.calls, limits: .polisen)
        // A figure that cannot be read is left out; `doctor` says what is wrong with the directory.
        let hour = try? ledger.used(.hour, now: place.now)
        let day = try? ledger.used(.day, now: place.now)
        calls = place.execJob == nil ? hour.flatMap { hour in day.map { (hour, $0) } } : nil
    }

    /// At most 80 columns; the verdict is the first word, the next command the last line.
    var text: String {
        let history = standing.history
        var lines = Words.row(
            "\(standing.state.rawValue) —", standing.reason, column: standing.state.rawValue.count + 3)
        lines.append("")
        if !history.runs.isEmpty {
            lines.append("last runs")
            lines += history.runs.prefix(Self.shown).map { "  " + $0.shortRow }
            lines.append("")
        }
        let since = [
            Words.count(history.count(.failed), "failed"), Words.count(history.count(.killed), "killed"),
            Words.count(history.count(.partial), "partial"), Words.count(history.count(.skipped), "skipped"),
        ].compactMap { $0 }
        if !since.isEmpty { lines += Words.row("since then", since.joined(separator: ", ")) }
        if let running = standing.running {
            let age = Words.age(place.now.timeIntervalSince(running.startedAt))
            lines += Words.row("running", "run \(running.run?.description ?? "unknown") since \(age)")
        }
        if let next = standing.nextElapse { lines += Words.row("next run", Words.time(next)) }
        if let calls {
            lines += Words.row("feed calls", "\(calls.hour) of 60 this hour, \(calls.day) of 1440 this day")
        }
        if !history.damaged.isEmpty {
            lines += Words.row("ledger", "\(history.damaged.count) lines cannot be read; `runs list` names them")
        }
        if let suppressed, suppressed > 0 {
            lines += Words.row("journal", "\(suppressed) entries of 24 hours are lost: journald's rate limit took them")
        }
        if let alarms { lines += Words.row("alarms", alarms.text) }
        if let maintenance { lines += Words.row("maintenance", maintenance.text) }
        if let budget { lines += Words.row("budget", budget.text) }
        lines += Words.row("job", place.execJob ?? place.configuration.job)
        // Whole, however long it is: it is there to be copied.
        lines.append("next".padding(13) + next)
        return lines.joined(separator: "\n")
    }

    var json: JSONValue {
        let history = standing.history
        var members: [JSONMember] = [
            JSONMember("schema", 1), JSONMember("verdict", .string(standing.state.rawValue)),
            JSONMember("good", .bool(standing.isGood)), JSONMember("reason", .string(standing.reason)),
            JSONMember("job", .string(place.execJob ?? place.configuration.job)),
            JSONMember("state", .string(place.state.root)),
            JSONMember("last_success_at", .optional(history.lastSuccess.map { Timestamp.text($0.endedAt) })),
            JSONMember("age_seconds", standing.ageSeconds.map(JSONValue.double) ?? .null),
            JSONMember("limit_seconds", .double(standing.limitSeconds)),
            JSONMember(
                "since_success",
                [
                    "failed": .int(history.count(.failed)), "killed": .int(history.count(.killed)),
                    "partial": .int(history.count(.partial)), "skipped": .int(history.count(.skipped)),
                ]),
            JSONMember("next_run_at", .optional(standing.nextElapse.map(Timestamp.text))),
            JSONMember("running", standing.running?.shown ?? .null),
        ]
        if let calls { members.append(JSONMember("feed_calls", ["hour": .int(calls.hour), "day": .int(calls.day)])) }
        members += [
            JSONMember("last_runs", .array(history.runs.prefix(Self.shown).map(\.json))),
            JSONMember("damaged_lines", .int(history.damaged.count)),
            JSONMember("journal_suppressed", .optional(suppressed)),
            JSONMember("alarms", alarms?.json ?? .null), JSONMember("maintenance", maintenance?.json ?? []),
            JSONMember("budget", budget?.json ?? .null),
            JSONMember("next_command", .string(next)),
        ]
        return .object(members)
    }

    /// What to type next.
    var next: String {
        switch standing.state {
        case .fresh where alarms?.worst != nil, .quiet where alarms?.worst != nil:
            "polisen-collector runbook \(alarms?.worst ?? "")"
        case .fresh, .quiet: place.command(standing.history.last?.isBad == true ? "explain" : "runs")
        case .failing: place.command("explain last-failure")
        case .missed: place.execJob == nil ? "systemctl status polisen-collector.timer" : place.command("explain")
        case .stuck: place.execJob == nil ? "systemctl kill -s TERM polisen-collector" : place.command("status")
        case .unknown:
            standing.history.runs.isEmpty && standing.reason.hasPrefix("no run")
                ? place.execJob == nil ? place.command("collect") : "polisen-collector exec --help"
                : place.command("doctor")
        }
    }
}

extension RunInProgress {
    fileprivate var shown: JSONValue {
        ["run_id": .optional(run?.description), "started_at": .string(Timestamp.text(startedAt))]
    }
}

extension RunRecord {
    /// One line of at most 78 columns: when, how, how long, what.
    var shortRow: String {
        let time = Timestamp.text(startedAt).dropFirst(5).prefix(14).replacing("T", with: " ")
        return String(
            "\(time) \(outcome.rawValue.padding(8)) \(Words.seconds(duration).padding(9)) \(story)".prefix(78))
    }

    /// What came of it, in a few words.
    var story: String {
        if let execution {
            let cause = error.flatMap { $0.type == "exec_exit" ? nil : $0.type }
            return [execution.story, cause].compactMap(\.self).joined(separator: ", ")
        }
        switch outcome {
        case .success, .partial: return "\(counts.new) new, \(counts.revised) revised of \(counts.returned)"
        case .failed, .skipped, .killed: return error?.type ?? ""
        }
    }
}

extension RunRecord.Execution {
    fileprivate var story: String? {
        if isTimedOut { return "\(name): over its time" }
        if let exitStatus { return "\(name): status \(exitStatus)" }
        return signal.map { "\(name): signal \($0)" }
    }

    /// The program without its directory.
    private var name: String { String(program.split(separator: "/").last ?? "") }
}

extension String {
    /// With blanks behind it to `width` columns.
    func padding(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
