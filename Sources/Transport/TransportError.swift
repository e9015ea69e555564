// SPDX-License-Identifier: MIT

/// Why a request brought no whole answer.
package enum TransportError: Error, Sendable, Hashable {
    /// The host name does not resolve.
    case dns(host: String, detail: String)
    /// No connection: refused, unreachable, proxy down.
    case connect(host: String, detail: String)
    /// The TLS handshake or the certificate check failed.
    case tls(TLSProblem, host: String, detail: String)
    /// Not finished in time; `phase` says what was waited for.
    case timeout(phase: Phase, host: String, after: Duration)
    /// The connection broke after it stood: reset, closed in mid-body, protocol violation.
    case interrupted(host: String, receivedBytes: Int, detail: String)
    /// The answer passed `responseLimitBytes`; `received` holds its beginning (at most 1 MiB).
    case tooLarge(limitBytes: Int, received: [UInt8])
    /// The body does not decode as its `content-encoding` says.
    case badEncoding(host: String, detail: String)
    /// The caller's task was cancelled.
    case cancelled
    /// The request itself cannot be sent: bad URL, forbidden scheme, library missing.
    case unusable(detail: String)

    package enum TLSProblem: String, Sendable, Hashable {
        case expired, wrongHost = "wrong_host", unknownIssuer = "unknown_issuer", other
    }

    package enum Phase: String, Sendable, Hashable { case connect, answer }

    /// A closed set for metrics and ledger, never text from the wire.
    package var reason: String {
        switch self {
        case .dns: "dns"
        case .connect: "connect"
        case .tls: "tls"
        case .timeout: "timeout"
        case .interrupted: "interrupted"
        case .tooLarge: "too_large"
        case .badEncoding: "bad_encoding"
        case .cancelled: "cancelled"
        case .unusable: "unusable"
        }
    }
}
