// SPDX-License-Identifier: MIT

import MQL
import Testing

struct EvaluatorTests {
    static let a = stream("a", ["host": "x"], [5, 0, nil, 7])
    static let b = stream("b", ["host": "x"], [1, nil, 2, 3])
    static let c = stream("b", ["host": "y"], [4, 4, 4, nil])

    @Test(
        arguments: [
            ("a[1m].sum() / b[1m].sum()", [5, nil, nil, 7.0 / 3]), ("a[1m].sum() / 0", []),
            ("1 / a[1m].sum()", [0.2, nil, nil, 1.0 / 7]),
            ("a[1m].sum() % 4", [1, 0, nil, 3]), ("-a[1m].sum() % 4", [-1, -0.0, nil, -3]),
            ("5 % a[1m].sum()", [0, nil, nil, 5]), ("-(-a[1m].sum())", [5, 0, nil, 7]),
            ("a[1m].sum() * 1e308 * 10", [nil, 0, nil, nil]), ("a[1m].sum() in (0, 5)", [1, 1, nil, nil]),
            ("a[1m].sum() in (5, 0)", []), ("a[1m].sum() not in (5, 0)", [1, 1, nil, 1]),
            ("(1 > 2) + a[1m].sum()", []), ("(2 > 1) + a[1m].sum()", [6, 1, nil, 8]),
        ] as [(String, [Double?])])
    func `arithmetic and ranges`(query: String, expected: [Double?]) throws {
        #expect(try Question(query, [Self.a, Self.b], 1...4).values() == expected)
    }

    @Test(
        arguments: [
            ("a[1m].sum() && b[1m].sum()", [1, 0, 0, 1]), ("a[1m].sum() || b[1m].sum()", [1, 0, 1, 1]),
            ("a[1m].sum() && 1", [1, 0, nil, 1]), ("0 || a[1m].sum()", [1, 0, nil, 1]),
            ("a[1m].sum() > 6 || b[1m].sum() > 2", [0, 0, 0, 1]), ("a[1m].sum() > 6", [0, 0, nil, 1]),
            ("a[1m].sum() in (6, 8)", [0, 0, nil, 1]), ("a[1m].sum()", [5, 0, nil, 7]),
            ("(a[1m].sum() > 6).max()", [nil, nil, nil, 1]), ("(a[1m].sum() > 6) == 0", [nil, nil, nil, 0]),
            ("a[1m].sum() > b[1m].sum()", [1, nil, nil, 1]),
        ] as [(String, [Double?])])
    func `in an alarm the outermost predicate is 0 where it is false`(query: String, expected: [Double?]) throws {
        let question = Question(query, [Self.a, Self.b], 1...4).with { $0.purpose = .alarm }
        #expect(try question.values() == expected)
        let shown = try question.with { $0.purpose = .metric }.values()
        let isPredicate = query.contains(">") || query.contains(" in ") || query.contains("&&") || query.contains("||")
        #expect(shown == (isPredicate ? expected.map { $0 == 0 ? nil : $0 } : expected) || shown.isEmpty)
    }

    @Test func `streams pair up by equal dimensions, and joins keep those without partner`() throws {
        let streams = [Self.a, Self.b, Self.c]
        #expect(
            try Question("a[1m].sum() + b[1m].sum()", streams, 1...4).answer() == [
                "{\"host\":\"x\"}": [6, nil, nil, 10]
            ])
        #expect(
            try Question("a[1m].sum() || b[1m].sum()", streams, 1...4).answer() == [
                "{\"host\":\"x\"}": [1, nil, 1, 1], "{\"host\":\"y\"}": [1, 1, 1, nil],
            ])
    }

    @Test func `one stream without dimensions pairs up with each of the other side, on either side`() throws {
        let streams = [Self.a, Self.b, Self.c]
        #expect(
            try Question("b[1m].sum() - a[1m].grouping().sum()", streams, 1...2).answer() == [
                "{\"host\":\"x\"}": [-4, nil], "{\"host\":\"y\"}": [-1, 4],
            ])
        #expect(
            try Question("a[1m].grouping().sum() - b[1m].sum()", streams, 1...2).answer() == [
                "{\"host\":\"x\"}": [4, nil], "{\"host\":\"y\"}": [1, -4],
            ])
    }

    @Test func `groups keep the named dimensions, and a stream that lacks one has a group without it`() throws {
        let streams = [
            stream("m", ["host": "a", "az": "1"], [1]), stream("m", ["host": "b", "az": "1"], [2]),
            stream("m", ["host": "c"], [4]),
        ]
        #expect(try Question("m[1m].groupBy(az).sum()", streams, 1...1).answer() == ["{\"az\":\"1\"}": [3], "{}": [4]])
        #expect(try Question("m[1m].groupBy(nosuch).sum()", streams, 1...1).answer() == ["{}": [7]])
        #expect(
            try Question("m[1m].sum().groupBy(az).max()", streams, 1...1).answer() == [
                "{\"az\":\"1\"}": [2], "{}": [4],
            ])
        #expect(try Question("m[1m].sum().count()", streams, 1...1).answer().values.allSatisfy { $0 == [1] })
    }

    @Test func `the resource group selects, and can be grouped by`() throws {
        let streams = [stream("m", group: "g", [1]), stream("m", [2]), stream("m", group: "h", [3])]
        #expect(try Question("m[1m].sum()", streams, 1...1).values() == [2])
        #expect(try Question("m[1m].sum()", streams, 1...1).with { $0.group = "g" }.values() == [1])
        #expect(try Question("h::m[1m].sum()", streams, 1...1).with { $0.group = "g" }.values() == [3])
        let grouped = Question("m[1m].sum().groupBy(resourceGroup).max()", streams, 1...1).with { $0.group = "h" }
        #expect(try grouped.answer() == ["{\"resourceGroup\":\"h\"}": [3]])
        #expect(try Question("h::m[1m].groupBy(resourceGroup).max()", streams, 1...1).answer() == grouped.answer())
    }

    @Test(
        arguments: [
            ("{host = \"a\"}", ["a"]), ("{host != \"a\"}", ["b", "none"]), ("{host =~ \"a|b\"}", ["a", "b"]),
            ("{host !~ \"a*\"}", ["b", "none"]), ("{az = 1}", ["none"]), ("{host = a, host = b}", []),
        ] as [(String, [String])])
    func `a stream without the dimension fails = and =~ and passes the others`(filter: String, expected: [String])
        throws
    {
        let streams =
            ["a", "b"].map { stream("m", ["host": $0, "id": $0], [1]) } + [stream("m", ["az": "1", "id": "none"], [1])]
        let answer = try Question("m[1m]\(filter).groupBy(id).sum()", streams, 1...1).answer()
        #expect(answer.keys.sorted() == expected.map { "{\"id\":\"\($0)\"}" })
    }

    @Test func `sums do not remember what has left the window`() throws {
        let question = Question("m[3m].sum()", [stream("m", [1e16, 1, 1, 1, 0.1, 0.2])], 3...6)
        #expect(try question.values() == [1e16 + 2, 3, 2.1, 1.3])
    }

    @Test func `points of one instant come in the order of their streams' dimensions`() throws {
        let streams = [stream("m", ["host": "b"], [20]), stream("m", ["host": "a"], [10])]
        #expect(try Question("m[1m].grouping().first()", streams, 1...1).values() == [10])
        #expect(try Question("m[1m].grouping().last()", streams, 1...1).values() == [20])
        #expect(try Question("m[1m].grouping().rate()", streams, 1...1).values() == [])
    }

    @Test func `absence of a group is that of its latest stream, and is counted from the minute after the window`()
        throws
    {
        let streams = [
            stream("m", ["host": "a"], seconds: [(30, 1)]), stream("m", ["host": "b"], seconds: [(150, 1)]),
        ]
        #expect(try Question("m[1m].grouping().absent(2m)", streams, 0...7).values() == [nil, 0, 1, 0, 1, 1, nil, nil])
    }

    @Test func `a point weighs as much as it counts`() throws {
        let stream = MetricStream(
            identity("m", [:]), [Datapoint(at: 1000, 4, count: 3), Datapoint(at: 2000, 10, count: 0.5)])
        for (query, value) in [
            ("sum()", 17), ("count()", 3.5), ("mean()", 17 / 3.5), ("max()", 10), ("percentile(0.9)", 5.5),
        ] {
            #expect(try Question("m[1m].\(query)", [stream], 1...1).values() == [value])
        }
    }

    @Test func `the evaluator tells how late the streams of a query are`() throws {
        let late = MetricStream(identity("m", ["host": "a"]), [Datapoint(at: 0, 1, arrival: 90_000)])
        let store = MetricStore([late, Self.a])
        for (query, delay) in [("a[1m].sum() > 0", 0), ("a[1m].sum() > 0 || m[5m].absent() in (1, 2)", 90_000)] {
            let root = try Query(parsing: query).root
            #expect(Evaluator().longestDelay(of: root, over: store, namespace: "test") == Int64(delay))
        }
    }

    @Test func `one instant can be asked by itself`() throws {
        let late = MetricStream(
            identity("m", ["host": "a"]), [Datapoint(at: minute, 1), Datapoint(at: 2 * minute, 1, arrival: 4 * minute)])
        let root = try Query(parsing: "m[5m].sum()").root
        let answers = [3 * minute, 4 * minute, nil].map { instant in
            Evaluator().evaluate(
                root, over: MetricStore([late]), namespace: "test", labels: LabelGrid(start: 3 * minute, count: 1),
                visibleAt: instant)[0].values
        }
        #expect(answers == [[1], [2], [2]])
    }

    @Test func `a query without streams, or with a number alone, has no answer`() throws {
        let number = Expression(.number(1), at: SourceRange(0, 1))
        let labels = LabelGrid(start: 0, count: 3)
        #expect(Evaluator().evaluate(number, over: MetricStore(), namespace: "test", labels: labels) == [])
        #expect(try Question("m[1m].sum()", [], 1...3).answer().isEmpty)
        let other = MetricStream(
            StreamIdentity(namespace: "other", metric: "m", dimensions: [:]), [Datapoint(at: minute, 1)])
        #expect(try Question("m[1m].sum()", [other], 1...3).answer().isEmpty)
    }

    @Test func `the deepest tree that is parsed can be evaluated`() throws {
        let depth = QueryRules.maximumDepth - 10
        let chain = "m[1m].sum()" + String(repeating: " + 1", count: depth)
        let nest = String(repeating: "-(", count: depth / 2) + "m[1m].sum()" + String(repeating: ")", count: depth / 2)
        let streams = [stream("m", [1])]
        #expect(try Question(chain, streams, 1...1).values() == [Double(depth + 1)])
        #expect(try Question(nest, streams, 1...1).values() == [depth / 2 % 2 == 0 ? 1 : -1])
    }

    @Test func `an answer does not depend on a stream that has no point in it`() throws {
        let silent = stream("b", ["host": "z"], Array(repeating: nil, count: 50) + [1])
        for query in ["a[1m].sum() || b[1m].sum()", "a[1m].sum() + b[1m].sum()", "b[1m].count()"] {
            let question = Question(query, [Self.a, Self.b], 1...4)
            #expect(try question.with { $0.streams.append(silent) }.answer() == question.answer())
        }
    }
}
