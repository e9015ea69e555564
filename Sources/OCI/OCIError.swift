// SPDX-License-Identifier: MIT

package import Transport

/// Why an OCI call gave no usable answer.
///
/// `operation` is the API's name of it and what it was done to, for people: `PutObject commits/0001.jsonl`.
package enum OCIError: Error, Sendable, Hashable {
    /// No whole answer came, after all retries.
    case transport(TransportError, operation: String, attempts: Int)
    /// The service answered with a status that is no success.
    case service(ServiceFailure)
    /// A success whose body cannot be read.
    case unreadableBody(operation: String, problem: String, requestID: String?)
    /// No credential: configuration, key file, token, metadata service.
    case credential(CredentialProblem)
    /// The run's deadline passed before an attempt could be made.
    case deadline(operation: String)
    /// Nothing was sent: a name, region or endpoint that cannot be used.
    case unusable(operation: String, problem: String)
}

/// What the service said.
package struct ServiceFailure: Sendable, Hashable {
    package let operation: String
    package let status: Int
    /// `code` of the error body; empty where it had none.
    package let code: String
    /// At most 1,024 characters on one line, never holding a secret.
    package let message: String
    /// `opc-request-id`, which Oracle's support asks for first.
    package let requestID: String?
    /// Local clock minus the answer's `Date`, in seconds, where it had one.
    package let clockSkew: Double?
    package let attempts: Int
    /// What the service asked to be left alone for (`Retry-After`), at most `RetryPolicy.retryAfterCap`.
    package let retryAfter: Duration?

    package init(
        operation: String, status: Int, code: String, message: String, requestID: String?, clockSkew: Double?,
        attempts: Int, retryAfter: Duration? = nil
    ) {
        self.retryAfter = retryAfter
        self.operation = operation
        self.status = status
        self.code = code
        self.message = message
        self.requestID = requestID
        self.clockSkew = clockSkew
        self.attempts = attempts
    }

    /// The service refused the signature's date: 401 while the clocks are more than four minutes apart (it allows
    /// five; contract §8.5).
    package var isClockSkew: Bool { status == 401 && abs(clockSkew ?? 0) > 240 }
}

/// Why there is no credential, with what to do next.
package struct CredentialProblem: Sendable, Hashable {
    /// A closed set: `config_missing` `config_invalid` `key_missing` `key_encrypted` `key_invalid` `token_missing`
    /// `token_expired` `metadata` `federation` `vault` `none_found`.
    package let kind: String
    package let message: String

    package init(kind: String, message: String) {
        self.kind = kind
        self.message = message
    }
}
