// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import TestSupport

@testable import Ledger

/// Lines of a ledger, drawn by lot.
enum LineMaker {
    typealias Lot = SeededGenerator

    static func line(_ lot: inout Lot) -> [UInt8] {
        switch Int.random(in: 0..<12, using: &lot) {
        case 0: maintenance(&lot).json.encoded()
        case 1: note(&lot).json.encoded()
        case 2: Array(#"{"schema":1,"type":"later","at":"2026-11-23T07:30:00.123Z"}"#.utf8)
        case 3..<6: check(&lot).json.encoded()
        default: run(&lot).encoded()
        }
    }

    static func run(_ lot: inout Lot) -> RunRecord {
        let start = instant(&lot)
        var run = RunRecord(
            runID: RunID(at: start, using: &lot), job: word(&lot), environment: word(&lot),
            command: pick(RunRecord.Command.allCases, &lot), startedAt: start, endedAt: instant(&lot),
            outcome: pick(RunRecord.Outcome.allCases, &lot), version: "0.5.0+\(number(3, &lot))",
            configSHA: "9f3c2a1\(number(3, &lot))", host: pick(["box", "collector-1"], &lot))
        run.plannedAt = maybe(&lot) { instant(&$0) }
        run.stages = (0..<number(9, &lot)).map { _ in
            .init(pick(RunRecord.Stage.allCases, &lot), seconds: seconds(&lot))
        }
        run.error = maybe(&lot) { error(&$0) }
        run.skipReason = maybe(&lot) { pick(RunRecord.SkipReason.allCases, &$0) }
        run.answer = maybe(&lot) { .init(answerClass: pick(["normal", "unchanged"], &$0), etag: "\"\(word(&$0))\"") }
        run.counts = .init(
            returned: 500, new: number(9, &lot), revised: number(9, &lot), unchanged: number(500, &lot),
            rejected: number(2, &lot))
        run.commits = (0..<number(3, &lot)).map { $0 }
        run.feedCalls = number(4, &lot)
        run.invocationID = maybe(&lot) { word(&$0) }
        run.cpuSeconds = seconds(&lot)
        run.execution = maybe(&lot) { .init(program: word(&$0)) }
        run.measures = measures(&lot)
        run.notes = maybe(&lot) { [text(&$0), text(&$0)] } ?? []
        return run
    }

    static func check(_ lot: inout Lot) -> CheckRecord {
        var check = CheckRecord(
            checkedAt: instant(&lot), job: word(&lot), environment: word(&lot), vantage: word(&lot),
            state: pick(["fresh", "missed", "unknown"], &lot), since: instant(&lot), isStale: lot.next() % 2 == 0,
            isAlarming: lot.next() % 2 == 0, cause: text(&lot), host: word(&lot), version: word(&lot))
        check.ageSeconds = maybe(&lot) { seconds(&$0) }
        check.sources = [.init(name: "ledger", problem: maybe(&lot) { text(&$0) })]
        return check
    }

    static func maintenance(_ lot: inout Lot) -> MaintenanceRecord {
        var record = MaintenanceRecord(
            id: "0a1b2c3d", job: word(&lot), recordedAt: instant(&lot), startsAt: instant(&lot),
            endsAt: maybe(&lot) { instant(&$0) }, reason: text(&lot), author: word(&lot), host: word(&lot),
            version: word(&lot))
        record.isCancelled = lot.next() % 2 == 0
        record.pausesRuns = lot.next() % 2 == 0
        return record
    }

    static func note(_ lot: inout Lot) -> NoteRecord {
        var record = NoteRecord(
            id: "0a1b2c3d", kind: pick(NoteRecord.Kind.allCases, &lot), job: word(&lot), recordedAt: instant(&lot),
            at: instant(&lot), text: text(&lot), author: word(&lot), host: word(&lot), version: word(&lot))
        record.linesCounted = maybe(&lot) { number(100_000, &$0) }
        record.duplicates = maybe(&lot) { number(3, &$0) }
        record.runID = maybe(&lot) { RunID(at: instant(&$0), using: &$0) }
        record.dueAt = maybe(&lot) { instant(&$0) }
        return record
    }

    private static func error(_ lot: inout Lot) -> RunRecord.Failure {
        .init(
            type: pick(["feed_timeout", "oci_dns"], &lot), message: text(&lot),
            stage: maybe(&lot) { pick(RunRecord.Stage.allCases, &$0) }, httpStatus: maybe(&lot) { number(600, &$0) },
            exitCode: number(80, &lot))
    }

    private static func measures(_ lot: inout Lot) -> RunRecord.Measures {
        var measures = RunRecord.Measures()
        if lot.next() % 4 == 0 { return measures }
        for outcome in ["ok", "dns", "http_5xx"] { measures.feedOutcomes[outcome] = maybe(&lot) { number(9, &$0) } }
        for outcome in ["ok", "conflict", "denied", "error"] {
            measures.puts[outcome] = maybe(&lot) { number(9, &$0) }
        }
        measures.feedSeconds = maybe(&lot) { seconds(&$0) }
        measures.bytesPut = number(10_000, &lot)
        measures.clockSkewSeconds = maybe(&lot) { seconds(&$0) }
        measures.telemetry = maybe(&lot) { .init(pointsPosted: number(1_000_000, &$0), pointsDropped: 3) }
        return measures
    }

    private static func instant(_ lot: inout Lot) -> Date {
        Timestamp.date(milliseconds: Int.random(in: 0...253_402_300_799_999, using: &lot))
    }

    private static func seconds(_ lot: inout Lot) -> Double {
        pick([0, 1, 0.25, 6.686e-06, 1e21, Double.random(in: 0..<30, using: &lot)], &lot)
    }

    private static func text(_ lot: inout Lot) -> String {
        pick(["because", "403 \"Not\" authorised\nå\u{0}", "räksmörgås \\ 🚓", ""], &lot)
    }

    private static func word(_ lot: inout Lot) -> String { pick(["polisen", "test", "a-very-long-name-of-it"], &lot) }

    private static func number(_ limit: Int, _ lot: inout Lot) -> Int { Int.random(in: 0..<limit, using: &lot) }

    private static func maybe<T>(_ lot: inout Lot, _ make: (inout Lot) -> T) -> T? {
        lot.next() % 2 == 0 ? make(&lot) : nil
    }

    static func pick<T>(_ choices: [T], _ lot: inout Lot) -> T { choices[number(choices.count, &lot)] }
}
