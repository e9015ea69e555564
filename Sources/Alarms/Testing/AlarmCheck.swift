// SPDX-License-Identifier: MIT

import MQL
import YAML

/// Plays one alarm over the data of a test and compares it with what is expected.
struct AlarmCheck {
    let expected: AlarmExpectation
    let alarm: Alarm
    let test: AlarmTestCase
    let knobs: Knobs

    init(_ expected: AlarmExpectation, _ alarm: Alarm, _ test: AlarmTestCase, knobs: Knobs) {
        self.expected = expected
        self.alarm = alarm
        self.test = test
        self.knobs = knobs
    }

    /// What came of it.
    struct Outcome {
        var failures: [AlarmTestFailure] = []
        /// nil where anything failed.
        var evidence: AlarmEvidence?
    }

    /// One state in the window of an expectation.
    struct SeenState: Equatable {
        var label: Int64
        var isFiring: Bool
        var rule: String?
    }

    func run(over store: MetricStore) -> Outcome {
        let simulation: AlarmSimulation
        do throws(AlarmError) {
            simulation = try AlarmSimulation(alarm: alarm, knobs: knobs)
        } catch {
            return Outcome(failures: [failure(expected.mark, "definition", ["\(error)"])])
        }
        let start = min(test.start, expected.from)
        let timeline = simulation.run(over: store, from: start, until: expected.until)
        var outcome = Outcome()
        outcome.failures += stateFailures(timeline)
        outcome.failures += pointFailures(timeline)
        outcome.failures += expected.streams.flatMap { streamFailures($0, timeline) }
        let comparison = MessageComparison(expected, timeline, start: test.start)
        if !comparison.lines.isEmpty {
            outcome.failures.append(failure(expected.messagesMark, "messages", comparison.lines))
        }
        if outcome.failures.isEmpty {
            let gathering = EvidenceGathering(check: self, timeline: timeline, pairs: comparison.pairs)
            outcome.evidence = gathering.evidence(over: store, rules: simulation.rules)
        }
        return outcome
    }

    private func failure(_ mark: YAMLMark, _ what: String, _ lines: [String]) -> AlarmTestFailure {
        AlarmTestFailure(mark: mark, subject: "alarm \(expected.alarm): \(what)", lines: lines)
    }

    // MARK: States

    /// The states in the window: the one at its start, then every change.
    func window(of states: [SeenState]) -> [SeenState] {
        var first =
            states.last { $0.label <= expected.from }
            ?? SeenState(label: expected.from, isFiring: false, rule: nil)
        first.label = expected.from
        return [first] + states.filter { $0.label > expected.from && $0.label <= expected.until }
    }

    private func stateFailures(_ timeline: AlarmTimeline) -> [AlarmTestFailure] {
        guard let wanted = expected.states else { return [] }
        let seen = window(of: timeline.states.map(Self.seen))
        let lines = difference(wanted, seen)
        return lines.isEmpty ? [] : [failure(wanted.first?.mark ?? expected.mark, "states", lines)]
    }

    private func pointFailures(_ timeline: AlarmTimeline) -> [AlarmTestFailure] {
        expected.points.compactMap { point in
            let isFiring = timeline.state(at: point.label) == .firing
            let rules = timeline.streams.compactMap { stream in
                stream.changes.last { $0.label <= point.label }?.ruleName
            }
            let ruleHolds = point.rule.map(rules.contains) ?? true
            guard isFiring != point.isFiring || (isFiring && !ruleHolds) else { return nil }
            let got = isFiring ? "FIRING" + (rules.first.map { " " + $0 } ?? "") : "OK"
            let wanted = (point.isFiring ? "FIRING" : "OK") + (point.rule.map { " " + $0 } ?? "")
            let time = TestTime.text(length: point.label - test.start)
            return failure(point.mark, "state at \(time)", ["expected  \(wanted)", "got       \(got)"])
        }
    }

    private func streamFailures(_ wanted: ExpectedStreamStates, _ timeline: AlarmTimeline) -> [AlarmTestFailure] {
        let stream = timeline.streams.first { $0.dimensions == wanted.dimensions }
        var seen = window(of: (stream?.changes ?? []).map(Self.seen))
        if wanted.states.allSatisfy({ $0.rule == nil }) { seen = Self.withoutRules(seen) }
        let lines = difference(wanted.states, seen)
        guard !lines.isEmpty else { return [] }
        let names = timeline.streams.map { DimensionNames.text($0.dimensions) }.joined(separator: " ")
        let hint = stream == nil ? ["no such stream; there are: \(names.isEmpty ? "none" : names)"] : []
        let what = "stream \(DimensionNames.text(wanted.dimensions))"
        return [failure(wanted.mark, what, hint + lines)]
    }

    private static func seen(_ change: AlarmTimeline.StateChange) -> SeenState {
        SeenState(label: change.label, isFiring: change.state == .firing, rule: nil)
    }

    private static func seen(_ change: AlarmTimeline.StreamChange) -> SeenState {
        SeenState(label: change.label, isFiring: change.state == .firing, rule: change.ruleName)
    }

    /// Only changes between OK and FIRING.
    private static func withoutRules(_ states: [SeenState]) -> [SeenState] {
        var kept: [SeenState] = []
        for state in states where kept.last?.isFiring != state.isFiring {
            kept.append(SeenState(label: state.label, isFiring: state.isFiring, rule: nil))
        }
        return kept
    }

    /// Expected and got side by side, in the order of time; nothing if they are the same.
    private func difference(_ wanted: [ExpectedState], _ seen: [SeenState]) -> [String] {
        let isSame =
            wanted.count == seen.count
            && zip(wanted, seen).allSatisfy { Self.agree($0, $1) }
        guard !isSame else { return [] }
        let labels = Set(wanted.map(\.label) + seen.map(\.label)).sorted()
        var table = ComparisonTable()
        for label in labels {
            let left = wanted.first { $0.label == label }
            let right = seen.first { $0.label == label }
            let differs = left.flatMap { left in right.map { !Self.agree(left, $0) } } ?? true
            let time = TestTime.text(length: label - test.start)
            table.add(
                left.map { Self.cells(time, $0.isFiring, $0.rule) },
                right.map { Self.cells(time, $0.isFiring, left?.rule == nil && !differs ? nil : $0.rule) },
                differs: differs)
        }
        return table.lines
    }

    private static func agree(_ wanted: ExpectedState, _ seen: SeenState) -> Bool {
        wanted.label == seen.label && wanted.isFiring == seen.isFiring
            && (wanted.rule == nil || wanted.rule == seen.rule)
    }

    private static func cells(_ time: String, _ isFiring: Bool, _ rule: String?) -> [String] {
        [time, isFiring ? "FIRING" : "OK", rule ?? ""]
    }
}

/// Two columns of aligned cells, `!` before lines that differ.
struct ComparisonTable {
    private var rows: [(left: [String]?, right: [String]?, differs: Bool)] = []

    mutating func add(_ left: [String]?, _ right: [String]?, differs: Bool) {
        rows.append((left, right, differs))
    }

    /// At most 76 columns.
    var lines: [String] {
        let cells = rows.flatMap { [$0.left, $0.right] }.compactMap(\.self)
        let count = cells.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            cells.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        func joined(_ cells: [String]?) -> String {
            (cells ?? ["-"]).enumerated().map { index, cell in
                cell + String(repeating: " ", count: max(0, widths[index] - cell.count))
            }.joined(separator: "  ").trimmingTrailingBlanks
        }
        let left = min(36, max(8, rows.map { joined($0.left).count }.max() ?? 0))
        func line(_ mark: String, _ first: String, _ second: String) -> String {
            let cut = first.count > left ? first.prefix(left - 1) + "…" : first
            let gap = String(repeating: " ", count: left - cut.count)
            let rest = second.count > 70 - left ? second.prefix(69 - left) + "…" : second
            return (mark + " " + cut + gap + "  " + rest).trimmingTrailingBlanks
        }
        return [line(" ", "expected", "got")]
            + rows.map { line($0.differs ? "!" : " ", joined($0.left), joined($0.right)) }
    }
}
