// SPDX-License-Identifier: MIT

/// Counts durations to the millisecond, in memory that does not grow with their number: 4 bytes a millisecond up to
/// 65.5 s, and 4 bytes each for the few that are longer.
struct MillisecondTally: Sendable, Hashable {
    private var counts: [UInt32] = []
    private var longer: [UInt32] = []
    private(set) var count = 0

    private static let limit = 65_536

    /// - Parameter seconds: rounded to the millisecond; what is below 0 (the clock was set back) or no number is left out.
    mutating func add(seconds: Double) {
        guard seconds.isFinite, seconds >= 0 else { return }
        let milliseconds = Int(min((seconds * 1000).rounded(), Double(UInt32.max)))
        count += 1
        guard milliseconds < Self.limit else {
            longer.append(UInt32(milliseconds))
            return
        }
        if counts.count <= milliseconds {
            counts += [UInt32](repeating: 0, count: (milliseconds | 1023) + 1 - counts.count)
        }
        counts[milliseconds] += 1
    }

    /// By the nearest rank, in seconds.
    var percentiles: Percentiles {
        var result = Percentiles()
        guard count > 0 else { return result }
        let values = seconds(ofRanks: [50, 90, 99, 100].map { (count * $0 + 99) / 100 })
        result.count = count
        (result.p50, result.p90, result.p99, result.max) = (values[0], values[1], values[2], values[3])
        return result
    }

    /// - Parameter ranks: 1…count, rising.
    private func seconds(ofRanks ranks: [Int]) -> [Double] {
        var result: [Double] = []
        var passed = 0
        func take(_ milliseconds: Int, _ times: Int) {
            passed += times
            while result.count < ranks.count, ranks[result.count] <= passed {
                result.append(Double(milliseconds) / 1000)
            }
        }
        for (milliseconds, times) in counts.enumerated() where times > 0 { take(milliseconds, Int(times)) }
        for milliseconds in longer.sorted() { take(Int(milliseconds), 1) }
        return result
    }
}
