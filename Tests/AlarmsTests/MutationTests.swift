// SPDX-License-Identifier: MIT

import Alarms
import JSON
import MQL
import Testing

struct MutationTests {
    private func alarm(_ query: String, _ change: (inout Alarm) -> Void = { _ in }) -> Alarm {
        var alarm = Alarm()
        alarm.key = "a"
        alarm.query = query
        change(&alarm)
        return alarm
    }

    @Test func `every mutant differs from the alarm in one thing`() throws {
        let mutants = Mutant.all(
            of: alarm("level[5m]{job = \"x\"}.groupBy(job).max() > 6") { $0.repeatMilliseconds = 1 })
        #expect(
            mutants.map { "\($0.id): \($0.description)" } == [
                #"BASE/interval-halved: level[2m]{job = "x"}.groupBy(job).max() > 6"#,
                #"BASE/interval-doubled: level[10m]{job = "x"}.groupBy(job).max() > 6"#,
                #"BASE/filter-dropped-job: level[5m].groupBy(job).max() > 6"#,
                #"BASE/grouping-dropped: level[5m]{job = "x"}.max() > 6"#,
                #"BASE/threshold-removed: level[5m]{job = "x"}.groupBy(job).max() != 0"#,
                #"BASE/comparison-flipped: level[5m]{job = "x"}.groupBy(job).max() < 6"#,
                #"BASE/threshold-raised: level[5m]{job = "x"}.groupBy(job).max() > 12"#,
                #"BASE/threshold-lowered: level[5m]{job = "x"}.groupBy(job).max() > 3"#,
                "BASE/pending-doubled: pendingDuration PT5M",
                "BASE/severity-changed: severity INFO",
                "repeat-dropped: without repeatNotificationDuration",
            ])
    }

    @Test func `mutants are queries that an alarm can have`() throws {
        let queries = [
            "a[1m].absent(3d)", "a[24h].sum() >= 0 || b[1h].groupBy(x, y).mean() not in (1, 2)",
            "(a[1m]{x != \"1\"}.max() > 3).grouping().sum() >= 2 && c[59m].last() == -1", "0 < a[1d].first()",
        ]
        for query in queries {
            for mutant in Mutant.all(of: alarm(query)) {
                #expect(throws: Never.self, "\(mutant.id) \(mutant.alarm.query)") {
                    try Query(parsing: mutant.alarm.query, as: .alarm)
                }
                #expect(mutant.alarm != alarm(query))
            }
            let ids = Mutant.all(of: alarm(query)).map(\.id)
            #expect(Set(ids).count == ids.count)
        }
    }

    @Test(arguments: [
        ("a[1h].groupBy(job).absent(3d)", "absence-period-dropped", true),
        ("a[1h].groupBy(job).absent(2h)", "absence-period-dropped", false),
        ("a[1h].groupBy(job).absent()", "absence-period-dropped", false),
        ("a[1h].absent(3d) == 1", "threshold-removed", false),
        ("a[1h].absent(3d) == 0", "threshold-removed", true),
        ("a[1h].absent(3d) > 0", "threshold-lowered", true),
        ("a[1h].absent(3d) >= 1", "threshold-lowered", false),
        ("a[1h].max() > 0", "threshold-removed", false),
        ("a[1h].max() > 0", "threshold-lowered", true),
        ("a[1m].max() > 5", "interval-halved", false),
        ("a[1m].max() > 5", "interval-doubled", true),
        ("a[24h].max() > 5", "interval-doubled", false),
        ("a[45m].max() > 5", "interval-doubled", false),
        ("a[1m].max() > 5 && b[1m].max() > 5", "left-dropped", true),
        ("a[1m].max() > 5 && b[1m].max() > 5", "join-swapped", true),
    ])
    func `what cannot change anything is no mutant`(query: String, name: String, exists: Bool) {
        let ids = Mutant.all(of: alarm(query)).map(\.id)
        #expect(ids.contains("BASE/\(name)") == exists)
    }

    @Test func `overrides are mutated too`() {
        let ids = Mutant.all(
            of: alarm("a[1h].max() > 5") {
                var override = AlarmOverride(ruleName: "HIGH")
                override.query = "a[1h].max() > 9"
                override.severity = .critical
                override.pendingMilliseconds = 600_000
                $0.overrides = [override, AlarmOverride(ruleName: "SAME")]
            }
        ).map(\.id)
        #expect(
            Set(ids).isSuperset(of: [
                "HIGH/threshold-raised", "HIGH/pending-halved", "HIGH/pending-doubled", "HIGH/override-dropped",
                "HIGH/severity-changed", "SAME/override-dropped",
            ]))
        #expect(!ids.contains("SAME/threshold-raised"))
    }

    @Test func `good tests kill every mutant`() throws {
        let run = MutationRun([try AlarmTestExamples.levels()])
        #expect(run.survivors.map(\.mutant.id) == [])
        #expect(run.killed == 12)
        #expect(run.text == "12 mutants: 12 killed, 0 survived, 0 equivalent; score 100.0 %\n")
    }

    /// The example without its last test.
    private func withoutRepeats() throws -> AlarmTestFile {
        let parts = AlarmTestExamples.levelTests.split(separator: "  - name: repeats")
        return try AlarmTestExamples.read(String(parts[0]), ["alarms/level.json": AlarmTestExamples.levelAlarm])
    }

    @Test func `a mutant that no test notices is told`() throws {
        let run = MutationRun([try withoutRepeats()])
        #expect(run.survivors.map(\.mutant.id) == ["repeat-dropped"])
        #expect(
            run.text == """
                survived  level  repeat-dropped
                            without repeatNotificationDuration
                12 mutants: 11 killed, 1 survived, 0 equivalent; score 91.6 %

                """)
        #expect(run.json["survived"]?.int == 1)
    }

    @Test func `a mutant can be argued to be equivalent`() throws {
        let yaml = """
            equivalents:
              - {alarm: level, mutant: repeat-dropped, because: nobody is there to read it}
              - {alarm: level, mutant: BASE/comparison-flipped, because: wrong}
            """
        let list = try EquivalentMutant.list(path: "mutants.yaml", bytes: Array(yaml.utf8))
        let run = MutationRun([try withoutRepeats()], equivalents: list)
        #expect(run.survivors.isEmpty)
        #expect(run.score == 1)
        #expect(run.staleEquivalents.map(\.mutant) == ["BASE/comparison-flipped"])
        #expect(run.text.contains("names level BASE/comparison-flipped, which is killed or does not exist"))
    }

    @Test func `a list of equivalents gives reasons`() {
        let error = #expect(throws: AlarmTestError.self) {
            try EquivalentMutant.list(path: "m.yaml", bytes: Array("equivalents: [{alarm: a, mutant: b}]".utf8))
        }
        #expect(error?.description.contains("m.yaml:1:15: an equivalent mutant needs the key \"because\"") == true)
    }

    @Test func `weak tests let mutants live`() throws {
        let text = """
            version: 1
            alarms: [alarms/level.json]
            tests:
              - name: fires
                series: [{metric: level, dimensions: {job: polisen}, values: "1x4 99x30"}]
                alarms: [{alarm: level, until: 10m, at: [[10m, FIRING]]}]
            """
        let file = try AlarmTestExamples.read(text, ["alarms/level.json": AlarmTestExamples.levelAlarm])
        let run = MutationRun([file])
        #expect(run.score < 0.3)
        #expect(run.survivors.map(\.mutant.id).contains("repeat-dropped"))
    }

    @Test func `profiles tell which tests rest on undocumented behaviour`() throws {
        let run = ProfileRun([try AlarmTestExamples.levels()])
        #expect(run.tests == 4 && run.runs == 4 * 18)
        #expect(run.dependences.map { "\($0.knob) \($0.test)" } == ["missingWhileFiring data stop while it fires"])
        #expect(run.independentTests == 3)
        #expect(
            run.text.contains(
                "missingWhileFiring: 1 test would differ with \"clear\"\n  t.test.yaml: data stop while it fires\n    alarm level: states\n"
            ))
        #expect(run.json["independent"]?.int == 3)
    }
}
