// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// What service levels and reports need of a run's record; read without decoding the rest of the line.
package struct RunSummary: Sendable, Hashable {
    package var runID: RunID
    package var command: RunRecord.Command
    package var plannedAt: Date?
    package var startedAt: Date
    package var endedAt: Date
    package var outcome: RunRecord.Outcome
    package var skipReason: RunRecord.SkipReason?
    /// `feed_timeout`, `oci_server_error`, …; nil for a success.
    package var errorType: String?
    package var errorStage: RunRecord.Stage?
    /// `normal` `filtered` `unchanged` …; nil where the feed gave no answer.
    package var answerClass: String?
    package var counts = RunRecord.Counts()
    /// Requests to the feed, each attempt counted, and those of them that gave an answer that can be used (`ok`).
    package var feedCalls = 0
    package var feedAnswers = 0
    /// The longest request to the feed, in seconds.
    package var feedSeconds: Double?
    /// Objects written to the archive; refused and failed ones. A conflict (another writer was faster) is neither.
    package var putsDone = 0
    package var putsFailed = 0
    package var bytesPut = 0
    /// Points since the spool's account began: accepted by OCI, and dropped for good. Totals that only grow, and begin
    /// at 0 again when the state directory is new; nil where metrics go nowhere, or in records of older versions.
    package var pointsPosted: Int?
    package var pointsDropped: Int?
    package var version: String
    package var configSHA: String
    package var host: String

    package init(
        runID: RunID, command: RunRecord.Command, startedAt: Date, endedAt: Date, outcome: RunRecord.Outcome,
        version: String = "", configSHA: String = "", host: String = ""
    ) {
        self.runID = runID
        self.command = command
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.outcome = outcome
        self.version = version
        self.configSHA = configSHA
        self.host = host
    }
}

/// What they need of a check's record.
package struct CheckSummary: Sendable, Hashable {
    package var checkedAt: Date
    package var vantage: String
    /// `fresh` `missed` `failing` `stuck` `quiet` `unknown`.
    package var state: String
    package var isStale: Bool
    package var isAlarming: Bool

    package init(checkedAt: Date, vantage: String, state: String, isStale: Bool, isAlarming: Bool) {
        self.checkedAt = checkedAt
        self.vantage = vantage
        self.state = state
        self.isStale = isStale
        self.isAlarming = isAlarming
    }
}

/// One line of the ledger, as far as service levels and reports are concerned.
package enum LedgerFact: Sendable, Hashable {
    case run(RunSummary)
    case check(CheckSummary)
    case maintenance(MaintenanceRecord)
    case note(NoteRecord)
    case alarm(AlarmRecord)
    case drill(DrillRecord)
    /// A type that this version does not know.
    case other(type: String)
    case damaged(DamagedLine)
}
