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
    /// For the next commands about a job that `exec` runs, with a blank in front; nil for the collector.
    var jobFlags: String?

    private var configuration: Configuration { live.configuration }
    private var log: Logger { live.log.logger }
    var vantage: String { configuration.freshness.vantage ?? HostFacts.hostName }

    var limits: FreshnessLimits {
        let (seconds, attoseconds) = configuration.freshness.maxAge.components
        let maxAge = Double(seconds) + Double(attoseconds) / 1e18
        return live.command == .exec ? .unplanned(maxAge: maxAge) : FreshnessLimits(maxAge: maxAge)
    }

    /// The verdict, and how many notices could not be delivered yet. Trouble with all else is logged.
    func run() async -> (Verdict, waiting: Int) {
        let transport = live.anyTransport()
        let evidence = await EvidenceReader(live: live, transport: transport).read(places)
        let hold = isDry ? .busy : hold()
        defer { hold.release() }
        let store = MemoryStore(directory: live.state.root, places: places)
        var kept = load(store)
        let check = FreshnessCheck(limits: limits, jobFlags: jobFlags)
        let result = check.check(evidence, at: checkTime, memory: kept.memory)
        if case .busy = hold { return (result.verdict, kept.waiting.count) }
        kept.memory = result.memory
        let watchesUnits = places.contains(.ledger) && live.command != .exec
        let isBudgetDue = watchesUnits && kept.budgets.take(checkTime)
        let suppressed = watchesUnits ? kept.takeSuppressed(TimeSource.live.now) : nil
        for case .notify(let reason) in result.actions { kept.add(notice(reason, result.verdict), to: channels) }
        // Before anybody is told: told twice is better than not at all.
        if let problem = hold.problem ?? save(kept, store) {
            let (verdict, actions) = check.checkWithoutMemory(result.verdict, at: live.time.now())
            kept.waiting = actions.compactMap { action in
                guard case .notify(let reason) = action, !channels.isEmpty else { return nil }
                return WaitingNotice(notice: notice(reason, verdict, remark: problem), channels: channels)
            }
            await tell(verdict, actions, &kept, transport, isKept: false, suppressed: nil)
            return (verdict, kept.waiting.count)
        }
        if await tell(result.verdict, result.actions, &kept, transport, isKept: true, suppressed: suppressed) {
            _ = save(kept, store)
        }
        // Last: whatever becomes of it, the verdict is told.
        if isBudgetDue {
            await BudgetWatch(live: live, transport: transport).run(&kept.budgets)
            _ = save(kept, store)
        }
        return (result.verdict, kept.waiting.count)
    }

    /// Journal, gauges, notices that wait, and the ledger; true where a delivery was tried.
    @discardableResult
    private func tell(
        _ verdict: Verdict, _ actions: [CheckAction], _ kept: inout KeptMemory, _ transport: HTTPTransport,
        isKept: Bool, suppressed: Int?
    ) async -> Bool {
        tellJournal(verdict, actions)
        let metrics = FreshnessMetrics(live: live, transport: transport)
        async let posted: Void = metrics.post(verdict, vantage, suppressed: suppressed)
        let isTried = !kept.waiting.isEmpty
        if isTried {
            let delivery = NoticeDelivery(
                live: live, transport: transport, verdict: verdict, vantage: vantage, isKept: isKept)
            await delivery.deliver(&kept.waiting)
        }
        if actions.contains(.record) { record(verdict, waiting: kept.waiting.count) }
        await posted
        return isTried
    }

    /// A moved clock (`POLISEN_CLOCK`) is the only one there is.
    private var checkTime: CheckTime {
        guard configuration.clock == nil else { return CheckTime(now: live.time.now()) }
        let (seconds, attoseconds) = HostFacts.uptime.components
        return CheckTime(
            now: live.time.now(), uptime: Double(seconds) + Double(attoseconds) / 1e18, bootID: HostFacts.bootID)
    }

    private var channels: [NoticeChannel] { configuration.notifications.channels }

    private func notice(_ reason: NoticeReason, _ verdict: Verdict, remark: String? = nil) -> Notice {
        Notice(
            verdict, reason: reason, job: configuration.job, host: vantage, remark: remark,
            maintenance: live.activeMaintenance?.text)
    }

    /// Whether this check may change the memory.
    private enum Hold {
        case held(FileLock)
        /// Another check is at work: this one answers only.
        case busy
        /// The state cannot be written.
        case broken(String)

        var problem: String? {
            if case .broken(let problem) = self { return problem }
            return nil
        }

        func release() {
            if case .held(let lock) = self { lock.release() }
        }
    }

    private func hold() -> Hold {
        do throws(FileError) {
            try FileSystem.makeDirectories(live.state.root)
            if let lock = try FileLock.tryAcquire(FileSystem.join(live.state.root, "freshness.lock")) {
                return .held(lock)
            }
            log.notice("another check is at work: this one answers only")
            return .busy
        } catch {
            return .broken(notKept(error))
        }
    }

    /// Says so in the log, and once more in notices.
    private func notKept(_ error: FileError) -> String {
        log.error(
            "the checker's memory cannot be kept: an alarm is told once an hour, whatever was told before",
            metadata: ["error": "\(error)"])
        return "its memory cannot be kept: \(error)"
    }

    private func load(_ store: MemoryStore) -> KeptMemory {
        do throws(MemoryStore.Problem) {
            return try store.load() ?? KeptMemory()
        } catch {
            log.warning("the checker's memory starts over", metadata: ["error": "\(error)", "object": "\(store.path)"])
            return KeptMemory()
        }
    }

    /// nil: kept; else why not.
    private func save(_ kept: KeptMemory, _ store: MemoryStore) -> String? {
        do throws(FileError) {
            try store.save(kept)
            return nil
        } catch {
            return notKept(error)
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
            try RunLedger(statePath: live.state.root).append(record)
        } catch {
            log.error("the check cannot be recorded", metadata: ["error": "\(error)"])
        }
    }

    private func tellJournal(_ verdict: Verdict, _ actions: [CheckAction]) {
        var facts: Logger.Metadata = [
            "freshness.state": "\(verdict.state.rawValue)", "freshness.vantage": "\(vantage)",
            "freshness.cause": "\(verdict.cause)", "freshness.next": "\(verdict.nextCommand)",
        ]
        if let age = verdict.ageSeconds { facts["freshness.age_seconds"] = .stringConvertible(Int(age)) }
        if let error = verdict.lastError { facts["error.message"] = "\(error)" }
        for case .log(let event) in actions {
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
