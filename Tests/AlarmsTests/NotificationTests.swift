// SPDX-License-Identifier: MIT

import Alarms
import MQL
import Testing

/// Which messages an alarm sends: grouped and split, repeats, overrides, suppressions, limits.
struct NotificationTests {
    private let a = stream("cpu", ["host": "a"], [1, 9, 9, 9, 1, 1, 1])
    private let b = stream("cpu", ["host": "b"], [1, 1, 9, 9, 9, 1, 1])

    @Test func `split, each stream repeats by its own clock`() throws {
        let alarm = alarm("cpu[1m].max() > 5") {
            $0.isPerStream = true
            $0.repeatMilliseconds = 120_000
        }
        let timeline = try play(alarm, [a, b], 1...7)
        #expect(
            letters(timeline.messages)
                == "2 OK_TO_FIRING 3 OK_TO_FIRING 4 REPEAT 5 FIRING_TO_OK 5 REPEAT 6 FIRING_TO_OK")
        #expect(timeline.messages.map { $0.dimensions.first?["host"] ?? "" }.joined() == "abaabb")
        #expect(Set(timeline.messages.map(\.dedupeKey)).count == 2)
    }

    @Test func `a repeat goes on while data is missing, until the reset`() throws {
        let alarm = alarm("cpu[1m].max() > 5") { $0.repeatMilliseconds = 240_000 }
        let timeline = try play(alarm, [stream("cpu", [9])], 1...20)
        #expect(letters(timeline.messages) == "1 OK_TO_FIRING 5 REPEAT 9 REPEAT 12 RESET")
    }

    @Test func `PT0M repeats only labels that are true, split for each stream`() throws {
        let alarm = alarm("cpu[1m].max() > 5") {
            $0.repeatMilliseconds = 0
            $0.isPerStream = true
        }
        let streams = [stream("cpu", ["h": "a"], [9, nil, 9]), stream("cpu", ["h": "b"], [9, 9, nil])]
        let timeline = try play(alarm, streams, 1...3)
        #expect(letters(timeline.messages) == "1 OK_TO_FIRING 1 OK_TO_FIRING 2 REPEAT 3 REPEAT")
        #expect(timeline.messages.map { $0.dimensions.first?["h"] ?? "" }.joined() == "abba")
    }

    @Test func `an override takes what it does not say from the base`() throws {
        var override = AlarmOverride(ruleName: "HIGH")
        override.query = "cpu[1m].max() > 7"
        override.severity = .info
        let alarm = alarm("cpu[1m].max() > 5", pending: 2) {
            $0.severity = .error
            $0.body = "base"
            $0.overrides = [override]
        }
        let timeline = try play(alarm, [stream("cpu", [6, 6, 8, 8, 6])], 1...5)
        #expect(timeline.streams.first?.changes.map(\.ruleName) == [nil, "BASE", "HIGH", "BASE"])
        #expect(timeline.messages.map(\.body) == ["base"])
        let rules = try AlarmRules(alarm).rules
        #expect(rules.map(\.pendingLabels) == [2, 2])
        #expect(rules.map(\.severity) == [.info, .error])
    }

    @Test func `a grouped message has the worst severity of its streams`() throws {
        var override = AlarmOverride(ruleName: "LOW")
        override.query = "cpu[1m].max() > 8"
        override.severity = .critical
        let alarm = alarm("cpu[1m].max() > 5") {
            $0.severity = .warning
            $0.overrides = [override]
        }
        let timeline = try play(
            alarm, [stream("cpu", ["host": "a"], [6, 1]), stream("cpu", ["host": "b"], [9, 1])], 1...2)
        #expect(timeline.messages.map(\.severity) == [.critical, .critical])
        #expect(timeline.messages.map(\.ruleName) == ["LOW", "LOW"])
        #expect(timeline.messages.map(\.totalMetricsFiring) == [2, 2])
        #expect(timeline.messages.first?.metricValues.map { $0.map(\.text) } == [["6.00"], ["9.00"]])
    }

    @Test func `a suppressed stream is left out, and a message about none is not sent`() throws {
        var suppression = AlarmSuppression(from: minute(0), until: minute(60))
        suppression.dimensions = ["host": "a"]
        let alarm = alarm("cpu[1m].max() > 5")
        let grouped = try play(alarm, [a, b], 1...7, suppressions: [suppression])
        #expect(letters(grouped.messages) == "6 FIRING_TO_OK")
        #expect(grouped.suppressedMessages == 1)
        var split = alarm
        split.isPerStream = true
        let timeline = try play(split, [a, b], 1...7, suppressions: [suppression])
        #expect(letters(timeline.messages) == "3 OK_TO_FIRING 6 FIRING_TO_OK")
        #expect(timeline.suppressedMessages == 2)
    }

    @Test func `there is no message to make up for a suppressed one`() throws {
        let alarm = alarm("cpu[1m].max() > 5") {
            $0.suppression = AlarmSuppression(from: minute(1), until: minute(3))
        }
        let timeline = try play(alarm, [stream("cpu", [1, 9, 9, 9, 9, 1])], 1...6)
        #expect(story(timeline) == "1 OK 2 FIRING 6 OK")
        #expect(letters(timeline.messages) == "6 FIRING_TO_OK")
    }

    @Test func `a topic gets 60 messages an evaluation, a stream all of them`() throws {
        let streams = (0..<70).map { stream("cpu", ["host": "\($0)"], [9]) }
        var alarm = alarm("cpu[1m].max() > 5") { $0.isPerStream = true }
        let timeline = try play(alarm, streams, 1...2)
        #expect(timeline.messages.count == 60 && timeline.droppedMessages == 10)
        alarm.destinations = ["ocid1.stream.oc1.fra.s"]
        #expect(try play(alarm, streams, 1...2).messages.count == 70)
    }

    @Test func `a message lists 100 streams and counts all`() throws {
        let streams = (0..<120).map { stream("cpu", ["host": "\($0)"], [9]) }
        let message = try #require(try play(alarm("cpu[1m].max() > 5"), streams, 1...2).messages.first)
        #expect(message.totalMetricsFiring == 120)
        #expect(message.dimensions.count == 100 && message.metricValues.count == 100)
    }

    @Test func `streams and messages are in order of their dimensions' JSON text`() throws {
        let streams = ["b", "a", "c"].map { stream("cpu", ["host": $0], [9]) }
        let timeline = try play(alarm("cpu[1m].max() > 5") { $0.isPerStream = true }, streams, 1...1)
        #expect(timeline.streams.compactMap { $0.dimensions["host"] } == ["a", "b", "c"])
        #expect(timeline.messages.compactMap { $0.dimensions.first?["host"] } == ["a", "b", "c"])
    }

    @Test func `a disabled alarm is not evaluated`() throws {
        let alarm = alarm("cpu[1m].max() > 5") { $0.isEnabled = false }
        let timeline = try play(alarm, [a], 1...7)
        #expect(story(timeline) == "1 OK" && timeline.streams.isEmpty)
        var run = try AlarmRun(alarm: alarm)
        #expect(run.evaluate(label: minute(2), over: MetricStore([a])).isEmpty)
        #expect(run.label == nil)
    }

    @Test func `minutes before the first label count for the pending duration`() throws {
        let timeline = try play(alarm("cpu[1m].max() > 5", pending: 3), [stream("cpu", [9, 9, 9, 9])], 3...4)
        #expect(story(timeline) == "3 FIRING")
    }

    @Test func `a query that cannot be read is told with its rule`() throws {
        var override = AlarmOverride(ruleName: "R")
        override.query = "cpu[1m].max()"
        let error = try #require(throws: AlarmError.self) {
            try AlarmSimulation(alarm: alarm("cpu[1m].max( > 5") { $0.overrides = [override] })
        }
        #expect(error.problems.map(\.path.description) == ["overrides[0].query", "query"])
        #expect(error.description.contains("E-ALARM-NO-TRIGGER"))
    }
}
