// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Ledger
import TestSupport

@testable import CollectorCLI

/// The dashboards of this repository, and ledgers to draw them from.
enum DashboardSamples {
    static let directory = packageRoot + "/dashboards"
    static let path = directory + "/panels.yaml"

    static func text() throws -> String {
        String(decoding: try FileSystem.read(path, limitBytes: 1 << 20) ?? [], as: UTF8.self)
    }

    static func set() throws -> DashboardSet { try DashboardReader.read(Array(try text().utf8), path: path) }

    /// Where alarms, runbooks and objectives are, whatever the working directory.
    static func environment(state: String = "/nonexistent") -> [String: String] {
        [
            "POLISEN_STATE_PATH": state, "POLISEN_ALARMS_PATH": packageRoot + "/alarms",
            "POLISEN_SLOS_PATH": packageRoot + "/slos",
        ]
    }

    /// 2026-11-20T00:00:00Z
    static let start = Date(timeIntervalSince1970: 1_795_132_800)

    /// Half-hourly runs with two checks each; those of the slots in `failing` time out.
    static func fill(_ state: String, slots: Int, failing: Range<Int> = 0..<0, rejected: Int? = nil) throws {
        let ledger = RunLedger(statePath: state)
        var lastSuccess: Date?
        for slot in 0..<slots {
            let planned = start.addingTimeInterval(Double(slot) * 1_800)
            let fails = failing.contains(slot)
            var run = record(at: planned, fails: fails, isFirst: slot == 0)
            if slot == rejected { run.measures.rejected = ["schema": 3] }
            try ledger.append(run)
            if !fails { lastSuccess = run.endedAt }
            for minute in [5.0, 20] {
                let now = planned.addingTimeInterval(minute * 60)
                let age = lastSuccess.map { now.timeIntervalSince($0) }
                let isStale = (age ?? 0) > 3_630
                var check = CheckRecord(
                    checkedAt: now, job: "polisen", environment: "production", vantage: "here",
                    state: isStale ? "failing" : "fresh", since: now, isStale: isStale, isAlarming: isStale, cause: "",
                    host: "here", version: "1")
                (check.ageSeconds, check.lastSuccessAt) = (age, lastSuccess)
                try ledger.append(check)
            }
        }
    }

    private static func record(at planned: Date, fails: Bool, isFirst: Bool) -> RunRecord {
        let started = planned.addingTimeInterval(2)
        var run = RunRecord(
            runID: RunID(at: started, hash: []), job: "polisen", environment: "production", command: .collect,
            startedAt: started, endedAt: started.addingTimeInterval(fails ? 31 : 1.5),
            outcome: fails ? .failed : .success, version: "1", configSHA: "aa", host: "here")
        run.plannedAt = planned
        run.feedCalls = 1
        if isFirst { run.commits = [1] }
        run.measures.feedOutcomes = [fails ? "timeout" : "ok": 1]
        run.measures.feedSeconds = fails ? 30 : 0.5
        if fails {
            run.error = .init(type: "feed_timeout", message: "m", stage: .fetch, exitCode: 69)
        } else {
            run.answer = .init(answerClass: "normal", status: 200)
            (run.counts.returned, run.counts.new) = (500, 2)
            run.measures.bytesPut = 1_000
        }
        return run
    }
}
