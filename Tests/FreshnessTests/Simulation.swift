// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import TestSupport

@testable import Freshness

/// A host with a timer, runs that end in all ways, a clock that is moved, and a checker every minute.
struct Simulation {
    /// How runs end for a while.
    enum Weather: CaseIterable { case good, failing, partial, killed, timerOff, hanging }

    private var random: SeededGenerator
    let limits = FreshnessLimits(maxAge: 3600)
    /// Seconds of real time since the start of the simulation.
    private(set) var real = 0.0
    private var clockOffset = 0.0
    private(set) var boot = 0
    private var bootedAt = 0.0
    private var weather = Weather.good
    private(set) var isOn = true
    private(set) var isReadable = true
    private(set) var usesMonitoring = false
    private var isMonitoringReadable = true
    private var heartbeats: [(visible: Double, instant: Date)] = []
    private var ledger: [RunFact] = []
    private(set) var running: (real: Double, at: Date)?
    /// Of the last good run, in real time.
    private(set) var lastSuccess = 0.0
    private(set) var lastJump = -1e9
    private(set) var lastUnreadable = -1e9
    private(set) var onSince = 0.0
    private(set) var weatherSince = 0.0
    private var number: UInt64 = 0

    /// Without, nobody sees how much time has passed but by the clock; such a host is never off.
    let hasUptime: Bool
    /// For how much longer an alarm may keep people waiting: where the clock alone tells, the age of a run is not known
    /// after the clock was moved, and what is not known may be so for 15 minutes.
    var slack: Double { hasUptime ? 0 : limits.unknownAlarmAfter + 180 }

    /// What hides behind a clock that is set back between two checks: a minute each time, and it happens a few times.
    var blindness: Double { hasUptime ? 0 : 180 }

    init(seed: UInt64, hasUptime: Bool = true) {
        self.hasUptime = hasUptime
        random = SeededGenerator(seed: seed)
        usesMonitoring = seed % 3 == 0
        // Just before a summer time begins, in a zone that has one: nothing of it may show.
        clockOffset = 1_774_746_000 - 5_400
        finish(.success)
    }

    var weatherNow: Weather { weather }
    var trueAge: Double { real - lastSuccess }
    var now: Date { Date(timeIntervalSince1970: real + clockOffset) }
    var time: CheckTime { CheckTime(now: now, uptime: hasUptime ? real - bootedAt : nil, bootID: "\(boot)") }

    /// A minute passes, with at most one thing happening.
    mutating func step() {
        real += 60
        switch Int.random(in: 0..<400, using: &random) {
        case 0..<12: change(to: .good)
        case 12..<20: change(to: Weather.allCases.randomElement(using: &random) ?? .good)
        case 20, 21: if hasUptime { toggleHost() }
        case 22, 23: moveClock()
        case 24..<28: isReadable.toggle()
        case 28..<32: isMonitoringReadable.toggle()
        default: break
        }
        if !isReadable { lastUnreadable = real }
        if isOn { runTimer() }
    }

    var evidence: Evidence {
        var sources = [
            SourceReading(.ledger, isReadable ? .readable(ledgerEvidence) : .unreadable("permission denied"))
        ]
        if usesMonitoring {
            let last = heartbeats.last { $0.visible <= real }?.instant
            let success = last.map { RunEvidence.Success(key: "\($0.timeIntervalSince1970)", endedAt: $0) }
            sources.append(
                SourceReading(
                    .monitoring,
                    isMonitoringReadable ? .readable(RunEvidence(lastSuccess: success)) : .unreadable("timeout")))
        }
        return Evidence(sources: sources, running: running.map { RunInProgress(run: nil, startedAt: $0.at) })
    }

    private var ledgerEvidence: RunEvidence {
        let newest = Array(ledger.suffix(200).reversed())
        let success = newest.first { $0.outcome == .success }
        return RunEvidence(
            lastSuccess: success.map { .init(key: $0.run.description, endedAt: $0.endedAt) }, runs: newest,
            newestData: now)
    }

    private mutating func change(to weather: Weather) {
        self.weather = weather
        weatherSince = real
        if weather != .hanging { running = nil }
    }

    private mutating func toggleHost() {
        isOn.toggle()
        running = nil
        guard isOn else { return }
        boot += 1
        (bootedAt, onSince) = (real, real)
    }

    private mutating func moveClock() {
        // While the host is off nobody can see that its clock is moved.
        guard isOn else { return }
        clockOffset += [-7200, 7200, -1800, 600].randomElement(using: &random) ?? 0
        lastJump = real
    }

    private mutating func runTimer() {
        let minute = Int((now.timeIntervalSince1970 / 60).rounded(.down)) % 60
        guard minute == 1 || minute == 31, running == nil else { return }
        switch weather {
        case .good: finish(.success)
        case .failing: finish(.failed)
        case .partial: finish(.partial)
        case .killed: finish(.killed)
        case .timerOff: break
        case .hanging: running = (real, now)
        }
    }

    private mutating func finish(_ outcome: RunRecord.Outcome) {
        number += 1
        var seeded = SeededGenerator(seed: number)
        ledger.append(
            RunFact(
                run: RunID(at: now, using: &seeded), startedAt: now, endedAt: now, outcome: outcome,
                problem: outcome == .success ? nil : "api_timeout at fetch: no answer"))
        guard outcome == .success else { return }
        lastSuccess = real
        heartbeats.append((real + Double(Int.random(in: 0...110, using: &random)) * 60, now))
        heartbeats.sort { $0.visible < $1.visible }
    }
}
