// SPDX-License-Identifier: MIT

import Foundation
import Synchronization
import TestSupport
import Testing

@testable import OCIMetrics

/// Kills processes at every moment of every write, and lets others go on from what is on the disk.
@Suite struct CrashTests {
    /// Runs a history; its first process dies at `step`, some of the later ones too.
    private func history(_ seed: UInt64, diesAt step: Int?) async throws -> Outcome {
        let world = CrashWorld(seed: seed)
        let first = Life(diesAt: step)
        var life = first
        for _ in 0..<world.draw(5...10) {
            if life.isDead { life = Life(diesAt: step != nil && world.draw(0...3) == 0 ? world.draw(1...30) : nil) }
            switch world.draw(0...4) {
            case 0, 1:
                world.append(
                    world.draw(0...7) == 0 ? 60 : world.draw(1...6), by: life, isLocked: world.draw(0...9) == 0)
                if world.draw(0...5) == 0 { world.setClock() }
            case 2, 3: await world.post(by: life)
            case 4 where world.draw(0...1) == 0: world.advance(world.draw(90...130) * 60)
            default: world.advance(world.draw(1...40) * 60)
            }
        }
        world.state.withLock { $0.ahead = 0 }
        await settle(world)
        expectSound(world, "seed \(seed), first process dies at \(step.map(String.init) ?? "no") step")
        let twice = world.state.withLock { $0.twice }
        let dropped = try world.spool(Life()).dropped()
        return Outcome(steps: first.steps, twice: twice, late: dropped[.late], rejected: dropped[.rejected])
    }

    private struct Outcome {
        /// Moments in which the first process could have died.
        var steps = 0
        var twice = 0
        var late = 0
        var rejected = 0
    }

    /// Lets a healthy process post until nothing waits, as often as it takes.
    private func settle(_ world: CrashWorld) async {
        let life = Life()
        for _ in 0..<100 {
            await world.post(by: life.isDead ? Life() : life)
            world.advance(250)
            if (try? world.spool(Life()).status().points) == 0 { return }
            if world.state.withLock({ !$0.violations.isEmpty }) { return }
        }
        world.violate("points are left for ever")
    }

    private func expectSound(_ world: CrashWorld, _ comment: Comment) {
        guard let dropped = try? world.spool(Life()).dropped() else {
            Issue.record("the spool cannot be read")
            return
        }
        let state = world.state.withLock { $0 }
        #expect(state.violations == [], comment)
        let all = Set(state.promised.keys)
        let missing = all.filter { state.accepted[$0] == nil }
        // Whatever is in nobody's hands had its two hours.
        #expect(state.lostYoung == [], comment)
        // A point may be counted as late, or refused, although it arrived, where the spool could not know.
        let counted = dropped[.late] + dropped[.rejected]
        #expect(counted >= missing.count, comment)
        #expect(counted <= missing.union(state.unnoted).union(state.unpromised).count, comment)
        #expect(dropped[.rejected] <= state.refused.count, comment)
        #expect(dropped[.spoolFull] == 0, comment)
        // At most one torn line a death, while points were written: new ones, or those that had waited aside, which are
        // still there then.
        #expect(dropped[.encode] <= state.unpromised.count + state.aside, comment)
    }

    /// Eight groups, each with 130 moments of death: over 1,000 in all.
    @Test(arguments: 0..<8)
    func `no point is lost, and none comes twice without need, wherever processes die`(group: Int) async throws {
        var moments = 0
        var all = Outcome()
        var seed = UInt64(group) * 1000
        // Goes on until the histories have held what they are about.
        while moments < 130 || (moments < 1000 && min(all.twice, all.late, all.rejected) == 0) {
            seed += 1
            let steps = try await history(seed, diesAt: nil).steps
            for step in 0..<min(steps, max(130 - moments, 10)) {
                let outcome = try await history(seed, diesAt: step + 1)
                all.twice += outcome.twice
                all.late += outcome.late
                all.rejected += outcome.rejected
                moments += 1
            }
        }
        #expect(all.twice > 0)
        #expect(all.late > 0)
        #expect(all.rejected > 0)
    }
}
