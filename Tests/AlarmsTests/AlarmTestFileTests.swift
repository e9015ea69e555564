// SPDX-License-Identifier: MIT

import Alarms
import MQL
import Testing

struct AlarmTestFileTests {
    @Test func `the specification's example is read`() throws {
        let file = try AlarmTestExamples.read(
            AlarmTestExamples.feedTests, ["alarms.yaml": AlarmTestExamples.feedAlarms])
        #expect(file.alarms.map(\.key) == ["feed-stale", "feed-age"])
        #expect(file.tests.map(\.name) == ["the job stops after one hour", "one lost run is forgiven"])
        let test = try #require(file.tests.first)
        #expect(test.start == 1_767_571_200_000)
        #expect(test.streams.map(\.count) == [3, 251])
        #expect(test.streams[0].points.map(\.timestamp) == [0, 30, 60].map { test.start + $0 * 60_000 })
        #expect(test.queries.map(\.expected.count) == [1, 0])
        #expect(test.alarms.first?.until == test.start + 250 * 60_000)
    }

    @Test func `alarms of JSON files are called by their base names, placeholders filled in`() throws {
        let file = try AlarmTestExamples.levels()
        let alarm = try #require(file.alarm("level"))
        #expect(alarm.namespace == "polisen_collector")
        #expect(alarm.displayName == "polisen level")
        #expect(file.tests.first?.streams.first?.identity.namespace == "polisen_collector")
    }

    @Test func `placeholders can be given in defaults`() throws {
        let text = AlarmTestExamples.levelTests.replacing(
            "version: 1", with: "version: 1\ndefaults: {namespace: mine, job: other}")
        let file = try AlarmTestExamples.read(text, ["alarms/level.json": AlarmTestExamples.levelAlarm])
        #expect(file.alarms.first?.namespace == "mine")
        #expect(file.alarms.first?.query.contains(#"job = "other""#) == true)
    }

    /// A line to put into a test file, and what must be said of it.
    @Test(arguments: [
        (
            "tests:\n  - name: a\n    serie: []",
            "t.test.yaml:5:5: a test has no key \"serie\" (did you mean \"series\"?)"
        ),
        ("test: []", "the file has no key \"test\" (did you mean \"tests\"?)"),
        ("tests: []\nversion: 2", "t.test.yaml:3:10: version \"2\" is not known; write version: 1"),
        ("tests: [{name: a}]", "the test \"a\" expects nothing"),
        ("tests: [{name: a, series: [{metric: m, values: '1 2y3'}]}]", "\"2y3\" is no item of a series"),
        ("tests: [{name: a, series: [{metric: m}]}]", "a series has either values or points"),
        ("tests: [{name: a, start: noon}]", "start must be an offset such as 1h30m or an RFC 3339 time, not \"noon\""),
        ("tests: [{name: a, start: 90s}]", "start must lie on a whole minute"),
        ("tests: [{name: a, step: 5}]", "step must be a length such as 90m or 1h30m, not \"5\""),
        ("tests: [{name: a, profile: {absentEdg: inclusive}}]", "(did you mean \"absentEdge\"?)"),
        ("tests: [{name: a, profile: {absentEdge: closed}}]", "absentEdge is either exclusive or inclusive"),
        (
            "tests: [{name: a, queries: [{query: 'm[1m].sum(', to: 1h, expect: []}]}]",
            "the query cannot be read:\nerror["
        ),
        ("tests: [{name: a, queries: [{query: 'm[1m].sum()', to: 0, expect: []}]}]", "the range is empty"),
        ("tests: [{name: a, alarms: [{alarm: x, until: 1h, states: [[0, OK]]}]}]", "there is no alarm \"x\""),
        ("tests: [{name: a, alarms: [{alarm: level, states: [[0, OK]]}]}]", "until is missing"),
        ("tests: [{name: a, alarms: [{alarm: level, until: 1h}]}]", "nothing is expected of the alarm"),
        (
            "tests: [{name: a, alarms: [{alarm: level, until: 1h, states: [[0, GOOD]]}]}]",
            "a state must be one of OK, FIRING"
        ),
        (
            "tests: [{name: a, alarms: [{alarm: level, until: 1h, states: [[1m, OK]]}]}]",
            "the first state must be the one at from: [0, …]"
        ),
        ("tests: [{name: a, alarms: [{alarm: level, until: 1h, states: [[0, OK], [2h, FIRING]]}]}]", "behind until"),
        (
            "tests: [{name: a, alarms: [{alarm: level, until: 1h, states: [[0, OK], [0, FIRING]]}]}]",
            "in the order of time"
        ),
        (
            "tests: [{name: a, alarms: [{alarm: level, until: 1h, messages: [{type: FIRED}]}]}]",
            "type must be one of OK_TO_FIRING"
        ),
        (
            "tests: [{name: a, alarms: [{alarm: level, until: 1h, messages: [{title: '/(/'}]}]}]",
            "no regular expression"
        ),
        (
            "tests: [{name: a, alarms: [{alarm: level, until: 1h, messages: [{firing: -1}]}]}]",
            "firing must be a whole number"
        ),
        (
            "tests: [{name: a, alarms: [{alarm: level, until: 1h, messages: [], messages_mode: contains}]}]",
            "t.test.yaml:3:64: an empty list is contained in any"
        ),
        (
            "tests: [{name: a, alarms: [{alarm: level, until: 401d, states: [[0, OK]]}]}]",
            "t.test.yaml:3:50: an alarm is watched for at most 400 days"
        ),
        (
            "tests: [{name: a, alarms: [{alarm: level, until: 1h, at: [[9999d, OK]]}]}]",
            "an alarm is watched for at most 400 days"
        ),
        ("alarms: [none.json]\ntests: []", "the file \"none.json\" cannot be read"),
        ("alarms: [broken.json]\ntests: []", "\"broken.json\" is no JSON"),
        ("alarms: [wrong.json]\ntests: []", "wrong.json: severity: \"BAD\" must be one of"),
        ("alarms: [query.json]\ntests: []", "query.json: alarm query: query:"),
        ("alarms: wrong.yaml\ntests: []", "wrong.yaml:2:"),
        ("alarms: [level.json, other/level.json]\ntests: []", "\"level\" of \"other/level.json\" is already there"),
    ])
    func `what is wrong is told with its place`(text: String, message: String) {
        let level = AlarmTestExamples.levelAlarm
        let files = [
            "level.json": level, "other/level.json": level, "broken.json": "{",
            "wrong.json": level.replacing("ERROR", with: "BAD"), "wrong.yaml": "alarms:\n  - {key: x, colour: red}",
            "query.json": level.replacing(" > 5", with: ""),
        ]
        let version = text.contains("version") ? "" : "version: 1\n"
        let alarms =
            text.contains("alarms: [n") || text.contains("json") || text.contains("yaml")
            ? "" : "alarms: [level.json]\n"
        let error = #expect(throws: AlarmTestError.self) {
            try AlarmTestExamples.read(version + alarms + text, files)
        }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func `all problems are told at once, each with its line and a caret`() {
        let text = "version: 1\ntests:\n  - {name: a, colour: red}\n  - {name: b, size: 3}\n"
        let error = #expect(throws: AlarmTestError.self) { try AlarmTestExamples.read(text) }
        #expect(error?.problems.count == 4)
        #expect(error?.description.contains("  3 |   - {name: a, colour: red}\n    |               ^") == true)
    }

    @Test(arguments: ["", "tests: [", "- 1", "version: 1\ntests: 5"])
    func `what is no test file is refused`(text: String) {
        #expect(throws: AlarmTestError.self) { try AlarmTestExamples.read(text) }
    }

    @Test func `every knob has a name, a default and another choice`() {
        #expect(KnobTable.all.count == 18)
        for knob in KnobTable.all {
            #expect(knob.choices.count == 2)
            #expect(knob.choice(in: Knobs()) == knob.choices.first)
        }
        #expect(KnobTable.flips(of: Knobs()).count == 18)
    }
}
