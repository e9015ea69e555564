// SPDX-License-Identifier: MIT

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
}
