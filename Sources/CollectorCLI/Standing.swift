// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Freshness
import Ledger
import Transport

/// How the collector, or a job that `exec` runs, stands: what `freshness --from ledger` would say now.
struct Standing: Sendable {
    let verdict: Verdict
    let limitSeconds: Double
    let history: RunHistory
    /// The run at work, if there is one.
    let running: RunInProgress?
    /// When the timer starts the next run; nil where nobody knows.
    let nextElapse: Date?

    var state: FreshnessState { verdict.state }
    /// What follows the verdict word.
    var reason: String { verdict.cause }
    var ageSeconds: Double? { verdict.ageSeconds }
    /// Stale is what is neither of these.
    var isGood: Bool { verdict.isGood }

    init(
        _ evidence: Evidence, _ history: RunHistory, _ limits: FreshnessLimits, memory: CheckMemory = CheckMemory(),
        now: Date
    ) {
        verdict = FreshnessCheck(limits: limits).check(evidence, at: CheckTime(now: now), memory: memory).verdict
        limitSeconds = limits.maxAge
        self.history = history
        running = evidence.running
        if case .known(let units) = evidence.scheduler { nextElapse = units.nextElapse } else { nextElapse = nil }
    }

    /// Reads what there is to know on this host: nothing is written, and nobody asked but the service manager.
    init(_ live: Live, now: Date) {
        let transport = HTTPTransport { (_) throws(TransportError) in throw .cancelled }
        let evidence = EvidenceReader(live: live, transport: transport).local()
        let limits = FreshnessRound(live: live, places: [.ledger], isDry: true).limits
        let store = MemoryStore(directory: live.state.root, places: [.ledger])
        // A memory that cannot be read is as none: the checker itself tells of it.
        let memory = (try? store.load())?.memory ?? CheckMemory()
        // Why a ledger cannot be read is part of the verdict.
        let history = (try? RunHistory(RunLedger(statePath: live.state.root))) ?? RunHistory(runs: [])
        self.init(evidence, history, limits, memory: memory, now: now)
    }
}
