// SPDX-License-Identifier: MIT

import FoundationEssentials
import TestSupport
import Testing

@testable import Freshness

/// Whatever happens in whatever order, the verdict is right and nobody is left untold.
@Suite struct InterleavingTests {
    /// Two days each, a check every minute.
    @Test(arguments: 0..<40, [true, false])
    func `over every interleaving the verdict is right and the alarm in time`(seed: Int, hasUptime: Bool) {
        var world = Simulation(seed: UInt64(seed), hasUptime: hasUptime)
        var watch = Watch()
        let check = FreshnessCheck(limits: world.limits)
        for _ in 0..<2_880 {
            world.step()
            guard world.isOn else { continue }
            let result = check.check(world.evidence, at: world.time, memory: watch.memory)
            watch.look(result, world)
            if !watch.problems.isEmpty { break }
        }
        #expect(watch.problems == [])
        #expect(watch.checks > 100)
    }

    @Test func `the simulation visits every state and every reason to tell`() {
        var states: Set<FreshnessState> = []
        var reasons: Set<NoticeReason> = []
        for seed in 0..<12 {
            var world = Simulation(seed: UInt64(seed))
            var watch = Watch()
            let check = FreshnessCheck(limits: world.limits)
            for _ in 0..<2_880 {
                world.step()
                guard world.isOn else { continue }
                let result = check.check(world.evidence, at: world.time, memory: watch.memory)
                watch.look(result, world)
                states.insert(result.verdict.state)
                for case .notify(let reason) in result.actions { reasons.insert(reason) }
            }
        }
        #expect(states == [.fresh, .missed, .failing, .stuck, .unknown])
        #expect(reasons == [.alarm, .change, .reminder, .recovered])
    }
}

/// Holds each verdict against what really happened.
private struct Watch {
    var memory = CheckMemory()
    var problems: [String] = []
    var checks = 0
    private var lastNotice: Double?
    private var unknownSince: Double?

    mutating func look(_ result: FreshnessCheck.Result, _ world: Simulation) {
        let verdict = result.verdict
        memory = result.memory
        checks += 1
        let oldest = world.limits.staleAfter + world.blindness
        if verdict.isGood { require(world.trueAge <= oldest, "fresh at \(world.trueAge) s", world) }
        if verdict.isGood { require(world.isReadable || world.usesMonitoring, "fresh without evidence", world) }
        // One interval between checks, and the minute in which the host came back.
        if world.trueAge > world.limits.staleAfter + world.slack {
            require(verdict.isAlarming, "\(verdict.state) unalarmed", world)
        }
        if verdict.state == .stuck || verdict.state == .missed || verdict.state == .failing {
            require(verdict.isAlarming, "\(verdict.state) lasts without an alarm", world)
        }
        lookAtUnknown(verdict, world)
        lookAtNotices(result, world)
        if isCalm(world) { lookInCalm(verdict, world) }
    }

    private mutating func lookAtUnknown(_ verdict: Verdict, _ world: Simulation) {
        guard verdict.state == .unknown else { return unknownSince = nil }
        if unknownSince == nil { unknownSince = max(world.real, world.onSince) }
        let lasted = world.real - (unknownSince ?? world.real)
        require(
            verdict.isAlarming || lasted < world.limits.unknownAlarmAfter + world.slack, "unknown for \(lasted) s",
            world)
    }

    private mutating func lookAtNotices(_ result: FreshnessCheck.Result, _ world: Simulation) {
        let isTold = result.actions.contains {
            if case .notify = $0 { return true }
            return false
        }
        if isTold { lastNotice = world.real }
        guard result.verdict.isAlarming else { return }
        // The first notice: no later than 62 minutes after the last good run, or with the first check that could.
        if world.trueAge >= 62 * 60 + world.slack {
            require(lastNotice != nil, "nobody told at \(world.trueAge) s", world)
        }
        let told = max(lastNotice ?? -1e9, world.onSince)
        require(world.real - told <= 3_660 + world.slack, "nobody reminded for \(world.real - told) s", world)
    }

    /// Nothing odd for longer than it can matter.
    private func isCalm(_ world: Simulation) -> Bool {
        let past = world.real - 4 * 3600
        return world.lastJump < min(past, world.lastSuccess - 7_300) && world.lastUnreadable < past
            && world.running == nil
    }

    private mutating func lookInCalm(_ verdict: Verdict, _ world: Simulation) {
        if world.trueAge <= world.limits.staleAfter { require(verdict.isGood, "\(verdict.state) though good", world) }
        guard world.trueAge > world.limits.staleAfter, world.real - max(world.onSince, world.weatherSince) > 2_400
        else {
            return
        }
        switch world.weatherNow {
        case .failing, .partial, .killed: require(verdict.state == .failing, "\(verdict.state) not failing", world)
        case .timerOff: require(verdict.state == .missed, "\(verdict.state) not missed", world)
        case .good, .hanging: break
        }
    }

    private mutating func require(_ holds: Bool, _ problem: String, _ world: Simulation) {
        if !holds { problems.append("at \(world.real): \(problem)") }
    }
}
