// SPDX-License-Identifier: MIT

/// The labels whose windows hold points that have not arrived when the label is looked at, of streams whose points do not arrive
/// in order. There are few, so each is computed by itself, from the points that have arrived.
struct LateWindows {
    private let members: [MetricStream]
    private let streams: [WindowedStream]
    private let interval: Int64
    private let evaluation: Evaluation
    private var isLate: [Bool] = []

    init(
        _ members: [MetricStream], _ streams: [WindowedStream], isLookingBack: Bool, interval: Int64,
        of evaluation: Evaluation
    ) {
        (self.members, self.streams) = (members, streams)
        (self.interval, self.evaluation) = (interval, evaluation)
        let labels = evaluation.labels
        for (member, stream) in zip(members, streams) where labels.count > 0 && !stream.isExact {
            let settled = member.settledPoints(at: labels.start, evaluation.visibility)
            let start = isLookingBack ? settled : max(settled, stream.bounds.low[0])
            let end = stream.bounds.high[labels.count - 1]
            guard start < end else { continue }
            var covered = 0
            for index in start..<end {
                covered = mark(
                    member.timestamps[index], arrival: member.arrival(index), isLookingBack: isLookingBack,
                    from: covered)
            }
        }
    }

    /// Replaces the values of those labels.
    func correct(_ values: inout [Double], _ statistic: Statistic) {
        for label in isLate.indices where isLate[label] { values[label] = value(of: statistic, at: label) }
    }

    /// Marks the labels that would use a point but do not see it. Points come oldest first, so those before `covered` that
    /// are this point's are marked already. Gives the new `covered`.
    private mutating func mark(_ timestamp: Int64, arrival: Int64, isLookingBack: Bool, from covered: Int) -> Int {
        let labels = evaluation.labels
        var label = max(covered, labels.index(atOrAfter: timestamp))
        while label < labels.count, isLookingBack || labels[label] - interval < timestamp,
            let limit = evaluation.visibility.limit(of: labels[label]), arrival > limit
        {
            if isLate.isEmpty { isLate = Array(repeating: false, count: labels.count) }
            isLate[label] = true
            label += 1
        }
        return max(covered, label)
    }

    private func value(of statistic: Statistic, at label: Int) -> Double {
        switch statistic {
        case .first, .last, .increment, .rate:
            return edges(at: label).value(of: statistic, knobs: evaluation.knobs)
        case .absent(let period):
            let latest = members.indices.compactMap { member in
                lastSeen(member, before: streams[member].bounds.high[label], label).map {
                    members[member].timestamps[$0]
                }
            }
            return AbsenceRule(period, interval: interval, knobs: evaluation.knobs)
                .value(at: evaluation.labels[label], latest: latest.max())
        default:
            return sampleValue(of: statistic, at: label)
        }
    }

    private func sampleValue(of statistic: Statistic, at label: Int) -> Double {
        let samples = members.indices.map { member in seen(member, label).map { members[member][$0] } }
        let points = samples.flatMap(\.self)
        guard !points.isEmpty else { return .nan }
        switch statistic {
        case .sum: return Self.sum(points.map { $0.value * $0.count })
        case .count: return Self.sum(points.map(\.count))
        case .min: return points.reduce(.infinity) { min($0, $1.value) }
        case .max: return points.reduce(-.infinity) { max($0, $1.value) }
        case .percentile(let fraction):
            var sample = SortedSample()
            for point in points { sample.insert(point.value, count: point.count) }
            return sample.percentile(fraction, by: evaluation.knobs.percentile)
        default:
            guard evaluation.knobs.groupedMean == .streams else { return Self.mean(points) }
            let means = samples.filter { !$0.isEmpty }.map(Self.mean).filter { !$0.isNaN }
            return means.isEmpty ? .nan : (Self.sum(means) / Double(means.count)).finiteOrMissing
        }
    }

    private static func mean(_ points: [Datapoint]) -> Double {
        (sum(points.map { $0.value * $0.count }) / sum(points.map(\.count))).finiteOrMissing
    }

    private static func sum(_ values: [Double]) -> Double {
        let states = values.map(SumFold.state)
        guard let first = states.first else { return .nan }
        return SumFold.value(of: states.dropFirst().reduce(first, SumFold.combined))
    }

    private func edges(at label: Int) -> WindowEdges {
        var edges = WindowEdges()
        for member in members.indices {
            let stream = streams[member]
            if let previous = lastSeen(member, before: stream.bounds.low[label], label) {
                edges.add(previous: stream.point(previous))
            }
            let seen = seen(member, label)
            guard let first = seen.first, let last = seen.last else { continue }
            edges.add(first: stream.point(first), last: stream.point(last), number: seen.count)
        }
        return edges
    }

    /// The points of a stream in the window that have arrived.
    private func seen(_ member: Int, _ label: Int) -> [Int] {
        let bounds = streams[member].bounds
        return (bounds.low[label]..<bounds.high[label]).filter { isSeen(member, $0, label) }
    }

    /// The last point of a stream before `end` that has arrived.
    private func lastSeen(_ member: Int, before end: Int, _ label: Int) -> Int? {
        (0..<end).last { isSeen(member, $0, label) }
    }

    private func isSeen(_ member: Int, _ index: Int, _ label: Int) -> Bool {
        guard let limit = evaluation.visibility.limit(of: evaluation.labels[label]) else { return true }
        return members[member].arrival(index) <= limit
    }
}
