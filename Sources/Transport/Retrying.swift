// SPDX-License-Identifier: MIT

/// What to do about a failed attempt.
package enum RetryDecision: Sendable, Hashable {
    case giveUp
    /// Try again; `after` is what the server asked to wait, if it did.
    case retry(after: Duration? = nil)
}

/// A wait that is about to begin, for the log and the ledger.
package struct RetryWait<Failure: Error>: Sendable {
    /// Number of the attempt that failed, from 1.
    package let attempt: Int
    package let delay: Duration
    /// What it failed with.
    package let failure: Failure
}

extension RetryPolicy {
    /// Makes attempts until one succeeds, `judge` gives up, attempts run out, or the next wait would reach `deadline`.
    ///
    /// - Parameters:
    ///   - deadline: as `time.uptime` counts; no attempt begins at or after it because of a wait.
    ///   - judge: whether the failure may pass.
    ///   - beforeWait: called before each wait.
    ///   - attempt: builds and makes one attempt afresh (signature, date, body); gets its number, from 1.
    /// - Throws: the failure of the last attempt made, also when the task is cancelled while it waits.
    package func retrying<Value, Failure: Error>(
        time: TimeSource, deadline: Duration, using random: some RandomNumberGenerator,
        judge: (Failure) -> RetryDecision, beforeWait: (RetryWait<Failure>) -> Void = { _ in },
        attempt: (Int) async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        var random = random
        var number = 1
        while true {
            do throws(Failure) {
                return try await attempt(number)
            } catch {
                let failure = error
                guard number < attempts, case .retry(let retryAfter) = judge(failure) else { throw failure }
                let delay = delay(attempt: number, retryAfter: retryAfter, using: &random)
                guard time.uptime() + delay < deadline else { throw failure }
                beforeWait(RetryWait(attempt: number, delay: delay, failure: failure))
                do { try await time.sleep(delay) } catch { throw failure }
            }
            number += 1
        }
    }
}
