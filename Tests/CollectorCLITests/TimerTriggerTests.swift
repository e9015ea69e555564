// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import Testing

@testable import CollectorCLI

@Suite struct TimerTriggerTests {
    /// When the timer elapsed, and the slot.
    static let slots: [(String, String)] = [
        ("2026-11-23T07:31:00.004Z", "2026-11-23T07:31:00.000Z"),
        ("2026-11-23T07:32:30.900Z", "2026-11-23T07:31:00.000Z"),
        ("2026-11-23T08:01:15.250Z", "2026-11-23T08:01:00.000Z"),
        ("2026-11-23T00:02:59.999Z", "2026-11-23T00:01:00.000Z"),
        // Another schedule, or a slot made up for at the machine's start.
        ("2026-11-23T07:30:59.500Z", "2026-11-23T07:30:59.500Z"),
        ("2026-11-23T07:33:01.000Z", "2026-11-23T07:33:01.000Z"),
        ("2026-11-23T07:17:00.250Z", "2026-11-23T07:17:00.250Z"),
    ]

    private static func planned(_ elapsed: String, seconds: Double = 1, unit: String? = "x.timer") throws -> Date? {
        let date = try #require(Timestamp.date(elapsed))
        var environment = ["TRIGGER_TIMER_REALTIME_USEC": "\(Int((date.timeIntervalSince1970 * 1e6).rounded()))"]
        environment["TRIGGER_UNIT"] = unit
        return TimerTrigger.plannedAt(environment, now: date.addingTimeInterval(seconds))
    }

    @Test(arguments: slots)
    func `a run is planned for the slot before its timer elapsed`(elapsed: String, slot: String) throws {
        #expect(try Self.planned(elapsed).map(Timestamp.text) == slot)
    }

    @Test func `what no timer has just started was planned for nothing`() throws {
        #expect(TimerTrigger.plannedAt([:], now: Date()) == nil)
        #expect(TimerTrigger.plannedAt(["TRIGGER_UNIT": "x.timer"], now: Date()) == nil)
        #expect(
            TimerTrigger.plannedAt(
                ["TRIGGER_UNIT": "x.timer", "TRIGGER_TIMER_REALTIME_USEC": "soon"], now: Date()) == nil)
        #expect(try Self.planned("2026-11-23T07:31:00Z", unit: nil) == nil)
        #expect(try Self.planned("2026-11-23T07:31:00Z", unit: "x.path") == nil)
        #expect(try Self.planned("2026-11-23T07:31:00Z", seconds: 1_201) == nil)
        #expect(try Self.planned("2026-11-23T07:31:00Z", seconds: -61) == nil)
        #expect(try Self.planned("2026-11-23T07:31:00Z", seconds: 600) != nil)
    }
}
