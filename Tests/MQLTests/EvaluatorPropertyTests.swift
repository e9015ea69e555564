// SPDX-License-Identifier: MIT

import MQL
import TestSupport
import Testing

/// The evaluator against the reference evaluator, and against itself asked in another way.
struct EvaluatorPropertyTests {
    static let labels = LabelGrid(start: -10 * minute, count: 90)

    func expectEqual(_ answer: [ResultStream], _ expected: [String: [Double?]], _ what: Comment) {
        #expect(answer.map(\.dimensionText) == expected.keys.sorted(), what)
        for stream in answer {
            let wanted = expected[stream.dimensionText] ?? []
            let isEqual =
                wanted.count == stream.values.count
                && zip(stream.values, wanted).allSatisfy { $0.isNearly($1 ?? .nan) }
            #expect(isEqual, what)
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `any tree over any data gives what the specification's rules give one by one`(seed: UInt64) {
        var source = RandomQueries(seed: seed)
        for _ in 0..<5 {
            let (streams, knobs) = (source.streams(), source.knobs())
            let (tree, group) = (source.expression(depth: 3), source.chance(20) ? "g" : nil)
            let purpose = source.pick([Query.Purpose.metric, .alarm])
            let answer = Evaluator(knobs: knobs).evaluate(
                tree, over: MetricStore(streams), namespace: "test", resourceGroup: group, labels: Self.labels,
                purpose: purpose)
            let reference = ReferenceEvaluator(knobs: knobs, streams: streams, group: group)
            expectEqual(answer, reference.evaluate(tree, Self.labels, purpose), "seed \(seed): \(tree.kind)")
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `each statistic of sliding windows is that of each window gathered anew`(seed: UInt64) {
        var source = RandomQueries(seed: 1000 + seed)
        for _ in 0..<5 {
            let (streams, knobs) = (source.streams(), source.knobs())
            let tree = source.aggregated(source.selector())
            let answer = Evaluator(knobs: knobs).evaluate(
                tree, over: MetricStore(streams), namespace: "test", labels: Self.labels)
            let reference = ReferenceEvaluator(knobs: knobs, streams: streams)
            expectEqual(answer, reference.evaluate(tree, Self.labels, .metric), "seed \(seed): \(tree.kind)")
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `a label sees what has arrived, in every statistic`(seed: UInt64) {
        var source = RandomQueries(seed: 2000 + seed)
        for _ in 0..<5 {
            let (streams, knobs) = (source.streams(latest: source.pick([60_000, 900_000])), source.knobs())
            let tree = source.chance(50) ? source.aggregated(source.selector()) : source.expression(depth: 2)
            let visibility = source.pick([
                PointVisibility.within(0), .within(180_000), .within(-60_000), .arrived(by: 20 * minute),
                .arrived(by: 90 * minute),
            ])
            let answer = Evaluator(knobs: knobs).evaluate(
                tree, over: MetricStore(streams), namespace: "test", labels: Self.labels, visibility: visibility)
            let reference = ReferenceEvaluator(knobs: knobs, streams: streams, visibility: visibility)
            expectEqual(
                answer, reference.evaluate(tree, Self.labels, .metric), "seed \(seed), \(visibility): \(tree.kind)")
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `asking label after label or in chunks gives the same bits`(seed: UInt64) {
        var source = RandomQueries(seed: 3000 + seed)
        let streams = source.streams(latest: 400_000).map { stream in
            // Fractions that no sum of doubles hits exactly.
            MetricStream(
                stream.identity, stream.points.map { Datapoint(at: $0.timestamp, $0.value / 3, arrival: $0.arrival) })
        }
        let (tree, store) = (source.expression(depth: 3), MetricStore(streams))
        for size in [1, 7] {
            let whole = Evaluator().evaluate(
                tree, over: store, namespace: "test", labels: Self.labels, visibility: .within(180_000))
            var parts: [String: [UInt64]] = [:]
            for start in stride(from: 0, to: Self.labels.count, by: size) {
                let labels = LabelGrid(
                    start: Self.labels[start], count: min(size, Self.labels.count - start))
                let part = Evaluator().evaluate(
                    tree, over: store, namespace: "test", labels: labels, visibility: .within(180_000))
                for stream in part {
                    let row = parts[stream.dimensionText] ?? Self.noPoints
                    parts[stream.dimensionText] =
                        Array(row[..<start] + stream.values.map(\.bitPattern) + row[(start + labels.count)...])
                }
            }
            let rows = whole.map { ($0.dimensionText, $0.values.map { $0.isNaN ? .max : $0.bitPattern }) }
            #expect(parts.mapValues { $0.map { Double(bitPattern: $0).isNaN ? .max : $0 } } == Dictionary(rows) { $1 })
        }
    }

    static let noPoints = [UInt64](repeating: .max, count: labels.count)

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `the order in which streams are given does not matter`(seed: UInt64) {
        var source = RandomQueries(seed: 4000 + seed)
        let (streams, tree) = (source.streams(), source.expression(depth: 3))
        let answers = [streams, streams.reversed(), streams.shuffled(using: &source.random)].map {
            Evaluator().evaluate(tree, over: MetricStore($0), namespace: "test", labels: Self.labels)
        }
        for answer in answers.dropFirst() {
            #expect(answer.map(\.dimensions) == answers[0].map(\.dimensions))
            #expect(
                answer.map { $0.values.map(\.bitPattern) } == answers[0].map { $0.values.map(\.bitPattern) })
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `a group of one stream has the values of the stream`(seed: UInt64) throws {
        var source = RandomQueries(seed: 5000 + seed)
        let points = try #require(source.streams().first(where: { _ in true }) ?? source.streams().first).points
        let stream = MetricStream(identity("m", ["host": "a"]), points)
        let selector = Expression(
            .selector(Selector(metric: "m", interval: Interval(5, .minutes))), at: source.nowhere)
        let statistic = Function.statistic(source.statistic())
        let answers = [selector, Expression(.call(.grouping, input: selector), at: source.nowhere)].map {
            Evaluator().evaluate(
                Expression(.call(statistic, input: $0), at: source.nowhere), over: MetricStore([stream]),
                namespace: "test", labels: Self.labels)
        }
        #expect(answers[0].map { $0.values.map(\.bitPattern) } == answers[1].map { $0.values.map(\.bitPattern) })
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `values at the end of the range of a double give points or none, never a trap`(seed: UInt64) {
        var source = RandomQueries(seed: 6000 + seed)
        let extremes = [
            Double.greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0, -0.0, 1e300, 9e18,
            -1e19, .infinity, .nan,
        ]
        let times: [Int64] = [.min, .max, 0, 1, minute, 2 * minute, -minute, 1 << 53, .max - 1, 5 * minute]
        for _ in 0..<20 {
            let streams = source.streams().map { stream in
                let points = (0..<12).map { _ in
                    Datapoint(
                        at: source.pick(times), source.pick(extremes), count: source.pick([1, 0, -1, 1e308, .nan, 2]),
                        arrival: source.pick(times))
                }
                return MetricStream(stream.identity, points)
            }
            let labels = LabelGrid(
                start: source.pick(times), step: source.pick(times), count: source.pick([0, 1, 10, -1]))
            let answer = Evaluator(knobs: source.knobs()).evaluate(
                source.expression(depth: 4), over: MetricStore(streams), namespace: "test", labels: labels,
                purpose: source.pick([.metric, .alarm]),
                visibility: source.pick([.everything, .arrived(by: source.pick(times)), .within(source.pick(times))]))
            #expect(answer.allSatisfy { $0.values.allSatisfy { $0.isFinite || $0.isNaN } })
        }
    }

    @Test func `every valid query of the corpus gives what the reference gives, over streams it names`() throws {
        #expect(QueryRow.valid.count > 50)
        for (seed, row) in QueryRow.valid.enumerated() {
            let root = try Query(parsing: row.query).root
            var source = RandomQueries(seed: 7000 + UInt64(seed))
            let streams = root.selectors.flatMap { selector in
                source.streams(latest: 400_000).prefix(3).map { stream in
                    var identity = stream.identity
                    (identity.metric, identity.resourceGroup) = (selector.metric, selector.resourceGroup)
                    for filter in selector.filters { identity.dimensions[filter.name] = filter.value }
                    return MetricStream(identity, stream.points)
                }
            }
            let store = MetricStore(streams)
            let labels = LabelGrid(start: 0, step: 5 * minute, count: 20)
            let answer = Evaluator().evaluate(
                root, over: store, namespace: "test", labels: labels, purpose: .alarm, visibility: .within(180_000))
            let reference = ReferenceEvaluator(
                knobs: Knobs(), streams: store.streams, visibility: .within(180_000))
            expectEqual(answer, reference.evaluate(root, labels, .alarm), "\(row.query)")
        }
    }
}
