// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// What the ledger keeps of one run, for ever: what was done, how it ended and why.
///
/// Instants are kept to the millisecond.
package struct RunRecord: Sendable, Hashable {
    /// The schema this program writes; a record with a higher one is refused.
    package static let schema = 1

    package let runID: RunID
    package let job: String
    package let environment: String
    package let command: Command
    /// The slot the run was planned for; nil where nobody planned it.
    package var plannedAt: Date?
    package let startedAt: Date
    package var endedAt: Date
    package var outcome: Outcome
    /// In the order they ran; a stage that ran twice stands twice.
    package var stages: [StageTime] = []
    /// Why the outcome is no success.
    package var error: Failure?
    package var skipReason: SkipReason?
    /// What the feed said; nil where it was not asked or gave no answer.
    package var answer: Answer?
    package var counts = Counts()
    /// Numbers of the archive's commits this run made.
    package var commits: [Int] = []
    package var objectsPut = 0
    /// Requests to the feed, each attempt counted.
    package var feedCalls = 0
    /// Requests in all, to the feed and to OCI, each attempt counted.
    package var requests = 0
    package var retries = 0
    package var version: String
    /// The beginning of the configuration's SHA-256: 8 hex digits.
    package var configSHA: String
    package var host: String
    /// systemd's id of the start, which joins unit and run.
    package var invocationID: String?
    package var cpuSeconds = 0.0
    package var peakMemoryBytes = 0
    /// What became of another program's process (`exec`); nil for the collector's own runs.
    package var execution: Execution?
    package var measures = Measures()
    /// Remarks for people, oldest first.
    package var notes: [String] = []

    package init(
        runID: RunID, job: String, environment: String, command: Command, startedAt: Date, endedAt: Date,
        outcome: Outcome, version: String, configSHA: String, host: String
    ) {
        self.runID = runID
        self.job = job
        self.environment = environment
        self.command = command
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.outcome = outcome
        self.version = version
        self.configSHA = configSHA
        self.host = host
    }

    package enum Command: String, Sendable, Hashable, CaseIterable { case collect, replay, exec }

    package enum Outcome: String, Sendable, Hashable, CaseIterable { case success, partial, failed, skipped, killed }

    package enum Stage: String, Sendable, Hashable, CaseIterable {
        case auth, fetch, decode, diff, store, commit, telemetry
    }

    package enum SkipReason: String, Sendable, Hashable, CaseIterable {
        case locked, rateBudget = "rate_budget", maintenance
    }

    package struct StageTime: Sendable, Hashable {
        package let stage: Stage
        package let seconds: Double

        package init(_ stage: Stage, seconds: Double) {
            self.stage = stage
            self.seconds = seconds
        }
    }

    /// Why a run is no success.
    package struct Failure: Sendable, Hashable {
        /// A closed set of the collector: `api_timeout`, `auth_denied`, …
        package let type: String
        /// For people; holds no secret.
        package let message: String
        /// nil where nobody knows, as for a killed run.
        package var stage: Stage?
        package var httpStatus: Int?
        /// `opc-request-id`, which Oracle's support asks for first.
        package var requestID: String?
        /// What the process ended with.
        package let exitCode: Int

        package init(
            type: String, message: String, stage: Stage?, httpStatus: Int? = nil, requestID: String? = nil,
            exitCode: Int
        ) {
            self.type = type
            self.message = message
            self.stage = stage
            self.httpStatus = httpStatus
            self.requestID = requestID
            self.exitCode = exitCode
        }
    }

    /// What the feed said.
    package struct Answer: Sendable, Hashable {
        /// `normal` `filtered` `unchanged` `empty` `not_json` `truncated` `not_array` `too_many`.
        package let answerClass: String
        /// HTTP status; nil for a replayed answer.
        package var status: Int?
        /// Of the body after content decoding.
        package var bytes: Int
        /// Of the body as it came over the wire.
        package var wireBytes: Int
        /// Of the body, 64 hex digits; nil where there was none (304).
        package var sha256: String?
        /// Elements of the array.
        package var events: Int
        /// Distinct event types.
        package var types: Int
        /// `datetime` of the newest event.
        package var newestAt: Date?
        package var etag: String?

        package init(
            answerClass: String, status: Int? = nil, bytes: Int = 0, wireBytes: Int = 0, sha256: String? = nil,
            events: Int = 0, types: Int = 0, newestAt: Date? = nil, etag: String? = nil
        ) {
            self.answerClass = answerClass
            self.status = status
            self.bytes = bytes
            self.wireBytes = wireBytes
            self.sha256 = sha256
            self.events = events
            self.types = types
            self.newestAt = newestAt
            self.etag = etag
        }
    }

    /// What became of the events of the answer.
    package struct Counts: Sendable, Hashable {
        package var returned = 0
        package var new = 0
        package var revised = 0
        package var unchanged = 0
        package var rejected = 0

        package init(returned: Int = 0, new: Int = 0, revised: Int = 0, unchanged: Int = 0, rejected: Int = 0) {
            self.returned = returned
            self.new = new
            self.revised = revised
            self.unchanged = unchanged
            self.rejected = rejected
        }
    }

    /// How a program that `exec` ran came to its end.
    package struct Execution: Sendable, Hashable {
        /// As typed, without its arguments, which may hold secrets.
        package let program: String
        /// What it returned; nil where a signal ended it or it never began.
        package var exitStatus: Int?
        /// What ended it; nil where it ended by itself.
        package var signal: Int?
        package var isTimedOut = false
        /// Bytes it wrote to streams that are no terminals.
        package var outputBytes = 0
        /// The redacted end of what it wrote, at most 64 KiB; only where it failed.
        package var outputTail: String?

        package init(program: String) { self.program = program }
    }
}
