// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Freshness
import Ledger
import Logging
import Transport

/// One check from beginning to end: gather, judge, remember, record, tell, post.
struct FreshnessRound: Sendable {
    let live: Live
    let places: [EvidenceSource]
    /// Judge only.
    let isDry: Bool

    private var configuration: Configuration { live.configuration }
    private var log: Logger { live.log.logger }
    var vantage: String { configuration.freshness.vantage ?? HostFacts.hostName }

    var limits: FreshnessLimits {
        let (seconds, attoseconds) = configuration.freshness.maxAge.components
        return FreshnessLimits(maxAge: Double(seconds) + Double(attoseconds) / 1e18)
    }

    /// The verdict, and how many notices could not be delivered yet. Trouble with all else is logged.
    func run() async -> (Verdict, waiting: Int) {
        let transport = transport()
        let evidence = await EvidenceReader(live: live, transport: transport).read(places)
        let lock = isDry ? nil : lock()
        defer { lock?.release() }
        let store = MemoryStore(directory: live.state.root, places: places)
        var kept = load(store)
        let result = FreshnessCheck(limits: limits).check(evidence, at: checkTime, memory: kept.memory)
        guard lock != nil else { return (result.verdict, kept.waiting.count) }
        kept.memory = result.memory
        for case .notify(let reason) in result.actions { kept.add(notice(reason, result.verdict), to: channels) }
        // Before anybody is told: told twice is better than not at all.
        save(kept, store)
        tellJournal(result)
        async let posted: Void = FreshnessMetrics(live: live, transport: transport).post(result.verdict, vantage)
        if !kept.waiting.isEmpty {
            await NoticeDelivery(live: live, transport: transport, verdict: result.verdict, vantage: vantage)
                .deliver(&kept.waiting)
            save(kept, store)
        }
        if result.actions.contains(.record) { record(result.verdict, waiting: kept.waiting.count) }
        await posted
        return (result.verdict, kept.waiting.count)
    }

    /// A moved clock (`POLISEN_CLOCK`) is the only one there is.
    private var checkTime: CheckTime {
        guard configuration.clock == nil else { return CheckTime(now: live.time.now()) }
        let (seconds, attoseconds) = HostFacts.uptime.components
        return CheckTime(
            now: live.time.now(), uptime: Double(seconds) + Double(attoseconds) / 1e18, bootID: HostFacts.bootID)
    }

    private var channels: [NoticeChannel] {
        var channels: [NoticeChannel] = []
        if configuration.notifications.topic != nil { channels.append(.topic) }
        if configuration.notifications.webhook != nil { channels.append(.webhook) }
        return channels
    }

    private func notice(_ reason: NoticeReason, _ verdict: Verdict) -> Notice {
        Notice(verdict, reason: reason, job: configuration.job, host: vantage)
    }

    /// The transport; where there can be none, one that says why at each request.
    private func transport() -> HTTPTransport {
        do throws(TransportError) {
            return try live.transport()
        } catch {
            let problem = error
            return HTTPTransport { (_) throws(TransportError) in throw problem }
        }
    }

    /// Held while memory is changed; nil where another check is at work or the state cannot be written: this one answers
    /// only.
    private func lock() -> FileLock? {
        do throws(FileError) {
            try FileSystem.makeDirectories(live.state.root)
            if let lock = try FileLock.tryAcquire(FileSystem.join(live.state.root, "freshness.lock")) { return lock }
            log.notice("another check is at work: this one answers only")
        } catch {
            log.error("the check can only answer: its state cannot be written", metadata: ["error": "\(error)"])
        }
        return nil
    }

    private func load(_ store: MemoryStore) -> KeptMemory {
        do throws(MemoryStore.Problem) {
            return try store.load() ?? KeptMemory()
        } catch {
            log.warning("the checker's memory starts over", metadata: ["error": "\(error)", "object": "\(store.path)"])
            return KeptMemory()
        }
    }

    private func save(_ kept: KeptMemory, _ store: MemoryStore) {
        do throws(FileError) {
            try store.save(kept)
        } catch {
            log.error("the checker's memory cannot be kept", metadata: ["error": "\(error)"])
        }
    }

    private func record(_ verdict: Verdict, waiting: Int) {
        var record = CheckRecord(
            checkedAt: live.time.now(), job: configuration.job, environment: configuration.environment,
            vantage: vantage, state: verdict.state.rawValue, since: verdict.since, isStale: verdict.isStale,
            isAlarming: verdict.isAlarming, cause: verdict.cause, host: HostFacts.hostName, version: Product.version)
        record.ageSeconds = verdict.ageSeconds
        record.dataAgeSeconds = verdict.dataAgeSeconds
        record.lastSuccessAt = verdict.lastSuccessAt
        record.sources = verdict.sources.map { .init(name: $0.source.rawValue, problem: $0.problem) }
        record.schedulerProblem = verdict.scheduler.problem
        record.noticesWaiting = waiting
        do throws(FileError) {
            try RunLedger(statePath: configuration.statePath).append(record)
        } catch {
            log.error("the check cannot be recorded", metadata: ["error": "\(error)"])
        }
    }

    private func tellJournal(_ result: FreshnessCheck.Result) {
        let verdict = result.verdict
        var facts: Logger.Metadata = [
            "freshness.state": "\(verdict.state.rawValue)", "freshness.vantage": "\(vantage)",
            "freshness.cause": "\(verdict.cause)", "freshness.next": "\(verdict.nextCommand)",
        ]
        if let age = verdict.ageSeconds { facts["freshness.age_seconds"] = .stringConvertible(Int(age)) }
        if let error = verdict.lastError { facts["error.message"] = "\(error)" }
        for case .log(let event) in result.actions {
            facts["event"] = "\(event.rawValue)"
            switch event {
            case .stale:
                log.critical("data is not fresh (\(verdict.state.rawValue)): \(verdict.cause)", metadata: facts)
            case .recovered: log.notice("data is fresh again: \(verdict.cause)", metadata: facts)
            case .schedulerUnhealthy:
                log.error("the scheduler is unhealthy: \(verdict.scheduler.problem ?? "")", metadata: facts)
            }
        }
    }
}
