// SPDX-License-Identifier: MIT

import Alarms
import JSON
import Testing

struct AlarmCoverageTests {
    private func coverage(_ tests: String, alarm: String = AlarmTestExamples.levelAlarm) throws -> AlarmCoverage {
        let text = "version: 1\nalarms: [alarms/level.json]\ntests:\n" + tests
        let file = try AlarmTestExamples.read(text, ["alarms/level.json": alarm])
        return AlarmCoverage(of: file.alarms, by: [AlarmTestRunner(file).run()])
    }

    private func test(_ values: String, _ expectation: String) -> String {
        """
          - name: t
            series: [{metric: level, dimensions: {job: polisen}, values: "\(values)"}]
            alarms: [{alarm: level, until: 30m, \(expectation)}]

        """
    }

    @Test func `the example covers all kinds`() throws {
        let file = try AlarmTestExamples.levels()
        let coverage = AlarmCoverage(of: file.alarms, by: [AlarmTestRunner(file).run()])
        #expect(coverage.isComplete)
        #expect(coverage.share == 1)
        #expect(
            coverage.text == """
                alarm  fire  silent  clear  absent  overrides
                level  3     1       1      1
                coverage 100.0 %

                """)
    }

    /// What is not asserted, or not so, covers nothing.
    @Test(
        arguments: [
            ("1x4 9x10 1x30", "states: [[0, OK], [6m, FIRING], [17m, OK]]", [.fire, .clear]),
            ("1x4 9x10 1x30", "at: [[10m, FIRING]]", []),
            ("1x4 9x10 1x30", "messages_mode: contains, messages: [{type: OK_TO_FIRING}]", [.fire]),
            ("1x4 9x10 1x30", "messages_mode: contains, messages: [{at: 6m}]", []),
            ("1x4 9x10 1x30", "messages_mode: contains, messages: [{type: FIRING_TO_OK}]", [.clear]),
            (
                "1x4 9x10 1x30",
                "streams: [{dimensions: {job: polisen}, states: [[0, OK], [6m, FIRING, BASE], [17m, OK]]}]",
                [.fire, .clear]
            ),
            ("1x40", "states: [[0, OK]]", [.silent]),
            ("1x40", "messages: []", []),
            ("1x40", "at: [[10m, OK]]", []),
            ("1x10", "states: [[0, OK]]", [.silent, .absent]),
            ("_x10 1x40", "states: [[0, OK]]", [.silent]),
            ("_", "states: [[0, OK]]", [.absent]),
            ("9x10", "states: [[0, OK], [1m, FIRING], [22m, OK]]", [.fire, .absent]),
            ("9x10", "messages: [{}, {type: RESET}]", []),
            ("9x40", "states: [[0, OK], [2m, FIRING]]", []),
        ] as [(String, String, Set<CoverageKind>)])
    func `a test covers what it shows and says`(values: String, expectation: String, kinds: Set<CoverageKind>) throws {
        let entry = try #require(try coverage(test(values, expectation)).entries.first)
        #expect(Set(entry.tests.keys) == kinds)
    }

    @Test(arguments: [
        ("streams: [{dimensions: {job: polisen}, states: [[0, OK], [6m, FIRING, HIGH], [17m, OK]]}]", true),
        ("streams: [{dimensions: {job: polisen}, states: [[0, OK], [6m, FIRING], [17m, OK]]}]", false),
        ("messages_mode: contains, messages: [{type: OK_TO_FIRING, severity: CRITICAL}]", true),
        ("messages_mode: contains, messages: [{type: OK_TO_FIRING, rule: HIGH}]", true),
        ("messages_mode: contains, messages: [{type: OK_TO_FIRING}]", false),
        ("states: [[0, OK], [6m, FIRING], [17m, OK]]", false),
        ("at: [[10m, FIRING, HIGH]]", true),
    ])
    func `an override is covered where a test sees it fire`(expectation: String, isFired: Bool) throws {
        let alarm = AlarmTestExamples.levelAlarm.replacing(
            #""isEnabled""#,
            with:
                #""overrides": [{"ruleName": "HIGH", "query": "level[2m].groupBy(job).max() > 8", "severity": "CRITICAL"}], "isEnabled""#
        )
        let result = try coverage(test("1x4 9x10 1x30", expectation), alarm: alarm)
        let entry = try #require(result.entries.first)
        #expect(entry.unfiredRules == (isFired ? [] : ["HIGH"]))
        #expect(!result.isComplete)
        #expect(result.text.contains("override HIGH is never seen firing") == !isFired)
    }

    @Test func `a clear is none if the alarm was reset`() throws {
        let entry = try #require(try coverage(test("9x10", "states: [[0, OK], [1m, FIRING], [22m, OK]]")).entries.first)
        #expect(entry.missing == [.silent, .clear])
    }

    @Test func `failed tests cover nothing, and the gaps are named`() throws {
        let result = try coverage(test("1x40", "states: [[0, FIRING]]"))
        #expect(result.share == 0)
        #expect(result.text.contains("level: no test of kind fire, no test of kind silent, no test of kind clear"))
        #expect(result.json["alarms"]?.array?.first?["fire"]?.array == [])
    }
}
