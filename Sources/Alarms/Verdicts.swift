// SPDX-License-Identifier: MIT

import MQL

/// What an alarm's rules say about each stream at each label of a grid, packed into bytes.
struct Verdicts: Sendable {
    /// One verdict: the truth, and whether it has lasted for the rule's pending duration.
    struct Verdict: Sendable, Hashable {
        fileprivate(set) var byte: UInt8

        init(byte: UInt8) { self.byte = byte }
        init(_ truth: Truth, isSustained: Bool) { byte = truth.rawValue | (isSustained ? 4 : 0) }

        static let missing = Verdict(.missing, isSustained: false)

        @inline(__always) var truth: Truth { Truth(rawValue: byte & 3) ?? .missing }
        @inline(__always) var isSustained: Bool { byte & 4 != 0 }
    }

    /// One stream of one rule.
    struct Row: Sendable {
        let rule: Int
        let dimensions: [String: String]
        /// Whether any label is true.
        let isEverTrue: Bool
        /// One byte for each label.
        let bytes: [UInt8]
    }

    /// In the order of the rules, then of the streams.
    var rows: [Row] = []
}

/// Evaluates the rules of an alarm over a data set.
struct RuleEvaluation: Sendable {
    let alarm: Alarm
    let rules: AlarmRules
    let evaluator: Evaluator

    /// The verdicts of the evaluations of all labels of a grid of minutes.
    ///
    /// The evaluation of label t sees what had arrived by t + slack, and asks for all labels of the pending duration anew. So
    /// where points are late, the label that lies j minutes back is one seen with a slack of j minutes more.
    ///
    /// - Parameter delay: the longest time that a point of these labels took to arrive.
    func verdicts(over store: MetricStore, labels: LabelGrid, delay: Int64) -> Verdicts {
        var verdicts = Verdicts()
        for (index, rule) in rules.rules.enumerated() {
            let lead = rule.pendingLabels - 1
            let wide = LabelGrid(
                start: labels.start - Int64(lead) * UTCTime.minute, step: UTCTime.minute, count: labels.count + lead)
            let late = max(0, delay - alarm.slackMilliseconds)
            let steps = min(rule.pendingLabels, Int((late + UTCTime.minute - 1) / UTCTime.minute))
            guard steps > 0 else {
                for stream in answer(rule, store, wide, .everything) {
                    verdicts.rows.append(Self.row(index, stream, lead: lead))
                }
                continue
            }
            var views: [[[String: String]: [Double]]] = []
            for step in 0..<steps {
                let slack = alarm.slackMilliseconds + Int64(step) * UTCTime.minute
                views.append(Self.byDimensions(answer(rule, store, wide, .within(slack))))
            }
            if steps <= lead { views.append(Self.byDimensions(answer(rule, store, wide, .everything))) }
            verdicts.rows += Self.rows(index, views, lead: lead, count: labels.count)
        }
        return verdicts
    }

    /// The verdicts of one evaluation.
    func verdicts(over store: MetricStore, label: Int64) -> Verdicts {
        var verdicts = Verdicts()
        for (index, rule) in rules.rules.enumerated() {
            let lead = rule.pendingLabels - 1
            let labels = LabelGrid(
                start: label - Int64(lead) * UTCTime.minute, step: UTCTime.minute, count: lead + 1)
            let visibility = PointVisibility.arrived(by: label + alarm.slackMilliseconds)
            for stream in answer(rule, store, labels, visibility) {
                verdicts.rows.append(Self.row(index, stream, lead: lead))
            }
        }
        return verdicts
    }

    /// What a rule compares, for messages about these labels.
    func operands(of rule: Int, over store: MetricStore, labels: LabelGrid) -> MessageOperands {
        let operands = rules.rules[rule].operands.map { operand in
            let found = evaluator.evaluate(
                operand.expression, over: store, namespace: alarm.namespace, resourceGroup: alarm.resourceGroup,
                labels: labels, purpose: .alarm, visibility: .within(alarm.slackMilliseconds))
            return (text: operand.text, values: Self.byDimensions(found))
        }
        return MessageOperands(labels: labels, operands: operands)
    }

    private func answer(
        _ rule: AlarmRules.Rule, _ store: MetricStore, _ labels: LabelGrid, _ visibility: PointVisibility
    ) -> [ResultStream] {
        evaluator.evaluate(
            rule.query.root, over: store, namespace: alarm.namespace, resourceGroup: alarm.resourceGroup,
            labels: labels, purpose: .alarm, visibility: visibility)
    }

    private static func byDimensions(_ streams: [ResultStream]) -> [[String: String]: [Double]] {
        Dictionary(streams.map { ($0.dimensions, $0.values) }) { first, _ in first }
    }
}

extension RuleEvaluation {
    /// A row from values that begin `lead` labels earlier.
    private static func row(_ rule: Int, _ stream: ResultStream, lead: Int) -> Verdicts.Row {
        let values = stream.values
        var bytes: [UInt8] = []
        bytes.reserveCapacity(max(0, values.count - lead))
        var run = 0
        var isEverTrue = false
        for index in values.indices {
            let truth = Truth(values[index])
            run = truth == .yes ? run + 1 : 0
            guard index >= lead else { continue }
            if truth == .yes { isEverTrue = true }
            bytes.append(Verdicts.Verdict(truth, isSustained: run > lead).byte)
        }
        return Verdicts.Row(rule: rule, dimensions: stream.dimensions, isEverTrue: isEverTrue, bytes: bytes)
    }

    /// Rows from several views of the same labels; the j-th says what is seen j minutes after the first.
    private static func rows(
        _ rule: Int, _ views: [[[String: String]: [Double]]], lead: Int, count: Int
    ) -> [Verdicts.Row] {
        let streams = Set(views.flatMap(\.keys))
        return streams.map { dimensions in
            let rows = views.map { $0[dimensions] }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(count)
            var isEverTrue = false
            for index in lead..<lead + count {
                let truth = rows.first.flatMap(\.self).map { Truth($0[index]) } ?? .missing
                let isSustained =
                    truth == .yes
                    && (0...lead).allSatisfy { back in
                        rows[min(back, rows.count - 1)].map { Truth($0[index - back]) } == .yes
                    }
                if truth == .yes { isEverTrue = true }
                bytes.append(Verdicts.Verdict(truth, isSustained: isSustained).byte)
            }
            return Verdicts.Row(rule: rule, dimensions: dimensions, isEverTrue: isEverTrue, bytes: bytes)
        }
    }
}
