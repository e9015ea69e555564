// SPDX-License-Identifier: MIT

import MQL

/// The points of a data set that arrive after an evaluation that should have seen them.
struct LatePoints: Sendable {
    /// Evaluations that may miss a point: from `start`, before `end`.
    private struct Gap: Sendable {
        var start: Int64
        var end: Int64
        /// The longest time that one of these points took to arrive.
        var delay: Int64
    }

    /// Gaps nearer to each other than this are taken as one: many small evaluations cost more than a large one.
    private static let reach = 240 * UTCTime.minute

    /// In order, apart from each other.
    private var gaps: [Gap] = []

    /// Looks at the streams of the metrics that the rules name, for evaluations of labels from `first` to `last`. None is late
    /// if visibility does not matter.
    init(of evaluation: RuleEvaluation, in store: MetricStore, from first: Int64, through last: Int64) {
        guard evaluation.evaluator.knobs.visibility == .arrived else { return }
        let alarm = evaluation.alarm
        let metrics = Set(evaluation.rules.rules.flatMap { $0.query.root.selectors.map(\.metric) })
        var found: [Gap] = []
        for stream in metrics.flatMap({ store.streams(namespace: alarm.namespace, metric: $0) })
        where stream.longestDelay > alarm.slackMilliseconds {
            let begin = Self.index(in: stream.timestamps, after: first - stream.longestDelay - 1)
            let end = Self.index(in: stream.timestamps, after: last)
            for index in begin..<max(begin, end) {
                let point = stream[index]
                let end = point.arrival - alarm.slackMilliseconds
                guard end > point.timestamp, end > first else { continue }
                found.append(Gap(start: point.timestamp, end: end, delay: point.arrival - point.timestamp))
            }
        }
        for gap in found.sorted(by: { $0.start < $1.start }) {
            guard var last = gaps.last, gap.start - last.end < Self.reach else {
                gaps.append(gap)
                continue
            }
            last.end = max(last.end, gap.end)
            last.delay = max(last.delay, gap.delay)
            gaps[gaps.count - 1] = last
        }
    }

    /// How many labels from `start` on, at most `limit`, are alike, and the longest delay of the points that their evaluations
    /// may miss (0: they miss none).
    func span(from start: Int64, limit: Int) -> (count: Int, delay: Int64) {
        let index = firstGap(endingAfter: start)
        guard index < gaps.count else { return (limit, 0) }
        let gap = gaps[index]
        let isInside = gap.start <= start
        let room = UTCTime.minuteUp((isInside ? gap.end : gap.start) - start) / UTCTime.minute
        return (min(limit, Int(max(1, room))), isInside ? gap.delay : 0)
    }

    private func firstGap(endingAfter instant: Int64) -> Int {
        var (low, high) = (0, gaps.count)
        while low < high {
            let middle = (low + high) / 2
            if gaps[middle].end > instant { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The first place of a value greater than `limit`.
    private static func index(in sorted: [Int64], after limit: Int64) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] > limit { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
