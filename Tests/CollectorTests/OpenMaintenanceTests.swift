// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON
import Ledger
import TestSupport
import Testing

@testable import Collector

/// The file that says which planned work is open, and runs that are skipped for it.
@Suite struct OpenMaintenanceTests {
    private static let start = Date(timeIntervalSince1970: Double(noon))

    private let ids = Array(598_001...598_006)

    private static func record(
        _ id: String, from: Double = 0, to: Double?, pauses: Bool = true, reason: String = "new disk"
    ) -> MaintenanceRecord {
        var record = MaintenanceRecord(
            id: id, job: "polisen", recordedAt: start, startsAt: start.addingTimeInterval(from),
            endsAt: to.map(start.addingTimeInterval), reason: reason, author: "eva", host: "box", version: "1")
        record.pausesRuns = pauses
        return record
    }

    @Test func `what is written is read, and where nothing is open there is no file`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/maintenance.json"
            #expect(OpenMaintenance(reading: path)?.entries == [])
            let open = OpenMaintenance([
                Self.record("0a1b2c3d", to: nil, pauses: false), Self.record("11111111", to: 60, reason: "å \"x\"\n"),
            ])
            try open.write(path)
            #expect(OpenMaintenance(reading: path) == open)
            try OpenMaintenance([]).write(path)
            #expect(!FileSystem.exists(path))
            try OpenMaintenance([]).write(path)
        }
    }

    @Test(arguments: [
        "", "{", "[]", #"{"schema":1}"#, #"{"schema":1,"open":[{}]}"#,
        #"{"open":[{"id":"a","starts_at":"2026-01-02T12:00:00Z","ends_at":"soon","pauses_runs":true}]}"#,
        #"{"open":[{"id":"a","starts_at":"2026-01-02T12:00:00Z","ends_at":null,"pauses_runs":1}]}"#,
    ])
    func `a file that is damaged is not taken for one that says nothing`(text: String) throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/maintenance.json"
            try FileSystem.replace(path, Array(text.utf8))
            #expect(OpenMaintenance(reading: path) == nil)
        }
    }

    @Test(
        arguments: [
            (-1, [], nil), (0, ["b"], "b"), (10, ["b", "a", "c"], "c"), (30, ["b", "c"], "b"), (60, ["b"], "b"),
            (90, [], nil),
        ] as [(Double, [String], String?)])
    func `what is under way counts from its beginning to before its end, and the longest pause is told`(
        second: Double, active: [String], pausing: String?
    ) {
        let open = OpenMaintenance([
            Self.record("b", to: 90, pauses: second != 10), Self.record("a", from: 5, to: 30),
            Self.record("c", from: 5, to: 60),
        ])
        let now = Self.start.addingTimeInterval(second)
        #expect(open.active(at: now).map(\.id) == active)
        #expect(open.pausing(at: now)?.id == pausing)
    }

    @Test func `work without an end pauses nothing, so that nobody can forget it`() {
        let open = OpenMaintenance([Self.record("a", to: nil)])
        #expect(open.active(at: Self.start).count == 1)
        #expect(open.pausing(at: Self.start) == nil)
    }

    @Test func `while it is paused a run asks nobody, says why, and goes on by itself afterwards`() async throws {
        try await withHarness { harness async throws in
            let feed = ScriptedTransport(replies: [reply(window(ids)), reply(window(ids))])
            #expect(await harness.run(feed).outcome == .success)
            let steps = harness.memory.steps
            harness.wait()
            let now = harness.time.now
            let end = now.addingTimeInterval(1_000)
            var record = MaintenanceRecord(
                id: "0a1b2c3d", job: "polisen", recordedAt: now, startsAt: now, endsAt: end, reason: "new disk",
                author: "eva", host: "box", version: "1")
            record.pausesRuns = true
            try OpenMaintenance([record]).write(harness.state.maintenance)
            let skipped = await harness.run(feed)
            #expect(skipped.outcome == .skipped && skipped.skipReason == .maintenance)
            #expect(skipped.error?.type == "maintenance" && skipped.error?.exitCode == 75)
            #expect(skipped.error?.message.contains("maintenance 0a1b2c3d (new disk) pauses runs until ") == true)
            #expect(skipped.error?.message.contains("`polisen-collector maintenance end 0a1b2c3d`") == true)
            // The archive may be what is worked on: nothing is read or written there, the record's copy waits.
            #expect(feed.calls.count == 1 && harness.memory.steps == steps)
            #expect(try harness.records().last == skipped)
            #expect(try FileSystem.list(harness.state.outbox) == ["\(skipped.runID).json"])
            #expect(!FileSystem.exists(harness.state.running))
            harness.wait()
            #expect(await harness.run(feed).outcome == .success)
            #expect(try FileSystem.list(harness.state.outbox) == [])
            #expect(harness.memory.objects["runs/2026/01/02/\(skipped.runID).json"] != nil)
        }
    }

    @Test func `a file that cannot be read pauses nothing`() async throws {
        try await withHarness { harness async throws in
            try FileSystem.replace(harness.state.maintenance, Array("{".utf8))
            let feed = ScriptedTransport(replies: [reply(window(ids))])
            #expect(await harness.run(feed).outcome == .success)
        }
    }
}
