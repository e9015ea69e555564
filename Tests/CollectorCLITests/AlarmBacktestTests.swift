// SPDX-License-Identifier: MIT

import Alarms
import ArgumentParser
import Collector
import Files
import FoundationEssentials
import JSON
import Ledger
import TestSupport
import Testing

@testable import CollectorCLI

@Suite struct AlarmBacktestTests {
    private struct Ended {
        let output: String
        let error: String
        let status: CollectorCLI.ExitStatus
    }

    private func backtest(_ arguments: [String], state: String = "/nonexistent") throws -> Ended {
        let desk = Desk(environment: ["POLISEN_STATE_PATH": state])
        let status = try AlarmsBacktestCommand.quick(
            ["--alarms", packageRoot + "/alarms"] + arguments
        ).run(in: desk.surroundings)
        return Ended(output: desk.output, error: desk.error, status: status)
    }

    /// A day of half-hourly runs of which those from 10:00 up to 14:00 fail.
    private static func day() -> String {
        (0..<48).map { slot in
            let time = Timestamp.text(Date(timeIntervalSince1970: 1_767_571_200 + Double(slot) * 1_800 + 60))
            let fails = (20..<28).contains(slot)
            let heartbeat = fails ? "" : #",{"name":"run_success_heartbeat","value":1}"#
            return """
                {"schema":1,"at":"\(time)","dimensions":{"env":"t","job":"polisen"},"points":[\
                {"name":"run_failed","value":\(fails ? 1 : 0)},{"name":"run_success","value":\(fails ? 0 : 1)}\(heartbeat)]}
                """
        }.joined(separator: "\n")
    }

    private func withDay(_ body: (String) throws -> Void) throws {
        try withTemporaryDirectory { home in
            try FileSystem.replace(home + "/day.jsonl", Array(Self.day().utf8))
            try body(home)
        }
    }

    @Test func `an outage of recorded runs fires what it should, and is told in a table`() throws {
        try withDay { home in
            let ended = try backtest(["--metrics", home + "/day.jsonl", "--filter", "no-successful-run"])
            #expect(ended.status == .ok && ended.error.isEmpty)
            try expectGolden(ended.output, "alarms-backtest.txt")
            #expect(ended.output.split(separator: "\n" as Character).allSatisfy { $0.count <= 80 })
        }
    }

    @Test func `incidents make firings true or false, and say how long it took`() throws {
        try withDay { home in
            func incidents(_ text: String) throws -> Ended {
                try FileSystem.replace(home + "/incidents.yaml", Array(text.utf8))
                let files = ["--metrics", home + "/day.jsonl", "--incidents", home + "/incidents.yaml", "--json"]
                return try backtest(files + ["--filter", "runs-failing"])
            }
            let right = try incidents(
                "incidents:\n  - {from: \"2026-01-05T10:00:00Z\", until: \"2026-01-05T14:00:00Z\", what: feed down}\n")
            #expect(right.status == .ok, "\(right.output)")
            let incident = try #require(try JSONValue.parse(right.output)["incidents"]?.array?.first)
            #expect(incident["detected"] == true && incident["first"] == "runs-failing")
            #expect((incident["afterSeconds"]?.int ?? 0) > 1_800 && (incident["afterSeconds"]?.int ?? 9_999) < 4_200)
            let wrong = try incidents("incidents:\n  - {from: \"2026-01-05T20:00:00Z\", what: nothing we saw}\n")
            #expect(wrong.status == .badState)
            let answer = try JSONValue.parse(wrong.output)
            #expect(answer["incidents"]?.array?.first?["detected"] == false)
            #expect(answer["firings"]?.array?.first?["true"] == false)
            let broken = try incidents("incidents:\n  - {from: yesterday, what: x}\n")
            #expect(broken.status == .badData && broken.error.contains("incidents.yaml:2:"))
            let elsewhere = try incidents("incidents:\n  - {from: 2024-01-05T00:00:00Z, until: 1h, what: long ago}\n")
            #expect(elsewhere.status == .badData && elsewhere.error.contains("long ago: outside of the data"))
            let misspelt = try incidents(
                "incidents:\n  - {from: 2026-01-05T02:00:00Z, what: x, alarms: [runs-faling]}\n")
            #expect(misspelt.status == .badData && misspelt.error.contains("did you mean \"runs-failing\"?"))
        }
    }

    @Test func `holes in what was recorded can be taken as known`() throws {
        try withDay { home in
            let kept = Self.day().split(separator: "\n" as Character).enumerated().filter {
                !(4..<16).contains($0.offset)
            }
            try FileSystem.replace(home + "/holes.jsonl", Array(kept.map(\.element).joined(separator: "\n").utf8))
            let arguments = ["--metrics", home + "/holes.jsonl", "--filter", "no-successful-run", "--json"]
            let taken = try backtest(arguments + ["--gaps", "65m"])
            let answer = try JSONValue.parse(taken.output)
            #expect(answer["firings"]?.array?.map { $0["true"] } == [true, false])
            #expect(answer["incidents"]?.array?.map { $0["what"] } == ["no run for 6h30m"])
            #expect(taken.status == .badState)
            let until = try backtest(arguments + ["--gaps", "65m", "--until", "2026-01-05T09:00:00Z"])
            #expect(until.status == .ok, "\(until.output)")
            #expect(throws: (any Error).self) { try AlarmsBacktestCommand.quick(["--ledger", "--gaps", "long"]) }
        }
    }

    @Test func `a watchdog that fires is no false alarm, and one that is silent is missed`() throws {
        try withTemporaryDirectory { home in
            try FileSystem.replace(home + "/none.yaml", Array("incidents: []".utf8))
            for (value, status) in [("1x600", CollectorCLI.ExitStatus.ok), ("0x600", .badState)] {
                let line = """
                    {"name":"checker_heartbeat","dimensions":{"job":"polisen"},"start":"2026-01-05T00:00:00Z","step":"1m",\
                    "values":"\(value)"}
                    """
                try FileSystem.replace(home + "/data.jsonl", Array(line.utf8))
                let ended = try backtest(
                    ["--data", home + "/data.jsonl", "--incidents", home + "/none.yaml", "--filter", "watchdog"])
                #expect(ended.status == status, "\(ended.output)")
                #expect(ended.output.contains("watchdog always fires"))
            }
        }
    }

    @Test func `the ledger's runs and checks are played as the metrics they posted`() throws {
        try withTemporaryDirectory { state in
            let ledger = RunLedger(statePath: state)
            let begin = Date(timeIntervalSince1970: 1_767_571_200)
            for slot in 0..<24 {
                let at = begin.addingTimeInterval(Double(slot) * 1_800 + 60)
                let fails = (8..<20).contains(slot)
                var record = RunRecord(
                    runID: RunID(at: at, hash: Array(repeating: UInt8(slot), count: 16)), job: "polisen",
                    environment: "t", command: .collect, startedAt: at, endedAt: at.addingTimeInterval(2),
                    outcome: fails ? .failed : .success, version: "1", configSHA: "aa", host: "h")
                record.counts.new = 3
                try ledger.append(record)
                for minute in [0, 15] {
                    let checkedAt = at.addingTimeInterval(Double(minute) * 60 + 30)
                    let isStale = (11..<21).contains(slot)
                    try ledger.append(
                        CheckRecord(
                            checkedAt: checkedAt, job: "polisen", environment: "t", vantage: "h",
                            state: isStale ? "failing" : "fresh", since: checkedAt, isStale: isStale,
                            isAlarming: isStale,
                            cause: "c", host: "h", version: "1"))
                }
            }
            let ended = try backtest(["--ledger", "--json"], state: state)
            let answer = try JSONValue.parse(ended.output)
            let fired = Set(answer["firings"]?.array?.compactMap { $0["alarm"]?.string } ?? [])
            #expect(fired.isSuperset(of: ["no-successful-run", "freshness-stale", "runs-failing"]), "\(fired)")
            #expect(!fired.contains("checker-silent"))
            let notes = answer["notes"]?.array?.compactMap(\.string) ?? []
            #expect(notes.contains { $0.hasPrefix("vault-access: ") || $0.hasPrefix("telemetry-loss: ") }, "\(notes)")
        }
    }

    @Test func `checks stand for the minutes up to the next one, and no longer than a checker is silent for`() {
        func check(_ minute: Double, _ state: String) -> CheckRecord {
            let at = Date(timeIntervalSince1970: minute * 60)
            return CheckRecord(
                checkedAt: at, job: "j", environment: "e", vantage: "v", state: state, since: at,
                isStale: state != "fresh",
                isAlarming: false, cause: "", host: "h", version: "1")
        }
        var metrics = LedgerMetrics()
        func minutes(_ samples: [LedgerMetrics.TimedSample], _ name: String) -> [Int: Double] {
            Dictionary(
                samples.filter { $0.sample.name == name }.map {
                    (Int($0.at.timeIntervalSince1970 / 60), $0.sample.value)
                }
            ) { $1 }
        }
        #expect(minutes(metrics.samples(of: check(0, "fresh")), "freshness_stale") == [0: 0])
        let next = metrics.samples(of: check(3, "missed"))
        #expect(minutes(next, "freshness_stale") == [1: 0, 2: 0, 3: 1])
        #expect(minutes(next, "checker_heartbeat") == [1: 1, 2: 1, 3: 1])
        let late = minutes(metrics.samples(of: check(120, "fresh")), "freshness_stale")
        #expect(late.keys.sorted() == Array(4...19) + [120] && late[120] == 0)
    }

    @Test func `between two checks, the age of data starts again with a run that succeeded`() {
        func date(_ minute: Double) -> Date { Date(timeIntervalSince1970: minute * 60) }
        func check(_ minute: Double, success: Double) -> CheckRecord {
            var record = CheckRecord(
                checkedAt: date(minute), job: "j", environment: "e", vantage: "v", state: "fresh",
                since: date(minute), isStale: false, isAlarming: false, cause: "", host: "h", version: "1")
            record.lastSuccessAt = date(success)
            return record
        }
        func run(_ minute: Double, _ outcome: RunRecord.Outcome, _ command: RunRecord.Command = .collect) -> RunRecord {
            RunRecord(
                runID: RunID(at: date(minute), hash: []), job: "j", environment: "e", command: command,
                startedAt: date(minute), endedAt: date(minute + 0.5), outcome: outcome, version: "1", configSHA: "",
                host: "h")
        }
        var metrics = LedgerMetrics()
        _ = metrics.samples(of: check(100, success: 70))
        for record in [run(101, .failed), run(102, .success, .replay), run(103, .success)] {
            _ = metrics.samples(of: record)
        }
        let ages = metrics.samples(of: check(106, success: 103.5)).filter { $0.sample.name == "freshness_age_seconds" }
        #expect(ages.map(\.sample.value) == [31, 32, 33, 0.5, 1.5, 2.5].map { $0 * 60 })
    }

    @Test func `unknown checks stand for what the checker posted: what was known, and 1 once they alarm`() {
        func check(_ minute: Double, _ state: String, alarming: Bool = false, problem: String? = nil) -> CheckRecord {
            let at = Date(timeIntervalSince1970: minute * 60)
            var record = CheckRecord(
                checkedAt: at, job: "j", environment: "e", vantage: "v", state: state, since: at, isStale: false,
                isAlarming: alarming, cause: "", host: "h", version: "1")
            record.sources = [CheckRecord.Source(name: "ledger", problem: problem)]
            return record
        }
        let checks = [
            check(0, "unknown", problem: "x"), check(1, "unknown"), check(2, "unknown", alarming: true),
            check(3, "fresh"), check(4, "unknown", problem: "x"), check(5, "unknown", alarming: true, problem: "x"),
        ]
        var metrics = LedgerMetrics()
        let values = checks.map { check in
            metrics.samples(of: check).first { $0.sample.name == "freshness_stale" }?.sample.value
        }
        #expect(values == [nil, nil, nil, 0, 0, 1])
    }

    @Test func `there must be something to play`() throws {
        try withDay { home in
            #expect(throws: (any Error).self) { try AlarmsBacktestCommand.quick([]) }
            #expect(throws: (any Error).self) { try AlarmsBacktestCommand.quick(["--ledger", "--from", "now"]) }
            let empty = try backtest(["--metrics", home + "/day.jsonl", "--filter", "clock-skew"])
            #expect(empty.status == .badData && empty.error.contains("no point of any metric"))
            let none = try backtest(["--metrics", home + "/day.jsonl", "--filter", "no such alarm"])
            #expect(none.status == .badData && none.error.contains("no such alarm"))
            let missing = try backtest(["--data", home + "/none.json"])
            #expect(missing.status == .badData && missing.error.contains("none.json"))
            let backwards = try backtest(
                ["--metrics", home + "/day.jsonl", "--from", "2026-01-06T00:00:00Z", "--until", "2026-01-05T00:00:00Z"])
            #expect(backwards.status == .badData && backwards.error.contains("lies behind"))
        }
    }
}
