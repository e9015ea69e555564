// SPDX-License-Identifier: MIT

import MQL
import Testing

struct MetricStoreTests {
    @Test func `points are sorted, and those of one instant keep their order`() {
        let stream = MetricStream(
            identity("m", [:]), [Datapoint(at: 5, 1), Datapoint(at: 3, 2, count: 2), Datapoint(at: 5, 3, arrival: 9)])
        #expect(
            stream.points == [
                Datapoint(at: 3, 2, count: 2), Datapoint(at: 5, 1), Datapoint(at: 5, 3, arrival: 9),
            ])
        #expect(stream.longestDelay == 4)
        #expect(stream.count == 3 && stream.timestamps == [3, 5, 5] && stream.values == [2, 1, 3])
    }

    @Test func `points that no statistic can use are left out and counted`() {
        let points = [
            Datapoint(at: 1, .nan), Datapoint(at: 1, .infinity), Datapoint(at: 1, 1, count: 0),
            Datapoint(at: 1, 1, count: -.infinity), Datapoint(at: .max, 1), Datapoint(at: .min, 1), Datapoint(at: 2, 7),
        ]
        var stream = MetricStream(identity("m", [:]), points)
        #expect(stream.points == [Datapoint(at: 2, 7)])
        #expect(stream.refusedPoints == 6)
        stream.append([Datapoint(at: 3, .nan)])
        #expect(stream.refusedPoints == 7)
    }

    @Test func `points can be added at the end and in between, and old ones forgotten`() {
        var stream = MetricStream(identity("m", [:]), [Datapoint(at: 10, 1, arrival: 50), Datapoint(at: 20, 2)])
        stream.append([Datapoint(at: 30, 3)])
        stream.append([Datapoint(at: 15, 4, count: 2)])
        #expect(stream.values == [1, 4, 2, 3])
        #expect(stream.longestDelay == 40)
        stream.removePoints(before: 15)
        #expect(stream.points == [Datapoint(at: 15, 4, count: 2), Datapoint(at: 20, 2), Datapoint(at: 30, 3)])
        #expect(stream.longestDelay == 0)
        stream.removePoints(before: 15)
        #expect(stream.count == 3)
    }

    @Test func `streams of one identity become one, in order of their dimensions`() {
        var store = MetricStore([
            stream("m", ["host": "b"], [1]), stream("m", ["host": "a"], [2]), stream("m", ["host": "b"], [nil, 3]),
            stream("k", ["host": "z"], [1]), stream("m", ["host": "a"], group: "g", [9]),
        ])
        #expect(store.streams.map(\.identity.metric) == ["k", "m", "m", "m"])
        #expect(store.streams(namespace: "test", metric: "m").map(\.values) == [[2], [9], [1, 3]])
        store.add([Datapoint(at: 3 * minute, 4)], to: identity("m", ["host": "b"]))
        store.add([Datapoint(at: 3 * minute, 5)], to: identity("new", [:]))
        #expect(store.streams(namespace: "test", metric: "m").last?.values == [1, 3, 4])
        store.removePoints(before: 3 * minute)
        #expect(store.streams.map(\.values) == [[4], [5]])
        #expect(store.streams(namespace: "other", metric: "m").isEmpty)
    }

    @Test func `dimensions are written as JSON with sorted keys`() {
        let text = ResultStream(dimensions: ["b": "q\"\\\u{1}\u{1F}ö", "a": "1"], values: []).dimensionText
        #expect(text == "{\"a\":\"1\",\"b\":\"q\\\"\\\\\\u0001\\u001fö\"}")
    }
}

struct LabelGridTests {
    @Test(
        arguments: [
            (0, 0, 0), (0, 1, 1), (0, 60_000, 1), (0, 60_001, 2), (13_000, 60_000, 0), (13_000, 60_001, 1),
            (-1, 1, 1), (-60_001, 0, 1), (5, 4, 0),
        ] as [(Int64, Int64, Int)])
    func `labels of a metric query lie on minutes, start included and end not`(start: Int64, end: Int64, count: Int) {
        let labels = LabelGrid.metricQuery(start: start, end: end, resolution: 60_000)
        #expect(labels.count == count)
        #expect((0..<count).allSatisfy { labels[$0] % 60_000 == 0 && labels[$0] >= start && labels[$0] < end })
    }

    @Test func `the recorded requests give the recorded labels`() {
        let (hour, second) = (60 * minute, Int64(1000))
        let first = LabelGrid.metricQuery(
            start: 9 * hour + 46 * minute + 13 * second, end: 9 * hour + 53 * minute + 7 * second, resolution: minute)
        #expect(first[0] == 9 * hour + 47 * minute && first[first.count - 1] == 9 * hour + 53 * minute)
        #expect(
            LabelGrid.metricQuery(start: 15 * hour + 38_000, end: 18 * hour + 38_000, resolution: minute)[0] == 15
                * hour + minute)
    }

    @Test func `absurd bounds give a grid that can be computed with`() {
        for (start, end) in [(Int64.min, Int64.max), (.max, .min), (.max, .max), (0, .max)] {
            for step in [Int64.min, 0, 1, .max] {
                for grid in [
                    LabelGrid(start: start, step: step, count: .max), LabelGrid(from: start, through: end, step: step),
                    .metricQuery(start: start, end: end, resolution: step, anchor: .epoch),
                ] where grid.count > 0 { #expect(grid[grid.count - 1] >= grid[0]) }
            }
        }
    }

    @Test(
        arguments: [
            ("a[5m].sum()", 5), ("a[1h].sum() / b[10m].sum()", 10), ("(a[1d].sum() in (1, 2)).grouping().sum()", 1440),
        ] as [(String, Int64)]) func `the resolution is the shortest interval`(query: String, minutes: Int64) throws
    {
        #expect(LabelGrid.defaultResolution(of: try Query(parsing: query).root) == minutes * minute)
    }

    @Test func `a tree without a selector has the resolution of a minute`() {
        #expect(LabelGrid.defaultResolution(of: Expression(.number(1), at: SourceRange(0, 1))) == minute)
    }
}

struct WildcardPatternTests {
    @Test(arguments: [
        ("a", "a", true), ("a", "ab", false), ("a", "A", false), ("*", "", true), ("*", "anything", true),
        ("web-*|db-1|ach", "web-12", true), ("web-*|db-1|ach", "db-1", true), ("web-*|db-1|ach", "cache", false),
        ("*a*b", "xaybzb", true), ("*a*b", "xaybz", false), ("a**b", "ab", true), ("a*b*c", "abbbc", true),
        ("a*", "*", false), ("*|", "x", true), ("", "", true), ("a|", "", true), ("ö*", "öl", true), (".*", "x", false),
        ("a.c", "abc", false), ("*aab", "aaaaab", true),
    ]) func `a star is any run, a bar an alternative, all else literal`(pattern: String, value: String, matches: Bool) {
        #expect(WildcardPattern(pattern).matches(value) == matches)
        #expect(WildcardPattern(pattern.uppercased(), ignoringCase: true).matches(value) == matches || value == "A")
    }
}
