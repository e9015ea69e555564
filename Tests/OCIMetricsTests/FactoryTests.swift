// SPDX-License-Identifier: MIT

import Foundation
import Metrics
import TestSupport
import Testing

@testable import OCIMetrics

@Suite struct FactoryTests {
    private let factory = OCIMetricsFactory(dimensions: ["job": "test"], unit: { $0 == "bytes" ? "By" : nil })

    private func take() -> [MetricPoint] { factory.takePoints(at: noon) }

    private func values() -> [Double] { take().map(\.value) }

    @Test func `counters give what was added since, zero included`() {
        let counter = Counter(label: "requests", dimensions: [("outcome", "ok")], factory: factory)
        counter.increment(by: 3)
        counter.increment()
        let expected = MetricPoint(
            name: "requests", dimensions: ["job": "test", "outcome": "ok"], value: 4, at: noon)
        #expect(take() == [expected])
        #expect(values() == [0])
        counter.increment()
        counter.reset()
        #expect(values() == [0])
    }

    @Test func `two counters of one name and dimensions are one`() {
        Counter(label: "n", dimensions: [("a", "1")], factory: factory).increment()
        Counter(label: "n", dimensions: [("a", "1")], factory: factory).increment()
        Counter(label: "n", dimensions: [("a", "2")], factory: factory).increment()
        #expect(values() == [2, 1])
    }

    @Test func `samples that are no number are refused and counted, and spoil no other`() throws {
        for value in [1, .nan, 3, .infinity, 5, -.infinity, 7] as [Double] {
            Recorder(label: "a", factory: factory).record(value)
            FloatingPointCounter(label: "b", factory: factory).increment(by: value)
            Gauge(label: "c", factory: factory).record(value)
            Meter(label: "d", factory: factory).set(value)
        }
        Meter(label: "d", factory: factory).increment(by: Double.nan)
        Recorder(label: "e", factory: factory).record(Double.greatestFiniteMagnitude)
        Recorder(label: "e", factory: factory).record(Double.greatestFiniteMagnitude)
        let points = take()
        let fine = points.filter { $0.value.isFinite }
        #expect(fine.map(\.value) == [1, 7, 4, 16, 7, 7, .greatestFiniteMagnitude])
        #expect(fine.map(\.count) == [nil, nil, 2, nil, nil, nil, nil])
        try withTemporaryDirectory { directory in
            let spool = MetricSpool(directory: directory, now: { noon })
            let lost = try spool.append(points)
            #expect(lost == DropCounts([.encode: 4 * 3 + 2]))
            #expect(try spool.waiting().count == fine.count)
        }
        // Told once; gauges are told each time.
        #expect(values() == [0, 7, 7])
    }

    @Test func `fractions are added as they are, and NaN is not`() {
        let counter = FloatingPointCounter(label: "f", factory: factory)
        counter.increment(by: 0.25)
        counter.increment(by: 0.5)
        counter.increment(by: Double.nan)
        #expect(values().filter(\.isFinite) == [0.75])
    }

    @Test func `gauges and meters keep their last value`() {
        Gauge(label: "g", factory: factory).record(1)
        Gauge(label: "g", factory: factory).record(7.5)
        let meter = Meter(label: "m", factory: factory)
        meter.set(5)
        meter.increment(by: 2)
        meter.decrement(by: 0.5)
        #expect(values() == [7.5, 6.5])
        #expect(values() == [7.5, 6.5])
    }

    @Test func `a gauge nobody has set gives nothing`() {
        _ = Gauge(label: "g", factory: factory)
        #expect(values() == [])
    }

    @Test(
        arguments: [
            ([], []), ([3], [(3, nil)]), ([3, 1], [(1, nil), (3, nil)]), ([3, 1, 2], [(1, nil), (3, nil), (2, nil)]),
            ([5, 1, 2, 4, 3], [(1, nil), (5, nil), (3, 3)]),
        ] as [([Int], [(Double, Int?)])])
    func `recorders keep sum, count and extremes`(recorded: [Int], expected: [(Double, Int?)]) {
        let recorder = Recorder(label: "bytes", factory: factory)
        for value in recorded { recorder.record(value) }
        let points = take()
        #expect(points.map(\.value) == expected.map(\.0))
        #expect(points.map(\.count) == expected.map(\.1))
        #expect(points.allSatisfy { $0.unit == "By" })
        #expect(values() == [])
    }

    @Test func `timers are in seconds`() {
        let timer = Metrics.Timer(label: "t", factory: factory)
        timer.recordMilliseconds(1500)
        #expect(take() == [MetricPoint(name: "t", dimensions: ["job": "test"], unit: "s", value: 1.5, at: noon)])
    }

    @Test func `what a destroyed metric still held is told once`() {
        let counter = Counter(label: "c", factory: factory)
        counter.increment(by: 2)
        counter.destroy()
        let recorder = Recorder(label: "r", factory: factory)
        recorder.record(9)
        recorder.destroy()
        let meter = Meter(label: "m", factory: factory)
        meter.destroy()
        #expect(values() == [2, 9])
        #expect(values() == [])
    }

    @Test func `a destroyed handler that was made anew leaves the new one alone`() {
        let first = Counter(label: "c", factory: factory)
        first.destroy()
        let second = Counter(label: "c", factory: factory)
        first.destroy()
        second.increment()
        #expect(values() == [1])
    }

    @Test func `a metric's own dimension beats the factory's`() {
        Counter(label: "c", dimensions: [("job", "own")], factory: factory).increment()
        #expect(take().map(\.dimensions) == [["job": "own"]])
    }

    @Test func `recording from many tasks loses nothing`() async {
        let counter = Counter(label: "c", factory: factory)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { for _ in 0..<500 { counter.increment() } } }
        }
        #expect(values() == [4000])
    }

    @Test func `a factory without a destination says so`() async {
        #expect(await factory.flush(within: .seconds(1)).problem != nil)
    }
}
