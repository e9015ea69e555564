// SPDX-License-Identifier: MIT

import Alarms
import MQL
import Testing

/// Where the documents leave a choice, the knob makes it.
struct AlarmKnobTests {
    private func knobs(_ change: (inout Knobs) -> Void) -> Knobs {
        var knobs = Knobs()
        change(&knobs)
        return knobs
    }

    @Test func `missingWhileFiring: hold until the reset, or clear at once`() throws {
        let alarm = alarm("cpu[1m].max() > 5")
        let streams = [stream("cpu", [9, nil, nil, 9])]
        #expect(try story(play(alarm, streams, 1...4)) == "1 FIRING")
        let other = try play(alarm, streams, 1...4, knobs: knobs { $0.missingWhileFiring = .clear })
        #expect(story(other) == "1 FIRING 2 OK 4 FIRING")
        #expect(letters(other.messages) == "1 OK_TO_FIRING 2 FIRING_TO_OK 4 OK_TO_FIRING")
    }

    @Test func `resetKind: any reset of the episode, or the last stream's way out`() throws {
        let alarm = alarm("cpu[1m].max() > 5")
        let long = Array(repeating: 9.0, count: 15) + [1]
        let streams = [stream("cpu", ["h": "a"], [9]), stream("cpu", ["h": "b"], long)]
        #expect(try letters(play(alarm, streams, 1...20).messages) == "1 OK_TO_FIRING 16 RESET")
        let other = try play(alarm, streams, 1...20, knobs: knobs { $0.resetKind = .last })
        #expect(letters(other.messages) == "1 OK_TO_FIRING 16 FIRING_TO_OK")
    }

    @Test func `overrides: the first rule that fires, or each for itself`() throws {
        var override = AlarmOverride(ruleName: "HIGH")
        override.query = "cpu[1m].max() > 7"
        override.severity = .critical
        let alarm = alarm("cpu[1m].max() > 5") {
            $0.severity = .warning
            $0.overrides = [override]
        }
        let streams = [stream("cpu", [6, 8, 6, 1])]
        #expect(try letters(play(alarm, streams, 1...4).messages) == "1 OK_TO_FIRING 4 FIRING_TO_OK")
        let other = try play(alarm, streams, 1...4, knobs: knobs { $0.overrides = .each })
        #expect(letters(other.messages) == "1 OK_TO_FIRING 2 OK_TO_FIRING 3 FIRING_TO_OK 4 FIRING_TO_OK")
        #expect(other.messages.map(\.ruleName) == ["BASE", "HIGH", "HIGH", "BASE"])
        var split = alarm
        split.isPerStream = true
        let third = try play(split, streams, 1...4, knobs: knobs { $0.overrides = .each })
        #expect(third.messages.map(\.ruleName) == ["BASE", "HIGH", "HIGH", "BASE"])
    }

    @Test func `suppression: of messages, or of evaluations`() throws {
        let alarm = alarm("cpu[1m].max() > 5") {
            $0.suppression = AlarmSuppression(from: minute(2), until: minute(4))
        }
        let streams = [stream("cpu", [1, 9, 9, 9, 9])]
        #expect(try story(play(alarm, streams, 1...5)) == "1 OK 2 FIRING")
        let other = try play(alarm, streams, 1...5, knobs: knobs { $0.suppression = .evaluations })
        #expect(story(other) == "1 OK 5 FIRING")
        #expect(letters(other.messages) == "5 OK_TO_FIRING")
    }

    @Test func `suppression of evaluations of one stream leaves the others alone`() throws {
        var suppression = AlarmSuppression(from: minute(1), until: minute(3))
        suppression.dimensions = ["h": "a"]
        let streams = [stream("cpu", ["h": "a"], [9, 9, 9, 9]), stream("cpu", ["h": "b"], [1, 9, 1, 1])]
        let timeline = try play(
            alarm("cpu[1m].max() > 5"), streams, 1...4, knobs: knobs { $0.suppression = .evaluations },
            suppressions: [suppression])
        #expect(story(timeline) == "1 OK 2 FIRING 3 OK 4 FIRING")
    }

    @Test func `visibility: what had arrived, or everything`() throws {
        let points = [
            Datapoint(at: minute(1), 1), Datapoint(at: minute(2), 1, arrival: minute(9)), Datapoint(at: minute(3), 1),
        ]
        let late = MetricStream(StreamIdentity(namespace: "test", metric: "z", dimensions: ["h": "a"]), points)
        let alarm = alarm("z[1m].absent()")
        #expect(try story(play(alarm, [late], 1...3)) == "1 OK 2 FIRING 3 OK")
        let other = try play(alarm, [late], 1...3, knobs: knobs { $0.visibility = .everything })
        #expect(story(other) == "1 OK")
    }

    @Test func `absentEdge: the last minute of the detection period`() throws {
        let alarm = alarm("z[1m].absent(5m)")
        let streams = [stream("z", [1])]
        #expect(try story(play(alarm, streams, 1...20)) == "1 OK 2 FIRING 17 OK")
        #expect(
            try story(play(alarm, streams, 1...20, knobs: knobs { $0.absentEdge = .inclusive }))
                == "1 OK 2 FIRING 18 OK")
    }

    @Test func `nestedFalse: a count of hosts clears, or holds and resets`() throws {
        let alarm = alarm("(cpu[1m].max() > 5).grouping().sum() >= 1")
        let streams = [stream("cpu", [9] + Array(repeating: 1, count: 19))]
        #expect(try letters(play(alarm, streams, 1...20).messages) == "1 OK_TO_FIRING 12 RESET")
        let other = try play(alarm, streams, 1...20, knobs: knobs { $0.nestedFalse = .zero })
        #expect(letters(other.messages) == "1 OK_TO_FIRING 2 FIRING_TO_OK")
    }

    @Test func `joinPrecedence: an unparenthesised mix`() throws {
        let alarm = alarm("a[1m].max() > 0 || b[1m].max() > 0 && c[1m].max() > 0")
        let streams = [stream("a", [:], [1]), stream("b", [:], [0]), stream("c", [:], [0])]
        #expect(try story(play(alarm, streams, 1...1)) == "1 FIRING")
        #expect(try story(play(alarm, streams, 1...1, knobs: knobs { $0.joinPrecedence = .leftToRight })) == "1 OK")
    }
}
