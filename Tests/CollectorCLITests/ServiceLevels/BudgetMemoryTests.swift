// SPDX-License-Identifier: MIT

import FoundationEssentials
import Freshness
import JSON
import Testing

@testable import CollectorCLI

@Suite struct BudgetMemoryTests {
    private static func time(_ seconds: Double, uptime: Double? = nil, boot: String? = "a") -> CheckTime {
        CheckTime(now: Date(timeIntervalSince1970: 1_800_000_000 + seconds), uptime: uptime, bootID: boot)
    }

    @Test func `it is time every five minutes, by uptime where that is known`() {
        var memory = BudgetMemory()
        let looks: [(CheckTime, Bool)] = [
            (Self.time(0, uptime: 10), true), (Self.time(240, uptime: 250), false),
            // The clock was set an hour ahead.
            (Self.time(3_840, uptime: 270), false), (Self.time(300, uptime: 310), true),
            // Another boot.
            (Self.time(301, uptime: 5, boot: "b"), true),
        ]
        for (time, isDue) in looks {
            let taken = memory.take(time)
            #expect(taken == isDue)
        }
        var clock = BudgetMemory()
        let taken = [0.0, 60, 300].map { clock.take(Self.time($0)) }
        #expect(taken == [true, false, true])
    }

    @Test func `a threshold is told once, and again only after the budget has recovered`() {
        var memory = BudgetMemory()
        let told = [0.8, 0.25, 0.26, 0.24, 0.3, 0.2, 0.05, -1, -2, 0.01, 0.5, -0.1].map { memory.crossed("x", $0) }
        #expect(told == [nil, 0.25, nil, nil, nil, 0.25, 0.1, 0, nil, nil, nil, 0])
        let unknown = memory.crossed("x", nil)
        #expect(unknown == nil)
    }

    @Test func `a memory is read back, and a damaged one is none`() {
        var memory = BudgetMemory()
        _ = memory.take(Self.time(0, uptime: 10))
        _ = memory.crossed("x", 0.05)
        memory.problem = "p"
        #expect(BudgetMemory(json: memory.json) == memory)
        memory.keep([])
        let again = memory.crossed("x", 0.05)
        #expect(again == 0.1)
        #expect(BudgetMemory(json: nil) == BudgetMemory())
        #expect(BudgetMemory(json: ["at": "never", "told": ["x": 99]]) == BudgetMemory())
    }
}
