// SPDX-License-Identifier: MIT

import Alarms
import FoundationEssentials
import ServiceLevels
import TestSupport
import Testing

/// The alarms that objectives make, tried on the alarm tester and the linter, neither of which the generator knows.
@Suite struct GeneratedAlarmTests {
    private static let folder = packageRoot + "/alarms"

    @Test func `the alarms and tests that are shipped are what the objectives make, byte for byte`() throws {
        let alarms = try GeneratedAlarm.all(of: try SLOSamples.shipped())
        #expect(
            alarms.map(\.name) == [
                "freshness-burn-fast", "freshness-burn-slow", "freshness-drift", "freshness-drift-long",
                "latency-drift", "run-success-burn", "run-success-drift", "run-success-drift-long", "budget-low",
            ])
        for alarm in alarms {
            for (name, text) in [(alarm.name + ".json", alarm.definition), (alarm.name + ".test.yaml", alarm.tests)] {
                let path = Self.folder + "/" + name
                if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
                    try Data(text.utf8).write(to: URL(filePath: path))
                    Issue.record("recorded \(path); run again without RECORD_GOLDEN")
                }
                let bytes = FileManager.default.contents(atPath: path)
                #expect(
                    bytes == Data(text.utf8), "alarms/\(name) is not what the objectives make; slo generate writes it")
            }
        }
    }

    // MARK: Other objectives

    /// Freshness and run success with other targets and windows: those that can be.
    private static let variants: [(slo: String, target: Int, minutes: Int, rate: Double, pending: Int, repeats: Int)] =
        [
            ("freshness", 990_000, 60, 14.4, 1, 240), ("freshness", 990_000, 360, 6, 5, 60),
            ("freshness", 999_000, 60, 14.4, 1, 240), ("freshness", 999_000, 360, 6, 1, 240),
            ("freshness", 950_000, 60, 14.4, 1, 60), ("freshness", 950_000, 30, 10, 2, 30),
            ("freshness", 500_000, 120, 1.5, 3, 45), ("freshness", 999_900, 1_440, 14.4, 5, 1_440),
            ("freshness", 990_000, 4_320, 1, 60, 60), ("freshness", 995_000, 2, 100, 1, 240),
            ("freshness", 995_000, 59, 10, 1, 240), ("freshness", 900_000, 60, 9.9, 1, 240),
            ("freshness", 950_000, 60, 10, 1, 240), ("freshness", 995_000, 60, 0.5, 1, 240),
            ("run-success", 950_000, 60, 14.4, 1, 240), ("run-success", 950_000, 360, 6, 1, 60),
            ("run-success", 900_000, 360, 6, 5, 240), ("run-success", 990_000, 1_440, 3, 5, 1_440),
            ("run-success", 990_000, 4_320, 1, 5, 720), ("run-success", 950_000, 120, 6, 1, 30),
            ("run-success", 900_000, 1_440, 9.5, 5, 1_440), ("latency", 950_000, 4_320, 1, 5, 1_440),
            ("api-availability", 980_000, 1_440, 3, 1, 60), ("telemetry-delivery", 950_000, 4_320, 2.5, 10, 240),
        ]

    private static func alarm(
        _ name: String, _ target: Int, _ minutes: Int, _ rate: Double, _ pending: Int = 1, _ repeats: Int = 240
    ) throws -> GeneratedAlarm {
        var slo = try #require(try SLOSamples.shipped(name))
        slo.targetMillionths = target
        let condition = BurnCondition(
            alarm: name + "-burn", title: "it burns", windowMinutes: minutes, burnRate: rate, severity: "WARNING",
            pendingMinutes: pending, repeatMinutes: repeats)
        return try GeneratedAlarm(slo: slo, condition: condition)
    }

    private static func file(of alarm: GeneratedAlarm) throws -> AlarmTestFile {
        let definition = Array(alarm.definition.utf8)
        return try AlarmTestFile(path: alarm.name + ".test.yaml", bytes: Array(alarm.tests.utf8)) { name in
            name == alarm.name + ".json" ? definition : nil
        }
    }

    @Test(arguments: variants.indices)
    func `alarms of other targets and windows pass their tests, which show all they have to`(index: Int) throws {
        let (name, target, minutes, rate, pending, repeats) = Self.variants[index]
        let alarm = try Self.alarm(name, target, minutes, rate, pending, repeats)
        let file = try Self.file(of: alarm)
        let report = AlarmTestRunner(file).run()
        #expect(report.hasPassed, "\(AlarmTestOutput([report]).text())")
        let coverage = AlarmCoverage(of: file.alarms, by: [report])
        #expect(coverage.isComplete, "\(coverage.text)")
        #expect(try Self.complaints([alarm]).isEmpty)
    }

    /// With two bad ones at least, no change of the query goes unnoticed. (With one, half a threshold fires at the same one.)
    @Test(arguments: [0, 1, 3, 4, 5, 8, 10, 14, 15, 16, 17, 20, 21])
    func `their tests notice every mistake`(index: Int) throws {
        let (name, target, minutes, rate, pending, repeats) = Self.variants[index]
        let file = try Self.file(of: try Self.alarm(name, target, minutes, rate, pending, repeats))
        let run = MutationRun([file], equivalents: [])
        #expect(run.survivors.isEmpty, "\(run.text)")
    }

    /// What the linter says, remarks left aside.
    private static func complaints(_ alarms: [GeneratedAlarm]) throws -> [String] {
        var options = LintOptions()
        options.tested = Set(alarms.map(\.name))
        let files = alarms.map {
            LintFile(path: $0.name + ".json", key: $0.name, bytes: Array($0.definition.utf8))
        }
        let report = Lint(facts: facts, options: options).check(files)
        return report.standing.filter { $0.severity != .info }.map(\.description)
    }

    /// What `MetricCatalog` says of the metrics that generated alarms read.
    private static let facts: [MetricFacts] = [
        fact("freshness_stale", 60, [DimensionFacts("vantage")]), fact("run_failed", 1_800, [], unit: "{run}"),
        fact("slo_burn_rate", 300, [slos, DimensionFacts("window", values: ["1d", "3d"])], values: 0...(.infinity)),
        fact("slo_budget_remaining_ratio", 300, [slos], values: -.infinity...1),
    ]

    private static let slos = DimensionFacts(
        "slo", values: ["freshness", "run-success", "latency", "api-availability", "telemetry-delivery"])

    private static func fact(
        _ name: String, _ seconds: Int, _ dimensions: [DimensionFacts], unit: String = "1",
        values: ClosedRange<Double>? = nil
    ) -> MetricFacts {
        MetricFacts(
            name: name, isDense: true, emissionPeriodSeconds: seconds,
            dimensions: [DimensionFacts("job"), DimensionFacts("env")] + dimensions, unit: unit, values: values)
    }

    @Test func `the linter finds nothing to say of the shipped ones`() throws {
        #expect(try Self.complaints(GeneratedAlarm.all(of: SLOSamples.shipped())) == [])
    }

    /// Failures needed to fire, by the table of the project's catalogue (§0.1); 0 where it never fires.
    @Test(arguments: [
        (900_000, [0, 8, 15, 15]), (950_000, [2, 4, 8, 8]), (980_000, [1, 2, 3, 3]), (990_000, [1, 1, 2, 2]),
        (999_000, [1, 1, 1, 1]),
    ])
    func `conditions on runs are worked out in runs`(target: Int, needed: [Int]) throws {
        for (index, window) in [(60, 14.4), (360, 6), (1_440, 3), (4_320, 1)].enumerated() {
            let failures = needed[index]
            do {
                let alarm = try Self.alarm("run-success", target, window.0, window.1)
                let text = failures > 1 ? "\(failures) of" : "refused"
                #expect(
                    alarm.definition.contains("sum() >= \(failures)\"")
                        || alarm.definition.contains("\(failures) bad runs of"), "\(target) \(window): \(text)")
                #expect(
                    alarm.tests.contains(
                        "so that the \(failures)\(failures == 2 ? "nd" : failures == 3 ? "rd" : "th") bad"))
            } catch let refusal as BurnRefusal {
                #expect(failures < 2, "\(target) \(window): \(refusal)")
                #expect(refusal.description.contains(failures == 0 ? "never fires" : "first bad one"))
            }
        }
    }

    @Test(arguments: [
        (
            "run-success", 980_000, 60, 14.4,
            "this fires at the first bad one: 14.4 times what 98 % allow is 28.8 % of 2 runs, less than one. Take a "
                + "longer window, or threshold: 37.5, which fires at the second of 2 runs"
        ),
        (
            "run-success", 900_000, 60, 14.4,
            "this never fires: 14.4 times what 90 % allow is 144 % of 2 runs, and no more than all of them can be bad. "
                + "Take a burn rate below 10 (threshold: 7.5, which fires at the second of 2 runs)"
        ),
        (
            "freshness", 995_000, 60, 200,
            "this never fires: 200 times what 99.5 % allow is 100 % of 60 minutes, and no more than all of them can be "
                + "bad. Take a burn rate below 200"
        ),
        ("freshness", 995_000, 90, 6, "no alarm looks back over 90 minutes; take 2m to 60m, 1h to 6h, 1d or 3d"),
        ("freshness", 995_000, 720, 6, "no alarm looks back over 12 hours; take 2m to 60m, 1h to 6h, 1d or 3d"),
        ("run-success", 980_000, 30, 6, "no alarm looks back over 30 minutes; take 1h to 6h, 1d or 3d"),
        ("latency", 990_000, 360, 6, "there is no metric of latency over 6 hours; the checker posts 1d and 3d"),
        ("detection", 950_000, 1_440, 6, "detection counts incidents, too few to alarm by; it is reported only"),
    ])
    func `conditions that make no alarm are refused with the reason and what to write`(
        name: String, target: Int, minutes: Int, rate: Double, reason: String
    ) {
        #expect(throws: BurnRefusal(description: reason)) { try Self.alarm(name, target, minutes, rate) }
    }

    @Test func `what a refusal proposes is taken, and fires at the second`() throws {
        #expect(try Self.alarm("run-success", 980_000, 60, 37.5).definition.contains("sum() >= 2"))
        #expect(try Self.alarm("run-success", 900_000, 60, 7.5).definition.contains("sum() >= 2"))
        #expect(try Self.alarm("freshness", 995_000, 60, 199.9).definition.contains("> 0.9995"))
    }

    @Test func `one alarm watches all budgets, so that policies must be one`() throws {
        var slos = try SLOSamples.shipped()
        let index = try #require(slos.firstIndex { $0.name == "latency" })
        slos[index].policy = BudgetPolicy(carefulBelow: 0.1, stopBelow: 0)
        #expect(throws: BurnRefusal.self) { try GeneratedAlarm.all(of: slos) }
        for index in slos.indices { slos[index].policy = nil }
        #expect(try GeneratedAlarm.all(of: slos).allSatisfy { $0.name != "budget-low" })
        for index in slos.indices { slos[index].policy = BudgetPolicy(carefulBelow: 0.5, stopBelow: 0.1) }
        let budget = try #require(try GeneratedAlarm.all(of: slos).last)
        let file = try Self.file(of: budget)
        let report = AlarmTestRunner(file).run()
        #expect(report.hasPassed, "\(AlarmTestOutput([report]).text())")
        #expect(MutationRun([file], equivalents: []).survivors.isEmpty)
        #expect(budget.definition.contains("min() < 0.5") && budget.definition.contains("min() < 0.1"))
    }

    @Test func `two alarms of one name are refused`() throws {
        var slos = try SLOSamples.shipped()
        let index = try #require(slos.firstIndex { $0.name == "run-success" })
        slos[index].burnConditions[0].alarm = "freshness-burn-fast"
        #expect(throws: BurnRefusal.self) { try GeneratedAlarm.all(of: slos) }
    }

    @Test func `a timer with another period counts other runs`() throws {
        let slo = try #require(try SLOSamples.shipped("run-success"))
        let condition = try #require(slo.burnConditions.first)
        let alarm = try GeneratedAlarm(slo: slo, condition: condition, runMinutes: 10)
        #expect(alarm.definition.contains("sum() >= 5") && alarm.definition.contains("of 36 runs"))
        let report = AlarmTestRunner(try Self.file(of: alarm)).run()
        #expect(report.hasPassed, "\(AlarmTestOutput([report]).text())")
    }
}
