// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Ledger
import TestSupport

enum Samples {
    /// 2026-11-23T07:30:00.123Z
    static let start = Date(timeIntervalSince1970: 1_795_419_000.123)

    static func id(_ seed: UInt64, at date: Date = start) -> RunID {
        var random = SeededGenerator(seed: seed)
        return RunID(at: date, using: &random)
    }

    /// A record with nothing that may be left out.
    static func small(_ seed: UInt64 = 1, at date: Date = start) -> RunRecord {
        RunRecord(
            runID: id(seed, at: date), job: "polisen", environment: "production", command: .collect, startedAt: date,
            endedAt: Timestamp.date(milliseconds: Timestamp.milliseconds(date) + 1500), outcome: .success,
            version: "0.1.0+abc", configSHA: "9f3c2a10", host: "box")
    }

    /// A record with everything in it.
    static func full() -> RunRecord {
        var record = small()
        record.plannedAt = Timestamp.date("2026-11-23T07:30:00.000Z")
        record.outcome = .failed
        record.stages = RunRecord.Stage.allCases.enumerated().map { .init($1, seconds: Double($0) * 0.1) }
        record.error = .init(
            type: "auth_denied", message: "403 \"Not\" authorised\nå\u{0}", stage: .auth, httpStatus: 403,
            requestID: "8B1F/A2", exitCode: 77)
        record.skipReason = .rateBudget
        record.answer = .init(
            answerClass: "filtered", status: 200, bytes: 210_659, wireBytes: 30_000,
            sha256: String(repeating: "ab", count: 32), events: 500, types: 3,
            newestAt: Timestamp.date("2026-11-23T06:00:00.000Z"), etag: "\"x\"")
        record.counts = .init(returned: 500, new: 4, revised: 3, unchanged: 492, rejected: 1)
        record.commits = [17, 18]
        record.objectsPut = 5
        record.feedCalls = 2
        record.requests = 9
        record.retries = 1
        record.invocationID = "7c1e0f"
        record.cpuSeconds = 0.016_25
        record.peakMemoryBytes = 17_825_792
        record.notes = ["asked again", "second"]
        return record
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
