// SPDX-License-Identifier: MIT

package import MQL
package import YAML

/// One test: data, and what queries and alarms make of it. Times are milliseconds since 1970.
package struct AlarmTestCase: Sendable {
    package var name: String
    package var mark: YAMLMark
    /// What offsets count from, and where alarms begin to be evaluated.
    package var start: Int64
    /// The namespace of queries that name none.
    package var namespace: String
    package var streams: [MetricStream] = []
    /// The choices of the file's and the test's `profile`.
    package var knobs = Knobs()
    package var queries: [QueryExpectation] = []
    package var alarms: [AlarmExpectation] = []
}

/// What a query gives for labels in [from, to).
package struct QueryExpectation: Sendable {
    package var mark: YAMLMark
    package var query: String
    package var namespace: String
    package var resourceGroup: String?
    package var from: Int64
    package var to: Int64
    /// nil: the query's interval.
    package var resolution: Int64?
    /// All streams that have a point.
    package var expected: [ExpectedStream]
}

/// The values of one stream, one for each label; NaN: no point.
package struct ExpectedStream: Sendable {
    package var mark: YAMLMark
    package var dimensions: [String: String]
    package var values: [Double]
}

/// What an alarm does at labels in [from, until].
package struct AlarmExpectation: Sendable {
    package var mark: YAMLMark
    /// The alarm's key.
    package var alarm: String
    package var from: Int64
    package var until: Int64
    /// The state at `from` and every change; nil: not asked.
    package var states: [ExpectedState]?
    /// States at single labels.
    package var points: [ExpectedState] = []
    package var streams: [ExpectedStreamStates] = []
    /// nil: not asked.
    package var messages: [ExpectedMessage]?
    /// Whether there may be no other messages.
    package var messagesAreComplete = true
    /// Where the list of messages stands.
    package var messagesMark: YAMLMark
}

/// `[2h, FIRING]` or `[2h, FIRING, RULE]`
package struct ExpectedState: Sendable {
    package var mark: YAMLMark
    package var label: Int64
    package var isFiring: Bool
    /// nil: any.
    package var rule: String?
}

/// The states of one stream of an alarm.
package struct ExpectedStreamStates: Sendable {
    package var mark: YAMLMark
    package var dimensions: [String: String]
    package var states: [ExpectedState]
}

/// A message; only what is not nil is compared.
package struct ExpectedMessage: Sendable {
    package var mark: YAMLMark
    /// The label in the message.
    package var at: Int64?
    package var delivered: Int64?
    package var type: String?
    package var severity: Severity?
    package var rule: String?
    /// How many streams are firing.
    package var firing: Int?
    package var dimensions: [[String: String]]?
    package var title: TextPattern?
    package var body: TextPattern?
    package var summary: TextPattern?

    /// A message of which nothing is asked yet.
    package init(mark: YAMLMark) { self.mark = mark }
}

/// A whole text, or `/a regular expression/` that must match somewhere in it.
package struct TextPattern: Sendable, Hashable {
    /// As written, slashes included.
    package let text: String

    package init(_ text: String) { self.text = text }

    /// nil: to be compared whole.
    var expression: String? {
        text.count > 2 && text.hasPrefix("/") && text.hasSuffix("/") ? String(text.dropFirst().dropLast()) : nil
    }

    /// What is wrong with the regular expression; nil: nothing, or it is none.
    var problem: String? {
        guard let expression else { return nil }
        do {
            _ = try Regex(expression)
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Whether a text is as asked; no text is the empty one.
    func matches(_ candidate: String?) -> Bool {
        guard let expression else { return candidate ?? "" == text }
        // Whether it compiles was checked when the file was read.
        return (try? Regex(expression).firstMatch(in: candidate ?? "")) != nil
    }
}
