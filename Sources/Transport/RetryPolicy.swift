// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// When to try again and how long to wait first: numbers only, no clock.
///
/// Source: official Python SDK `retry/` (8 attempts, 600 s, `min(2^(n-1) + random(0, 1), 30)`).
package struct RetryPolicy: Sendable, Hashable {
    /// Attempts in all, the first included.
    package var attempts: Int
    /// Never waits longer than this between attempts (`Retry-After` may ask for up to 60 s).
    package var cap: Duration
    /// Never waits less than this (the feed allows one call in 10 s).
    package var floor: Duration

    package init(attempts: Int, cap: Duration, floor: Duration = .zero) {
        self.attempts = attempts
        self.cap = cap
        self.floor = floor
    }

    package static let standard = RetryPolicy(attempts: 8, cap: .seconds(30))
    package static let never = RetryPolicy(attempts: 1, cap: .zero)

    /// The longest wait a server may ask for.
    package static let retryAfterCap = Duration.seconds(60)

    /// How long to wait after attempt `attempt` (from 1) failed, before the next.
    ///
    /// `retryAfter` is what the server asked for; it lengthens the wait to at most `retryAfterCap`.
    package func delay(
        attempt: Int, retryAfter: Duration? = nil, using random: inout some RandomNumberGenerator
    ) -> Duration {
        let doublings = min(max(attempt, 1) - 1, 30)
        let backoff = Duration.seconds(1 << doublings) + .seconds(Double.random(in: 0..<1, using: &random))
        let asked = min(retryAfter ?? .zero, Self.retryAfterCap)
        return max(min(backoff, cap), asked, floor)
    }

    /// What a `Retry-After` header asks for, at most `cap`; nil where it is neither seconds nor a date.
    /// A date that has passed is no wait.
    package static func retryAfter(_ value: String, now: Date, cap: Duration = retryAfterCap) -> Duration? {
        let text = String(value.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            // More digits than fit an Int are more than the cap.
            return min(.seconds(Int(text) ?? Int(Int32.max)), cap)
        }
        guard let date = HTTPDate.parse(text) else { return nil }
        return min(.seconds(max(0, date.timeIntervalSince(now))), cap)
    }

    /// Whether a request answered with this status may get a better answer if it is sent again.
    ///
    /// Status first, the service's `code` second; an unknown code changes nothing. 401 is not among them: fresh
    /// credentials are the caller's business. Source: OCI "API Errors", SDK for Python `retry/`.
    package static func isWorthRetrying(status: Int, code: String? = nil) -> Bool {
        switch status {
        case 409: ["IncorrectState", "LockConflict", "ExternalServerIncorrectState"].contains(code)
        case 429: true
        case 501: false
        case 500...599: true
        default: false
        }
    }

    /// Whether a request that failed so may get through if it is sent again.
    package static func isWorthRetrying(_ error: TransportError) -> Bool {
        switch error {
        case .dns, .connect, .timeout, .interrupted, .badEncoding: true
        case .tls, .tooLarge, .cancelled, .unusable: false
        }
    }
}
