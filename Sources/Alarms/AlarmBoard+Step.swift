// SPDX-License-Identifier: MIT

import MQL

/// Verdicts by the slots of a board.
struct VerdictTable: Sendable {
    /// Where the row of a slot and a rule begins; -1: no value at any label.
    private var offsets: [Int]
    private var bytes: [UInt8] = []
    private let ruleCount: Int
    /// How many labels it is about.
    let labelCount: Int
    /// The slots that can change or speak, in the order of their streams: those that fire, and those with something true.
    private(set) var active: [Int] = []

    /// Finds a slot for each row; streams over the limit are counted.
    init(_ verdicts: Verdicts, labels: Int, board: inout AlarmBoard, untracked: inout Int) {
        labelCount = labels
        ruleCount = board.ruleCount
        var places: [(index: Int, row: Int)] = []
        var isActive: Set<Int> = []
        for (number, row) in verdicts.rows.enumerated() {
            guard let slot = board.slot(of: row.dimensions) else {
                untracked += 1
                continue
            }
            places.append((slot * ruleCount + row.rule, number))
            if row.isEverTrue { isActive.insert(slot) }
        }
        offsets = Array(repeating: -1, count: board.streams.count * ruleCount)
        active = board.order.filter { board.streams[$0].rule >= 0 || isActive.contains($0) || board.isAnyFiring($0) }
        let kept = Set(active)
        for place in places where kept.contains(place.index / ruleCount) {
            offsets[place.index] = bytes.count
            bytes += verdicts.rows[place.row].bytes
        }
    }

    @inline(__always)
    func verdict(_ slot: Int, _ rule: Int, at index: Int) -> Verdicts.Verdict {
        let offset = offsets[slot * ruleCount + rule]
        return offset < 0 ? .missing : Verdicts.Verdict(byte: bytes[offset + index])
    }
}

extension AlarmBoard {
    /// Whether a machine of a stream fires.
    func isAnyFiring(_ slot: Int) -> Bool { (0..<ruleCount).contains { isFiring(slot, $0) } }

    /// Takes one label: the `index`-th of the table.
    @inline(__always)
    mutating func step(
        at label: Int64, index: Int, _ table: VerdictTable, over store: MetricStore, into outcome: inout Outcome
    ) {
        let stopsEvaluations = knobs.suppression == .evaluations && !suppressions.isEmpty
        if stopsEvaluations, suppressions.contains(where: { $0.covers(label) }) { return }
        if !events.isEmpty { events.removeAll(keepingCapacity: true) }
        for slot in table.active {
            if stopsEvaluations, isSuppressed(slot, at: label) { continue }
            for rule in 0..<ruleCount {
                let verdict = table.verdict(slot, rule, at: index)
                let change = machines[slot * ruleCount + rule].step(
                    verdict.truth, isSustained: verdict.isSustained, at: label, missing: knobs.missingWhileFiring)
                if change != .none { events.append(Event(slot: slot, rule: rule, change: change)) }
            }
        }
        guard !events.isEmpty || label >= quietUntil else { return }
        conclude(at: label, index: index, table, over: store, into: &outcome)
        noteQuietTime()
    }

    /// What follows from the events of a label for streams, alarm and messages.
    private mutating func conclude(
        at label: Int64, index: Int, _ table: VerdictTable, over store: MetricStore, into outcome: inout Outcome
    ) {
        let left = noteEvents(at: label, into: &outcome)
        let limit = outcome.messages.count + messageLimit
        guard alarm.isPerStream else {
            for lane in 0..<lanes {
                let scene = Scene(
                    label: label, lane: lane, slots: table.active[...], events: events[...], left: left[...])
                speak(channel: lane, scene, index: index, table, over: store, limit: limit, into: &outcome)
            }
            return
        }
        var (event, leaver) = (0, 0)
        for (number, slot) in table.active.enumerated() {
            let (firstEvent, firstLeaver) = (event, leaver)
            while event < events.count, events[event].slot == slot { event += 1 }
            while leaver < left.count, left[leaver].slot == slot { leaver += 1 }
            guard streams[slot].rule >= 0 || event > firstEvent else { continue }
            for lane in 0..<lanes {
                let scene = Scene(
                    label: label, lane: lane, slots: table.active[number...number],
                    events: events[firstEvent..<event], left: left[firstLeaver..<leaver])
                speak(
                    channel: slot * lanes + lane, scene, index: index, table, over: store, limit: limit,
                    into: &outcome)
            }
        }
    }

    /// Finds out until when nothing is sent unless something happens.
    private mutating func noteQuietTime() {
        guard let interval = alarm.repeatMilliseconds, firingStreams > 0 else {
            quietUntil = .max
            return
        }
        let oldest = channels.lazy.filter(\.isFiring).map(\.lastSent).min()
        quietUntil = interval == 0 ? .min : (oldest ?? .max - interval) + interval
    }

    /// What one channel looks at.
    private struct Scene {
        let label: Int64
        /// The rule it speaks for, where each rule does so for itself; else 0.
        let lane: Int
        let slots: ArraySlice<Int>
        let events: ArraySlice<Event>
        /// Streams that stopped firing, and the rule they fired by.
        let left: ArraySlice<(slot: Int, rule: Int)>
    }

    /// Updates streams by the events and gives those that stopped firing by a rule: slot, and rule it fired by.
    private mutating func noteEvents(at label: Int64, into outcome: inout Outcome) -> [(slot: Int, rule: Int)] {
        var left: [(slot: Int, rule: Int)] = []
        for (number, event) in events.enumerated() {
            firingByRule[event.rule] += event.change == .fired ? 1 : -1
            if knobs.overrides == .each, event.change != .fired { left.append((event.slot, event.rule)) }
            // The last event of a stream concludes what becomes of it.
            guard number + 1 == events.count || events[number + 1].slot != event.slot else { continue }
            let before = streams[event.slot].rule
            let now = (0..<ruleCount).first { isFiring(event.slot, $0) } ?? -1
            guard now != before else { continue }
            streams[event.slot].rule = now
            outcome.changes.append(Change(slot: event.slot, label: label, rule: now))
            if before < 0 { firingStreams += 1 }
            if now < 0 { firingStreams -= 1 }
            if now < 0, knobs.overrides == .first { left.append((event.slot, before)) }
        }
        return left
    }

    /// What the streams of a channel did.
    private func tally(_ scene: Scene, index: Int, _ table: VerdictTable) -> NotificationChannel.Tally {
        var tally = NotificationChannel.Tally()
        let isEach = knobs.overrides == .each
        if alarm.isPerStream {
            tally.firing = scene.slots.reduce(0) { $0 + (isSpeaking($1, scene.lane) ? 1 : 0) }
        } else {
            tally.firing = isEach ? firingByRule[scene.lane] : firingStreams
        }
        tally.didReset = scene.events.contains { $0.change == .reset && (!isEach || $0.rule == scene.lane) }
        guard alarm.repeatMilliseconds == 0 else { return tally }
        tally.hasTrueValue = scene.slots.contains { slot in
            (0..<ruleCount).contains {
                (!isEach || $0 == scene.lane) && isFiring(slot, $0)
                    && table.verdict(slot, $0, at: index).truth == .yes
            }
        }
        return tally
    }

    /// Whether a stream fires as far as a lane is concerned.
    private func isSpeaking(_ slot: Int, _ lane: Int) -> Bool {
        knobs.overrides == .each ? isFiring(slot, lane) : streams[slot].rule >= 0
    }
}

extension AlarmBoard {
    /// Messages of one evaluation. Source: contract §7.3.
    private var messageLimit: Int {
        let toStreamsOnly = !alarm.destinations.isEmpty && alarm.destinations.allSatisfy { OCID($0)?.kind == "stream" }
        return toStreamsOnly ? 100_000 : 60
    }

    /// Whether a suppression of the alarm or of the stream holds.
    func isSuppressed(_ slot: Int, at label: Int64) -> Bool {
        suppressions.contains { $0.covers(label, dimensions: streams[slot].dimensions) }
    }

    /// Lets a channel take its step and makes the message it asks for.
    private mutating func speak(
        channel: Int, _ scene: Scene, index: Int, _ table: VerdictTable, over store: MetricStore, limit: Int,
        into outcome: inout Outcome
    ) {
        let type = channels[channel].step(
            tally(scene, index: index, table), at: scene.label, repeatAfter: alarm.repeatMilliseconds,
            resetKind: knobs.resetKind)
        guard let type else { return }
        let isEach = knobs.overrides == .each
        let members: [(slot: Int, rule: Int)] =
            type.state == .firing
            ? scene.slots.filter { isSpeaking($0, scene.lane) }.map { ($0, isEach ? scene.lane : streams[$0].rule) }
            : scene.left.filter { !isEach || $0.rule == scene.lane }
        let audible = suppressions.isEmpty ? members : members.filter { !isSuppressed($0.slot, at: scene.label) }
        guard !audible.isEmpty else {
            outcome.suppressed += 1
            return
        }
        guard outcome.messages.count < limit else {
            outcome.dropped += 1
            return
        }
        let made = message(
            type, audible, at: scene.label, ahead: table.labelCount - index, over: store)
        outcome.messages.append(made)
    }

    /// A message for the worst rule of its streams.
    private mutating func message(
        _ type: MessageType, _ members: [(slot: Int, rule: Int)], at label: Int64, ahead: Int,
        over store: MetricStore
    ) -> AlarmMessage {
        let rules = evaluation.rules.rules
        let speaking = members.map(\.rule).min { left, right in
            (rules[right].severity, left) < (rules[left].severity, right)
        }
        let rule = speaking ?? rules.count - 1
        let listed = members.prefix(AlarmMessage.listedStreams).map { streams[$0.slot].dimensions }
        let values =
            type.state == .firing
            ? self.values(of: rule, listed, at: label, ahead: ahead, over: store) : []
        return AlarmMessage(
            type, from: speakers[rule], at: label, total: members.count, dimensions: listed, values: values)
    }
}
