// SPDX-License-Identifier: MIT

import Alarms
import Testing

struct AlarmTestRunnerTests {
    @Test func `the specification's example passes`() throws {
        let file = try AlarmTestExamples.read(
            AlarmTestExamples.feedTests, ["alarms.yaml": AlarmTestExamples.feedAlarms])
        let report = AlarmTestRunner(file).run()
        #expect(report.results.flatMap(\.failures).map(\.lines) == [])
        #expect(report.hasPassed)
    }

    @Test func `an alarm from a JSON file passes its four proofs`() throws {
        let report = AlarmTestRunner(try AlarmTestExamples.levels()).run()
        #expect(report.results.flatMap(\.failures).map(\.lines) == [])
        #expect(
            report.results.map { Set($0.evidence.flatMap(\.kinds)) } == [
                [.fire, .clear], [.silent], [.fire, .absent], [.fire],
            ])
    }

    /// A change of the example's tests, and the difference that must be shown.
    @Test(
        arguments: [
            (
                "states: [[0, OK], [6m, FIRING], [17m, OK]]", "states: [[0, OK], [5m, FIRING], [17m, OK]]",
                [
                    "  expected     got", "  0    OK      0    OK", "! 5m   FIRING  -", "! -            6m   FIRING",
                    "  17m  OK      17m  OK",
                ]
            ),
            (
                "states: [[0, OK], [6m, FIRING], [17m, OK]]", "at: [[8m, OK]]",
                ["expected  OK", "got       FIRING BASE"]
            ),
            (
                "states: [[0, OK], [6m, FIRING], [17m, OK]]",
                "streams: [{dimensions: {job: x}, states: [[0, OK], [6m, FIRING]]}]",
                [
                    "no such stream; there are: {job=\"polisen\"}", "  expected    got", "  0   OK      0   OK",
                    "! 6m  FIRING  -",
                ]
            ),
            (
                "{at: 17m, type: FIRING_TO_OK}", "{at: 17m, type: RESET}",
                [
                    "  expected                  got", "  6m   OK_TO_FIRING  ERROR  6m   OK_TO_FIRING  ERROR",
                    "! 17m  RESET                17m  FIRING_TO_OK", "message of line 12:",
                    "  type       expected  RESET", "             got       FIRING_TO_OK",
                ]
            ),
        ] as [(String, String, [String])])
    func `a failure shows expected and got side by side`(before: String, after: String, lines: [String]) throws {
        let text = AlarmTestExamples.levelTests.replacing(before, with: after)
        #expect(text != AlarmTestExamples.levelTests)
        let file = try AlarmTestExamples.read(text, ["alarms/level.json": AlarmTestExamples.levelAlarm])
        let result = try #require(AlarmTestRunner(file).run().results.first)
        #expect(result.failures.map(\.lines) == [lines])
        #expect(result.evidence.isEmpty)
    }

    @Test(arguments: [
        ("messages: []", "messages: [{type: REPEAT}]", "!   REPEAT  -"),
        ("{at: 61m, type: REPEAT}", "{at: 60m}", "  at         expected  1h"),
        ("severity: ERROR", "severity: INFO", "  severity   expected  INFO"),
        ("{at: 17m, type: FIRING_TO_OK}", "{body: '/Level of [0-9]/'}", "  body       expected  /Level of [0-9]/"),
        ("dimensions: [{job: polisen}]", "firing: 2", "  firing     expected  2"),
        ("dimensions: [{job: polisen}]", "rule: OTHER", "  rule       expected  OTHER"),
        ("dimensions: [{job: polisen}]", "delivered: 8m", "  delivered  expected  8m"),
        ("dimensions: [{job: polisen}]", "dimensions: [{job: x}]", "  dimensions expected  {job=\"x\"}"),
    ])
    func `a message that differs is told field by field`(before: String, after: String, line: String) throws {
        let text = AlarmTestExamples.levelTests.replacing(before, with: after)
        #expect(text != AlarmTestExamples.levelTests)
        let file = try AlarmTestExamples.read(text, ["alarms/level.json": AlarmTestExamples.levelAlarm])
        let lines = AlarmTestRunner(file).run().results.flatMap(\.failures).flatMap(\.lines)
        #expect(lines.contains(line), "\(lines.joined(separator: "\n"))")
        #expect(lines.allSatisfy { $0.count <= 76 })
    }

    @Test(arguments: [
        ("{type: FIRING_TO_OK}", true), ("{at: 6m, title: /level/}", true), ("{at: 7m}", false),
        ("{summary: /\"polisen level\".*FIRING/}", true),
        ("{body: 'Level of polisen. https://example.org/runbooks/level.md'}", true),
    ])
    func `with contains only what is listed must be there`(message: String, passes: Bool) throws {
        let text = """
            version: 1
            alarms: alarms/level.json
            tests:
              - name: fires and clears
                series: [{metric: level, dimensions: {job: polisen}, values: "1x4 9x10 1x20"}]
                alarms: [{alarm: level, until: 30m, messages_mode: contains, messages: [\(message)]}]
            """
        let file = try AlarmTestExamples.read(text, ["alarms/level.json": AlarmTestExamples.levelAlarm])
        #expect(AlarmTestRunner(file).run().hasPassed == passes)
    }

    @Test(arguments: [
        ("2x2", "3x2", ["{job=\"poll\"} differs at 59m", "  expected  3x2", "  got       2x2"]),
        (
            "2x2", "2x1",
            ["{job=\"poll\"} 2 values expected, the range has 3 labels", "  expected  2x1", "  got       2x2"]
        ),
        (
            "{dimensions: {job: poll}, values: \"2x2\"}", "{values: _x3}",
            ["{\"job\":\"poll\"} was not expected", "  got       2x2"]
        ),
    ])
    func `values of queries are compared label by label`(before: String, after: String, lines: [String]) throws {
        let text = AlarmTestExamples.feedTests.replacing(before, with: after)
        let file = try AlarmTestExamples.read(text, ["alarms.yaml": AlarmTestExamples.feedAlarms])
        #expect(AlarmTestRunner(file).run().results.flatMap(\.failures).map(\.lines) == [lines])
    }

    /// mql.md §3.6: the alarms people publish for "no successful run", over a job that stops for good after an hour.
    @Test(arguments: [
        ("feed.success[60m].sum() < 1", "[[0, OK]]"),
        ("feed.success[60m].count() == 0", "[[0, OK]]"),
        ("feed.success[60m].absent()", "[[0, OK], [2h, FIRING], [4h10m, OK]]"),
        ("feed.success[60m].groupBy(job).absent(3d)", "[[0, OK], [2h, FIRING]]"),
    ])
    func `naive alarms never fire, or give up while the job is dead`(query: String, states: String) throws {
        let alarms = """
            alarms:
              - {key: a, displayName: a, namespace: poller, query: "\(query)", severity: CRITICAL, isEnabled: true}
            """
        let text = """
            version: 1
            alarms: alarms.yaml
            defaults: {namespace: poller}
            tests:
              - name: the job stops after an hour
                series: [{metric: feed.success, dimensions: {job: poll, host: a}, step: 30m, values: 1x2}]
                alarms: [{alarm: a, until: 24h, states: \(states)}]
            """
        let file = try AlarmTestExamples.read(text, ["alarms.yaml": alarms])
        #expect(AlarmTestRunner(file).run().results.flatMap(\.failures).map(\.lines) == [])
    }

    /// Under continuous failure, counted half-hourly: 48 times a day on and off, with a sound window once.
    @Test(arguments: [("run.failed[5m].sum() > 0", 48), ("run.failed[60m].sum() > 0", 1)])
    func `a window shorter than the emission period flaps`(query: String, firings: Int) throws {
        let alarms = """
            alarms:
              - {key: a, displayName: a, namespace: poller, query: "\(query)", severity: CRITICAL, isEnabled: true}
            """
        let states =
            firings == 1
            ? "[[0, FIRING]]"
            : "["
                + (0..<firings).flatMap { ["[\($0 * 30)m, FIRING]", "[\($0 * 30 + 15)m, OK]"] }.joined(separator: ", ")
                .replacing("[0m", with: "[0") + "]"
        let text = """
            version: 1
            alarms: alarms.yaml
            defaults: {namespace: poller}
            tests:
              - name: every run fails
                series: [{metric: run.failed, dimensions: {job: poll}, step: 30m, values: 1x47}]
                alarms: [{alarm: a, until: 23h59m, states: \(states)}]
            """
        let file = try AlarmTestExamples.read(text, ["alarms.yaml": alarms])
        #expect(AlarmTestRunner(file).run().results.flatMap(\.failures).map(\.lines) == [])
    }
}
