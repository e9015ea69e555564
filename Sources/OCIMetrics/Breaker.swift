// SPDX-License-Identifier: MIT

import FoundationEssentials

/// Keeps a run from waiting, time after time, for an endpoint that does not answer.
///
/// Closed: batches go out. After a failure nothing goes out until its time has passed; then one request probes, and
/// closes it or doubles the time. It stands in the spool, so it holds from one process to the next.
struct Breaker: Sendable, Hashable {
    /// In a row; 0: closed.
    var failures = 0
    /// Milliseconds since 1970; nothing is sent before.
    var until = 0
    /// Points of a request; 0: as many as go. Halved while the service refuses what a request holds without saying
    /// which of it, doubled while it takes it.
    var limit = 0

    private static let base = 15_000
    /// Short beside the two hours a point may wait, and beside what an alarm takes to notice absence.
    private static let cap = 240_000

    /// When the next request may go out; nil: now. A time further off than any that is set means that the clock has
    /// been set back.
    func opens(now: Date) -> Date? {
        let now = now.spoolMilliseconds
        guard failures > 0, now < until, until - now <= Self.cap else { return nil }
        return Date(spoolMilliseconds: until)
    }

    /// Closed; doubles the limit, up to `full`.
    func closed(full: Int) -> Breaker { Breaker(limit: limit == 0 || limit * 2 >= full ? 0 : limit * 2) }

    /// - Parameters:
    ///   - limit: of points of a request from now on; nil: as before.
    ///   - asked: how long the service wants to be left alone.
    func failed(now: Date, limit: Int? = nil, asked: Duration? = nil) -> Breaker {
        let failures = min(failures + 1, 30)
        let least = asked.map { Int($0 / .milliseconds(1)) } ?? 0
        let wait = min(max(Self.base << min(failures - 1, 10), least), Self.cap)
        return Breaker(failures: failures, until: now.spoolMilliseconds + wait, limit: limit ?? self.limit)
    }
}

extension Date {
    /// Since 1970; held within the years that JSON numbers and RFC 3339 can say.
    var spoolMilliseconds: Int {
        let value = (timeIntervalSince1970 * 1000).rounded()
        return value.isFinite ? Int(min(max(value, -62_135_596_800_000), 253_402_300_799_999)) : 0
    }

    init(spoolMilliseconds: Int) { self.init(timeIntervalSince1970: Double(spoolMilliseconds) / 1000) }
}
