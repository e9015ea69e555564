// SPDX-License-Identifier: MIT

import MQL

/// An alarm played over data that come piece by piece: whole spans of labels at once, its state carried from one to the next.
struct AlarmPlayback: Sendable {
    /// A span in which the alarm fires.
    struct Firing: Sendable, Hashable {
        /// The first firing label.
        var from: Int64
        /// The first label that is OK again; nil: it still fires.
        var until: Int64?
        /// When the first message leaves; nil: none did.
        var deliveredAt: Int64?
        /// The worst rule that fired in it.
        var rule: String
        var severity: Severity
        /// Whether it ended, for some stream, by internal reset.
        var didReset = false
        /// REPEAT messages sent.
        var repeats = 0
    }

    /// In order of time; the last one may be open.
    private(set) var firings: [Firing] = []
    /// The next label to evaluate.
    private(set) var next: Int64
    private var board: AlarmBoard

    /// - Parameter from: the first label, rounded up to a minute.
    init(alarm: Alarm, from: Int64, knobs: Knobs) throws(AlarmError) {
        let rules = try AlarmRules(alarm, knobs: knobs)
        let evaluation = RuleEvaluation(alarm: alarm, rules: rules, evaluator: Evaluator(knobs: knobs))
        board = AlarmBoard(evaluation, suppressions: [], knobs: knobs, id: alarm.simulatedID)
        next = UTCTime.minuteUp(from)
    }

    var alarm: Alarm { board.alarm }

    /// Whether it tells the watchdog's topic, and so is meant to fire as long as there are data.
    var isWatchdog: Bool { Backtest.isWatchdog(board.alarm) }

    /// Names of the metrics it reads.
    var metrics: [String] { board.evaluation.rules.rules.flatMap { $0.query.root.selectors.map(\.metric) } }

    /// How far before a label data matter to it, milliseconds.
    var lookback: Int64 {
        board.evaluation.rules.rules.reduce(0) { max($0, $1.query.root.reach + $1.pendingMilliseconds) }
    }

    /// The longest window with its pending duration: how long after its end a condition can still hold, milliseconds.
    var echo: Int64 {
        board.evaluation.rules.rules.reduce(0) { longest, rule in
            let window = rule.query.root.selectors.map(\.interval.minutes).max() ?? 0
            return max(longest, Int64(window) * UTCTime.minute + rule.pendingMilliseconds)
        }
    }

    /// Evaluates all labels up to and with `until`; the store holds their data and those of the lookback before.
    mutating func advance(over store: MetricStore, until: Int64) {
        let last = UTCTime.minuteDown(until)
        guard alarm.isEnabled, next <= last else { return }
        let late = LatePoints(of: board.evaluation, in: store, from: next, through: last)
        while next <= last {
            let room = Int((last - next) / UTCTime.minute) + 1
            let (count, delay) = late.span(from: next, limit: min(room, 10_080))
            let labels = LabelGrid(start: next, step: UTCTime.minute, count: count)
            guard labels.count > 0 else { return }
            let verdicts = board.evaluation.verdicts(over: store, labels: labels, delay: delay)
            play(verdicts, labels, over: store)
            next = labels[labels.count]
        }
    }

    private mutating func play(_ verdicts: Verdicts, _ labels: LabelGrid, over store: MetricStore) {
        var untracked = 0
        let table = VerdictTable(verdicts, labels: labels.count, board: &board, untracked: &untracked)
        guard !table.active.isEmpty else { return }
        var outcome = AlarmBoard.Outcome()
        for index in 0..<labels.count {
            let before = board.state
            board.step(at: labels[index], index: index, table, over: store, into: &outcome)
            guard board.state == .firing || before == .firing else { continue }
            note(labels[index], before: before, outcome)
            outcome = AlarmBoard.Outcome()
        }
        board.forgetIdleStreams()
    }

    /// Brings the list of firings up to a label.
    private mutating func note(_ label: Int64, before: AlarmState, _ outcome: AlarmBoard.Outcome) {
        let rules = board.evaluation.rules.rules
        if before == .ok {
            firings.append(Firing(from: label, rule: rules.last?.name ?? "", severity: .info))
        }
        guard let index = firings.indices.last else { return }
        for change in outcome.changes where change.rule >= 0 {
            let rule = rules[change.rule]
            let isFirst = firings[index].from == label && firings[index].severity == .info
            guard rule.severity > firings[index].severity || isFirst else { continue }
            firings[index].severity = rule.severity
            firings[index].rule = rule.name
        }
        for message in outcome.messages {
            switch message.type {
            case .okToFiring: firings[index].deliveredAt = firings[index].deliveredAt ?? message.deliveredAt
            case .repeated: firings[index].repeats += 1
            case .reset: firings[index].didReset = true
            case .firingToOK: break
            }
        }
        if board.state == .ok { firings[index].until = label }
    }
}

extension Expression {
    /// How long before a label a point can lie and still matter to it, milliseconds.
    fileprivate var reach: Int64 {
        descendants.reduce(0) { longest, node in
            switch node.kind {
            case .selector(let selector): max(longest, Int64(selector.interval.minutes) * UTCTime.minute)
            case .call(.statistic(.absent(let period)), let input):
                max(
                    longest,
                    Int64((period ?? .standard).interval.minutes + 1) * UTCTime.minute
                        + (input.selectors.map { Int64($0.interval.minutes) }.max() ?? 0) * UTCTime.minute)
            default: longest
            }
        }
    }
}
