// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// What the ledger keeps of planned work: a record where it is announced, another where it is ended or taken back.
///
/// The newest record of an id counts.
package struct MaintenanceRecord: Sendable, Hashable {
    package static let schema = 1

    /// Which maintenance it is about: 8 hex digits.
    package let id: String
    package let job: String
    /// When this was written down.
    package let recordedAt: Date
    package let startsAt: Date
    /// When it is to end, or did; nil while nobody knows.
    package var endsAt: Date?
    /// Whether it was called off: nothing is left out for it.
    package var isCancelled = false
    /// Whether runs are skipped meanwhile.
    package var pausesRuns = false
    package let reason: String
    /// Who wrote it down: the user's name.
    package let author: String
    package let host: String
    package let version: String

    package init(
        id: String, job: String, recordedAt: Date, startsAt: Date, endsAt: Date? = nil, reason: String, author: String,
        host: String, version: String
    ) {
        self.id = id
        self.job = job
        self.recordedAt = recordedAt
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.reason = reason
        self.author = author
        self.host = host
        self.version = version
    }
}

/// What the ledger keeps of what somebody has to say: a note, why an incident came about, or an action that somebody is
/// to take.
package struct NoteRecord: Sendable, Hashable {
    package static let schema = 1

    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Something worth knowing when the report is read.
        case note
        /// Why the incident of its instant came about, as a person found out.
        case cause
        /// Something to be done; open until a record of kind `done` with the same id.
        case action
        case done
        /// What `archive verify` found; written by the program.
        case verification
    }

    /// 8 hex digits; `done` names the action's.
    package let id: String
    package let kind: Kind
    package let job: String
    package let recordedAt: Date
    /// The instant it is about.
    package let at: Date
    package let text: String
    package let author: String
    /// The run it is about.
    package var runID: RunID?
    /// Of `action`: when it is to be done.
    package var dueAt: Date?
    /// Of `verification`: event lines counted, and those that stand twice.
    package var linesCounted: Int?
    package var duplicates: Int?
    package let host: String
    package let version: String

    package init(
        id: String, kind: Kind, job: String, recordedAt: Date, at: Date, text: String, author: String, host: String,
        version: String
    ) {
        self.id = id
        self.kind = kind
        self.job = job
        self.recordedAt = recordedAt
        self.at = at
        self.text = text
        self.author = author
        self.host = host
        self.version = version
    }
}
