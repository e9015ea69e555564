// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Freshness
import JSON
import Ledger
import Transport

/// How the collector, or a job that `exec` runs, stands: a verdict over its ledger.
struct Standing: Sendable {
    private(set) var state: FreshnessState
    /// What follows the verdict word.
    private(set) var reason: String
    private(set) var ageSeconds: Double?
    let limitSeconds: Double
    let history: RunHistory
    /// The run at work, if there is one.
    let running: RunMarker?

    /// When the timer starts the next run; nil where nobody knows.
    private(set) var nextElapse: Date?

    /// Stale is what is neither of these.
    var isGood: Bool { state == .fresh || state == .quiet }

    /// What is known, all of it read beforehand.
    struct Evidence: Sendable {
        /// nil: the ledger cannot be read, for the reason in `problem`.
        var history: RunHistory?
        var problem = ""
        var running: RunMarker?
        var now: Date
        var maxAge: Duration
        /// A run that takes longer than this is stuck.
        var runLimit: Duration
    }

    /// Nothing newer for so long is unusual: 15.1 h was the longest in a year (catalogue §0.2).
    static let quietSeconds = 16.0 * 3_600
    /// Added to `freshness.max_age`.
    static let tolerance = 30.0
    /// A clock that was set back by no more than this does no harm.
    private static let futureLimit = 120.0

    init(_ evidence: Evidence) {
        history = evidence.history ?? RunHistory(runs: [])
        running = evidence.running
        limitSeconds = evidence.maxAge.seconds
        let success = history.lastSuccess
        let age = success.map { evidence.now.timeIntervalSince($0.endedAt) }
        ageSeconds = age.map { max(0, $0) }
        (state, reason) = Self.judge(evidence, history, age)
    }

    private static func judge(
        _ evidence: Evidence, _ history: RunHistory, _ age: Double?
    ) -> (FreshnessState, String) {
        guard evidence.history != nil else { return (.unknown, evidence.problem) }
        guard let last = history.last else { return (.unknown, "no run is recorded yet") }
        if let age, age < -futureLimit {
            return (.unknown, "the last success lies \(Words.age(-age)) ahead: check the clock")
        }
        let limit = "limit \(Words.age(evidence.maxAge.seconds))"
        let success = age.map { "last success \(Words.age($0)) ago" } ?? "no success on record"
        if let age, age <= evidence.maxAge.seconds + tolerance {
            let newest = history.runs.first { $0.answer?.newestAt != nil }?.answer?.newestAt
            if let newest, evidence.now.timeIntervalSince(newest) > quietSeconds {
                return (
                    .quiet,
                    "\(success), but the source's newest event is "
                        + "\(Words.age(evidence.now.timeIntervalSince(newest))) old"
                )
            }
            return (.fresh, "\(success), \(limit)")
        }
        if let running = evidence.running, evidence.now.timeIntervalSince(running.startedAt) > evidence.runLimit.seconds
        {
            return (
                .stuck,
                "a run is at work for \(Words.age(evidence.now.timeIntervalSince(running.startedAt))); \(success)"
            )
        }
        let bad = history.count(.failed, .killed, .partial)
        // What failed long ago tells nothing of now: since then nothing ran at all.
        if bad > 0, evidence.now.timeIntervalSince(last.endedAt) <= evidence.maxAge.seconds + tolerance {
            return (.failing, "\(success); \(bad) run\(bad == 1 ? "" : "s") without success since")
        }
        return (.missed, "\(success), and no run for \(Words.age(evidence.now.timeIntervalSince(last.endedAt)))")
    }
}

extension Standing {
    /// What `freshness --from ledger` would say now; nothing is written, and nobody asked but the service manager.
    static func verdict(_ live: Live, now: Date) -> (Verdict, nextElapse: Date?) {
        let transport = HTTPTransport { (_) throws(TransportError) in throw .cancelled }
        let evidence = EvidenceReader(live: live, transport: transport).local()
        let round = FreshnessRound(live: live, places: [.ledger], isDry: true)
        let store = MemoryStore(directory: live.state.root, places: [.ledger])
        // A memory that cannot be read is as none: the checker itself tells of it.
        let memory = (try? store.load())?.memory ?? CheckMemory()
        let result = FreshnessCheck(limits: round.limits).check(evidence, at: CheckTime(now: now), memory: memory)
        var next: Date?
        if case .known(let units) = evidence.scheduler { next = units.nextElapse }
        return (result.verdict, next)
    }

    /// With the checker's verdict in place of this one's.
    func judged(as judgement: (verdict: Verdict, nextElapse: Date?)) -> Standing {
        var standing = self
        let verdict = judgement.verdict
        (standing.state, standing.reason) = (verdict.state, verdict.cause)
        standing.ageSeconds = verdict.ageSeconds ?? ageSeconds
        standing.nextElapse = judgement.nextElapse
        return standing
    }

    /// Reads what there is to know below `state`.
    init(_ state: StatePaths, _ configuration: Configuration, now: Date, count: Int = 20) {
        var evidence = Evidence(
            now: now, maxAge: configuration.freshness.maxAge,
            runLimit: configuration.runDeadline + .seconds(60))
        do throws(FileError) {
            evidence.history = try RunHistory(RunLedger(statePath: state.root), count: count)
            // A marker without the lock tells of a run that died.
            if case .some(.some(let marker)) = try RunMarker.leftBehind(state.running), Self.isHeld(state.lock) {
                evidence.running = marker
            }
        } catch {
            evidence.problem = "the ledger cannot be read: \(error)"
        }
        self.init(evidence)
    }

    private static func isHeld(_ lock: String) -> Bool {
        guard FileSystem.exists(lock) else { return false }
        // A lock that cannot even be tried is no sign of a run.
        do throws(FileError) {
            guard let mine = try FileLock.tryAcquire(lock) else { return true }
            mine.release()
            return false
        } catch {
            return false
        }
    }
}
