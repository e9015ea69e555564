// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import Ledger

/// What a chronicle goes by.
package struct ChronicleRules: Sendable, Hashable {
    /// Data older than this is stale; `FreshnessLimits.staleAfter`.
    package var staleAfterSeconds: Int
    /// A check's record stands for this long: one is written at least every 15 minutes.
    package var checkCoversSeconds: Int
    /// A run's record shows for this long that its host was at work: until the next slot and its grace.
    package var runCoversSeconds: Int
    /// The name of the runbook for an error type; nil where none fits.
    package var runbook: @Sendable (String) -> String?

    package init(
        staleAfterSeconds: Int = 3_630, checkCoversSeconds: Int = 960, runCoversSeconds: Int = 2_100,
        runbook: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        self.staleAfterSeconds = staleAfterSeconds
        self.checkCoversSeconds = checkCoversSeconds
        self.runCoversSeconds = runCoversSeconds
        self.runbook = runbook
    }

    package static func == (left: ChronicleRules, right: ChronicleRules) -> Bool {
        left.staleAfterSeconds == right.staleAfterSeconds && left.checkCoversSeconds == right.checkCoversSeconds
            && left.runCoversSeconds == right.runCoversSeconds
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(staleAfterSeconds) }
}

/// Takes the facts of a ledger in its order and makes a chronicle of them.
package struct ChronicleBuilder: Sendable {
    /// - Parameter detailFrom: minutes since 1970; runs that started before are kept as numbers only.
    package init(rules: ChronicleRules = ChronicleRules(), detailFrom: Int) {}

    package mutating func add(_ fact: LedgerFact) {}

    /// - Parameter minute: up to here; what is recorded later is left out.
    package func chronicle(asOf minute: Int) -> Chronicle { Chronicle() }
}

/// What became of minutes.
package enum SliceState: String, Sendable, Hashable, CaseIterable { case good, bad, unknown }

/// A stretch of minutes of the same state.
package struct Slice: Sendable, Hashable {
    package let span: MinuteSpan
    package let state: SliceState

    package init(span: MinuteSpan, state: SliceState) {
        self.span = span
        self.state = state
    }
}

/// Planned work as it counts: the newest record of each id, cut to what is known.
package struct MaintenanceSpan: Sendable, Hashable {
    package let id: String
    package let span: MinuteSpan
    package let reason: String
    package let author: String
    /// Written down after it had begun.
    package let isBackdated: Bool
    /// Whether it goes on.
    package let isOpen: Bool

    package init(id: String, span: MinuteSpan, reason: String, author: String, isBackdated: Bool, isOpen: Bool) {
        self.id = id
        self.span = span
        self.reason = reason
        self.author = author
        self.isBackdated = isBackdated
        self.isOpen = isOpen
    }
}

/// How the ledger was read: what a report says about its own evidence.
package struct ReadingFacts: Sendable, Hashable {
    package var lines = 0
    package var runs = 0
    package var checks = 0
    /// Lines that cannot be read: how many, and the first 20 of them.
    package var damagedCount = 0
    package var damaged: [String] = []
    package var firstAt: Date?
    package var lastAt: Date?
    /// Times the clock was set back by more than five minutes between two records, oldest first, at most 20.
    package var clockSteps: [Date] = []

    package init() {}
}

/// The history of a job, ready to be asked.
package struct Chronicle: Sendable {
    package private(set) var reading = ReadingFacts()
    /// Runs that started at `detailFrom` or later, by their start.
    package private(set) var runs: [RunSummary] = []
    /// By their start; may overlap.
    package private(set) var maintenance: [MaintenanceSpan] = []
    /// By the instant they are about.
    package private(set) var notes: [NoteRecord] = []
    package private(set) var alarms: [AlarmRecord] = []
    package private(set) var drills: [DrillRecord] = []

    /// Whether each minute of a span was good, as stretches that follow each other without a gap.
    package func slices(in span: MinuteSpan) -> [Slice] { [] }

    /// What an objective's indicator says of a span.
    package func figures(of slo: SLO, over span: MinuteSpan) -> Figures { Figures() }

    /// Those that started within the span, oldest first.
    package func incidents(in span: MinuteSpan) -> [Incident] { [] }
}
