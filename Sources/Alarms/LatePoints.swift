// SPDX-License-Identifier: MIT

import MQL

/// The points of a data set that arrive after an evaluation that should have seen them.
struct LatePoints: Sendable {
    /// The evaluations that miss a point: from `start`, before `end`.
    private struct Gap: Sendable {
        let start: Int64
        let end: Int64
        let delay: Int64
    }

    /// In order of their starts.
    private var gaps: [Gap] = []
    /// For each gap the latest end of it and those before it.
    private var reach: [Int64] = []

    /// Looks at all streams of the metrics that the rules name. None is late if visibility does not matter.
    init(of evaluation: RuleEvaluation, in store: MetricStore) {
        guard evaluation.evaluator.knobs.visibility == .arrived else { return }
        let alarm = evaluation.alarm
        let metrics = Set(evaluation.rules.rules.flatMap { $0.query.root.selectors.map(\.metric) })
        for stream in metrics.flatMap({ store.streams(namespace: alarm.namespace, metric: $0) })
        where stream.longestDelay > alarm.slackMilliseconds {
            for index in 0..<stream.count {
                let point = stream[index]
                let end = point.arrival - alarm.slackMilliseconds
                guard end > point.timestamp else { continue }
                gaps.append(Gap(start: point.timestamp, end: end, delay: point.arrival - point.timestamp))
            }
        }
        gaps.sort { $0.start < $1.start }
        var latest = Int64.min
        for gap in gaps {
            latest = max(latest, gap.end)
            reach.append(latest)
        }
    }

    /// The longest delay of the points that an evaluation of these labels misses; 0: they miss none.
    func longestDelay(within labels: LabelGrid) -> Int64 {
        guard !gaps.isEmpty, labels.count > 0 else { return 0 }
        let last = labels[labels.count - 1]
        var delay: Int64 = 0
        var index = firstReaching(labels.start)
        while index < gaps.count, gaps[index].start <= last {
            if gaps[index].end > labels.start { delay = max(delay, gaps[index].delay) }
            index += 1
        }
        return delay
    }

    /// The first gap that, or one before which, ends after an instant.
    private func firstReaching(_ instant: Int64) -> Int {
        var (low, high) = (0, reach.count)
        while low < high {
            let middle = (low + high) / 2
            if reach[middle] > instant { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
