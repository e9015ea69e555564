// SPDX-License-Identifier: MIT

import Alarms
import JSON
import Testing

struct AlarmTestOutputTests {
    /// One passed and one failed test, and a file that cannot be read.
    private func output() throws -> AlarmTestOutput {
        let tests = """
            version: 1
            alarms: alarms/level.json
            tests:
              - name: "stays <silent> # really"
                series: [{metric: level, dimensions: {job: polisen}, values: "1x20"}]
                alarms: [{alarm: level, until: 10m, states: [[0, OK]]}]
              - name: fires
                series: [{metric: level, dimensions: {job: polisen}, values: "1x20"}]
                alarms: [{alarm: level, until: 10m, states: [[0, OK], [5m, FIRING]]}]
            """
        let file = try AlarmTestExamples.read(tests, ["alarms/level.json": AlarmTestExamples.levelAlarm])
        let error = #expect(throws: AlarmTestError.self) { try AlarmTestExamples.read("version: 3\ntests: []") }
        return AlarmTestOutput([AlarmTestRunner(file).run()], broken: [("b.test.yaml", try #require(error))])
    }

    @Test func `people see failures in full and a summary`() throws {
        let text = try output().text()
        #expect(
            text == """
                BROKEN b.test.yaml
                t.test.yaml:1:10: version "3" is not known; write version: 1
                  1 | version: 3
                    |          ^
                FAILED t.test.yaml:7: fires
                  line 9, alarm level: states
                      expected    got
                      0   OK      0   OK
                    ! 5m  FIRING  -
                2 tests in 1 file: 1 passed, 1 failed, 1 file broken

                """)
        #expect(try output().text(isVerbose: true).contains("ok     t.test.yaml: stays <silent> # really"))
    }

    @Test func `TAP shows control characters of a name instead of sending them to the terminal`() throws {
        let tests = """
            version: 1
            alarms: alarms/level.json
            tests:
              - name: "rings \\a and \\e[31mpaints"
                alarms: [{alarm: level, until: 10m, states: [[0, OK]]}]
            """
        let file = try AlarmTestExamples.read(tests, ["alarms/level.json": AlarmTestExamples.levelAlarm])
        let output = AlarmTestOutput([AlarmTestRunner(file).run()])
        #expect(output.tap.contains("ok 1 - t.test.yaml: rings \\u{7} and \\u{1b}[31mpaints\n"), "\(output.tap)")
        #expect(output.text() == "1 test in 1 file: 1 passed, 0 failed\n")
    }

    @Test func `TAP 14 has a plan, points and blocks`() throws {
        let tap = try output().tap
        #expect(
            tap == ##"""
                TAP version 14
                1..3
                not ok 1 - b.test.yaml: cannot be read
                  ---
                  message: |
                    t.test.yaml:1:10: version "3" is not known; write version: 1
                      1 | version: 3
                        |          ^
                  ...
                ok 2 - t.test.yaml: stays <silent> \# really
                not ok 3 - t.test.yaml: fires
                  ---
                  message: |
                      line 9, alarm level: states
                          expected    got
                          0   OK      0   OK
                        ! 5m  FIRING  -
                  ...

                """##)
    }

    @Test func `JUnit has a suite for each file, texts escaped`() throws {
        let xml = try output().junit
        #expect(
            xml.hasPrefix(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"alarms\" tests=\"3\" failures=\"1\" errors=\"1\">\n"
            ))
        #expect(xml.contains(#"<testcase classname="t.test.yaml" name="stays &lt;silent&gt; # really"/>"#))
        #expect(xml.contains(#"<failure message="line 9, alarm level: states">"#))
        #expect(xml.contains("<error message=\"cannot be read\">t.test.yaml:1:10: version &quot;3&quot;"))
        #expect(xml.hasSuffix("  </testsuite>\n</testsuites>\n"))
        let opened = xml.split(separator: "<testsuite ").count
        #expect(opened == xml.split(separator: "</testsuite>").count)
    }

    @Test func `JSON holds everything`() throws {
        let json = try output().json
        #expect(json["tests"]?.int == 2 && json["failed"]?.int == 1)
        #expect(json["broken"]?.array?.first?["file"]?.string == "b.test.yaml")
        let tests = try #require(json["files"]?.array?.first?["tests"]?.array)
        #expect(tests.map { $0["passed"]?.bool } == [true, false])
        #expect(tests[1]["failures"]?.array?.first?["lines"]?.array?.count == 3)
    }
}
