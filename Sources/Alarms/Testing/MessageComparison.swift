// SPDX-License-Identifier: MIT

import JSON
import YAML

/// Compares the messages an alarm sent with those expected.
struct MessageComparison {
    /// What differs; empty: nothing.
    private(set) var lines: [String] = []
    /// Expected messages and the ones that are as expected.
    private(set) var pairs: [(expected: ExpectedMessage, sent: AlarmMessage)] = []
    private let start: Int64

    /// - Parameter start: what offsets count from.
    init(_ expected: AlarmExpectation, _ timeline: AlarmTimeline, start: Int64) {
        self.start = start
        guard let wanted = expected.messages else { return }
        let sent = timeline.messages.filter { $0.label >= expected.from && $0.label <= expected.until }
        if expected.messagesAreComplete {
            compareAll(wanted, sent)
        } else {
            lookFor(wanted, among: sent)
        }
    }

    private mutating func compareAll(_ wanted: [ExpectedMessage], _ sent: [AlarmMessage]) {
        var table = ComparisonTable()
        var details: [String] = []
        for index in 0..<max(wanted.count, sent.count) {
            let left = wanted.indices.contains(index) ? wanted[index] : nil
            let right = sent.indices.contains(index) ? sent[index] : nil
            var differences: [String] = []
            if let left, let right {
                differences = self.differences(left, right)
                if differences.isEmpty { pairs.append((left, right)) }
            }
            let differs = left == nil || right == nil || !differences.isEmpty
            table.add(left.map(cells), right.map { cells($0, like: left) }, differs: differs)
            if let left, !differences.isEmpty { details += ["message of line \(left.mark.line):"] + differences }
        }
        if wanted.count != sent.count || !details.isEmpty { lines = table.lines + details }
    }

    private mutating func lookFor(_ wanted: [ExpectedMessage], among sent: [AlarmMessage]) {
        var left = sent
        for message in wanted {
            if let index = left.firstIndex(where: { differences(message, $0).isEmpty }) {
                pairs.append((message, left.remove(at: index)))
            } else {
                let words = cells(message).filter { !$0.isEmpty }.joined(separator: " ")
                lines.append("message of line \(message.mark.line) was not sent: \(words)")
                if let near = left.first(where: { $0.label == message.at }) { lines += differences(message, near) }
            }
        }
        guard !lines.isEmpty else { return }
        let all = sent.map { cells($0, like: nil).joined(separator: " ") }
        lines.append("sent: " + (all.isEmpty ? "nothing" : all.joined(separator: " · ").prefix(68)))
    }

    /// Time, type and severity, as far as they are asked for.
    private func cells(_ message: ExpectedMessage) -> [String] {
        [message.at.map(time) ?? "", message.type ?? "", message.severity?.rawValue ?? ""]
    }

    private func cells(_ message: AlarmMessage, like expected: ExpectedMessage?) -> [String] {
        let severity = expected != nil && expected?.severity == nil ? "" : message.severity.rawValue
        return [time(message.label), message.type.rawValue, severity]
    }

    private func time(_ instant: Int64) -> String { TestTime.text(length: instant - start) }

    /// Each field that is asked for and differs, expected above got.
    private func differences(_ wanted: ExpectedMessage, _ sent: AlarmMessage) -> [String] {
        var lines: [String] = []
        func compare<Value: Equatable>(_ name: String, _ wanted: Value?, _ got: Value, _ text: (Value) -> String) {
            guard let wanted, wanted != got else { return }
            lines += Self.pair(name, text(wanted), text(got))
        }
        func match(_ name: String, _ wanted: TextPattern?, _ got: String?) {
            guard let wanted, !wanted.matches(got) else { return }
            lines += Self.pair(name, wanted.text, got ?? "(none)")
        }
        compare("at", wanted.at, sent.label, time)
        compare("delivered", wanted.delivered, sent.deliveredAt, time)
        compare("type", wanted.type, sent.type.rawValue) { $0 }
        compare("severity", wanted.severity, sent.severity) { $0.rawValue }
        compare("rule", wanted.rule, sent.ruleName) { $0 }
        compare("firing", wanted.firing, sent.totalMetricsFiring) { String($0) }
        compare("dimensions", wanted.dimensions.map(Self.sorted), Self.sorted(sent.dimensions)) {
            $0.joined(separator: " ")
        }
        match("title", wanted.title, sent.title)
        match("body", wanted.body, sent.body)
        match("summary", wanted.summary, sent.summary)
        return lines
    }

    private static func sorted(_ list: [[String: String]]) -> [String] { list.map(DimensionNames.text).sorted() }

    /// Two lines under one name; longer texts are shown around where they part.
    private static func pair(_ name: String, _ wanted: String, _ got: String) -> [String] {
        let label = name + String(repeating: " ", count: max(1, 11 - name.count))
        let common = zip(wanted, got).prefix { $0 == $1 }.count
        func shown(_ text: String) -> String {
            let text = text.map { $0 == "\n" ? "⏎" : String($0) }.joined()
            guard text.count > 50 else { return text }
            let start = max(0, common - 12)
            let part = text.dropFirst(start)
            return (start > 0 ? "…" : "") + (part.count > 48 ? part.prefix(47) + "…" : part)
        }
        return ["  \(label)expected  \(shown(wanted))", "             got       \(shown(got))"]
    }
}
