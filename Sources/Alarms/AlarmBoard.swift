// SPDX-License-Identifier: MIT

import JSON
import MQL

/// The state of an alarm and all its streams between two evaluations, and what one evaluation changes in it.
struct AlarmBoard: Sendable {
    /// A stream that was seen at some time.
    struct Stream: Sendable {
        let dimensions: [String: String]
        /// Their JSON text, by which streams are ordered.
        let text: String
        /// The first rule in order that fires; -1: none.
        var rule = -1
        /// Whether the last evaluation found a value of it.
        var isPresent = false
    }

    /// A stream changed its state, or the rule it fires by (-1: none any more).
    struct Change: Sendable {
        let slot: Int
        let label: Int64
        let rule: Int
    }

    /// A machine changed its state.
    struct Event: Sendable {
        let slot: Int
        let rule: Int
        let change: StreamMachine.Change
    }

    /// What one evaluation did.
    struct Outcome: Sendable {
        var changes: [Change] = []
        var messages: [AlarmMessage] = []
        /// Messages over the limit of an evaluation; they are lost.
        var dropped = 0
        /// Messages that a suppression kept back.
        var suppressed = 0
        /// Streams over the limit of an alarm; they are not evaluated.
        var untracked = 0
    }

    /// Streams tracked for an alarm. Source: contract §7.3.
    static let streamLimit = 200_000

    let evaluation: RuleEvaluation
    let knobs: Knobs
    var suppressions: [AlarmSuppression]
    let speakers: [MessageSpeaker]
    var streams: [Stream] = []
    private var slots: [[String: String]: Int] = [:]
    /// Slots in order of their streams' texts.
    private(set) var order: [Int] = []
    /// One for each stream and rule: `slot * ruleCount + rule`.
    var machines: [StreamMachine] = []
    /// Split: one for each stream (and rule); grouped: one (for each rule).
    var channels: [NotificationChannel] = []
    var firingStreams = 0
    /// Firing machines of each rule.
    var firingByRule: [Int]
    /// Before this label nothing is sent unless a machine changes its state.
    var quietUntil = Int64.max
    /// For each rule the values behind its last messages.
    var operands: [MessageOperands?]
    /// How often values were looked up.
    var lookups = 0
    /// Of the label at hand.
    var events: [Event] = []

    init(_ evaluation: RuleEvaluation, suppressions: [AlarmSuppression], knobs: Knobs, id: String) {
        self.evaluation = evaluation
        self.suppressions = suppressions + (evaluation.alarm.suppression.map { [$0] } ?? [])
        self.knobs = knobs
        speakers = evaluation.rules.rules.map { MessageSpeaker(evaluation.alarm, $0, id: id) }
        operands = Array(repeating: nil, count: evaluation.rules.rules.count)
        firingByRule = Array(repeating: 0, count: evaluation.rules.rules.count)
        if !alarm.isPerStream { channels = Array(repeating: NotificationChannel(), count: lanes) }
    }

    var alarm: Alarm { evaluation.alarm }
    var ruleCount: Int { evaluation.rules.rules.count }
    /// How many rules speak for themselves.
    var lanes: Int { knobs.overrides == .each ? ruleCount : 1 }
    var state: AlarmState { firingStreams > 0 ? .firing : .ok }

    /// Whether a rule fires for a stream.
    func isFiring(_ slot: Int, _ rule: Int) -> Bool { machines[slot * ruleCount + rule].state == .firing }

    /// The place of a stream, which is made if there is none; nil if there are too many.
    mutating func slot(of dimensions: [String: String]) -> Int? {
        if let slot = slots[dimensions] { return slot }
        guard streams.count < Self.streamLimit else { return nil }
        let stream = Stream(
            dimensions: dimensions, text: Alarm.sorted(dimensions.mapValues(JSONValue.string)).text)
        let slot = streams.count
        let place = order.partition(by: stream.text) { streams[$0].text }
        streams.append(stream)
        slots[dimensions] = slot
        order.insert(slot, at: place)
        machines += Array(repeating: StreamMachine(), count: ruleCount)
        if alarm.isPerStream { channels += Array(repeating: NotificationChannel(), count: lanes) }
        return slot
    }

    /// Forgets streams that are OK and were not found by the last evaluation, if there are many.
    mutating func forgetIdleStreams() {
        let kept = streams.indices.filter { streams[$0].isPresent || streams[$0].rule >= 0 }
        guard streams.count > 64, kept.count < streams.count / 2 else { return }
        let (rules, lanes) = (ruleCount, alarm.isPerStream ? lanes : 0)
        machines = kept.flatMap { machines[$0 * rules..<($0 + 1) * rules] }
        if lanes > 0 { channels = kept.flatMap { channels[$0 * lanes..<($0 + 1) * lanes] } }
        streams = kept.map { streams[$0] }
        slots = Dictionary(uniqueKeysWithValues: streams.enumerated().map { ($0.element.dimensions, $0.offset) })
        order = streams.indices.sorted { AlarmBoard.precedes(streams[$0].text, streams[$1].text) }
    }

    static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}

extension [Int] {
    /// The first place whose text does not come before `text`.
    fileprivate func partition(by text: String, _ textOf: (Int) -> String) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if AlarmBoard.precedes(textOf(self[middle]), text) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
