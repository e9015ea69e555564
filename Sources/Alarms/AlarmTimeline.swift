// SPDX-License-Identifier: MIT

/// What an alarm did over a span of labels.
package struct AlarmTimeline: Sendable, Hashable {
    /// A state and the label it began at.
    package struct StateChange: Sendable, Hashable {
        package let label: Int64
        package let state: AlarmState

        /// A state from a label on.
        package init(_ label: Int64, _ state: AlarmState) {
            self.label = label
            self.state = state
        }
    }

    /// A stream's state from a label on, and the rule it fires by.
    package struct StreamChange: Sendable, Hashable {
        package let label: Int64
        package let state: AlarmState
        /// nil where it is OK.
        package let ruleName: String?

        /// A state from a label on.
        package init(_ label: Int64, _ state: AlarmState, rule: String? = nil) {
            self.label = label
            self.state = state
            ruleName = rule
        }
    }

    /// What one stream did.
    package struct Stream: Sendable, Hashable {
        package let dimensions: [String: String]
        /// The state at the first label, then every change of state or rule.
        package let changes: [StreamChange]
    }

    /// The first label.
    package let from: Int64
    /// The last label.
    package let until: Int64
    /// The state at the first label, then every change.
    package let states: [StateChange]
    /// Every stream that had a value, in order of its dimensions' JSON text.
    package let streams: [Stream]
    /// In the order they are sent.
    package let messages: [AlarmMessage]
    /// Messages over the limit of an evaluation.
    package let droppedMessages: Int
    /// Messages a suppression kept back.
    package let suppressedMessages: Int
    /// Streams over the limit of an alarm, counted once for each part of the span.
    package let untrackedStreams: Int

    /// The state at a label; nil outside of the span.
    package func state(at label: Int64) -> AlarmState? {
        guard from <= label, label <= until else { return nil }
        return states.last { $0.label <= label }?.state
    }

    /// The spans in which the alarm fires; the last one is open if it still does at the end.
    package var episodes: [Episode] {
        states.enumerated().filter { $0.element.state == .firing }.map { index, change in
            Episode(from: change.label, until: index + 1 < states.count ? states[index + 1].label : nil)
        }
    }

    /// A span in which an alarm fires.
    package struct Episode: Sendable, Hashable {
        /// The first firing label.
        package let from: Int64
        /// The first label that is OK again; nil: the end of the span came first.
        package let until: Int64?
    }
}
