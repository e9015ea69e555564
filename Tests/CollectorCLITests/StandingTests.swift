// SPDX-License-Identifier: MIT

import Collector
import Foundation
import Freshness
import JSON
import Ledger
import TestSupport
import Testing

@testable import CollectorCLI

@Suite struct StandingTests {
    private static let now = Date(timeIntervalSince1970: 1_795_419_000)

    /// A run that ended `minutes` before now.
    static func run(
        _ outcome: RunRecord.Outcome, _ minutes: Double, type: String = "feed_timeout", seed: UInt64 = 1
    ) -> RunRecord {
        var random = SeededGenerator(seed: seed &+ UInt64(abs(minutes)))
        let end = now.addingTimeInterval(-60 * minutes)
        var record = RunRecord(
            runID: RunID(at: end, using: &random), job: "polisen", environment: "test", command: .collect,
            startedAt: end.addingTimeInterval(-2), endedAt: end, outcome: outcome, version: "1", configSHA: "aa",
            host: "h")
        if outcome == .failed || outcome == .killed {
            record.error = .init(type: type, message: "the feed gave no answer; try again", stage: .fetch, exitCode: 69)
        }
        return record
    }

    private static func standing(_ runs: [RunRecord], running: Double? = nil) -> Standing {
        let success = runs.first { $0.outcome == .success }
        let ledger = RunEvidence(
            lastSuccess: success.map { .init(key: $0.runID.description, endedAt: $0.endedAt) },
            runs: runs.map(RunFact.init))
        let work = running.map { RunInProgress(run: nil, startedAt: now.addingTimeInterval(-60 * $0)) }
        return Standing(
            Evidence(sources: [SourceReading(.ledger, .readable(ledger))], running: work), RunHistory(runs: runs),
            .unplanned(maxAge: 3_600), now: now)
    }

    @Test(arguments: [
        ([run(.success, 12)], FreshnessState.fresh), ([run(.success, 60.4)], .fresh), ([run(.success, 61)], .missed),
        ([run(.failed, 5), run(.success, 30)], .fresh), ([run(.failed, 5), run(.success, 90)], .failing),
        ([run(.partial, 5), run(.success, 90)], .failing), ([run(.failed, 200), run(.success, 300)], .missed),
        ([run(.killed, 1)], .failing), ([], .unknown), ([run(.success, -10)], .unknown), ([run(.success, -1)], .fresh),
    ])
    func `the verdict on a job without slots follows its newest runs`(runs: [RunRecord], state: FreshnessState) {
        let standing = Self.standing(runs)
        #expect(standing.state == state, "\(standing.reason)")
        #expect(standing.isGood == (state == .fresh))
        #expect(!standing.reason.contains("slot"), "\(standing.reason)")
    }

    @Test func `a job that runs for longer than its data may be old is stuck`() {
        #expect(Self.standing([Self.run(.success, 90)], running: 80).state == .stuck)
        #expect(Self.standing([Self.run(.success, 90)], running: 1).state == .missed)
        #expect(Self.standing([Self.run(.success, 30)], running: 20).state == .fresh)
    }

    @Test func `a ledger that cannot be read is never fresh`() {
        let evidence = Evidence(sources: [SourceReading(.ledger, .unreadable("no"))])
        let standing = Standing(evidence, RunHistory(runs: []), FreshnessLimits(maxAge: 3_600), now: Self.now)
        #expect(standing.state == .unknown)
    }

    @Test(
        arguments: [
            (0.4, "0 s"), (59.9, "59 s"), (60, "1 min"), (3_600, "1 h"), (11_100, "3 h 5 min"), (86_400, "1 day"),
            (190_800, "2 days 5 h"), (-5, "0 s"), (.infinity, "11574074 days 1 h"),
        ] as [(Double, String)])
    func `ages are read at a glance`(seconds: Double, text: String) { #expect(Words.age(seconds) == text) }

    @Test(arguments: [
        ("oci_credential_vault", "vault-access"), ("oci_unauthorized", "credential-rotation"),
        ("oci_forbidden", "storage-refused"), ("killed_oom", "memory-growth"),
        ("answer_not_json", "schema-drift"), ("answer_filtered", "api-answer-filtered"),
        ("feed_timeout", "api-failing"),
        ("disk_full", "disk-full"), ("what_is_new", "runs-failing"),
    ])
    func `each cause has its runbook`(type: String, runbook: String) {
        #expect(Runbook.name(for: Self.run(.failed, 1, type: type)) == runbook)
    }
}
