// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Freshness
import Ledger
import Systemd
import Transport

/// Service manager and journal, as far as there are any.
extension Examination {
    /// There is work for it only under systemd.
    var library: Finding {
        guard SystemdLibrary.isUsable else {
            return .skipped("libsystemd", "none with all that is used (apt install libsystemd0): no journal, no timer")
        }
        return .ok("libsystemd", "loaded from \(Self.mapped("/libsystemd.so") ?? "a file that cannot be told")")
    }

    /// Path of the file of a library that is loaded: its name holds the version, which libsystemd itself does not tell.
    private static func mapped(_ name: String) -> String? {
        // Losing the error is right: it costs a name in an answer.
        guard let maps = try? FileSystem.read("/proc/self/maps") else { return nil }
        let line = String(decoding: maps, as: UTF8.self).split(separator: "\n").first { $0.contains(name) }
        return line?.firstIndex(of: "/").map { String(line?[$0...] ?? "") }
    }

    /// The collector's timer, and the one that watches it.
    var timers: [Finding] { [timer("timer", "polisen-collector"), timer("checker", "polisen-freshness")] }

    /// What the service manager says over D-Bus; where it says nothing, whether the timer is enabled at least.
    private func timer(_ check: String, _ name: String) -> Finding {
        let now = live.time.now()
        let facts = EvidenceReader.scheduler(name)
        switch facts {
        case .unknown(let why): return unasked(check, name, why)
        case .missing(let why): return .fails(check, cannot: why, fix: "make install, or install the package")
        case .known(let units):
            if let problem = SchedulerHealth(facts, at: now, FreshnessLimits(maxAge: 3600)).problem {
                let fix =
                    units.activatingSince != nil && units.timerState == "active"
                    ? "systemctl kill -s TERM \(units.service)" : "systemctl enable --now \(units.timer)"
                return .fails(check, cannot: problem, fix: fix)
            }
            guard units.timerFileState.map({ $0.hasPrefix("enabled") }) ?? Self.isEnabled(name) else {
                return .fails(
                    check, can: "run until the next boot", cannot: "\(units.timer) is active, but not enabled",
                    fix: "systemctl enable \(units.timer)")
            }
            return .ok(check, Self.words(units))
        }
    }

    private static func words(_ units: SchedulerFacts.Units) -> String {
        var words = ["\(units.timer) is active"]
        if let next = units.nextElapse { words.append("elapses next at \(Words.time(next))") }
        if let last = units.lastTrigger { words.append("last did at \(Words.time(last))") }
        if units.serviceState == "activating" { words.append("a run is at work") }
        if units.serviceResult != "success" { words.append("the last run ended with \(units.serviceResult)") }
        return words.joined(separator: ", ")
    }

    private func unasked(_ check: String, _ name: String, _ why: String) -> Finding {
        guard FileSystem.exists("/run/systemd/system") else {
            return .skipped(
                check,
                "systemd does not run here: something else must start \(check == "timer" ? "collect" : "freshness")")
        }
        return Self.isEnabled(name)
            ? .ok(check, "\(name).timer is enabled; whether it is active is not known: \(why)")
            : .fails(check, cannot: "\(name).timer is not enabled", fix: "systemctl enable --now \(name).timer")
    }

    private static func isEnabled(_ name: String) -> Bool {
        ["/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system"]
            .contains { FileSystem.exists($0 + "/timers.target.wants/\(name).timer") }
    }

    /// What journald threw away in a day, without a word to the sender.
    var suppressed: Finding {
        guard let count = Suppression.lastDay else {
            return .skipped(
                "suppression", "the journal cannot be read (root, or group systemd-journal): lost entries are unknown")
        }
        guard count > 0 else { return .ok("suppression", "journald took every entry of the last 24 hours") }
        return .fails(
            "suppression", cannot: "show \(count) entries of the last 24 hours: journald's rate limit took them",
            fix: "journalctl -u polisen-collector; systemctl edit polisen-collector: LogRateLimitBurst=")
    }
}
