// SPDX-License-Identifier: MIT

import Transport

extension OCIClient {
    /// A failed attempt and what the answer said about trying again.
    struct Failure: Error {
        let error: OCIError
        let reply: Reply?
        let retryAfter: Duration?
    }

    /// Decides whether and when a call is tried again: values in, values out.
    ///
    /// Source: contract §8.2 (Python SDK `retry/`): attempts and waits by `RetryPolicy`, 600 s in all.
    struct Retries {
        let policy: RetryPolicy
        let repeats: Repeats
        /// Instant of the uptime clock.
        let started: Duration
        /// Instant of the uptime clock.
        let deadline: Duration?
        var attempts = 0

        static let total: Duration = .seconds(600)

        /// How long the next attempt may take; nil where the deadline has passed.
        func timeout(_ wanted: Duration, now: Duration) -> Duration? {
            guard let deadline else { return wanted }
            let left = deadline - now
            return left > .zero ? min(wanted, left) : nil
        }

        /// How long to wait before the next attempt; nil: there is none.
        func delay(
            after failure: Failure, now: Duration, using random: inout some RandomNumberGenerator
        ) -> Duration? {
            guard isTemporary(failure.error) else { return nil }
            guard let delay = policy.delay(afterAttempt: attempts, retryAfter: failure.retryAfter, using: &random)
            else { return nil }
            guard now - started + delay <= Self.total else { return nil }
            guard let deadline else { return delay }
            return now + delay < deadline ? delay : nil
        }

        private func isTemporary(_ error: OCIError) -> Bool {
            switch error {
            case .transport(let error, _, _): isTemporary(error)
            case .service(let failure): isTemporary(failure)
            case .unreadableBody, .credential, .deadline, .unusable: false
            }
        }

        private func isTemporary(_ error: TransportError) -> Bool {
            switch error {
            case .dns, .connect, .timeout(phase: .connect, _, _): true
            case .timeout, .interrupted: repeats == .always
            case .tls(let problem, _, _): problem == .other
            case .tooLarge, .badEncoding, .cancelled, .unusable: false
            }
        }

        private func isTemporary(_ failure: ServiceFailure) -> Bool {
            switch failure.status {
            case 429, 503: true
            case 409: ["IncorrectState", "LockConflict"].contains(failure.code)
            case 501: false
            case 500...599: repeats == .always
            default: false
            }
        }
    }

    struct Jitter: RandomNumberGenerator {
        let draw: @Sendable () -> UInt64

        mutating func next() -> UInt64 { draw() }
    }
}
