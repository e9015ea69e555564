// SPDX-License-Identifier: MIT

import Alarms
import MQL
import TestSupport
import Testing

/// An alarm in service and one played over a span do the same.
struct AlarmRunTests {
    static let queries = [
        "m[1m].max() > 5", "m[5m].groupBy(host).sum() > 12", "m[3m].grouping().absent(7m)", "m[2m].absent(4m)",
        "m[3m].grouping().mean() > 4 || n[5m].grouping().count() >= 4",
        "(m[2m].max() > 5).grouping().count() >= 2", "m[1m].max() in (3, 6)",
        "m[3m].groupBy(host).last() / n[4m].groupBy(host).max() > 1", "m[4m].rate() > 0", "m[5m].percentile(0.5) > 4",
    ]

    /// Streams with gaps; points arrive up to `delay` minutes late.
    private func randomStreams(_ random: inout SeededGenerator, minutes: Int, delay: Int) -> [MetricStream] {
        ["m", "n"].flatMap { metric in
            ["a", "b", "c"].map { host in
                var points: [Datapoint] = []
                var isAlive = true
                for number in 0..<minutes {
                    if Int.random(in: 0..<12, using: &random) == 0 { isAlive.toggle() }
                    guard isAlive, Int.random(in: 0..<5, using: &random) > 0 else { continue }
                    let at = minute(number) + Int64.random(in: 0..<60, using: &random) * 1000
                    let late =
                        Int.random(in: 0..<4, using: &random) == 0 ? Int.random(in: 0...delay, using: &random) : 0
                    let value = Double(Int.random(in: 0...9, using: &random))
                    points.append(Datapoint(at: at, value, arrival: at + Int64(late) * 60_000))
                }
                return MetricStream(
                    StreamIdentity(namespace: "test", metric: metric, dimensions: ["host": host]), points)
            }
        }
    }

    private func randomAlarm(_ random: inout SeededGenerator) -> Alarm {
        func query() -> String { Self.queries.randomElement(using: &random) ?? "" }
        var result = alarm(query(), pending: [1, 1, 2, 3, 7].randomElement(using: &random) ?? 1)
        result.slackMilliseconds = Int64([3, 3, 5].randomElement(using: &random) ?? 3) * 60_000
        result.repeatMilliseconds = [nil, 0, 240_000].randomElement(using: &random) ?? nil
        result.isPerStream = Bool.random(using: &random)
        if Bool.random(using: &random) {
            var override = AlarmOverride(ruleName: "OVER")
            override.query = Bool.random(using: &random) ? query() : nil
            override.severity = .info
            override.pendingMilliseconds = Bool.random(using: &random) ? 180_000 : nil
            result.overrides = [override]
        }
        if Int.random(in: 0..<4, using: &random) == 0 {
            result.suppression = AlarmSuppression(from: minute(50), until: minute(90))
        }
        return result
    }

    private func randomKnobs(_ random: inout SeededGenerator) -> Knobs {
        var knobs = Knobs()
        knobs.missingWhileFiring = Int.random(in: 0..<3, using: &random) == 0 ? .clear : .hold
        knobs.resetKind = Bool.random(using: &random) ? .any : .last
        knobs.overrides = Bool.random(using: &random) ? .first : .each
        knobs.suppression = Bool.random(using: &random) ? .messages : .evaluations
        knobs.nestedFalse = Bool.random(using: &random) ? .drop : .zero
        return knobs
    }

    @Test(arguments: 0..<30)
    func `label by label or a span at once, the same happens`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let store = MetricStore(randomStreams(&random, minutes: 150, delay: [0, 4, 7, 9, 12][seed % 5]))
        let first = minute([0, 40][seed % 2])
        let alarm = randomAlarm(&random)
        let knobs = randomKnobs(&random)
        var simulation = try AlarmSimulation(alarm: alarm, knobs: knobs)
        let whole = simulation.run(over: store, from: first, until: minute(170))

        var run = try AlarmRun(alarm: alarm, knobs: knobs)
        var messages: [AlarmMessage] = []
        for label in stride(from: first, through: minute(170), by: 60_000) {
            messages += run.evaluate(label: label, over: store)
            #expect(run.state == whole.state(at: label), "\(alarm.query) at \(UTCTime.text(label))")
        }
        #expect(messages == whole.messages, "\(alarm.query)")
        #expect(run.droppedMessages == whole.droppedMessages && run.suppressedMessages == whole.suppressedMessages)

        for size in [1, 7, 60] {
            simulation.labelsAtOnce = size
            #expect(simulation.run(over: store, from: first, until: minute(170)) == whole, "\(size) labels at once")
        }
    }

    @Test func `points that come to a store by and by are seen when they arrive`() throws {
        let identity = StreamIdentity(namespace: "test", metric: "z", dimensions: ["h": "a"])
        var store = MetricStore()
        var run = try AlarmRun(alarm: alarm("z[1m].absent()"))
        var states: [AlarmState] = []
        for number in 0...8 {
            // Minute 4 is missing; its point comes five minutes late.
            if number != 4 { store.add([Datapoint(at: minute(number), 1)], to: identity) }
            if number == 8 { store.add([Datapoint(at: minute(4), 1, arrival: minute(9))], to: identity) }
            _ = run.evaluate(label: minute(number), over: store)
            states.append(run.state)
        }
        #expect(states.map(\.rawValue) == ["OK", "OK", "OK", "OK", "FIRING", "OK", "OK", "OK", "OK"])
        #expect(run.changedAt == minute(5))
    }

    @Test func `a label is evaluated once, and labels are whole minutes`() throws {
        let store = MetricStore([stream("z", ["h": "a"], [1])])
        var run = try AlarmRun(alarm: alarm("z[1m].absent()"))
        #expect(run.evaluate(label: minute(2) + 59_999, over: store).count == 1)
        #expect(run.label == minute(2))
        #expect(run.evaluate(label: minute(2), over: store).isEmpty)
        #expect(run.evaluate(label: minute(1), over: store).isEmpty)
    }

    @Test func `streams are those that fire or have a value`() throws {
        var streams = [stream("cpu", ["h": "a"], [9, 9, 9]), stream("cpu", ["h": "b"], [1, nil, 1])]
        streams.append(stream("cpu", ["h": "c"], [nil, nil, 1]))
        let store = MetricStore(streams)
        var run = try AlarmRun(alarm: alarm("cpu[1m].max() > 5"))
        _ = run.evaluate(label: minute(1), over: store)
        #expect(run.streams.map { $0.dimensions["h"] ?? "" } == ["a", "b"])
        #expect(run.streams.map(\.state) == [.firing, .ok])
        #expect(run.streams.map(\.ruleName) == ["BASE", nil])
        _ = run.evaluate(label: minute(2), over: store)
        #expect(run.streams.map { $0.dimensions["h"] ?? "" } == ["a"])
    }

    @Test func `streams that come and go are forgotten`() throws {
        let streams = (0..<400).map { stream("cpu", ["h": "\($0)"], from: $0 / 100 * 20, [9]) }
        let store = MetricStore(streams)
        var run = try AlarmRun(alarm: alarm("cpu[1m].max() > 5"))
        let whole = try AlarmSimulation(alarm: run.alarm).run(over: store, from: minute(0), until: minute(90))
        var messages: [AlarmMessage] = []
        for number in 0...90 { messages += run.evaluate(label: minute(number), over: store) }
        #expect(messages == whole.messages)
        #expect(letters(messages).hasSuffix("71 RESET"))
        #expect(run.streams.isEmpty)
        #expect(run.trackedStreams < 200)
        #expect(whole.streams.count == 400)
    }

    @Test func `suppressions can come and go while it runs`() throws {
        let store = MetricStore([stream("cpu", [1, 9, 1, 9])])
        var run = try AlarmRun(alarm: alarm("cpu[1m].max() > 5"))
        run.suppress(by: [AlarmSuppression(from: minute(2), until: minute(2))])
        let first = run.evaluate(label: minute(1), over: store) + run.evaluate(label: minute(2), over: store)
        #expect(first.isEmpty && run.suppressedMessages == 1)
        run.suppress(by: [])
        #expect(letters(run.evaluate(label: minute(3), over: store)) == "3 FIRING_TO_OK")
    }

    @Test(arguments: [
        ("m[5m].max() > 1", 6), ("m[1h].absent(3d)", 60 + 4321 + 1), ("m[1m].max() > 1 || m[1m].absent() == 1", 123),
    ])
    func `a run knows how far back it looks`(query: String, minutes: Int64) throws {
        #expect(try AlarmRun(alarm: alarm(query)).lookback == minutes * 60_000)
    }
}
