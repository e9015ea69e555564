// SPDX-License-Identifier: MIT

import MQL

/// The values behind the messages of one rule, over some labels.
struct MessageOperands: Sendable {
    let labels: LabelGrid
    /// What is left of the query without its comparisons, and its streams.
    let operands: [(text: String, values: [[String: String]: [Double]])]

    /// Those of some streams at a label, in their order; nil for a label outside.
    func values(of streams: [[String: String]], at label: Int64) -> [[MetricValue]]? {
        let index = Int((label - labels.start) / labels.step)
        guard label >= labels.start, index < labels.count else { return nil }
        return streams.map { stream in
            operands.compactMap { operand in
                // A result without dimensions goes with all streams.
                guard let values = operand.values[stream] ?? operand.values[[:]], !values[index].isNaN
                else { return nil }
                return MetricValue(query: operand.text, value: values[index])
            }
        }
    }
}

extension AlarmBoard {
    /// The values of streams for a message of a rule.
    ///
    /// They are looked up for one label; where many messages follow each other, for many labels at a time.
    ///
    /// - Parameter ahead: how many labels, this one included, will be asked for.
    mutating func values(
        of rule: Int, _ streams: [[String: String]], at label: Int64, ahead: Int, over store: MetricStore
    ) -> [[MetricValue]] {
        if let known = operands[rule]?.values(of: streams, at: label) { return known }
        lookups += 1
        let count = lookups > Self.fewLookups ? min(ahead, Self.labelsAhead) : 1
        let labels = LabelGrid(start: label, step: UTCTime.minute, count: count)
        let found = evaluation.operands(of: rule, over: store, labels: labels)
        operands[rule] = found
        return found.values(of: streams, at: label) ?? []
    }

    private static let fewLookups = 8
    private static let labelsAhead = 256
}
