// SPDX-License-Identifier: MIT

import YAML

extension AlarmTestReader {
    /// Each minute is evaluated, so that a slip of the pen could keep a test busy for hours.
    private static let longestWatch: Int64 = 400 * UTCTime.day

    private enum Mode: String, CaseIterable { case exact, contains }
    private enum Status: String, CaseIterable {
        case ok = "OK"
        case firing = "FIRING"
    }
    private enum MessageType: String, CaseIterable {
        case okToFiring = "OK_TO_FIRING"
        case firingToOK = "FIRING_TO_OK"
        case repeated = "REPEAT"
        case reset = "RESET"
    }

    /// One element of a test's `alarms:`.
    mutating func alarm(_ node: YAMLNode, _ local: AlarmTestDefaults) -> AlarmExpectation? {
        let entries = yaml.entries(
            node, of: "an alarm's expectation",
            known: ["alarm", "from", "until", "states", "at", "streams", "messages", "messages_mode"],
            required: ["alarm"])
        guard let place = entries["alarm"], let key = yaml.text(place, of: "alarm") else { return nil }
        if !alarms.contains(where: { $0.key == key }), yaml.problems.isEmpty || !alarms.isEmpty {
            let hint = Spelling.hint(for: key, among: alarms.map(\.key))
            yaml.fail("there is no alarm \"\(key)\"\(hint); the file's alarms: must name it", at: place.mark)
        }
        let from = yaml.label(entries["from"], of: "from", from: local.start) ?? local.start
        let points = yaml.elements(entries["at"], of: "at").compactMap { state($0, local) }
        let last = points.map(\.label).max()
        guard let until = yaml.label(entries["until"], of: "until", from: local.start) ?? last else {
            yaml.fail("until is missing: up to which time is the alarm watched?", at: node.mark)
            return nil
        }
        var expected = AlarmExpectation(
            mark: node.mark, alarm: key, from: from, until: max(until, last ?? until), points: points,
            messagesMark: entries["messages"]?.mark ?? node.mark)
        if until < from { yaml.fail("until must not lie before from", at: node.mark) }
        if let states = entries["states"] { expected.states = self.states(states, local, from: from, until: until) }
        expected.streams = yaml.elements(entries["streams"], of: "streams").compactMap {
            streamStates($0, local, from: from, until: until)
        }
        if let messages = entries["messages"] {
            expected.messages = yaml.elements(messages, of: "messages").compactMap { message($0, local) }
        }
        expected.messagesAreComplete = yaml.word(entries["messages_mode"], of: "messages_mode", Mode.self) != .contains
        if !expected.messagesAreComplete, let messages = entries["messages"], messages.sequence?.isEmpty == true {
            yaml.fail(
                "an empty list is contained in any; name a message, or leave messages_mode out to say there are none",
                at: messages.mark)
        }
        if max(until, last ?? until) - from > Self.longestWatch {
            let days = Self.longestWatch / UTCTime.day
            yaml.fail(
                "an alarm is watched for at most \(days) days; move until, or the test's start",
                at: (entries["until"] ?? node).mark)
        }
        if expected.states == nil, points.isEmpty, expected.streams.isEmpty, expected.messages == nil {
            yaml.fail("nothing is expected of the alarm: give states, at, streams or messages", at: node.mark)
        }
        return expected
    }

    /// A complete list of states: in order, inside the range, and begun at its start.
    private mutating func states(
        _ node: YAMLNode, _ local: AlarmTestDefaults, from: Int64, until: Int64
    ) -> [ExpectedState] {
        let states = yaml.elements(node, of: "states").compactMap { state($0, local) }
        guard let first = states.first else {
            yaml.fail("states needs at least the state at from", at: node.mark)
            return []
        }
        if first.label != from {
            let start = TestTime.text(length: from - local.start)
            yaml.fail("the first state must be the one at from: [\(start), …]", at: first.mark)
        }
        for (earlier, later) in zip(states, states.dropFirst()) where later.label <= earlier.label {
            yaml.fail("states must be in the order of time", at: later.mark)
        }
        if let last = states.last, last.label > until { yaml.fail("the state lies behind until", at: last.mark) }
        return states
    }

    private mutating func state(_ node: YAMLNode, _ local: AlarmTestDefaults) -> ExpectedState? {
        let parts = yaml.elements(node, of: "a state")
        guard parts.count == 2 || parts.count == 3 else {
            if node.sequence != nil {
                yaml.fail("a state is written [time, OK], [time, FIRING] or [time, FIRING, RULE]", at: node.mark)
            }
            return nil
        }
        guard let label = yaml.label(parts[0], of: "a state's time", from: local.start),
            let status = yaml.word(parts[1], of: "a state", Status.self)
        else { return nil }
        let rule = parts.count == 3 ? yaml.text(parts[2], of: "a rule") : nil
        return ExpectedState(mark: node.mark, label: label, isFiring: status == .firing, rule: rule)
    }

    private mutating func streamStates(
        _ node: YAMLNode, _ local: AlarmTestDefaults, from: Int64, until: Int64
    ) -> ExpectedStreamStates? {
        let entries = yaml.entries(
            node, of: "a stream", known: ["dimensions", "states"], required: ["dimensions", "states"])
        guard let states = entries["states"] else { return nil }
        return ExpectedStreamStates(
            mark: node.mark, dimensions: yaml.texts(entries["dimensions"], of: "dimensions"),
            states: self.states(states, local, from: from, until: until))
    }

    private mutating func message(_ node: YAMLNode, _ local: AlarmTestDefaults) -> ExpectedMessage? {
        let known = [
            "at", "delivered", "type", "severity", "rule", "firing", "dimensions", "title", "body", "summary",
        ]
        let entries = yaml.entries(node, of: "a message", known: known)
        var message = ExpectedMessage(mark: node.mark)
        message.at = yaml.label(entries["at"], of: "at", from: local.start)
        message.delivered = yaml.instant(entries["delivered"], of: "delivered", from: local.start)
        message.type = yaml.word(entries["type"], of: "type", MessageType.self)?.rawValue
        message.severity = yaml.word(entries["severity"], of: "severity")
        message.rule = yaml.text(entries["rule"], of: "rule")
        message.firing = yaml.count(entries["firing"], of: "firing")
        if let list = entries["dimensions"] {
            message.dimensions = yaml.elements(list, of: "dimensions").map { yaml.texts($0, of: "dimensions") }
        }
        message.title = pattern(entries["title"], of: "title")
        message.body = pattern(entries["body"], of: "body")
        message.summary = pattern(entries["summary"], of: "summary")
        return message
    }

    private mutating func pattern(_ node: YAMLNode?, of what: String) -> TextPattern? {
        guard let node, let text = node.scalar?.text else { return nil }
        let pattern = TextPattern(text)
        if let problem = pattern.problem {
            yaml.fail("\(what) is no regular expression that can be read: \(problem)", at: node.mark)
        }
        return pattern
    }
}
