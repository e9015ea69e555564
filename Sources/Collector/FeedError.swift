// SPDX-License-Identifier: MIT

package import Files
package import FoundationEssentials
import Ledger
package import Transport

/// Why the feed gave no body to read.
package enum FeedError: Error, Sendable {
    case transport(TransportError)
    /// An answer with a status that brings no body of events.
    case status(Int, location: String?)
    /// The feed has asked for no calls before then (`Retry-After`).
    case heldOff(until: Date)
    /// No call is allowed now.
    case exhausted(CallLedger.Window, until: Date)
    /// The ledger of calls cannot be kept, so no call may be made.
    case ledger(FileError)
    /// The deadline of the run would pass before the next attempt.
    case deadline(after: Int)
    /// The run was told to stop.
    case stopped

    /// The ledger's `error.type`.
    package var type: String {
        switch self {
        case .transport(.tls(let problem, _, _)) where problem != .other: "feed_tls_\(problem.rawValue)"
        case .transport(.timeout(phase: .connect, _, _)): "feed_connect_timeout"
        case .transport(let error): "feed_\(error.reason)"
        case .status(304, _): "feed_not_modified_unasked"
        case .status(300..<400, _): "feed_redirect"
        case .status(401, _): "feed_unauthorized"
        case .status(403, _): "feed_forbidden"
        case .status(404, _), .status(410, _): "feed_not_found"
        case .status(409, _): "feed_conflict"
        case .status(412, _): "feed_precondition_failed"
        case .status(429, _): "feed_throttled"
        case .status(500..., _): "feed_server_error"
        case .status(400..<500, _): "feed_client_error"
        case .status: "feed_unexpected_status"
        case .exhausted: "rate_budget"
        case .heldOff: "feed_held_off"
        case .ledger(let error): error.type
        case .deadline: "deadline"
        case .stopped: "terminated"
        }
    }

    /// The status answered, where there was one.
    package var status: Int? {
        if case .status(let status, _) = self { status } else { nil }
    }
}

extension FeedError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .transport(.timeout(let phase, let host, let after)):
            "\(TransportError.timeout(phase: phase, host: host, after: after)) (feed.timeout, run.deadline)"
        case .transport(let error): error.description
        case .status(304, _):
            "the feed answered 304 (not modified) to a request that set no condition: look for a broken proxy or cache"
        case .status(let status, let location?) where (300..<400).contains(status):
            "the feed answered \(status) and points to \(location): redirects are not followed; set feed.url to the new "
                + "address if you trust it"
        case .status(401, _), .status(403, _):
            "the feed refused the request (\(status ?? 0)): check that feed.contact is set as the API's rules ask, and wait "
                + "before the next call"
        case .status(404, _): "the feed is not there (404): check feed.url; the source counts a 404 as permanent"
        case .status(429, _):
            "the feed says we call too often (429): later runs keep to its Retry-After; look for other programs that use it"
        case .status(500..., _):
            "the feed is in trouble (\(status ?? 0)): nothing to do, its list holds about a week and the next run catches up"
        case .status(let status, _): "the feed answered \(status), which is no list of events: check feed.url"
        case .heldOff(let until):
            "the feed asked for no calls before \(Timestamp.text(until)) (Retry-After): run again then"
        case .exhausted(let window, let until):
            "the source's limit of calls a \(window.rawValue) is used up until \(Timestamp.text(until)): run again then"
        case .ledger(let error): "no call is made because the ledger of calls cannot be kept: \(error.description)"
        case .deadline(let attempts):
            "the run's deadline passed after \(attempts) attempts to reach the feed, which allows one call in 10 s: raise "
                + "run.deadline, or run again later"
        case .stopped: "told to stop while waiting for the feed: the next run asks again"
        }
    }
}
