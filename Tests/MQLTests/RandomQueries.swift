// SPDX-License-Identifier: MIT

import MQL
import TestSupport

/// Random trees over random data, the same for the same seed.
struct RandomQueries {
    var random: SeededGenerator
    let nowhere = SourceRange(0, 0)

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func pick<Element>(_ from: [Element]) -> Element { from[Int.random(in: 0..<from.count, using: &random)] }
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    /// Up to `depth` levels of what a parser can produce.
    mutating func expression(depth: Int) -> Expression {
        guard depth > 0, !chance(15) else { return chance(20) ? number() : aggregated(selector()) }
        return switch Int.random(in: 0..<10, using: &random) {
        case 0: Expression(.negated(expression(depth: depth - 1)), at: nowhere)
        case 1:
            Expression(
                .membership(
                    expression(depth: depth - 1), low: Double(pick([-2, 0, 1])), high: Double(pick([1, 3, 4])),
                    isNegated: chance(50)), at: nowhere)
        case 2: aggregated(expression(depth: depth - 1))
        case 3: filter(expression(depth: depth - 1))
        default:
            Expression(
                .binary(pick(BinaryOperator.allCases), expression(depth: depth - 1), expression(depth: depth - 1)),
                at: nowhere)
        }
    }

    mutating func number() -> Expression {
        Expression(.number(pick([0, 0.5, 1, 2, 3, 10, 100])), at: nowhere)
    }

    mutating func aggregated(_ input: Expression) -> Expression {
        var input = input
        if chance(40) {
            let names = pick([["host"], ["az"], ["az", "host"], ["nosuch"], ["resourceGroup"]])
            input = Expression(.call(chance(30) ? .grouping : .groupBy(names), input: input), at: nowhere)
        }
        return Expression(.call(.statistic(statistic()), input: input), at: nowhere)
    }

    mutating func statistic() -> Statistic {
        pick([
            .avg, .mean, .count, .sum, .min, .max, .first, .last, .increment, .rate, .percentile(0.5),
            .percentile(0.9), .percentile(0.01), .absent(nil), .absent(AbsencePeriod(Interval(3, .minutes))),
            .absent(AbsencePeriod(Interval(1, .hours))),
        ])
    }

    mutating func filter(_ input: Expression) -> Expression {
        let x = Expression(.variable("x"), at: nowhere)
        let test = Expression(.binary(pick(BinaryOperator.allCases), x, number()), at: nowhere)
        let condition = chance(50) ? test : Expression(.binary(pick([.and, .or]), test, x), at: nowhere)
        return Expression(.call(.filter(parameter: "x", condition: condition), input: input), at: nowhere)
    }

    mutating func selector() -> Expression {
        var filters: [DimensionFilter] = []
        while chance(30) {
            filters.append(
                DimensionFilter(
                    pick(["host", "az", "nosuch", "resourceGroup"]), pick(DimensionFilter.Comparison.allCases),
                    pick(["a", "b", "x|A", "*", "a*|y", "B", "g"])))
        }
        return Expression(
            .selector(
                Selector(
                    resourceGroup: chance(10) ? "g" : nil, metric: pick(["m", "n", "nothing"]),
                    interval: Interval(pick([1, 1, 2, 5, 10, 60]), .minutes), filters: filters)), at: nowhere)
    }

    /// Streams of two metrics over about an hour: gaps, several points a minute or none, counts, late points.
    mutating func streams(latest: Int64 = 0) -> [MetricStream] {
        let all = ["m", "n"].flatMap { metric in
            ["a", "b", "ab"].flatMap { host in
                ["x", "y", nil].flatMap { zone in [nil, "g"].map { (metric, host, zone, $0) } }
            }
        }
        return all.shuffled(using: &random).prefix(Int.random(in: 0...7, using: &random)).map {
            metric, host, zone, group in
            var dimensions = ["host": host]
            dimensions["az"] = zone
            return MetricStream(
                StreamIdentity(namespace: "test", resourceGroup: group, metric: metric, dimensions: dimensions),
                points(latest: latest))
        }
    }

    private mutating func points(latest: Int64) -> [Datapoint] {
        let step = pick([10, 20, 30, 60, 60, 300, 1500]) as Int64
        let (hasCounts, hasGaps) = (chance(20), chance(40))
        // Late now and then, always by as much, or all at once when a spool is sent.
        let lateness = Int.random(in: 0..<3, using: &random)
        var time = Int64.random(in: -600...1200, using: &random) / step * step
        var points: [Datapoint] = []
        while time < 3600 {
            var late: Int64 = 0
            switch lateness {
            case 0: late = latest > 0 && chance(20) ? Int64.random(in: 0...latest, using: &random) : 0
            case 1: late = latest
            default: late = latest > 0 ? latest - 1 - (time * 1000 + 10 * latest) % latest : 0
            }
            points.append(
                Datapoint(
                    at: time * 1000, Double(Int.random(in: -4...20, using: &random)) / 4,
                    count: hasCounts ? Double(pick([1, 1, 2, 3])) : 1, arrival: time * 1000 + late))
            time += hasGaps && chance(15) ? step * 12 : step
            if chance(10) { time += 7 }
        }
        return points
    }

    /// Each rule that concerns evaluation flipped now and then.
    mutating func knobs() -> Knobs {
        var knobs = Knobs()
        if chance(25) { knobs.arithmeticMissing = .skip }
        if chance(25) { knobs.streamMatching = .equal }
        if chance(25) { knobs.nestedFalse = .zero }
        if chance(25) { knobs.rateSinglePoint = .previous }
        if chance(25) { knobs.incrementBase = .previous }
        if chance(25) { knobs.percentile = .nearest }
        if chance(25) { knobs.groupedMean = .streams }
        if chance(25) { knobs.notInBounds = .exclusive }
        if chance(25) { knobs.fuzzyCase = .insensitive }
        if chance(25) { knobs.unknownDimension = .matchesNothing }
        if chance(25) { knobs.absentEdge = .inclusive }
        return knobs
    }
}
