// SPDX-License-Identifier: MIT

import MQL

/// Finds what a passed test shows of its alarm.
struct EvidenceGathering {
    let check: AlarmCheck
    let timeline: AlarmTimeline
    let pairs: [(expected: ExpectedMessage, sent: AlarmMessage)]

    private var expected: AlarmExpectation { check.expected }

    func evidence(over store: MetricStore, rules: AlarmRules) -> AlarmEvidence {
        var kinds: Set<CoverageKind> = []
        if saysFiring { kinds.insert(.fire) }
        if isSilent { kinds.insert(.silent) }
        if saysCleared { kinds.insert(.clear) }
        if expected.states != nil, dataMiss(over: store, rules: rules) { kinds.insert(.absent) }
        return AlarmEvidence(alarm: expected.alarm, kinds: kinds, rules: firedRules)
    }

    /// A change from OK to FIRING in a complete list, or its message.
    private var saysFiring: Bool {
        let lists = [expected.states ?? []] + expected.streams.map(\.states)
        return lists.contains { Self.hasChange($0, toFiring: true) }
            || pairs.contains { $0.expected.type != nil && $0.sent.type == .okToFiring }
    }

    private var isSilent: Bool {
        guard let states = expected.states else { return false }
        return states.allSatisfy { !$0.isFiring } && !timeline.streams.isEmpty
    }

    /// A change from FIRING to OK in a complete list at whose label FIRING_TO_OK is sent, or that message itself.
    private var saysCleared: Bool {
        let ends = Set(timeline.messages.filter { $0.type == .firingToOK }.map(\.label))
        let lists = [expected.states ?? []] + expected.streams.map(\.states)
        let isListed = lists.contains { list in
            zip(list, list.dropFirst()).contains { $0.isFiring && !$1.isFiring && ends.contains($1.label) }
        }
        return isListed || pairs.contains { $0.expected.type != nil && $0.sent.type == .firingToOK }
    }

    private static func hasChange(_ list: [ExpectedState], toFiring: Bool) -> Bool {
        zip(list, list.dropFirst()).contains { $0.isFiring != toFiring && $1.isFiring == toFiring }
    }

    /// Overrides seen firing, where the test names the rule, or its severity.
    private var firedRules: Set<String> {
        let named = expected.streams.flatMap(\.states).compactMap { $0.isFiring ? $0.rule : nil }
        let told = pairs.filter {
            $0.sent.type.state == .firing && ($0.expected.rule != nil || $0.expected.severity != nil)
        }
        .map(\.sent.ruleName)
        let pointed = expected.points.compactMap { $0.isFiring ? $0.rule : nil }
        return Set(named + told + pointed)
    }

    /// Whether at a label of the window some selector has no raw point though it had one before, or none ever has one.
    private func dataMiss(over store: MetricStore, rules: AlarmRules) -> Bool {
        let labels = LabelGrid(from: min(check.test.start, expected.from), through: expected.until)
        let counts = Set(rules.rules.flatMap { $0.query.root.selectors }).compactMap {
            count(of: $0, labels, over: store)
        }
        let window = Int((expected.from - labels.start) / UTCTime.minute)
        return counts.isEmpty
            || counts.contains { values in
                guard let first = values.firstIndex(where: { !$0.isNaN }) else { return false }
                return values[max(first, window)...].contains(where: \.isNaN)
            }
    }

    /// How many raw points a selector has at each label; nil: never any.
    private func count(of selector: Selector, _ labels: LabelGrid, over store: MetricStore) -> [Double]? {
        let place = SourceRange(0, 0)
        let grouped = Expression(.call(.grouping, input: Expression(.selector(selector), at: place)), at: place)
        let count = Expression(.call(.statistic(.count), input: grouped), at: place)
        return Evaluator(knobs: check.knobs).evaluate(
            count, over: store, namespace: check.alarm.namespace, resourceGroup: check.alarm.resourceGroup,
            labels: labels
        ).first?.values
    }
}
