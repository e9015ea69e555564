// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Ledger
import Synchronization
import TestSupport
import Testing
import Transport

@testable import Collector

/// Runs that end badly, and what the next one makes of it.
@Suite struct RunEndTests {
    private let ids = Array(598_001...598_006)

    private func marker(_ harness: RunHarness) throws -> RunMarker {
        var random = SeededGenerator(seed: 3)
        let start = harness.time.now.addingTimeInterval(-60)
        let marker = RunMarker(run: RunID(at: start, using: &random), startedAt: start)
        try marker.write(harness.state.running)
        return marker
    }

    @Test func `a run begins although somebody held the lock for a moment, and not while a run holds it`() async throws
    {
        try await withHarness { harness async throws in
            let lock = try FileLock.tryAcquire(harness.state.lock)
            let held = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            #expect(held.skipReason == .locked)
            #expect(harness.time.sleeps == [.milliseconds(50), .milliseconds(50)])
            let pauses = Mutex(0)
            harness.onSleep = {
                if pauses.withLock({
                    $0 += 1; return $0
                }) == 2 {
                    lock?.release()
                }
            }
            let record = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            #expect(record.outcome == .success)
        }
    }

    @Test func `a run that died without a record gets one`() async throws {
        try await withHarness { harness async throws in
            try FileSystem.makeDirectories(harness.state.root)
            let marker = try marker(harness)
            let record = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            #expect(record.outcome == .success)
            let dead = try #require(try harness.records().first)
            #expect(dead.runID == marker.run && dead.outcome == .killed && dead.startedAt == marker.startedAt)
            #expect(dead.error?.type == "killed" && dead.error?.exitCode == 137)
            #expect(try harness.records().count == 2)
            #expect(!FileSystem.exists(harness.state.running))
            // The archive's copies are complete too: the record waited in the outbox, and went along.
            let copies = harness.memory.objects.keys.filter { $0.hasPrefix("runs/") }
            #expect(copies.contains { $0.hasSuffix("\(marker.run).json") } && copies.count == 2)
        }
    }

    @Test func `a run killed after its record was written is not recorded twice`() async throws {
        try await withHarness { harness async throws in
            let first = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            try RunMarker(run: first.runID, startedAt: first.startedAt).write(harness.state.running)
            harness.wait()
            _ = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            #expect(try harness.records().map(\.outcome) == [.success, .success])
        }
    }

    @Test func `metrics are told right after the record, before the archive gets its copy`() async throws {
        try await withHarness { harness async throws in
            let seen = Mutex<[[String]]>([])
            let (memory, state) = (harness.memory, harness.state)
            harness.onRecorded = { record in
                let copies = memory.objects.keys.filter { $0.hasPrefix("runs/") }.count
                let isMarked = FileSystem.exists(state.running)
                let marked = isMarked ? "marked" : "free"
                seen.withLock { $0.append([record.outcome.rawValue, "\(copies) copies", marked]) }
            }
            _ = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            #expect(seen.withLock { $0 } == [["success", "0 copies", "marked"]])
        }
    }

    @Test func `what a dead run's record did not live to tell is told by the next, once`() async throws {
        try await withHarness { harness async throws in
            let told = Mutex<[RunID]>([])
            harness.onRecorded = { record in told.withLock { $0.append(record.runID) } }
            let first = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            // It died with its record in the ledger and nothing told of it.
            told.withLock { $0 = [] }
            try RunMarker(run: first.runID, startedAt: first.startedAt).write(harness.state.running)
            harness.wait()
            let second = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            #expect(told.withLock { $0 } == [first.runID, second.runID])
            // Of a third, somebody told before; the marker stays for the next run to look for commits.
            var marker = RunMarker(run: second.runID, startedAt: second.startedAt)
            marker.isTold = true
            try marker.write(harness.state.running)
            harness.wait()
            let third = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            #expect(told.withLock { $0 } == [first.runID, second.runID, third.runID])
        }
    }

    @Test func `a run takes away old files of killed runs and months older than five years`() async throws {
        try await withHarness { harness async throws in
            let (root, work) = (harness.state.root, harness.state.root + "/archive/commits")
            harness.workFolders = [work]
            let old = [root + "/.tmp-1-1", harness.state.cache + "/.tmp-1-2", work + "/.tmp-1-3"]
            for path in old + [root + "/.tmp-1-4"] { try FileSystem.replace(path, [1]) }
            for path in old {
                let date = Date(timeIntervalSince1970: Double(noon) - 86_400)
                try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
            }
            let months = ["runs-2020-12", "runs-2021-01"].map { root + "/ledger/\($0).jsonl" }
            // Five years of months besides: they, and not the clock alone, say that the oldest is old.
            let between = (2021...2025).flatMap { year in
                (10...12).map { "\(year)-\($0)" } + (1...9).map { "\(year)-0\($0)" }
            }
            for path in months + between.map({ root + "/ledger/runs-\($0).jsonl" }) { try FileSystem.replace(path, []) }
            _ = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            #expect((old + [months[0]]).allSatisfy { !FileSystem.exists($0) })
            #expect(FileSystem.exists(root + "/.tmp-1-4") && FileSystem.exists(months[1]))
        }
    }

    @Test func `a marker torn by the crash still tells of it`() async throws {
        try await withHarness { harness async throws in
            _ = await harness.run(conditionalFeed(window(ids), etag: "\"a\""))
            try FileSystem.replace(harness.state.running, [])
            harness.wait()
            let record = await harness.run(conditionalFeed(window(ids), etag: "\"a\""))
            // Whatever it saw, it looked for commits.
            #expect(record.stages.contains { $0.stage == .diff })
            #expect(!FileSystem.exists(harness.state.running))
            let dead = try #require(try harness.records().dropFirst().first)
            #expect(dead.outcome == .killed && dead.startedAt <= harness.time.now)
            #expect(try harness.records().map(\.outcome) == [.success, .killed, .success])
        }
    }

    @Test func `what tells of a dead run stays until that run has its record`() async throws {
        try await withHarness { harness async throws in
            let ledger = FileSystem.join(harness.state.root, "ledger")
            try FileSystem.makeDirectories(ledger)
            let file = FileSystem.join(ledger, "runs-2026-01.jsonl")
            try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "/proc/none/file")
            let marker = try marker(harness)
            let record = await harness.run(ScriptedTransport(replies: []))
            #expect(record.outcome == .failed && record.error?.type == "file_error")
            #expect(record.error?.exitCode == 73)
            try FileSystem.remove(file)
            harness.wait()
            _ = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            #expect(try harness.records().first?.runID == marker.run)
        }
    }

    @Test func `a full disk under the ledger fails the run, is told once, and loses no event`() async throws {
        try await withHarness { harness async throws in
            let told = Mutex<[RunID]>([])
            harness.onRecorded = { record in told.withLock { $0.append(record.runID) } }
            let ledger = FileSystem.join(harness.state.root, "ledger")
            try FileSystem.makeDirectories(ledger)
            let file = FileSystem.join(ledger, "runs-2026-01.jsonl")
            try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "/dev/full")
            let record = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            #expect(record.outcome == .failed && record.error?.type == "disk_full")
            #expect(record.error?.stage == .telemetry && record.counts.new == 6)
            try expectSound(harness.memory.objects)
            // Its end is told; the next run does not take it for a death.
            try FileSystem.remove(file)
            harness.wait()
            let next = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            #expect(told.withLock { $0 } == [record.runID, next.runID])
            #expect(try harness.records().map(\.outcome) == [.success])
        }
    }

    @Test func `a state directory that cannot be made fails the run`() async throws {
        try await withTemporaryDirectory { path in
            try FileSystem.replace(path + "/file", [1])
            let harness = RunHarness(path + "/file/state")
            let record = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            #expect(record.outcome == .failed && record.error?.exitCode == 73)
            #expect(record.error?.message.contains("/file") == true)
        }
    }

    @Test func `records the archive did not take are sent by a later run`() async throws {
        try await withHarness { harness async throws in
            let first = await harness.run(
                ScriptedTransport(replies: [reply(window(ids))]), life: WriterLife { _ in .before })
            #expect(first.outcome == .failed)
            #expect(try FileSystem.list(harness.state.outbox) == ["\(first.runID).json"])
            harness.wait()
            let second = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            #expect(try FileSystem.list(harness.state.outbox) == [])
            for record in [first, second] {
                #expect(harness.memory.objects[RecordOutbox.object(record)] == record.encoded() + [0x0A])
            }
        }
    }

    @Test func `a record whose copy fails last waits in the outbox`() async throws {
        try await withHarness { harness async throws in
            _ = await harness.run(conditionalFeed(window(ids), etag: "\"a\""))
            harness.wait()
            let record = await harness.run(
                conditionalFeed(window(ids), etag: "\"a\""), life: WriterLife { _ in .before })
            #expect(record.outcome == .success)
            #expect(try FileSystem.list(harness.state.outbox) == ["\(record.runID).json"])
        }
    }

    /// The source goes back to what it showed before: a run that trusts its validators or its cache sees nothing new.
    @Test(arguments: [true, false], [true, false])
    func `whatever step of the archive fails, the next run finishes it`(usesCache: Bool, isKilled: Bool) async throws {
        let edited = window(ids, "edited")
        var step = 1
        while true {
            var wasReached = false
            for fault in [StepFault.before, .after] {
                try await withHarness { harness async throws in
                    harness.usesCache = usesCache
                    _ = await harness.run(conditionalFeed(window(ids), etag: "\"a\""))
                    harness.wait()
                    let life = WriterLife { [step] in $0 == step ? fault : .none }
                    let failed = await harness.run(conditionalFeed(edited, etag: "\"b\""), life: life)
                    wasReached = wasReached || life.isDead
                    if isKilled { _ = try marker(harness) }
                    harness.wait()
                    // Nobody answers: the run that noticed the death cannot do anything about it.
                    _ = await harness.run(ScriptedTransport(replies: [Reply(status: 404)]))
                    harness.wait()
                    let healed = await harness.run(conditionalFeed(window(ids), etag: "\"a\""))
                    #expect(healed.outcome == .success)
                    try expectSound(harness.memory.objects, "step \(step) \(fault), \(failed.outcome)")
                }
            }
            guard wasReached else { break }
            step += 1
        }
        #expect(step > 4)
    }

    @Test func `a run told to stop before it asked ends at once`() async throws {
        try await withHarness { harness async throws in
            let stop = StopSignal()
            stop.request()
            let feed = ScriptedTransport { (_, _) throws(TransportError) in
                guard !Task.isCancelled else { throw .cancelled }
                return reply(window(ids))
            }
            let record = await harness.run(feed, stop: stop)
            // The answer may have been faster than the wish; then nothing is claimed any more.
            #expect(record.outcome == .failed && record.error?.type == "terminated" && record.error?.exitCode == 75)
            #expect(record.commits == [])
            #expect(try FileSystem.list(harness.state.outbox).count == 1)
        }
    }

    @Test func `a run told to stop while the feed is silent gives up waiting`() async throws {
        try await withHarness { harness async throws in
            let stop = StopSignal()
            let feed = ScriptedTransport { (_, _) throws(TransportError) in
                stop.request()
                while !Task.isCancelled { await Task.yield() }
                throw .cancelled
            }
            let record = await harness.run(feed, stop: stop)
            #expect(record.error?.type == "terminated" && record.error?.stage == .fetch)
            #expect(record.feedCalls == 1)
        }
    }

    @Test func `a run told to stop at any step of the archive ends in order`() async throws {
        for step in 1...12 {
            try await withHarness { harness async throws in
                let stop = StopSignal()
                let life = WriterLife { number in
                    if number == step { stop.request() }
                    return .none
                }
                let record = await harness.run(
                    ScriptedTransport(replies: [reply(window(ids + [599_001]))]), life: life, stop: stop)
                #expect(record.outcome == .success || record.error?.type == "terminated")
                #expect((record.outcome == .success) == (record.commits == [1]))
                #expect(try harness.records() == [record])
                harness.wait()
                let next = await harness.run(ScriptedTransport(replies: [reply(window(ids + [599_001]))]))
                #expect(next.outcome == .success)
                try expectSound(harness.memory.objects, "step \(step)")
                #expect(try Contents(harness.memory.objects).events.count == 7)
            }
        }
    }

    @Test func `signing in is over before the feed has answered`() async throws {
        try await withHarness { harness async throws in
            let isSignedIn = Atomic<Bool>(false)
            harness.signIn = { isSignedIn.store(true, ordering: .releasing) }
            let feed = ScriptedTransport { (_, _) throws(TransportError) in
                // A run that signs in afterwards fails here.
                let end = ContinuousClock.now + .seconds(60)
                while !isSignedIn.load(ordering: .acquiring) {
                    guard ContinuousClock.now < end else { throw .unusable(detail: "nobody signs in") }
                    await Task.yield()
                }
                return reply(window(ids))
            }
            let record = await harness.run(feed)
            #expect(record.outcome == .success && record.commits == [1])
            #expect(record.stages.map(\.stage).prefix(3) == [.fetch, .decode, .auth])
        }
    }

    @Test func `signing in that fails is told after the answer, and tried again by the next run`() async throws {
        try await withHarness { harness async throws in
            let attempts = Atomic<Int>(0)
            harness.signIn = { () throws(ArchiveError) in
                if attempts.add(1, ordering: .relaxed).newValue == 1 {
                    throw .contended(object: "sign-in", attempts: 1)
                }
            }
            let record = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            #expect(record.outcome == .failed && record.error?.stage == .auth)
            #expect(attempts.load(ordering: .relaxed) == 1)
            harness.wait()
            #expect(await harness.run(ScriptedTransport(replies: [reply(window(ids))])).commits == [1])
        }
    }

    @Test func `a run told to stop does not wait for a sign-in that hangs`() async throws {
        try await withHarness { harness async throws in
            let stop = StopSignal()
            harness.signIn = { while !Task.isCancelled { await Task.yield() } }
            let feed = ScriptedTransport { (_, _) throws(TransportError) in
                stop.request()
                while !Task.isCancelled { await Task.yield() }
                throw .cancelled
            }
            let record = await harness.run(feed, stop: stop)
            #expect(record.error?.type == "terminated" && record.error?.stage == .fetch)
        }
    }
}
