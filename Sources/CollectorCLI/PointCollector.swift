// SPDX-License-Identifier: MIT

import Collector
import FoundationEssentials
import Metrics
import OCIMetrics
import Synchronization

/// A metrics backend that keeps what is recorded as points of one instant, until somebody takes them to where they go.
///
/// A run is one measurement, so every point bears the end of the run. Units come from `MetricCatalog`.
final class PointCollector: MetricsFactory {
    private let date: Date
    private let kept = Mutex<[MetricPoint]>([])

    init(at date: Date) { self.date = date }

    /// In the order in which they were recorded.
    var points: [MetricPoint] { kept.withLock { $0 } }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        Handler(self, label, dimensions)
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        Handler(self, label, dimensions)
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        Handler(self, label, dimensions)
    }

    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    private func keep(_ name: String, _ dimensions: [(String, String)], _ value: Double) {
        let point = MetricPoint(
            name: name, dimensions: Dictionary(dimensions, uniquingKeysWith: { $1 }),
            unit: MetricCatalog.named(name)?.unit, value: value, at: date)
        kept.withLock { $0.append(point) }
    }

    private final class Handler: RecorderHandler, CounterHandler, TimerHandler {
        private let collector: PointCollector
        private let label: String
        private let dimensions: [(String, String)]

        init(_ collector: PointCollector, _ label: String, _ dimensions: [(String, String)]) {
            (self.collector, self.label, self.dimensions) = (collector, label, dimensions)
        }

        func record(_ value: Int64) { record(Double(value)) }
        func record(_ value: Double) { collector.keep(label, dimensions, value) }
        func increment(by amount: Int64) { record(Double(amount)) }
        /// Each increment is a point of its own: there is no total to set back.
        func reset() {}
        func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    }
}
