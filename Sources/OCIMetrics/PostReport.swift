// SPDX-License-Identifier: MIT

/// How a post went.
package struct PostReport: Sendable, Hashable {
    /// Points OCI Monitoring has taken.
    package var posted = 0
    /// Points in requests that had left before without an answer that was noted; they may count twice.
    package var resent = 0
    /// What was dropped meanwhile; also in `MetricSpool.dropped()`.
    package var dropped = DropCounts()
    /// Requests made.
    package var requests = 0
    /// Points that still wait.
    package var left = 0
    /// Age of the oldest of them; nil: none waits.
    package var oldestAge: Duration?
    package var duration: Duration = .zero
    /// Why points are left; nil: none is, or they are too early.
    package var stop: Stop?
    /// `OCIError.reason`, `spool` where the spool cannot be used, `setting` for a destination OCI would refuse; nil:
    /// nothing failed.
    package var errorType: String?
    /// The failure for people: what, on what, what next.
    package var problem: String?
    /// How long the service asked to be left alone.
    package var retryAfter: Duration?

    package init() {}

    mutating func fail(_ type: String, _ text: String) {
        stop = .failed
        errorType = type
        problem = text
    }

    /// A closed set.
    package enum Stop: String, Sendable, Hashable {
        /// Time was up.
        case deadline
        /// A request failed.
        case failed
        /// Requests failed before; nothing is sent until `SpoolStatus.pausedUntil`.
        case paused
        /// Another process is posting from this spool.
        case busy
    }
}
