// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import TestSupport
import Testing

@testable import CollectorCLI

@Suite struct NewestEventTests {
    private static let now = Date(timeIntervalSince1970: 1_795_420_800)

    private static func record(hoursAgo: Double, _ answer: RunRecord.Answer) -> RunRecord {
        let at = now.addingTimeInterval(-hoursAgo * 3_600)
        var random = SystemRandomNumberGenerator()
        var record = RunRecord(
            runID: RunID(at: at, using: &random), job: "j", environment: "e", command: .collect, startedAt: at,
            endedAt: at, outcome: .success, version: "1", configSHA: "00000000", host: "h")
        record.answer = answer
        return record
    }

    @Test(arguments: [(30.0, true), (160, true), (169, false)])
    func `the newest event is known after days of 304 answers, for a week`(hoursAgo: Double, isKnown: Bool) throws {
        try withTemporaryDirectory { home in
            let ledger = RunLedger(statePath: home)
            let newest = Self.now.addingTimeInterval(-hoursAgo * 3_600 - 600)
            let unchanged = RunRecord.Answer(answerClass: "unchanged", status: 304)
            try ledger.append(Self.record(hoursAgo: hoursAgo, .init(answerClass: "normal", newestAt: newest)))
            try ledger.append((1..<28).reversed().map { Self.record(hoursAgo: Double($0), unchanged) })
            let run = Self.record(hoursAgo: 0, unchanged)
            #expect(Telemetry.lastNewest(before: run, in: ledger) == (isKnown ? newest : nil))
        }
    }
}
