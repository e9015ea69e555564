// SPDX-License-Identifier: MIT

package import MQL

/// An alarm in service: evaluated label by label, as time goes by.
package struct AlarmRun: Sendable {
    /// What a stream is in.
    package struct Stream: Sendable, Hashable {
        package let dimensions: [String: String]
        package let state: AlarmState
        /// The rule it fires by; nil where it is OK.
        package let ruleName: String?
    }

    /// The last label evaluated.
    package private(set) var label: Int64?
    /// The label at which the alarm's state began; nil before the first evaluation.
    package private(set) var changedAt: Int64?
    /// Messages over the limit of an evaluation, so far.
    package private(set) var droppedMessages = 0
    /// Messages a suppression kept back, so far.
    package private(set) var suppressedMessages = 0
    private var board: AlarmBoard

    /// - Parameters:
    ///   - suppressions: separate ones, beside the alarm's own.
    ///   - id: the alarm's OCID, for messages.
    /// - Throws: an error with every query of the alarm that cannot be read.
    package init(
        alarm: Alarm, suppressions: [AlarmSuppression] = [], knobs: Knobs = Knobs(), id: String? = nil
    ) throws(AlarmError) {
        let rules = try AlarmRules(alarm, knobs: knobs)
        let evaluation = RuleEvaluation(alarm: alarm, rules: rules, evaluator: Evaluator(knobs: knobs))
        board = AlarmBoard(evaluation, suppressions: suppressions, knobs: knobs, id: id ?? alarm.simulatedID)
    }

    /// The alarm.
    package var alarm: Alarm { board.alarm }
    /// Its state after the last evaluation.
    package var state: AlarmState { board.state }

    /// The streams that fire or had a value at the last label, in order of their dimensions' JSON text.
    package var streams: [Stream] {
        board.order.map { board.streams[$0] }.filter { $0.isPresent || $0.rule >= 0 }.map {
            Stream(
                dimensions: $0.dimensions, state: $0.rule < 0 ? .ok : .firing,
                ruleName: $0.rule < 0 ? nil : board.evaluation.rules.rules[$0.rule].name)
        }
    }

    /// How many streams it keeps in mind; those that are OK and silent are forgotten once they are many.
    package var trackedStreams: Int { board.streams.count }

    /// How far back the data set must reach for the next evaluations: the longest interval and absence period with the
    /// pending duration before it, in milliseconds.
    package var lookback: Int64 {
        let rules = board.evaluation.rules.rules
        return rules.reduce(0) { max($0, $1.query.root.lookback + $1.pendingMilliseconds) }
    }

    /// Evaluates one label, due at `label` + slack: points that arrived later are not seen.
    ///
    /// A label that is not later than the last one is passed over; so is every label of a disabled alarm.
    ///
    /// - Returns: the messages it sends, in order.
    package mutating func evaluate(label: Int64, over store: MetricStore) -> [AlarmMessage] {
        let label = UTCTime.minuteDown(label)
        guard alarm.isEnabled, label > self.label ?? .min else { return [] }
        self.label = label
        let before = board.state
        var outcome = AlarmBoard.Outcome()
        let verdicts = board.evaluation.verdicts(over: store, label: label)
        let table = VerdictTable(verdicts, labels: 1, board: &board, untracked: &outcome.untracked)
        board.step(at: label, index: 0, table, over: store, into: &outcome)
        board.notePresent(verdicts)
        board.forgetIdleStreams()
        if changedAt == nil || board.state != before { changedAt = label }
        droppedMessages += outcome.dropped
        suppressedMessages += outcome.suppressed
        return outcome.messages
    }

    /// Separate suppressions from now on.
    package mutating func suppress(by suppressions: [AlarmSuppression]) {
        board.suppressions = suppressions + (alarm.suppression.map { [$0] } ?? [])
    }
}

extension AlarmBoard {
    /// Notes which streams have a value at the one label of the verdicts.
    mutating func notePresent(_ verdicts: Verdicts) {
        for slot in streams.indices { streams[slot].isPresent = false }
        for row in verdicts.rows {
            guard let slot = slot(of: row.dimensions), let byte = row.bytes.last else { continue }
            if Verdicts.Verdict(byte: byte).truth != .missing { streams[slot].isPresent = true }
        }
    }
}

extension Expression {
    /// How long before a label a point can lie and still matter to it, milliseconds.
    fileprivate var lookback: Int64 {
        switch kind {
        case .number, .variable: 0
        case .selector(let selector): Int64(selector.interval.minutes) * UTCTime.minute
        case .negated(let inner), .membership(let inner, _, _, _): inner.lookback
        case .binary(_, let left, let right): max(left.lookback, right.lookback)
        case .call(.statistic(.absent(let period)), let input):
            input.lookback + Int64((period ?? .standard).interval.minutes + 1) * UTCTime.minute
        case .call(_, let input): input.lookback
        }
    }
}
