// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Freshness
import ServiceLevels
import Transport

extension Examination {
    /// Whether the objectives can be read.
    var objectives: Finding {
        let chosen = configuration.serviceLevels.path
        let directory = SLOPlaces.slos(chosen)
        guard chosen != nil || FileSystem.exists(directory) else {
            return .skipped("objectives", "there are none here: no budgets and no report (slos.path names them)")
        }
        do throws(SLOFilesProblem) {
            let slos = try SLOFiles.read(directory)
            return .ok(
                "objectives", "\(slos.count) can be read in \(directory): \(slos.map(\.name).joined(separator: ", "))")
        } catch {
            let first = error.description.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
            return .fails(
                "objectives", cannot: first, fix: "correct it; polisen-collector slo status names every problem")
        }
    }

    /// The weekly report is wanted where its timer is enabled.
    var reportTimer: Finding {
        let name = "polisen-report"
        let facts = EvidenceReader.scheduler(name)
        guard case .known(let units) = facts else {
            return .skipped("report timer", "not known: nobody can be asked, or it is not installed")
        }
        let isEnabled = units.timerFileState?.hasPrefix("enabled") == true
        guard isEnabled || units.timerState == "active" else {
            return .skipped("report timer", "no weekly report: systemctl enable --now \(units.timer)")
        }
        if let problem = SchedulerHealth(facts, at: live.time.now(), FreshnessLimits(maxAge: 3600)).problem {
            return .fails("report timer", cannot: problem, fix: "systemctl enable --now \(units.timer)")
        }
        guard isEnabled else {
            return .fails(
                "report timer", can: "run until the next boot", cannot: "\(units.timer) is active, but not enabled",
                fix: "systemctl enable \(units.timer)")
        }
        guard units.serviceResult == "success" else {
            return .fails(
                "report timer", cannot: "the last delivery ended with \(units.serviceResult)",
                fix: "journalctl -u \(units.service); systemctl start \(units.service)")
        }
        return .ok("report timer", units.nextElapse.map { "elapses next at \(Words.time($0))" } ?? "is active")
    }
}
