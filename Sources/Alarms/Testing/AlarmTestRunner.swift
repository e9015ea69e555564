// SPDX-License-Identifier: MIT

package import MQL

/// Runs the tests of a file.
package struct AlarmTestRunner: Sendable {
    package let file: AlarmTestFile
    private let alarms: [String: Alarm]

    package init(_ file: AlarmTestFile) {
        self.file = file
        alarms = Dictionary(file.alarms.map { ($0.key, $0) }) { first, _ in first }
    }

    /// Runs all tests; pure, so that running again gives the same.
    package func run() -> AlarmTestReport {
        AlarmTestReport(path: file.path, results: file.tests.map { run($0, knobs: $0.knobs) })
    }

    /// Runs one test with these knobs.
    package func run(_ test: AlarmTestCase, knobs: Knobs) -> AlarmTestResult {
        let store = MetricStore(test.streams)
        var failures = test.queries.flatMap { QueryCheck($0, test, knobs: knobs).failures(over: store) }
        var evidence: [AlarmEvidence] = []
        for expectation in test.alarms {
            guard let alarm = alarms[expectation.alarm] else { continue }
            let check = AlarmCheck(expectation, alarm, test, knobs: knobs)
            let outcome = check.run(over: store)
            failures += outcome.failures
            if let found = outcome.evidence { evidence.append(found) }
        }
        return AlarmTestResult(
            name: test.name, mark: test.mark, failures: failures, evidence: failures.isEmpty ? evidence : [])
    }

    /// The name of the first test that a changed alarm fails; nil: it passes all that ask for it.
    ///
    /// - Parameter stores: the data sets of the file's tests, in order.
    func firstFailure(of alarm: Alarm, over stores: [MetricStore]) -> String? {
        for (test, store) in zip(file.tests, stores) {
            for expectation in test.alarms where expectation.alarm == alarm.key {
                let check = AlarmCheck(expectation, alarm, test, knobs: test.knobs)
                if !check.run(over: store).failures.isEmpty { return test.name }
            }
        }
        return nil
    }

    /// The data sets of the tests, in order.
    var stores: [MetricStore] { file.tests.map { MetricStore($0.streams) } }
}

/// Compares the answer to one query with what is expected.
struct QueryCheck {
    let expected: QueryExpectation
    let test: AlarmTestCase
    let knobs: Knobs

    init(_ expected: QueryExpectation, _ test: AlarmTestCase, knobs: Knobs) {
        self.expected = expected
        self.test = test
        self.knobs = knobs
    }

    func failures(over store: MetricStore) -> [AlarmTestFailure] {
        let query: Query
        do throws(QueryError) {
            query = try Query(parsing: expected.query, knobs: knobs)
        } catch {
            // Read before with the test's own knobs: only another knob can bring this about.
            return [failure(["the query cannot be read: \(error.first?.message ?? "")"])]
        }
        let labels = LabelGrid.metricQuery(
            start: expected.from, end: expected.to,
            resolution: expected.resolution ?? LabelGrid.defaultResolution(of: query.root),
            anchor: knobs.labelAnchor)
        let streams = Evaluator(knobs: knobs).evaluate(
            query.root, over: store, namespace: expected.namespace, resourceGroup: expected.resourceGroup,
            labels: labels)
        let lines = compare(streams, labels)
        return lines.isEmpty ? [] : [failure(lines)]
    }

    private func failure(_ lines: [String]) -> AlarmTestFailure {
        let subject = "query \(expected.query)"
        return AlarmTestFailure(mark: expected.mark, subject: subject, lines: lines)
    }

    private func compare(_ streams: [ResultStream], _ labels: LabelGrid) -> [String] {
        var lines: [String] = []
        var left = streams
        for wanted in expected.expected {
            let got = left.firstIndex { $0.dimensions == wanted.dimensions }.map { left.remove(at: $0).values }
            lines += difference(wanted, got ?? Array(repeating: .nan, count: labels.count), labels)
        }
        for stream in left {
            lines.append("\(stream.dimensionText) was not expected")
            lines.append("  got       " + SeriesNotation.text(stream.values, limit: 62))
        }
        return lines
    }

    private func difference(_ wanted: ExpectedStream, _ got: [Double], _ labels: LabelGrid) -> [String] {
        // A stream without points may be left out, or be written as a gap of any length.
        let isEmpty = wanted.values.allSatisfy(\.isNaN) && got.allSatisfy(\.isNaN)
        if isEmpty { return [] }
        let place = (0..<max(wanted.values.count, got.count)).first { index in
            !Self.same(
                wanted.values.indices.contains(index) ? wanted.values[index] : nil,
                got.indices.contains(index) ? got[index] : nil)
        }
        guard let place else { return [] }
        let time = TestTime.text(length: labels[place] - test.start)
        let what =
            wanted.values.count == got.count
            ? "differs at \(time)" : "\(wanted.values.count) values expected, the range has \(got.count) labels"
        return [
            "\(DimensionNames.text(wanted.dimensions)) \(what)",
            "  expected  " + SeriesNotation.text(wanted.values, limit: 62),
            "  got       " + SeriesNotation.text(got, limit: 62),
        ]
    }

    /// Equal to nine digits; both without a point.
    private static func same(_ left: Double?, _ right: Double?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        if left.isNaN || right.isNaN { return left.isNaN && right.isNaN }
        return (left - right).magnitude <= 1e-9 * max(left.magnitude, right.magnitude)
    }
}

/// Dimensions as people read them.
enum DimensionNames {
    /// `{job="poll", host="a"}`, ordered by name.
    static func text(_ dimensions: [String: String]) -> String {
        let parts = dimensions.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }
        return "{" + parts.joined(separator: ", ") + "}"
    }
}
