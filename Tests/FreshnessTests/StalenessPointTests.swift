// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import TestSupport
import Testing

@testable import Freshness

/// 2026-11-23T08:00:00Z.
private let noon = Date(timeIntervalSince1970: 1_795_420_800)
private let check = FreshnessCheck(limits: FreshnessLimits(maxAge: 3600))

private func run(_ minutesAgo: Double, _ outcome: RunRecord.Outcome) -> RunFact {
    var random = SeededGenerator(seed: UInt64(minutesAgo * 10 + 10_000))
    let at = noon.addingTimeInterval(-minutesAgo * 60)
    return RunFact(
        run: RunID(at: at, using: &random), startedAt: at, endedAt: at, outcome: outcome,
        problem: outcome == .success ? nil : "dns at fetch: no address")
}

private func ledger(_ runs: [RunFact]) -> SourceReading {
    let success = runs.first { $0.outcome == .success }
    return SourceReading(
        .ledger,
        .readable(
            RunEvidence(
                lastSuccess: success.map { .init(key: $0.run.description, endedAt: $0.endedAt) }, runs: runs,
                newestData: nil)))
}

/// What `freshness_stale` says, from one check to the next.
@Suite struct StalenessPointTests {
    /// What `freshness_stale` says minute by minute; `_` without a point.
    private func stale(_ minutes: Int, _ reading: (Int) -> SourceReading) -> String {
        var memory = CheckMemory()
        return (0..<minutes).map { minute -> String in
            let time = CheckTime(now: noon.addingTimeInterval(Double(minute) * 60), uptime: Double(minute) * 60)
            let result = check.check(Evidence(sources: [reading(minute)]), at: time, memory: memory)
            memory = result.memory
            let point = result.verdict.gauges(vantage: "v").first { $0.name == "freshness_stale" }
            return point.map { $0.value == 1 ? "1" : "0" } ?? "_"
        }.joined()
    }

    @Test func `a first install posts no staleness before its first slot is over, so no page calls it stale`() {
        // Installed at 08:00; the slot of 08:01 has until 08:06.
        let quiet = stale(8) { _ in ledger([]) }
        #expect(quiet == "______11")
        let good = stale(8) { $0 < 2 ? ledger([]) : ledger([run(-1, .success)]) }
        #expect(good == "__000000")
    }

    @Test func `evidence that cannot be read is stale after 15 minutes, until then what was known holds`() {
        let unreadable = SourceReading(.ledger, .unreadable("x"))
        let zeros = { String(repeating: "0", count: $0) }
        #expect(stale(20) { $0 < 2 ? ledger([run(5, .success)]) : unreadable } == zeros(17) + "111")
        #expect(stale(4) { $0 < 2 ? ledger([run(29, .failed)]) : unreadable } == "1111")
        #expect(stale(17) { _ in unreadable } == String(repeating: "_", count: 15) + "11")
    }

    @Test func `a first slot that never comes is waited for no longer than data may be old`() {
        var memory = CheckMemory()
        memory.firstCheckAt = noon.addingTimeInterval(86_400 * 365)
        memory.state = .unknown
        memory.stateSeconds = 3_600
        var points: [Double?] = []
        for minute in [0.0, 1, 17] {
            let time = CheckTime(now: noon.addingTimeInterval(minute * 60), uptime: minute * 60)
            let result = check.check(Evidence(sources: [ledger([])]), at: time, memory: memory)
            memory = result.memory
            points.append(result.verdict.gauges(vantage: "v").first { $0.name == "freshness_stale" }?.value)
        }
        #expect(points == [nil, nil, 1])
    }

    @Test func `a checker that cannot remember calls the unknown stale at once`() {
        let evidence = Evidence(sources: [SourceReading(.ledger, .unreadable("x"))])
        let unknown = check.check(evidence, at: CheckTime(now: noon), memory: CheckMemory()).verdict
        let told = check.checkWithoutMemory(unknown, at: noon).verdict.gauges(vantage: "v")
        #expect(told.first { $0.name == "freshness_stale" }?.value == 1)
    }
}
