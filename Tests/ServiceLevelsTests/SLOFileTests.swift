// SPDX-License-Identifier: MIT

import FoundationEssentials
import ServiceLevels
import TestSupport
import Testing
import YAML

@Suite struct SLOFileTests {
    private func read(_ text: String) throws(SLOError) -> SLO {
        let slos = try SLOFile.read(Array(text.utf8), path: "x.yaml")
        return slos.first ?? SLO(name: "", displayName: "", indicator: .runSuccess, targetMillionths: 0)
    }

    /// Messages of what is wrong with a text, with their places; none for a good one.
    private func problems(_ text: String) -> [String] {
        do throws(SLOError) {
            _ = try read(text)
            return []
        } catch {
            return error.problems.map { "\($0.mark) \($0.message)" }
        }
    }

    @Test func `the shipped objectives say what the design says`() throws {
        let slos = try SLOSamples.shipped()
        let facts = slos.map { "\($0.name) \($0.targetMillionths) \($0.policy == nil ? "reported" : "policy")" }
        #expect(
            facts == [
                "api-availability 995000 policy", "detection 950000 reported", "duplicates 999000 reported",
                "freshness 995000 policy", "latency 990000 policy", "resolution 950000 reported",
                "run-success 980000 policy", "storage-reliability 999900 reported", "telemetry-delivery 995000 policy",
            ])
        let indicators = Dictionary(uniqueKeysWithValues: slos.map { ($0.name, $0.indicator) })
        #expect(indicators["freshness"] == .freshMinutes(maxAgeSeconds: 3_600, toleranceSeconds: 30))
        #expect(indicators["latency"] == .latency(limitSeconds: 300))
        #expect(indicators["detection"] == .detection(limitSeconds: 900))
        #expect(indicators["resolution"] == .resolution(limitSeconds: 7_200))
        #expect(slos.allSatisfy { $0.window == .rolling(days: 28) })
        #expect(slos.compactMap(\.policy).allSatisfy { $0 == BudgetPolicy(carefulBelow: 0.25, stopBelow: 0) })
    }

    @Test func `burn conditions are read with all their numbers`() throws {
        let conditions = try SLOSamples.shipped().first { $0.name == "freshness" }?.burnConditions ?? []
        #expect(
            conditions.map(\.alarm) == [
                "freshness-burn-fast", "freshness-burn-slow", "freshness-drift", "freshness-drift-long",
            ])
        #expect(
            conditions.first
                == BurnCondition(
                    alarm: "freshness-burn-fast", title: "stale minutes burn the error budget fast", windowMinutes: 60,
                    burnRate: 14.4, severity: "ERROR", pendingMinutes: 1, repeatMinutes: 240))
        #expect(conditions.last?.windowMinutes == 4_320 && conditions.last?.repeatMinutes == 1_440)
    }

    @Test(arguments: [
        ("target: 0.5", 500_000), ("target: 0.9999", 999_900), ("target: 0.999999", 999_999),
        ("targetPercent: 99.99", 999_900), ("targetPercent: 99.9999", 999_999), ("targetPercent: 95", 950_000),
        ("targetPercent: 99.10", 991_000), ("target: 0.000001", 1), ("targetPercent: 64.1", 641_000),
    ])
    func `targets are read by their digits`(field: String, millionths: Int) throws {
        let slo = try read(SLOSamples.runs.replacing("targetPercent: 98", with: field))
        #expect(slo.targetMillionths == millionths)
    }

    @Test(arguments: [
        ("target: 0.9999999", "has 7 digits behind the point; at most 6: targets are kept in millionths"),
        ("targetPercent: 99.99999", "has 5 digits behind the point; at most 4: targets are kept in millionths"),
        ("target: 1", "must lie between 0 and 1; what may never fail has no error budget"),
        ("targetPercent: 100", "must lie between 0 and 100; what may never fail has no error budget"),
        ("target: 0", "must lie between 0 and 1; what may never fail has no error budget"),
        ("target: -0.5", "must lie between 0 and 1; what may never fail has no error budget"),
        ("target: 9e-1", "must be a number in digits, like 0.995, without quotes"),
        ("target: \"0.9\"", "must be a number in digits, like 0.995, without quotes"),
        ("target: .9", "must be a number in digits, like 0.995, without quotes"),
        ("target: nan", "must be a number in digits, like 0.995, without quotes"),
        ("target: 999999999999999", "is too large"),
    ])
    func `targets that are none are refused`(field: String, reason: String) {
        let name = field.prefix { $0 != ":" }
        let column = 19 + name.count
        #expect(
            problems(SLOSamples.runs.replacing("targetPercent: 98", with: field)) == [
                "28:\(column) spec.objectives[0].\(name) \(reason)"
            ])
    }

    @Test(arguments: [
        ("duration: 7d\n      isRolling: true", SLO.Window.rolling(days: 7)),
        ("duration: 4w", .rolling(days: 28)),
        ("duration: 1w\n      isRolling: false\n      calendar: {timeZone: Europe/Stockholm}", .calendarWeek),
        (
            "duration: 1M\n      calendar: {timeZone: Europe/Stockholm, startTime: \"2026-02-01 00:00:00\"}",
            .calendarMonth
        ),
        (
            "duration: 1w\n      calendar: {timeZone: Europe/Stockholm, startTime: \"2027-01-04 00:00:00\"}",
            .calendarWeek
        ),
    ])
    func `windows roll or follow the calendar`(text: String, window: SLO.Window) throws {
        let slo = try read(SLOSamples.runs.replacing("duration: 28d\n      isRolling: true", with: text))
        #expect(slo.window == window)
    }

    @Test func `a threshold metric says the same as a ratio`() throws {
        let slo = try read(SLOSamples.threshold)
        #expect(slo.indicator == .freshMinutes(maxAgeSeconds: 3_600, toleranceSeconds: 30))
        #expect(slo.policy == nil && slo.burnConditions.isEmpty)
    }

    @Test func `mistakes are told with their place and what to do`() throws {
        var lines: [String] = []
        for change in SLOMistakes.all {
            let text = change.base.replacing(change.text, with: change.replacement)
            #expect(text != change.base)
            let told = problems(text)
            #expect(!told.isEmpty, "\(change.replacement)")
            let label = { (text: String) in text.split(separator: "\n").map { $0.trimmed }.joined(separator: " | ") }
            lines += ["\(label(change.text))  ->  \(label(change.replacement))"] + told.map { "    " + $0 }
        }
        try expectGolden(lines.joined(separator: "\n") + "\n", "openslo-mistakes.txt")
    }

    @Test func `everything that is wrong is told at once, in the order of the file`() {
        let text = SLOSamples.runs.replacing("openslo/v1", with: "openslo/v2").replacing(
            "measure: ended-runs", with: "measure: runs"
        ).replacing("Occurrences", with: "Timeslices").replacing("targetPercent", with: "targetPerecnt")
        let places = problems(text).map { $0.prefix { $0 != " " } }
        #expect(places == ["1:13", "23:24", "27:20", "28:16", "28:16", "28:16", "28:17"])
    }

    @Test func `a problem is shown with its line`() {
        do throws(SLOError) {
            _ = try read(SLOSamples.runs.replacing("measure: ended-runs", with: "measure: ended-run"))
            Issue.record("it was read")
        } catch {
            #expect(
                error.description == """
                    x.yaml:23:24: spec.indicator.spec.ratioMetric.total.metricSource.spec.measure must be one of \
                    ended-runs, event-lines, feed-calls, incidents, known-minutes, object-writes, planned-successes, \
                    points, not "ended-run" (did you mean "ended-runs"?)
                      23 |               measure: ended-run
                         |                        ^
                    """)
        }
    }

    @Test func `a file with two documents, and an empty one, are refused`() {
        #expect(problems(SLOSamples.runs + "\n---\n" + SLOSamples.runs).count == 1)
        #expect(problems("") == ["1:1 the file is empty"])
        #expect(problems("[]").count == 1)
        #expect(problems("x: {").count == 1)
    }

    /// Bytes changed, left out and doubled anywhere: a file is read or refused, and every problem has a place within it.
    @Test(arguments: 0..<8) func `no mutation of a file makes the reader stumble`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let sources = try SLOSamples.files() + [Array(SLOSamples.threshold.utf8)]
        let pieces = [
            "\n", ": ", "- ", "\"", "{", "}", "[", "]", "null", "-1", "999999999999999999", "é", "\u{0}", "&a", "*a",
        ]
        for _ in 0..<400 {
            var bytes = sources[Int.random(in: 0..<sources.count, using: &random)]
            for _ in 0...Int.random(in: 0..<3, using: &random) where !bytes.isEmpty {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                let end = min(bytes.count, at + Int.random(in: 0..<12, using: &random))
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.removeSubrange(at..<end)
                case 1: bytes.insert(contentsOf: bytes[at..<end], at: at)
                case 2: bytes[at] = UInt8.random(in: 0...255, using: &random)
                default:
                    let piece = pieces[Int.random(in: 0..<pieces.count, using: &random)]
                    bytes.replaceSubrange(at..<end, with: Array(piece.utf8))
                }
            }
            do throws(SLOError) {
                let slos = try SLOFile.read(bytes, path: "x.yaml")
                #expect(slos.count == 1 && slos.allSatisfy { (1..<1_000_000).contains($0.targetMillionths) })
            } catch {
                let lines = bytes.count { $0 == 0x0A } + 2
                #expect(!error.problems.isEmpty)
                #expect(error.problems.allSatisfy { (1...lines).contains($0.mark.line) && $0.mark.column >= 1 })
                #expect(error.problems.allSatisfy { !$0.message.isEmpty })
            }
        }
    }
}

extension Substring {
    /// Without blanks at its ends.
    fileprivate var trimmed: String {
        var text = drop { $0 == " " }
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
