// SPDX-License-Identifier: MIT

import Files
import Foundation
import Glibc
import JSON
import Ledger
import TestSupport
import Testing

/// SIGKILL of the real process at random moments: a power failure, an OOM kill, a `kill -9`.
struct KillTests {
    private static let kills = 100

    @Test(arguments: EndToEndBackend.allCases)
    func `a hundred kills at random moments lose nothing and store nothing twice`(
        backend: EndToEndBackend
    ) async throws {
        let seed: UInt64 = backend == .oci ? 11 : 12
        var random = SeededGenerator(seed: seed)
        try await EndToEndCloud.run(seed: seed) { cloud in
            var world = EndToEndWorld(cloud, backend, seed: seed)
            try await world.advance()
            var length = try await Self.timed { _ = try await world.collect() }
            var landed = 0
            for round in 1...(4 * Self.kills) where landed < Self.kills {
                try await world.advance()
                if try await Self.kill(&world, after: length * Double.random(in: 0..<1.1, using: &random)) {
                    landed += 1
                }
                guard round.isMultiple(of: 4) else { continue }
                try await world.advance()
                let last = try await Self.timed { _ = try await world.collect() }
                length = (length * 3 + last) / 4
            }
            #expect(landed == Self.kills)
            try await world.settle()
            try Self.expectAccounts(cloud.directory + "/state")
        }
    }

    /// True if the process was still at work when the signal came.
    private static func kill(_ world: inout EndToEndWorld, after delay: Duration) async throws -> Bool {
        let run = try world.start()
        try await Task.sleep(for: delay)
        run.signal(SIGKILL)
        let end = try await run.end()
        world.note(end)
        return end.status == nil
    }

    private static func timed(_ body: () async throws -> Void) async throws -> Duration {
        let start = ContinuousClock.now
        try await body()
        return ContinuousClock.now - start
    }

    /// The ledger names each run once, and the dead among them as killed.
    private static func expectAccounts(_ state: String) throws {
        var runs: Set<RunID> = []
        var killed = 0
        try RunLedger(statePath: state).forEach { entry in
            guard case .run(let record) = entry.content else { return true }
            #expect(runs.insert(record.runID).inserted, "run \(record.runID) stands twice in the ledger")
            if record.outcome == .killed { killed += 1 }
            return true
        }
        #expect(killed > 10)
        #expect(!FileSystem.exists(state + "/running.json"))
    }
}
