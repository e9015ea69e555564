// SPDX-License-Identifier: MIT

package import MQL

/// Plays an alarm over a whole span of labels at once, as `AlarmRun` would label by label.
package struct AlarmSimulation: Sendable {
    /// The alarm.
    package let alarm: Alarm
    /// Its rules, queries parsed.
    package let rules: AlarmRules
    /// Labels evaluated at a time; nil: a week, or a day where there are many streams.
    package var labelsAtOnce: Int?
    private let board: AlarmBoard

    /// - Parameters:
    ///   - suppressions: separate ones, beside the alarm's own.
    ///   - id: the alarm's OCID, for messages.
    /// - Throws: an error with every query of the alarm that cannot be read.
    package init(
        alarm: Alarm, suppressions: [AlarmSuppression] = [], knobs: Knobs = Knobs(), id: String? = nil
    ) throws(AlarmError) {
        self.alarm = alarm
        rules = try AlarmRules(alarm, knobs: knobs)
        let evaluation = RuleEvaluation(alarm: alarm, rules: rules, evaluator: Evaluator(knobs: knobs))
        board = AlarmBoard(evaluation, suppressions: suppressions, knobs: knobs, id: id ?? alarm.simulatedID)
    }

    /// Evaluates the whole minutes from `from` to `until`, both included.
    ///
    /// Time grows with the labels and the points, memory with the changes and messages only.
    package func run(over store: MetricStore, from: Int64, until: Int64) -> AlarmTimeline {
        let first = UTCTime.minuteUp(from)
        let last = UTCTime.minuteDown(until)
        var board = board
        var outcome = AlarmBoard.Outcome()
        var states: [AlarmTimeline.StateChange] = []
        var start = first
        var size = labelsAtOnce ?? 1440
        let late = LatePoints(of: board.evaluation, in: store, from: first, through: last)
        while alarm.isEnabled, start <= last {
            let room = Int((last - start) / UTCTime.minute) + 1
            let span = late.span(from: start, limit: min(max(1, size), room))
            let labels = LabelGrid(start: start, step: UTCTime.minute, count: span.count)
            guard labels.count > 0 else { break }
            let verdicts = board.evaluation.verdicts(over: store, labels: labels, delay: span.delay)
            size = labelsAtOnce ?? (verdicts.rows.count <= 64 ? 10_080 : 1440)
            let table = VerdictTable(verdicts, labels: labels.count, board: &board, untracked: &outcome.untracked)
            Self.play(table, labels, over: store, board: &board, states: &states, into: &outcome)
            start = labels[labels.count]
        }
        if states.first?.label != first { states.insert(AlarmTimeline.StateChange(first, .ok), at: 0) }
        return AlarmTimeline(
            from: first, until: last, states: states, streams: streams(board, outcome, from: first),
            messages: outcome.messages, droppedMessages: outcome.dropped, suppressedMessages: outcome.suppressed,
            untrackedStreams: outcome.untracked)
    }

    private static func play(
        _ table: VerdictTable, _ labels: LabelGrid, over store: MetricStore, board: inout AlarmBoard,
        states: inout [AlarmTimeline.StateChange], into outcome: inout AlarmBoard.Outcome
    ) {
        guard !table.active.isEmpty else { return }
        var state = states.last?.state ?? .ok
        for index in 0..<labels.count {
            board.step(at: labels[index], index: index, table, over: store, into: &outcome)
            guard board.state != state else { continue }
            state = board.state
            states.append(AlarmTimeline.StateChange(labels[index], state))
        }
    }

    private func streams(
        _ board: AlarmBoard, _ outcome: AlarmBoard.Outcome, from first: Int64
    ) -> [AlarmTimeline.Stream] {
        var changes: [[AlarmTimeline.StreamChange]] = Array(repeating: [], count: board.streams.count)
        for change in outcome.changes {
            let rule = change.rule < 0 ? nil : rules.rules[change.rule].name
            if changes[change.slot].isEmpty, change.label != first {
                changes[change.slot].append(AlarmTimeline.StreamChange(first, .ok))
            }
            changes[change.slot].append(
                AlarmTimeline.StreamChange(change.label, rule == nil ? .ok : .firing, rule: rule))
        }
        return board.order.map { slot in
            let found = changes[slot].isEmpty ? [AlarmTimeline.StreamChange(first, .ok)] : changes[slot]
            return AlarmTimeline.Stream(dimensions: board.streams[slot].dimensions, changes: found)
        }
    }
}

extension Alarm {
    /// An OCID for an alarm that lives nowhere.
    var simulatedID: String {
        let plain = key.utf8.map { byte -> Character in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: Character(Unicode.Scalar(byte))
            default: "-"
            }
        }
        return "ocid1.alarm.oc1..simulated" + String(plain.prefix(200))
    }
}
