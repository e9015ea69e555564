// SPDX-License-Identifier: MIT

import Alarms
import MQL
import Testing

struct AlarmTimelineTests {
    @Test func `a timeline knows its episodes and the state of each label`() throws {
        let timeline = try play(alarm("cpu[1m].max() > 5"), [stream("cpu", [1, 9, 9, 1, 9])], 1...5)
        #expect(timeline.episodes.map(\.from) == [minute(2), minute(5)])
        #expect(timeline.episodes.map(\.until) == [minute(4), nil])
        #expect(timeline.state(at: minute(1)) == .ok && timeline.state(at: minute(3)) == .firing)
        #expect(timeline.state(at: minute(0)) == nil && timeline.state(at: minute(6)) == nil)
    }

    @Test func `a span is of whole minutes inside its ends`() throws {
        let simulation = try AlarmSimulation(alarm: alarm("cpu[1m].max() > 5"))
        let store = MetricStore([stream("cpu", [9, 9])])
        let timeline = simulation.run(over: store, from: minute(0) + 1, until: minute(2) - 1)
        #expect(timeline.from == minute(1) && timeline.until == minute(1))
        #expect(story(timeline) == "1 FIRING")
    }

    @Test func `a span without a label is OK at its start`() throws {
        let timeline = try AlarmSimulation(alarm: alarm("cpu[1m].max() > 5"))
            .run(over: MetricStore(), from: minute(5), until: minute(3))
        #expect(story(timeline) == "5 OK" && timeline.episodes.isEmpty)
        #expect(timeline.state(at: minute(5)) == nil)
    }

    @Test func `a span further than any calendar ends`() throws {
        let simulation = try AlarmSimulation(alarm: alarm("cpu[1m].max() > 5"))
        #expect(simulation.run(over: MetricStore(), from: .max - 100, until: .max).episodes.isEmpty)
        #expect(simulation.run(over: MetricStore(), from: .min, until: .min + 100).episodes.isEmpty)
    }

    @Test func `a point from before the span that arrives within it counts from then on`() throws {
        let points = [Datapoint(at: minute(0), 1), Datapoint(at: minute(1), 1, arrival: minute(20))]
        let late = MetricStream(StreamIdentity(namespace: "test", metric: "z", dimensions: ["h": "a"]), points)
        let timeline = try play(alarm("z[30m].count() > 1"), [late], 5...25)
        #expect(story(timeline) == "5 OK 17 FIRING")
        #expect(timeline.messages.first?.metricValues == [[MetricValue(query: "z[30m].count()", value: 2)]])
    }
}
