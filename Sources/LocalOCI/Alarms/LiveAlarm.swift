// SPDX-License-Identifier: MIT

import Alarms
import FoundationEssentials
import MQL

/// An alarm in service: what it is, how far it was evaluated, and what it is in. Times are milliseconds since 1970.
struct LiveAlarm: Sendable {
    /// What a restart needs to know.
    struct Progress: Sendable, Hashable {
        /// The next label to evaluate.
        var next: Int64
        /// The last label at which the alarm was OK: evaluated again from there on, it comes to the state it had.
        var calm: Int64
        /// When its state began.
        var changed: Int64
    }

    /// A stream's state and since when it has it.
    struct StreamState: Sendable, Hashable {
        var state: AlarmState
        var since: Int64
        var ruleName: String?
    }

    /// What an evaluation did.
    struct Outcome: Sendable {
        var messages: [AlarmMessage] = []
        var entries: [HistoryEntry] = []
    }

    static let minute: Int64 = 60_000

    let id: String
    let order: Int
    private(set) var rules: AlarmRules
    private(set) var progress: Progress
    private(set) var streams: [[String: String]: StreamState] = [:]
    private var run: AlarmRun
    private var suppressions: [AlarmSuppression]
    private var told: (state: AlarmState, summary: String)?

    /// - Parameters:
    ///   - order: alarms that are due at the same time are evaluated in this order.
    ///   - progress: where it goes on; nothing before that is told.
    ///   - store: what it is about, for finding its state again.
    init(
        _ alarm: Alarm, id: String, order: Int, suppressions: [AlarmSuppression], progress: Progress,
        over store: MetricStore
    ) throws(AlarmError) {
        self.id = id
        self.order = order
        self.progress = progress
        self.suppressions = suppressions
        rules = try AlarmRules(alarm)
        run = try AlarmRun(alarm: alarm, suppressions: suppressions, id: id)
        replay(over: store)
    }

    /// A new alarm: its first label is the first whole minute of its life.
    static func start(at created: Date) -> Progress {
        let first = UTCTime.minuteUp(Int64((created.timeIntervalSince1970 * 1_000).rounded(.down)))
        return Progress(next: first, calm: first, changed: first)
    }

    var alarm: Alarm { run.alarm }
    var state: AlarmState { run.state }
    /// When the next label is evaluated.
    var due: Int64 { progress.next + alarm.slackMilliseconds }
    /// The rule it fires by, else the base.
    var rule: AlarmRules.Rule? {
        let firing = Set(run.streams.compactMap(\.ruleName))
        return rules.rules.first { firing.contains($0.name) } ?? rules.rules.last
    }

    /// Its summary as it was last told, else in the service's words.
    var summary: String {
        if let told, told.state == state { return told.summary }
        let count = run.streams.count { $0.state == .firing }
        let minutes = rule?.pendingLabels ?? 1
        return "Alarm \"\(alarm.displayName)\" is in a \"\(state.rawValue)\" state; because "
            + (count == 0 ? "no" : "\(count)") + " metrics meet the trigger rule: \"\(rule?.text ?? alarm.query)\", "
            + "with a trigger delay of \(minutes) minute\(minutes == 1 ? "" : "s")"
    }

    /// Whether a changed definition comes to the same verdicts, so that its state can be kept.
    func decides(like other: Alarm) -> Bool {
        func question(_ alarm: Alarm) -> [String?] {
            [
                alarm.namespace, alarm.resourceGroup, alarm.query, String(alarm.pendingMilliseconds), alarm.ruleName,
                alarm.metricCompartmentID, String(alarm.metricCompartmentIDInSubtree), String(alarm.isPerStream),
                String(alarm.isEnabled), String(alarm.slackMilliseconds),
            ] + alarm.overrides.flatMap { [$0.ruleName, $0.query, $0.pendingMilliseconds.map(String.init)] }
        }
        return question(alarm) == question(other)
    }

    mutating func suppress(by suppressions: [AlarmSuppression]) {
        self.suppressions = suppressions
        run.suppress(by: suppressions)
    }

    /// Starts anew where the clock was set back to before what was evaluated already.
    mutating func follow(_ now: Int64) throws(AlarmError) {
        guard progress.next - Self.minute > now else { return }
        let first = UTCTime.minuteUp(now)
        run = try AlarmRun(alarm: alarm, suppressions: suppressions, id: id)
        progress = Progress(next: first, calm: first, changed: first)
        streams = [:]
        told = nil
    }

    // MARK: Evaluating

    /// Evaluates the next label, or passes over labels of which nothing can come.
    ///
    /// - Parameter last: the last label that is due.
    mutating func step(over store: MetricStore, upTo last: Int64) -> Outcome {
        let next = nextOfInterest(in: store, upTo: last)
        guard next <= last else {
            if state == .ok { progress.calm = last }
            progress.next = last + Self.minute
            return Outcome()
        }
        progress.next = next
        return evaluate(over: store)
    }

    /// The next label at which something can happen: while it is OK, nothing can without points in reach.
    private func nextOfInterest(in store: MetricStore, upTo last: Int64) -> Int64 {
        guard alarm.isEnabled else { return last + Self.minute }
        guard state == .ok else { return progress.next }
        let known = rules.rules.flatMap(\.query.root.selectors).flatMap {
            store.streams(namespace: alarm.namespace, metric: $0.metric)
        }
        guard let first = known.compactMap(\.timestamps.first).min(),
            let end = known.compactMap(\.timestamps.last).max(),
            progress.next <= end + run.lookback + 2 * Self.minute
        else { return last + Self.minute }
        return max(progress.next, UTCTime.minuteUp(first))
    }

    private mutating func evaluate(over store: MetricStore) -> Outcome {
        let label = progress.next
        let (state, rule) = (self.state, firingRule)
        var outcome = Outcome(messages: run.evaluate(label: label, over: store))
        note(outcome.messages)
        track(label)
        progress.next = label + Self.minute
        if self.state == .ok { progress.calm = label }
        if self.state != state { progress.changed = label }
        if self.state != state {
            outcome.entries += entries(.state, from: state.historyName, to: self.state.historyName, label)
        }
        if firingRule != rule, !alarm.overrides.isEmpty {
            outcome.entries += entries(.rule, from: rule ?? "none", to: firingRule ?? "none", label)
        }
        return outcome
    }

    private var firingRule: String? { state == .firing ? rule?.name : nil }

    private mutating func note(_ messages: [AlarmMessage]) {
        if let message = messages.last { told = (message.type.state, message.summary) }
    }

    /// Notes since when streams are in their states, and forgets those that are not there any more.
    private mutating func track(_ label: Int64) {
        var present: [[String: String]: StreamState] = [:]
        for stream in run.streams {
            let old = streams[stream.dimensions]
            let isSame = old?.state == stream.state && old?.ruleName == stream.ruleName
            present[stream.dimensions] = StreamState(
                state: stream.state, since: isSame ? old?.since ?? label : label, ruleName: stream.ruleName)
        }
        // A stream that ended stays known as OK, as long as others are.
        for (dimensions, old) in streams where present[dimensions] == nil && label - old.since < 3 * UTCTime.day {
            present[dimensions] =
                old.state == .ok ? old : StreamState(state: .ok, since: label, ruleName: nil)
        }
        streams = present
    }

    private func entries(_ what: HistoryEntry.Subject, from old: String, to new: String, _ label: Int64)
        -> [HistoryEntry]
    {
        [
            HistoryEntry(
                alarm: id, kind: what.history, summary: what.sentence(new), alarmSummary: summary, label: label),
            HistoryEntry(
                alarm: id, kind: what.transitions, summary: what.sentence(old, new), alarmSummary: summary, label: label
            ),
        ]
    }

    /// Comes back to the state it had: evaluates silently what lies between its last calm label and the next one.
    private mutating func replay(over store: MetricStore) {
        guard alarm.isEnabled else { return }
        var label = progress.calm
        while label < progress.next {
            note(run.evaluate(label: label, over: store))
            track(label)
            label += Self.minute
        }
    }
}

extension AlarmState {
    /// As history spells it: "State transitioned from OK to Firing".
    fileprivate var historyName: String { self == .ok ? "OK" : "Firing" }
}
