// SPDX-License-Identifier: MIT

import CoreMetrics
import Synchronization

/// A counter, gauge, recorder or timer: what was recorded of one stream since it was last asked.
final class Instrument: Sendable {
    enum Kind: Hashable {
        case counter, gauge, recorder, timer
    }

    struct Stream: Hashable {
        let kind: Kind
        let label: String
        let dimensions: [String: String]
    }

    /// A value and how many times it stands for.
    struct Sample: Hashable {
        let value: Double
        var count = 1
    }

    let stream: Stream
    private let state = Mutex(State())

    init(_ stream: Stream) { self.stream = stream }

    /// The samples since the last call; a gauge keeps its value. Those that were refused come as one NaN of their count:
    /// no spool takes it, and all count it.
    func take() -> [Sample] {
        state.withLock { state in
            let refused = state.refused > 0 ? [Sample(value: .nan, count: state.refused)] : []
            switch stream.kind {
            case .gauge:
                state.refused = 0
                return (state.count > 0 ? [Sample(value: state.last)] : []) + refused
            case .counter:
                defer { state = State() }
                return [Sample(value: state.sum)] + refused
            case .recorder, .timer:
                defer { state = State() }
                return state.samples + refused
            }
        }
    }

    /// Whether something is to be told that `take()` would tell only once.
    var isPending: Bool {
        state.withLock { $0.refused > 0 || (stream.kind == .counter ? $0.sum != 0 : $0.count > 0) }
    }

    private func add(_ value: Double) {
        state.withLock { stream.kind == .gauge ? $0.set(value) : $0.add(value) }
    }

    private struct State {
        /// Samples that are no finite numbers, or would make the sum none: they would spoil all others.
        var refused = 0
        var count = 0
        var sum = 0.0
        var least = Double.infinity
        var greatest = -Double.infinity
        var last = 0.0

        mutating func set(_ value: Double) {
            guard value.isFinite else { return refused += 1 }
            count += 1
            last = value
        }

        mutating func add(_ value: Double) {
            guard (sum + value).isFinite else { return refused += 1 }
            count += 1
            sum += value
            least = min(least, value)
            greatest = max(greatest, value)
            last = value
        }

        var samples: [Sample] {
            switch count {
            case 0: []
            case 1: [Sample(value: last)]
            case 2: [Sample(value: least), Sample(value: greatest)]
            default:
                [
                    Sample(value: least), Sample(value: greatest),
                    Sample(value: (sum - least - greatest) / Double(count - 2), count: count - 2),
                ]
            }
        }
    }
}

extension Instrument: CounterHandler, FloatingPointCounterHandler {
    func increment(by amount: Int64) { add(Double(amount)) }

    func increment(by amount: Double) {
        guard stream.kind == .gauge else { return add(amount) }
        state.withLock { $0.set($0.last + amount) }
    }

    func reset() { state.withLock { $0 = State() } }
}

extension Instrument: RecorderHandler, MeterHandler, TimerHandler {
    func record(_ value: Int64) { add(Double(value)) }
    func record(_ value: Double) { add(value) }
    func set(_ value: Int64) { add(Double(value)) }
    func set(_ value: Double) { add(value) }
    func decrement(by amount: Double) { increment(by: -amount) }
    func recordNanoseconds(_ duration: Int64) { add(Double(duration)) }
}

/// All instruments of a factory.
struct Instruments {
    private var made: [Instrument.Stream: Instrument] = [:]
    /// Nobody records in these any more; what they hold is still to be told.
    private var retired: [Instrument] = []

    mutating func instrument(_ stream: Instrument.Stream) -> Instrument {
        if let instrument = made[stream] { return instrument }
        let instrument = Instrument(stream)
        made[stream] = instrument
        return instrument
    }

    mutating func retire(_ instrument: Instrument) {
        guard made[instrument.stream] === instrument else { return }
        made[instrument.stream] = nil
        if instrument.isPending { retired.append(instrument) }
    }

    /// In a fixed order: by name, then by dimensions.
    mutating func take() -> [(Instrument.Stream, [Instrument.Sample])] {
        defer { retired = [] }
        return (retired + made.values).map { ($0.stream, $0.take()) }.filter { !$0.1.isEmpty }
            .sorted { Self.key($0.0).lexicographicallyPrecedes(Self.key($1.0)) }
    }

    private static func key(_ stream: Instrument.Stream) -> [String] {
        [stream.label] + stream.dimensions.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
    }
}
