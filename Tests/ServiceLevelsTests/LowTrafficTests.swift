// SPDX-License-Identifier: MIT

import ServiceLevels
import Testing

/// The table for a job with two runs an hour, worked out by hand.
@Suite struct LowTrafficTests {
    private static let windows = [(14.4, 2), (6.0, 12), (3.0, 48), (1.0, 144)]

    /// 0 means never.
    @Test(arguments: [
        (900_000, [0, 8, 15, 15]), (950_000, [2, 4, 8, 8]), (980_000, [1, 2, 3, 3]), (990_000, [1, 1, 2, 2]),
        (999_000, [1, 1, 1, 1]),
    ])
    func `burn rates of large services page on a blip or never`(target: Int, failures: [Int]) {
        for ((rate, events), expected) in zip(Self.windows, failures) {
            let found = LowTraffic.failuresToFire(targetMillionths: target, burnRate: rate, eventsInWindow: events)
            switch expected {
            case 0: #expect(found == .never(threshold: 1.44))
            case 1: #expect(found == .oneBlip)
            default: #expect(found == .after(expected))
            }
        }
    }

    @Test func `a share that is exactly the threshold does not fire`() {
        #expect(LowTraffic.failuresToFire(targetMillionths: 950_000, burnRate: 6, eventsInWindow: 20) == .after(7))
        #expect(LowTraffic.failuresToFire(targetMillionths: 900_000, burnRate: 3, eventsInWindow: 10) == .after(4))
        #expect(
            LowTraffic.failuresToFire(targetMillionths: 900_000, burnRate: 10, eventsInWindow: 5)
                == .never(threshold: 1))
    }

    /// By trying each number of failures.
    @Test func `it is the first number whose share is greater than the threshold`() {
        for target in [900_000, 950_000, 980_000, 985_000, 990_000, 995_000] {
            for tenths in [10, 20, 30, 60, 144] {
                for events in [1, 2, 7, 12, 48, 50, 144, 1_344] {
                    let first = (1...events).first { $0 * 10_000_000 > tenths * (1_000_000 - target) * events }
                    let found = LowTraffic.failuresToFire(
                        targetMillionths: target, burnRate: Double(tenths) / 10, eventsInWindow: events)
                    switch found {
                    case .after(let count): #expect(first == count && count > 1)
                    case .oneBlip: #expect(first == 1)
                    case .never: #expect(first == nil)
                    }
                }
            }
        }
    }

    @Test func `what must not become an alarm says why`() throws {
        let never = LowTraffic.failuresToFire(targetMillionths: 900_000, burnRate: 14.4, eventsInWindow: 2)
        #expect(try #require(never.objection).contains("more than 144 %"))
        let blip = LowTraffic.failuresToFire(targetMillionths: 990_000, burnRate: 14.4, eventsInWindow: 2)
        #expect(try #require(blip.objection).contains("single failure"))
        let empty = LowTraffic.failuresToFire(targetMillionths: 990_000, burnRate: 1, eventsInWindow: 0)
        #expect(try #require(empty.objection).contains("holds no event"))
        #expect(FailuresToFire.after(2).objection == nil)
    }
}
