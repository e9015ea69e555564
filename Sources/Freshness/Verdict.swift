// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// What one check says.
package struct Verdict: Sendable, Hashable {
    package let state: FreshnessState
    /// Since when the state has been what it is, by the wall clock of then.
    package var since: Date
    /// Since the end of the last good run; nil where nobody knows.
    package let ageSeconds: Double?
    /// The age is over the limit, or there was no good run at all.
    package let isStale: Bool
    /// Somebody has to be told: stale, stuck, or unknown for too long.
    package var isAlarming = false
    /// What `freshness_stale` says; nil where nothing can be known yet, and no point is posted.
    package var countsAsStale: Bool?
    /// Unknown only because the first run is not due yet.
    var isBeforeFirstRun = false
    package let lastSuccessAt: Date?
    package let newestDataAt: Date?
    package let dataAgeSeconds: Double?
    /// Of the run in progress; 0 without one.
    package let runningSeconds: Double
    package let scheduler: SchedulerHealth
    /// One sentence without the verdict's word.
    package let cause: String
    /// Of the newest run that was not good since the last good one.
    package let lastError: String?
    /// What else is odd, though it does not make the verdict.
    package let warnings: [String]
    /// What each place said: `read` or why it could not be.
    package let sources: [Source]
    /// What the commands for a job that `exec` runs are told besides, with a blank in front; nil for the collector.
    package var jobFlags: String?

    package struct Source: Sendable, Hashable {
        package let source: EvidenceSource
        package let lastSuccessAt: Date?
        package let ageSeconds: Double?
        /// nil where it was read.
        package let problem: String?
    }

    /// Whether data is as new as it should be: what exit code 0 stands for.
    package var isGood: Bool { state == .fresh || state == .quiet }

    /// The command to type next.
    package var nextCommand: String {
        if let jobFlags {
            return "polisen-collector \(state == .failing ? "explain last-failure" : "status")\(jobFlags)"
        }
        return switch state {
        case .fresh, .quiet:
            scheduler.problem == nil ? "polisen-collector status" : "systemctl status polisen-collector.timer"
        case .missed: "systemctl status polisen-collector.timer polisen-collector.service"
        case .failing: "polisen-collector explain last-failure"
        case .stuck: "systemctl kill -s TERM polisen-collector.service"
        case .unknown: "polisen-collector doctor"
        }
    }
}
