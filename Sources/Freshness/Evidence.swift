// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import Ledger

/// Everything a checker could find out about the collector at one instant.
package struct Evidence: Sendable, Hashable {
    /// One for each place that was asked.
    package var sources: [SourceReading]
    /// The run at work on this host; nil where there is none, or where it died.
    package var running: RunInProgress?
    package var scheduler: SchedulerFacts

    package init(
        sources: [SourceReading], running: RunInProgress? = nil, scheduler: SchedulerFacts = .unknown("not asked")
    ) {
        self.sources = sources
        self.running = running
        self.scheduler = scheduler
    }
}

/// Where evidence of runs is found.
package enum EvidenceSource: String, Sendable, Hashable, CaseIterable {
    /// The ledger of this host.
    case ledger
    /// The archive: its copies of run records, and its commits.
    case archive
    /// The success heartbeat in OCI Monitoring; tells of good runs only.
    case monitoring
}

/// What one place said.
package struct SourceReading: Sendable, Hashable {
    package let source: EvidenceSource
    package let content: Content

    package enum Content: Sendable, Hashable {
        case readable(RunEvidence)
        /// Why it could not be read, for people.
        case unreadable(String)
    }

    package init(_ source: EvidenceSource, _ content: Content) {
        self.source = source
        self.content = content
    }

    /// nil where it could not be read.
    var evidence: RunEvidence? {
        if case .readable(let evidence) = content { return evidence }
        return nil
    }

    var reason: String? {
        if case .unreadable(let reason) = content { return reason }
        return nil
    }

    var problem: String? { reason.map { "\(source.rawValue): \($0)" } }
}

/// Runs as one place knows them.
package struct RunEvidence: Sendable, Hashable {
    /// The good run recorded last; partial runs are not good.
    package var lastSuccess: Success?
    /// The runs recorded last, newest record first; reaches back to the last good one, or as far as was looked.
    package var runs: [RunFact]
    /// When something new was stored last.
    package var newestData: Date?
    /// What was odd about it: damaged lines.
    package var remarks: [String]

    package init(
        lastSuccess: Success? = nil, runs: [RunFact] = [], newestData: Date? = nil, remarks: [String] = []
    ) {
        self.lastSuccess = lastSuccess
        self.runs = runs
        self.newestData = newestData
        self.remarks = remarks
    }

    /// A good run.
    package struct Success: Sendable, Hashable {
        /// The run's id; for a heartbeat its instant.
        package let key: String
        /// As the clock of its host said then.
        package let endedAt: Date

        package init(key: String, endedAt: Date) {
            self.key = key
            self.endedAt = endedAt
        }
    }
}

/// What counts of a run's record.
package struct RunFact: Sendable, Hashable {
    package let run: RunID
    package let startedAt: Date
    package let endedAt: Date
    package let outcome: RunRecord.Outcome
    /// `api_timeout at fetch: …`; nil for a good run.
    package let problem: String?

    package init(run: RunID, startedAt: Date, endedAt: Date, outcome: RunRecord.Outcome, problem: String? = nil) {
        self.run = run
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.outcome = outcome
        self.problem = problem
    }

    package init(_ record: RunRecord) {
        let problem = record.error.map { error in
            "\(error.type)\(error.stage.map { " at \($0.rawValue)" } ?? ""): \(error.message)"
        }
        self.init(
            run: record.runID, startedAt: record.startedAt, endedAt: record.endedAt, outcome: record.outcome,
            problem: record.outcome == .success ? nil : problem)
    }
}

/// A run at work.
package struct RunInProgress: Sendable, Hashable {
    package let run: RunID?
    package let startedAt: Date

    package init(run: RunID?, startedAt: Date) {
        self.run = run
        self.startedAt = startedAt
    }
}

/// The clocks at a check.
package struct CheckTime: Sendable, Hashable {
    package let now: Date
    /// Seconds since the machine's start, sleep included; nil where only the wall clock can be asked.
    package let uptime: Double?
    package let bootID: String?

    package init(now: Date, uptime: Double? = nil, bootID: String? = nil) {
        self.now = now
        self.uptime = uptime
        self.bootID = bootID
    }

    /// Whether both instants were seen by the same running of the machine.
    func isSameBoot(as other: CheckTime) -> Bool {
        uptime != nil && other.uptime != nil && bootID == other.bootID
    }

    /// Seconds that passed for sure since `earlier`; at least 0.
    func elapsed(since earlier: CheckTime) -> Double {
        if isSameBoot(as: earlier), let uptime, let before = earlier.uptime { return max(0, uptime - before) }
        return max(0, now.timeIntervalSince(earlier.now))
    }

    /// How far the wall clock was moved since `earlier`; where the machine was started anew only backwards shows.
    func jump(since earlier: CheckTime) -> Double {
        let wall = now.timeIntervalSince(earlier.now)
        return isSameBoot(as: earlier) ? wall - elapsed(since: earlier) : min(0, wall)
    }
}
