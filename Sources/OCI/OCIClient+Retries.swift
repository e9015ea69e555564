// SPDX-License-Identifier: MIT

import Transport

extension OCIClient {
    /// A failed attempt and what the answer said about trying again.
    struct Failure: Error {
        let error: OCIError
        let reply: Reply?
        let retryAfter: Duration?

        init(_ error: OCIError, reply: Reply? = nil, retryAfter: Duration? = nil) {
            self.error = error
            self.reply = reply
            self.retryAfter = retryAfter
        }

        /// Whether the call is made again, as far as the failure decides it.
        func decision(for repeats: Repeats) -> RetryDecision {
            let isTemporary =
                switch error {
                case .transport(let error, _, _): RetryPolicy.isWorthRetrying(error)
                case .service(let failure): RetryPolicy.isWorthRetrying(status: failure.status, code: failure.code)
                case .unreadableBody, .credential, .deadline, .unusable: false
                }
            guard isTemporary, repeats == .always || isUndelivered else { return .giveUp }
            return .retry(after: retryAfter)
        }

        /// The service has surely done nothing.
        private var isUndelivered: Bool {
            switch error {
            case .transport(.dns, _, _), .transport(.connect, _, _), .transport(.timeout(phase: .connect, _, _), _, _):
                true
            case .service(let failure): failure.status == 429 || failure.status == 503
            default: false
            }
        }
    }

    /// What the attempts of one call share.
    struct Attempts {
        var made = 0
        /// What the attempt before this one failed with.
        var earlier: Failure?
        /// The credential that came after a 401; there is only one a call.
        var renewed: Credential?
    }

    struct Jitter: RandomNumberGenerator {
        let draw: @Sendable () -> UInt64

        mutating func next() -> UInt64 { draw() }
    }

    /// Of all attempts together, where there is no earlier deadline (contract §8.2).
    static let totalLimit: Duration = .seconds(600)
}
