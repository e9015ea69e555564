// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Ledger
import Synchronization
import TestSupport
import Testing
import Transport

@testable import Collector

/// What becomes of a run of which only systemd can tell how it ended.
@Suite struct ObituaryTests {
    private let ids = Array(598_001...598_006)
    private let killed = UnitEnd(
        unit: "polisen-collector.service", result: "signal", status: "KILL", invocationID: "abc")

    private func obituary(_ harness: RunHarness) -> Obituary {
        var setting = RunSetting()
        setting.invocationID = "the reporter's"
        return Obituary(setting: setting, state: harness.state, time: harness.time.source, log: silent)
    }

    private func id(_ harness: RunHarness) -> RunID {
        var random = SystemRandomNumberGenerator()
        return RunID(at: harness.time.now, using: &random)
    }

    @discardableResult
    private func mark(_ harness: RunHarness, _ invocation: String?) throws -> RunMarker {
        try FileSystem.makeDirectories(harness.state.root)
        let start = harness.time.now.addingTimeInterval(-60)
        let marker = RunMarker(run: id(harness), startedAt: start, invocationID: invocation, plannedAt: start)
        try marker.write(harness.state.running)
        return marker
    }

    @Test func `a killed run is recorded once, whoever tells of it and however often`() async throws {
        try await withHarness { harness async throws in
            let marker = try mark(harness, "abc")
            guard case .recorded(let record) = try await obituary(harness).report(killed, id: id(harness)) else {
                Issue.record("not recorded")
                return
            }
            #expect(record.runID == marker.run && record.outcome == .killed && record.plannedAt == marker.plannedAt)
            #expect(record.error?.type == "killed_signal" && record.error?.exitCode == 137)
            #expect(record.invocationID == "abc")
            #expect(try await obituary(harness).report(killed, id: id(harness)) == .known(record))
            harness.wait()
            let next = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            #expect(next.outcome == .success)
            #expect(try harness.records().map(\.outcome) == [.killed, .success])
            // The next run looked for a commit to finish, and took the record along.
            #expect(harness.memory.objects.keys.filter { $0.hasPrefix("runs/") }.count == 2)
        }
    }

    @Test func `a death is told once, by whoever records it`() async throws {
        try await withHarness { harness async throws in
            let told = Mutex<[RunID]>([])
            let marker = try mark(harness, "abc")
            var obituary = obituary(harness)
            obituary.onRecorded = { record in told.withLock { $0.append(record.runID) } }
            harness.onRecorded = obituary.onRecorded
            _ = try await obituary.report(killed, id: id(harness))
            _ = try await obituary.report(killed, id: id(harness))
            harness.wait()
            let next = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            #expect(told.withLock { $0 } == [marker.run, next.runID])
        }
    }

    @Test func `after the next run has told of the death, systemd's report adds nothing`() async throws {
        try await withHarness { harness async throws in
            let marker = try mark(harness, "abc")
            _ = await harness.run(ScriptedTransport(replies: [reply(window(ids))]))
            let first = try #require(try harness.records().first)
            #expect(first.runID == marker.run && first.invocationID == "abc" && first.plannedAt == marker.plannedAt)
            #expect(try await obituary(harness).report(killed, id: id(harness)) == .known(first))
            #expect(try harness.records().count == 2)
        }
    }

    @Test func `a run that recorded itself is left as it is`() async throws {
        try await withHarness { harness async throws in
            let record = await harness.run(ScriptedTransport(replies: []))
            var end = killed
            end.invocationID = "invocation"
            let kept = try #require(try harness.records().first)
            #expect(kept.runID == record.runID)
            #expect(try await obituary(harness).report(end, id: id(harness)) == .known(kept))
        }
    }

    @Test func `a start that never became a run gets a record of its own, and an older marker is left`() async throws {
        try await withHarness { harness async throws in
            let other = try mark(harness, "another start")
            let end = UnitEnd(unit: "u", result: "exit-code", status: "203", invocationID: "abc")
            let own = id(harness)
            guard case .recorded(let record) = try await obituary(harness).report(end, id: own) else {
                Issue.record("not recorded")
                return
            }
            #expect(record.runID == own && record.error?.type == "start_failed" && record.error?.exitCode == 203)
            #expect(try RunMarker.leftBehind(harness.state.running) == other)
            #expect(try await obituary(harness).report(end, id: id(harness)) == .known(record))
        }
    }

    @Test func `by hand, without an id of the start, the marker says which run it was`() async throws {
        try await withHarness { harness async throws in
            var end = killed
            end.invocationID = nil
            #expect(try await obituary(harness).report(end, id: id(harness)) == .nobody)
            let marker = try mark(harness, nil)
            guard case .recorded(let record) = try await obituary(harness).report(end, id: id(harness)) else {
                Issue.record("not recorded")
                return
            }
            #expect(record.runID == marker.run)
            #expect(try await obituary(harness).report(end, id: id(harness)) == .known(record))
        }
    }

    @Test func `while another run holds the lock nothing is written`() async throws {
        try await withHarness { harness async throws in
            try mark(harness, "abc")
            let lock = try #require(try FileLock.tryAcquire(harness.state.lock))
            #expect(try await obituary(harness).report(killed, id: id(harness)) == .busy)
            lock.release()
            #expect(try harness.records().isEmpty)
        }
    }

    @Test(arguments: ["success", "start-limit-hit"])
    func `what ended well, or was not begun, is no death`(result: String) async throws {
        try await withHarness { harness async throws in
            try mark(harness, "abc")
            let end = UnitEnd(unit: "u", result: result, status: "0", invocationID: "abc")
            #expect(try await obituary(harness).report(end, id: id(harness)) == .nobody)
            #expect(try harness.records().isEmpty)
        }
    }

    @Test(
        arguments: [
            ("oom-kill", "KILL", false, .outOfMemory, 137), ("signal", "KILL", false, .signal, 137),
            ("signal", "KILL", true, .outOfMemory, 137), ("signal", "SEGV", false, .signal, 139),
            ("core-dump", "ABRT", false, .coreDump, 134), ("timeout", "TERM", false, .timeout, 143),
            ("timeout", "0", false, .timeout, 0), ("watchdog", "ABRT", false, .watchdog, 134),
            ("exit-code", "69", false, .exit, 69), ("exit-code", "203", false, .start, 203),
            ("exit-code", "243", true, .start, 243), ("resources", nil, false, .start, 137),
            ("protocol", nil, false, .start, 137), ("start-limit-hit", nil, false, .startLimit, 137),
            ("something new", "RTMIN+3", false, .unknown, 137),
        ] as [(String, String?, Bool, UnitEnd.Cause, Int)])
    func `systemd's words become a cause`(
        result: String, status: String?, isOutOfMemory: Bool, cause: UnitEnd.Cause, code: Int
    ) {
        var end = UnitEnd(unit: "x.service", result: result, status: status, invocationID: nil)
        end.isOutOfMemory = isOutOfMemory
        #expect(end.cause == cause)
        #expect(end.shellStatus == code)
        #expect(end.story.hasPrefix("x.service "))
    }
}
