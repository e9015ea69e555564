// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// How often something went wrong.
package struct CauseCount: Sendable, Hashable {
    /// `feed_timeout`; `answer_filtered` for partial runs.
    package let errorType: String
    package let runs: Int
    package let firstAt: Date
    package let lastAt: Date
    package let runbook: String?

    package init(errorType: String, runs: Int, firstAt: Date, lastAt: Date, runbook: String?) {
        self.errorType = errorType
        self.runs = runs
        self.firstAt = firstAt
        self.lastAt = lastAt
        self.runbook = runbook
    }
}

/// Runs of the period.
package struct RunFigures: Sendable, Hashable {
    package var success = 0
    package var partial = 0
    package var failed = 0
    package var killed = 0
    package var skipped = 0
    /// Of runs that were neither skipped nor killed, in seconds.
    package var duration = Percentiles()
    /// Of the longest request to the feed of each run, in seconds.
    package var feedLatency = Percentiles()
    package var feedCalls = 0
    package var feedAnswers = 0
    package init() {}

    package var total: Int { success + partial + failed + killed + skipped }
}

/// By the nearest rank.
package struct Percentiles: Sendable, Hashable {
    package var count = 0
    package var p50: Double?
    package var p90: Double?
    package var p99: Double?
    package var max: Double?
    package init() {}
}

/// Events of the period.
package struct EventFigures: Sendable, Hashable {
    package var new = 0
    package var revised = 0
    package var rejected = 0
    /// Runs whose answer was somebody's filtered list.
    package var filteredAnswers = 0
    /// New events of each local day of the period, oldest first; at most 62 days.
    package var newByDay: [Int] = []
    package init() {}
}

/// What became of telemetry; nil where the ledger does not say.
package struct TelemetryFigures: Sendable, Hashable {
    package var posted: Int?
    package var dropped: Int?
    package init() {}
}

/// What the archive grew by.
package struct StorageFigures: Sendable, Hashable {
    package var bytesPut = 0
    package var putsDone = 0
    package var putsFailed = 0
    /// Average of those of the 28 days up to the report's end on which a run ended; nil for less than a day of evidence.
    package var bytesADay: Double?
    /// How many days that is the average of, 1…28; nil where there is none.
    package var daysWithRuns: Int?
    /// At that rate, in a year.
    package var bytesInAYear: Double?
    package init() {}
}

/// Something that is not as it was.
package struct ConfigurationChange: Sendable, Hashable {
    package enum What: String, Sendable, Hashable, CaseIterable { case version, configuration, host }

    package let what: What
    package let before: String
    package let after: String
    /// The start of the first run that had it.
    package let at: Date

    package init(what: What, before: String, after: String, at: Date) {
        self.what = what
        self.before = before
        self.after = after
        self.at = at
    }
}

/// Something somebody is to do.
package struct ActionItem: Sendable, Hashable {
    package let id: String
    package let text: String
    package let author: String
    package let openedAt: Date
    /// nil while it is open.
    package let doneAt: Date?
    /// It was open already when the period began: the last report showed it.
    package let isCarriedOver: Bool
    /// When it is to be done; nil where nobody said.
    package let dueAt: Date?
    /// It was not done in time, as of the report's end.
    package let isOverdue: Bool

    package init(
        id: String, text: String, author: String, openedAt: Date, doneAt: Date?, isCarriedOver: Bool,
        dueAt: Date? = nil, isOverdue: Bool = false
    ) {
        self.id = id
        self.text = text
        self.author = author
        self.openedAt = openedAt
        self.doneAt = doneAt
        self.isCarriedOver = isCarriedOver
        self.dueAt = dueAt
        self.isOverdue = isOverdue
    }
}

/// How often an alarm fired in the period, as mirrored in the ledger.
package struct AlarmCount: Sendable, Hashable {
    package let alarm: String
    package let fired: Int
    package let lastAt: Date

    package init(alarm: String, fired: Int, lastAt: Date) {
        self.alarm = alarm
        self.fired = fired
        self.lastAt = lastAt
    }
}
