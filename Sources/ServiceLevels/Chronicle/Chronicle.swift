// SPDX-License-Identifier: MIT

import FoundationEssentials
package import Ledger

/// The history of a job up to a minute, ready to be asked.
///
/// What the ledger says of runs, checks, alarms and drills is left out from `asOf` on. Maintenance and notes are about
/// the time before `asOf`, whenever they were written.
package struct Chronicle: Sendable {
    /// The minute it reaches up to; that minute and later ones are unknown.
    package let asOf: Int
    package let rules: ChronicleRules
    package let reading: ReadingFacts
    /// Runs that started at `detailFrom` or later, by their start.
    package let runs: [RunSummary]
    /// By their start; may overlap.
    package let maintenance: [MaintenanceSpan]
    /// By the instant they are about.
    package let notes: [NoteRecord]
    /// By the instant the state changed; a change that stands twice in the ledger is there once.
    package let alarms: [AlarmRecord]
    /// By their start.
    package let drills: [DrillRecord]

    /// All runs but replayed ones, by their end.
    let rows: [RunRow]
    /// Ends of the successes that can be believed, in milliseconds since 1970, oldest first.
    let successes: [Int]
    /// Minutes of which the ledger has evidence, besides successes.
    let evidence: SpanSet
    /// Minutes within maintenance.
    let planned: SpanSet
    /// Checks that alarmed and can be believed, oldest first.
    let alarming: [CheckRow]
    let words: [String]
    let vantages: [String]
    /// When data was not good, oldest first; all of the history.
    private(set) var stretches: [Stretch] = []

    init(_ parts: ChronicleParts, asOf: Int) {
        self.asOf = asOf
        (rules, reading, runs) = (parts.rules, parts.reading, parts.runs)
        (maintenance, notes, alarms, drills) = (parts.maintenance, parts.notes, parts.alarms, parts.drills)
        (rows, successes, evidence, alarming) = (parts.rows, parts.successes, parts.evidence, parts.alarming)
        (words, vantages) = (parts.words, parts.vantages)
        planned = SpanSet(parts.maintenance.map(\.span))
        stretches = findStretches()
    }

    /// The first minute that begins when the ledger's first record is there; nil for a ledger without runs and checks.
    ///
    /// Minutes before it are unknown, and part of no incident.
    package var firstMinute: Int? { reading.firstAt.map { $0.milliseconds.minuteAtOrAfter } }
}

/// What a chronicle is made of.
struct ChronicleParts {
    var rules: ChronicleRules
    var reading: ReadingFacts
    var runs: [RunSummary]
    var maintenance: [MaintenanceSpan]
    var notes: [NoteRecord]
    var alarms: [AlarmRecord]
    var drills: [DrillRecord]
    var rows: [RunRow]
    var successes: [Int]
    var evidence: SpanSet
    var alarming: [CheckRow]
    var words: [String]
    var vantages: [String]
}
