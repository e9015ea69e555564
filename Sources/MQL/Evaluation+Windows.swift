// SPDX-License-Identifier: MIT

extension Evaluation {
    /// A statistic of metric streams: one column for each group, over all raw points of its members together.
    func columns(of statistic: Statistic, over selector: Selector, grouping: Grouping) -> [Column] {
        let interval = selector.interval.lengthMilliseconds
        let groups = grouping.groups(streams(of: selector)) {
            grouping.key($0.identity.dimensions, resourceGroup: $0.identity.resourceGroup)
        }
        return groups.map { group in
            let streams = group.members.map {
                WindowedStream($0, interval: interval, labels: labels, visibility: visibility)
            }
            var column = Column(
                dimensions: group.dimensions, resourceGroup: nil, values: values(of: statistic, streams, interval))
            if case .none = grouping { column.resourceGroup = group.members[0].identity.resourceGroup }
            let late = LateWindows(
                group.members, streams, isLookingBack: isLookingBack(statistic), interval: interval, of: self)
            late.correct(&column.values, statistic)
            return column
        }
    }

    /// A statistic of a result: at each label over the one value of each member.
    func columns(of statistic: Statistic, over input: [Column], grouping: Grouping) -> [Column] {
        let groups = grouping.groups(input) { grouping.key($0.dimensions, resourceGroup: $0.resourceGroup) }
        return groups.map { group in
            var column = Column(
                dimensions: group.dimensions, resourceGroup: nil,
                values: values(of: statistic, group.members.map(\.values)))
            if case .none = grouping { column.resourceGroup = group.members[0].resourceGroup }
            return column
        }
    }

    private func values(of statistic: Statistic, _ streams: [WindowedStream], _ interval: Int64) -> [Double] {
        switch statistic {
        case .sum: sums(streams).values
        case .count: counts(streams).values
        case .mean, .avg: means(streams)
        case .min: folded(MinFold.self, streams)
        case .max: folded(MaxFold.self, streams)
        case .first, .last, .increment, .rate: edges(streams).map { $0.value(of: statistic, knobs: knobs) }
        case .percentile(let fraction):
            SlidingPercentile(fraction: fraction, rule: knobs.percentile).values(streams, labels: labels)
        case .absent(let period): absence(AbsenceRule(period, interval: interval, knobs: knobs), streams)
        }
    }

    private func folded<Rule: Fold>(_ rule: Rule.Type, _ streams: [WindowedStream]) -> [Double] {
        var fold = SlidingFold(rule, labels: labels)
        for stream in streams { fold.add(stream.values, stream.bounds) }
        return fold.values
    }

    private func sums(_ streams: [WindowedStream]) -> SlidingFold<SumFold> {
        var fold = SlidingFold(SumFold.self, labels: labels)
        for stream in streams { fold.add(stream.values, scale: stream.counts, stream.bounds) }
        return fold
    }

    private func counts(_ streams: [WindowedStream]) -> SlidingFold<SumFold> {
        var fold = SlidingFold(SumFold.self, labels: labels)
        for stream in streams {
            if let counts = stream.counts {
                fold.add(counts, stream.bounds)
                continue
            }
            for label in 0..<labels.count where stream.bounds.low[label] < stream.bounds.high[label] {
                let number = stream.bounds.high[label] - stream.bounds.low[label]
                fold.add(SumFold.state(of: Double(number)), at: label)
            }
        }
        return fold
    }

    private func means(_ streams: [WindowedStream]) -> [Double] {
        guard knobs.groupedMean == .streams, streams.count > 1 else {
            return Self.quotients(sums(streams).values, counts(streams).values)
        }
        return values(of: .mean, streams.map { Self.quotients(sums([$0]).values, counts([$0]).values) })
    }

    private static func quotients(_ sums: [Double], _ counts: [Double]) -> [Double] {
        var result = sums
        for index in result.indices { result[index] = (sums[index] / counts[index]).finiteOrMissing }
        return result
    }

    private func edges(_ streams: [WindowedStream]) -> [WindowEdges] {
        var edges = Array(repeating: WindowEdges(), count: labels.count)
        for stream in streams {
            for label in edges.indices {
                let (low, high) = (stream.bounds.low[label], stream.bounds.high[label])
                if low > 0 { edges[label].add(previous: stream.point(low - 1)) }
                guard low < high else { continue }
                edges[label].add(first: stream.point(low), last: stream.point(high - 1), number: high - low)
            }
        }
        return edges
    }

    private func absence(_ rule: AbsenceRule, _ streams: [WindowedStream]) -> [Double] {
        var latest: [Int64?] = Array(repeating: nil, count: labels.count)
        for stream in streams {
            for label in latest.indices where stream.bounds.high[label] > 0 {
                latest[label] = max(latest[label] ?? .min, stream.timestamps[stream.bounds.high[label] - 1])
            }
        }
        return latest.indices.map { rule.value(at: labels[$0], latest: latest[$0]) }
    }

    /// Whether points before the window matter.
    private func isLookingBack(_ statistic: Statistic) -> Bool {
        switch statistic {
        case .absent: true
        case .rate: knobs.rateSinglePoint == .previous
        case .increment: knobs.incrementBase == .previous
        default: false
        }
    }

    /// A statistic over one value of each member. Those that need time have none.
    private func values(of statistic: Statistic, _ members: [[Double]]) -> [Double] {
        switch statistic {
        case .sum: folded(SumFold.self, members).values
        case .count: folded(SumFold.self, members.map { $0.map { $0.isNaN ? .nan : 1 } }).values
        case .mean, .avg: Self.quotients(values(of: .sum, members), values(of: .count, members))
        case .min: folded(MinFold.self, members).values
        case .max: folded(MaxFold.self, members).values
        case .percentile(let fraction): percentiles(fraction, members)
        case .first, .last, .increment, .rate, .absent: labels.noPoints
        }
    }

    private func folded<Rule: Fold>(_ rule: Rule.Type, _ members: [[Double]]) -> SlidingFold<Rule> {
        var fold = SlidingFold(rule, labels: labels)
        for member in members {
            for label in member.indices where !member[label].isNaN {
                fold.add(Rule.state(of: member[label]), at: label)
            }
        }
        return fold
    }

    private func percentiles(_ fraction: Double, _ members: [[Double]]) -> [Double] {
        (0..<labels.count).map { label in
            var sample = SortedSample()
            for member in members where !member[label].isNaN { sample.insert(member[label], count: 1) }
            return sample.percentile(fraction, by: knobs.percentile)
        }
    }
}

extension WindowedStream {
    func point(_ index: Int) -> WindowEdges.Point {
        WindowEdges.Point(timestamp: timestamps[index], value: values[index])
    }
}
