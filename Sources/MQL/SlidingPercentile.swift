// SPDX-License-Identifier: MIT

/// The points of a window in order of their values.
///
/// The service estimates percentiles by a way it does not tell. Here: linear between the closest ranks, rank p·(n − 1), or by
/// knob the nearest rank; a point of count n stands for n equal values.
struct SortedSample {
    private var values: [Double] = []
    private var counts: [Double] = []
    private var isWeighted = false

    mutating func insert(_ value: Double, count: Double) {
        if count != 1 { isWeighted = true }
        let place = place(of: value, count)
        values.insert(value, at: place)
        counts.insert(count, at: place)
    }

    /// Takes out one of those that were put in with the same value and count.
    mutating func remove(_ value: Double, count: Double) {
        let place = place(of: value, count)
        guard place < values.count, values[place] == value, counts[place] == count else { return }
        values.remove(at: place)
        counts.remove(at: place)
    }

    /// NaN: empty, or outside a `Double`.
    func percentile(_ fraction: Double, by rule: Knobs.Percentile) -> Double {
        guard !values.isEmpty else { return .nan }
        let number = isWeighted ? counts.reduce(0, +) : Double(values.count)
        guard rule == .linear else { return value(atRank: max(0, (fraction * number).rounded(.up) - 1)) }
        let rank = max(0, fraction * (number - 1))
        let (below, above) = (value(atRank: rank.rounded(.down)), value(atRank: rank.rounded(.up)))
        let share = rank - rank.rounded(.down)
        let step = above - below
        return (step.isFinite ? below + step * share : below * (1 - share) + above * share).finiteOrMissing
    }

    /// The value at a rank, 0 the least, as if each point stood there count times.
    private func value(atRank rank: Double) -> Double {
        guard isWeighted else {
            // A rank that is not below the count, or no number at all, is the last one's.
            return rank < Double(values.count) ? values[Int(rank)] : values[values.count - 1]
        }
        var passed = 0.0
        for index in values.indices {
            passed += counts[index]
            if rank < passed { return values[index] }
        }
        return values[values.count - 1]
    }

    /// The first place that is not before the value; among equal values, the first whose count is not less.
    private func place(of value: Double, _ count: Double) -> Int {
        var (low, high) = (0, values.count)
        while low < high {
            let middle = (low + high) / 2
            let isBefore = values[middle] < value || (values[middle] == value && counts[middle] < count)
            if isBefore { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// The percentile of each window over all points of some streams.
struct SlidingPercentile {
    let fraction: Double
    let rule: Knobs.Percentile

    func values(_ streams: [WindowedStream], labels: LabelGrid) -> [Double] {
        var sample = SortedSample()
        var held = streams.map { _ in 0..<0 }
        var result = labels.noPoints
        for label in result.indices {
            for (place, stream) in streams.enumerated() {
                let (low, high) = (stream.bounds.low[label], stream.bounds.high[label])
                guard low != held[place].lowerBound || high != held[place].upperBound else { continue }
                let old = held[place]
                for index in old.lowerBound..<max(old.lowerBound, min(low, old.upperBound)) {
                    sample.remove(stream.values[index], count: stream.counts?[index] ?? 1)
                }
                for index in max(old.upperBound, low)..<max(high, old.upperBound, low) {
                    sample.insert(stream.values[index], count: stream.counts?[index] ?? 1)
                }
                held[place] = low..<high
            }
            result[label] = sample.percentile(fraction, by: rule)
        }
        return result
    }
}
