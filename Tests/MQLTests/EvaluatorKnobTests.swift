// SPDX-License-Identifier: MIT

import MQL
import Testing

/// Every rule that concerns evaluation: what it gives by default, and what flipped.
struct EvaluatorKnobTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let question: Question
        let flip: @Sendable (inout Knobs) -> Void
        let standard: [Double?]
        let flipped: [Double?]
    }

    static let hosts = [stream("cpu", ["host": "a"], [90, 70, 60]), stream("cpu", ["host": "b"], [85, 85, 60])]
    static let uneven = [
        stream("cpu", ["host": "a"], seconds: [(10, 10), (20, 10), (30, 10)]),
        stream("cpu", ["host": "b"], seconds: [(10, 50)]),
    ]
    static let late = MetricStream(
        identity("cpu", ["host": "a"]), [Datapoint(at: minute, 4), Datapoint(at: 2 * minute, 8, arrival: 7 * minute)])

    static let cases: [Case] = [
        Case(
            testDescription: "arithmeticMissing",
            question: Question("a[1m].sum() + b[1m].sum()", [stream("a", [1, 2]), stream("b", [nil, 5])], 1...2),
            flip: { $0.arithmeticMissing = .skip }, standard: [nil, 7], flipped: [1, 7]),
        Case(
            testDescription: "streamMatching",
            question: Question(
                "cpu[1m]{host=\"a\"}.max() / cpu[1m].grouping().max()", hosts, 1...2),
            flip: { $0.streamMatching = .equal }, standard: [1, 70.0 / 85], flipped: []),
        Case(
            testDescription: "nestedFalse",
            question: Question("(cpu[1m].max() > 80).grouping().sum()", hosts, 1...3),
            flip: { $0.nestedFalse = .zero }, standard: [2, 1, nil], flipped: [2, 1, 0]),
        Case(
            testDescription: "rateSinglePoint",
            question: Question("c[1m].rate()", [stream("c", [60, 180, 240])], 1...3),
            flip: { $0.rateSinglePoint = .previous }, standard: [], flipped: [nil, 2, 1]),
        Case(
            testDescription: "incrementBase",
            question: Question("c[2m].increment()", [stream("c", [60, 180, 240, nil, 250])], 1...5),
            flip: { $0.incrementBase = .previous }, standard: [0, 120, 60, 0, 0], flipped: [0, 120, 180, 60, 10]),
        Case(
            testDescription: "percentile",
            question: Question("c[4m].percentile(0.5)", [stream("c", [10, 20, 30, 40])], 4...4),
            flip: { $0.percentile = .nearest }, standard: [25], flipped: [20]),
        Case(
            testDescription: "groupedMean", question: Question("cpu[1m].grouping().mean()", uneven, 1...1),
            flip: { $0.groupedMean = .streams }, standard: [20], flipped: [30]),
        Case(
            testDescription: "notInBounds",
            question: Question("c[1m].max() not in (1, 10)", [stream("c", [0, 1, 5, 10, 11])], 1...5),
            flip: { $0.notInBounds = .exclusive }, standard: [1, 1, nil, 1, 1], flipped: [1, nil, nil, nil, 1]),
        Case(
            testDescription: "joinPrecedence",
            question: Question(
                "c[1m].max() > 0 || c[1m].max() > 5 && c[1m].max() > 9", [stream("c", [1, 6, 10])], 1...3),
            flip: { $0.joinPrecedence = .leftToRight }, standard: [1, 1, 1], flipped: [nil, nil, 1]),
        Case(
            testDescription: "fuzzyCase", question: Question("cpu[1m]{host =~ \"A|C*\"}.max()", hosts, 1...1),
            flip: { $0.fuzzyCase = .insensitive }, standard: [], flipped: [90]),
        Case(
            testDescription: "unknownDimension",
            question: Question("c[1m]{nosuch = \"x\"}.max()", [stream("c", [7])], 1...1),
            flip: { $0.unknownDimension = .matchesNothing }, standard: [7], flipped: []),
        Case(
            testDescription: "absentEdge", question: Question("c[1m].absent(2m)", [stream("c", [7])], 1...5),
            flip: { $0.absentEdge = .inclusive }, standard: [0, 1, 1, nil, nil], flipped: [0, 1, 1, 1, nil]),
        Case(
            testDescription: "visibility",
            question: Question("cpu[2m].sum()", [late], 1...3).with { $0.visibility = .within(3 * minute) },
            flip: { $0.visibility = .everything }, standard: [4, 4, nil], flipped: [4, 12, 8]),
    ]

    @Test(arguments: cases) func `a rule decides, and its alternative decides otherwise`(example: Case) throws {
        #expect(try example.question.values() == example.standard)
        #expect(try example.question.with { example.flip(&$0.knobs) }.values() == example.flipped)
    }

    @Test(arguments: [
        (Knobs.LabelAnchor.request, [2, 7, 12] as [Int64]), (.epoch, [5, 10]),
    ]) func `labels start at the request, or by knob on the epoch's grid`(anchor: Knobs.LabelAnchor, minutes: [Int64]) {
        let labels = LabelGrid.metricQuery(
            start: 2 * minute - 59_000, end: 13 * minute, resolution: 5 * minute, anchor: anchor)
        #expect((0..<labels.count).map { labels[$0] } == minutes.map { $0 * minute })
    }

    @Test func `every knob that concerns evaluation has a case here`() {
        // The others belong to alarms: missingWhileFiring, resetKind, overrides, suppression.
        let evaluated = Mirror(reflecting: Knobs()).children.compactMap(\.label).filter {
            !["missingWhileFiring", "resetKind", "overrides", "suppression", "labelAnchor"].contains($0)
        }
        #expect(Set(evaluated) == Set(Self.cases.map(\.testDescription)))
    }
}
