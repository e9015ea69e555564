// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import Ledger

/// What every record of a program's start says about it.
package struct RunSetting: Sendable, Hashable {
    package var job = "polisen"
    package var environment = "production"
    package var version = ""
    package var configSHA = ""
    package var host = ""
    /// systemd's `INVOCATION_ID`.
    package var invocationID: String?
    /// Of this boot of the host; a cache from another one is not trusted to be complete.
    package var bootID: String?
    /// The slot this run was planned for.
    package var plannedAt: Date?

    package init() {}

    /// An empty record of a run that begins now.
    package func record(_ id: RunID, _ command: RunRecord.Command, at date: Date) -> RunRecord {
        var record = RunRecord(
            runID: id, job: job, environment: environment, command: command, startedAt: date, endedAt: date,
            outcome: .failed, version: version, configSHA: configSHA, host: host)
        record.invocationID = invocationID
        record.plannedAt = plannedAt
        return record
    }
}
