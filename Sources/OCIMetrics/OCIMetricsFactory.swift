// SPDX-License-Identifier: MIT

public import CoreMetrics
public import FoundationEssentials
import Synchronization

/// A swift-metrics backend for OCI Monitoring.
///
/// Counters become sums since the last taking (zeros included: an alarm's threshold needs a point each time), meters
/// and gauges the last value, recorders and timers (in seconds) what was recorded since the last taking: up to three
/// values as they are; of more, the least, the greatest and the mean of the others with their count, which keeps sum,
/// count, mean and extremes exact. A label is the metric's name as it is; what OCI does not allow as a name or
/// dimension is dropped and counted when points go into the spool.
public final class OCIMetricsFactory: MetricsFactory, Sendable {
    private let dimensions: [String: String]
    private let unit: @Sendable (String) -> String?
    private let instruments = Mutex(Instruments())
    let destination: LibraryDestination?

    /// Only records; whoever made it takes the points and spools them.
    ///
    /// - Parameters:
    ///   - dimensions: of every point; what a metric brings itself comes first.
    ///   - unit: of a metric by its name, in UCUM; timers have `s` where it says nothing.
    package convenience init(
        dimensions: [String: String], unit: @escaping @Sendable (_ name: String) -> String? = { _ in nil }
    ) {
        self.init(dimensions: dimensions, unit: unit, destination: nil)
    }

    init(
        dimensions: [String: String], unit: @escaping @Sendable (_ name: String) -> String?,
        destination: LibraryDestination?
    ) {
        self.dimensions = dimensions
        self.unit = unit
        self.destination = destination
    }

    /// What was recorded since the last call, as points of this instant, by name and dimensions. Samples that are NaN or
    /// infinite are one point, NaN, of their count, which a spool drops and counts.
    public func takePoints(at instant: Date) -> [MetricPoint] {
        let taken = instruments.withLock { $0.take() }
        return taken.flatMap { stream, samples in
            samples.map { sample in
                let isTimer = stream.kind == .timer
                return MetricPoint(
                    name: stream.label, dimensions: dimensions.merging(stream.dimensions) { _, own in own },
                    unit: unit(stream.label) ?? (isTimer ? "s" : nil),
                    value: isTimer ? sample.value / 1e9 : sample.value,
                    count: sample.count == 1 ? nil : sample.count, at: instant)
            }
        }
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        made(.counter, label, dimensions)
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        made(.counter, label, dimensions)
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        made(.gauge, label, dimensions)
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        made(aggregate ? .recorder : .gauge, label, dimensions)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        made(.timer, label, dimensions)
    }

    public func destroyCounter(_ handler: any CounterHandler) { retire(handler) }
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { retire(handler) }
    public func destroyMeter(_ handler: any MeterHandler) { retire(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { retire(handler) }
    public func destroyTimer(_ handler: any TimerHandler) { retire(handler) }

    private func made(_ kind: Instrument.Kind, _ label: String, _ dimensions: [(String, String)]) -> Instrument {
        let own = Dictionary(dimensions, uniquingKeysWith: { _, last in last })
        return instruments.withLock { $0.instrument(Instrument.Stream(kind: kind, label: label, dimensions: own)) }
    }

    private func retire(_ handler: AnyObject) {
        guard let instrument = handler as? Instrument else { return }
        instruments.withLock { $0.retire(instrument) }
    }
}
