// SPDX-License-Identifier: MIT

import HTTPTypes
package import Logging
package import Transport

/// Sends signed requests to OCI: signs each attempt afresh, retries what is safe to repeat, stays inside the deadline.
///
/// A value: change a copy (`deadline`, `retry`) for calls that need something else.
package struct OCIClient: Sendable {
    package var transport: HTTPTransport
    package var credentials: CredentialSource
    package var endpoints: Endpoints
    package var time: TimeSource
    package var logger: Logger
    /// Random bits, for the jitter of the waits between attempts.
    package var random: @Sendable () -> UInt64
    package var retry = RetryPolicy.standard
    /// Instant of `time.uptime` after which nothing is sent and nothing is waited for; nil: none.
    package var deadline: Duration?
    /// The run's id as it stands in every request; see `init`.
    package let requestID: String
    package let userAgent: String
    /// Called once for each attempt, when it is over.
    package var onRequest: @Sendable (Exchange) -> Void = { _ in }

    /// - Parameters:
    ///   - requestID: the run id. Hyphens are left out, since a segment holds 32 characters (contract §6), and what
    ///     may not stand there becomes `_`.
    ///   - random: 64 random bits a call.
    package init(
        transport: HTTPTransport, credentials: CredentialSource, endpoints: Endpoints, time: TimeSource,
        requestID: String, userAgent: String, logger: Logger, random: @escaping @Sendable () -> UInt64
    ) {
        self.transport = transport
        self.credentials = credentials
        self.endpoints = endpoints
        self.time = time
        self.requestID = Self.segment(requestID)
        self.userAgent = userAgent
        self.logger = logger
        self.random = random
    }

    private static func segment(_ text: String) -> String {
        let kept = text.utf8.filter { $0 != UInt8(ascii: "-") }.prefix(32)
        let allowed = kept.map { byte in
            Wire.isAlphanumeric(byte) || byte == UInt8(ascii: ":") ? byte : UInt8(ascii: "_")
        }
        return String(decoding: allowed, as: UTF8.self)
    }
}

extension OCIClient {
    /// One attempt of one call, for counting.
    package struct Exchange: Sendable, Hashable {
        /// The API's name of the operation: `PutObject`. A closed set.
        package let operation: String
        package let service: OCIService
        /// From 1.
        package let attempt: Int
        /// nil where no whole answer came.
        package let status: Int?
        /// `OCIError.reason` of the failure; nil where the answer is one the operation expects.
        package let reason: String?
        package let duration: Duration
        /// Of the bodies.
        package let sentBytes: Int
        package let receivedBytes: Int
        package let requestID: String?
    }

    /// The answer to a call.
    package struct Answer: Sendable {
        /// Of the call, for error texts.
        let title: String
        package let reply: Reply
        /// Attempts it took; above 1, an earlier one may have reached the service although its reply did not come back.
        package let attempts: Int

        /// `opc-request-id`.
        package var requestID: String? { reply.headers[.opcRequestID] }
        /// Token of the next page; nil: this was the last.
        package var nextPage: String? { reply.headers[.opcNextPage].flatMap { $0.isEmpty ? nil : $0 } }
    }
}
