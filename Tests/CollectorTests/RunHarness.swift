// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import Ledger
import Synchronization
import TestSupport
import Testing
import Transport

@testable import Collector

/// A host with a state directory, an archive in memory and a clock, on which runs of the collector follow each other.
struct RunHarness: Sendable {
    let state: StatePaths
    let memory = MemoryStore()
    let time = ManualTime(now: Date(timeIntervalSince1970: Double(noon)))
    var place = "memory"
    var usesCache = true
    var headLag = 2
    var bootID = "boot"
    var limits = RateLimits.polisen
    /// An archive in this directory instead of the one in memory.
    var directory: String?
    var workFolders: [String] = []
    /// Gets each record once it is in the ledger.
    var onRecorded: @Sendable (RunRecord) -> Void = { _ in }
    /// Comes before each pause.
    var onSleep: @Sendable () -> Void = {}
    /// Signing in to the archive in memory.
    var signIn: @Sendable () async throws(ArchiveError) -> Void = {}

    init(_ root: String) { state = StatePaths(root) }

    private var pausing: TimeSource {
        let source = time.source
        return TimeSource(now: source.now, uptime: source.uptime) { (duration) async throws(CancellationError) in
            onSleep()
            try await source.sleep(duration)
        }
    }

    /// Runs once.
    ///
    /// - Parameter life: how the archive behaves.
    func run(
        _ feed: ScriptedTransport, life: WriterLife = WriterLife(), stop: StopSignal = StopSignal(),
        deadline: Duration = .seconds(120)
    ) async -> RunRecord {
        var random = SystemRandomNumberGenerator()
        var setting = RunSetting()
        setting.bootID = bootID
        setting.version = "1.2.3"
        setting.host = "host"
        setting.invocationID = "invocation"
        let cache = usesCache ? ArchiveCache(directory: state.cache, place: place) : nil
        let inMemory = ArchiveAccess(place: place, cache: cache, headLag: headLag) { (_) throws(ArchiveError) in
            try await signIn()
            return life.store(over: memory.store())
        }
        let access = directory.map(ArchiveAccess.directory) ?? inMemory
        var run = CollectionRun(
            id: RunID(at: time.now, using: &random), setting: setting, feed: self.feed(feed), archive: access,
            state: state, time: pausing, deadline: time.uptime + deadline, stop: stop, requests: RequestCount(),
            log: silent)
        run.workFolders = workFolders
        run.onRecorded = onRecorded
        return await run.run()
    }

    func feed(_ transport: ScriptedTransport) -> Feed {
        Feed(
            url: HTTPRequest(method: .get, scheme: "https", authority: "polisen.se", path: "/api/events"),
            userAgent: "polisen-collector/test (a@b.se)", timeout: .seconds(30),
            calls: CallLedger(path: state.calls, limits: limits), limits: limits, transport: transport.transport,
            time: time.source, log: silent)
    }

    /// The records of the ledger, oldest first.
    func records() throws -> [RunRecord] { try RunLedger(statePath: state.root).last(.max).runs.reversed() }

    /// Half an hour goes by.
    func wait() { time.advance(by: .seconds(1_800)) }
}

/// Runs `body` with a host of its own.
func withHarness(_ body: (inout RunHarness) async throws -> Void) async throws {
    try await withQuickDirectory { path async throws in
        var harness = RunHarness(path + "/state")
        try await body(&harness)
    }
}

/// Events of enough types to be a window.
func window(_ ids: [Int], _ summary: String = "s") -> [String] {
    ids.enumerated().map { event($0.element, summary, type: "Typ \($0.offset % 5)") }
}

/// An answer with a list of events.
func reply(_ events: [String], etag: String? = nil) -> Reply {
    var reply = Reply(status: 200, body: body(events))
    reply.headers[.eTag] = etag
    reply.timing.wireBytes = 77
    return reply
}

/// A source that always shows `events` and answers 304 to whoever has them.
func conditionalFeed(_ events: [String], etag: String) -> ScriptedTransport {
    ScriptedTransport { (call, _) throws(TransportError) in
        if call.request.headerFields[.ifNoneMatch] == etag { return Reply(status: 304) }
        return reply(events, etag: etag)
    }
}
