// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// A stretch in which data was not fresh, or nobody could know.
package struct Incident: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Holds at least one bad minute.
        case stale
        /// Nobody knows: a stretch without evidence, of 15 minutes at least.
        case blind
    }

    package var kind: Kind
    /// When data became too old, or evidence ended.
    package var startedAt: Date
    /// nil while it lasts.
    package var endedAt: Date?
    /// The end of the last success before; nil where there was none.
    package var lastGoodAt: Date?
    /// The first check that alarmed, or the first alarm that fired, within it; nil where nobody noticed.
    package var detectedAt: Date?
    package var badMinutes: Int
    package var unknownMinutes: Int
    /// Of these, minutes within maintenance.
    package var maintenanceMinutes: Int
    package var cause: IncidentCause
    /// The name of the runbook; nil where none fits.
    package var runbook: String?
    /// Oldest first.
    package var timeline: [TimelineEntry]

    package init(
        kind: Kind, startedAt: Date, endedAt: Date?, lastGoodAt: Date?, detectedAt: Date?, badMinutes: Int,
        unknownMinutes: Int, maintenanceMinutes: Int, cause: IncidentCause, runbook: String?,
        timeline: [TimelineEntry]
    ) {
        self.kind = kind
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.lastGoodAt = lastGoodAt
        self.detectedAt = detectedAt
        self.badMinutes = badMinutes
        self.unknownMinutes = unknownMinutes
        self.maintenanceMinutes = maintenanceMinutes
        self.cause = cause
        self.runbook = runbook
        self.timeline = timeline
    }

    package var detectionSeconds: Double? { detectedAt.map { max(0, $0.timeIntervalSince(startedAt)) } }
    /// From its start to its end; nil while it lasts.
    package var repairSeconds: Double? { endedAt.map { max(0, $0.timeIntervalSince(startedAt)) } }
}

/// Why data was not fresh, as far as the ledger tells.
package enum IncidentCause: Sendable, Hashable {
    /// Runs failed or were killed; the commonest error type of them.
    case failing(errorType: String, runs: Int)
    /// Runs were only partial: filtered answers.
    case partial(runs: Int)
    /// Runs were skipped.
    case skipped(reason: String, runs: Int)
    /// No run ended.
    case noRuns
    /// Runs succeeded, but too seldom.
    case tooSeldom
    /// The clock was set: what it had dated later than that is not believed, and the time it jumped over stands empty.
    case clockSet
}

/// One thing that happened around an incident.
package struct TimelineEntry: Sendable, Hashable {
    package enum Event: Sendable, Hashable {
        case lastGood, firstFailure(errorType: String), stale, evidenceEnded, evidenceBack
        case detected(vantage: String)
        case alarm(name: String, status: String)
        case maintenanceStarted(reason: String), maintenanceEnded(reason: String)
        case note(text: String)
        /// Why it came about, as somebody found out.
        case cause(text: String)
        case recovered
    }

    package let at: Date
    package let event: Event

    package init(at: Date, event: Event) {
        self.at = at
        self.event = event
    }
}
