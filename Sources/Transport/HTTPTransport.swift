// SPDX-License-Identifier: MIT

package import HTTPTypes

/// Sends one HTTP request and waits for its whole answer. The live value is `.curl(…)`; tests script their own.
package struct HTTPTransport: Sendable {
    package var send: @Sendable (HTTPCall) async throws(TransportError) -> Reply

    package init(send: @escaping @Sendable (HTTPCall) async throws(TransportError) -> Reply) {
        self.send = send
    }
}

/// A request with everything the wire needs to know about it.
package struct HTTPCall: Sendable {
    /// `scheme`, `authority` and `path` are sent exactly as they stand: nothing is re-encoded or normalised.
    package var request: HTTPRequest
    /// nil: no body and no `content-length`; empty: `content-length: 0`.
    package var body: [UInt8]?
    /// Whole transfer, connecting included.
    package var timeout: Duration = .seconds(60)
    package var connectTimeout: Duration = .seconds(10)
    /// A longer answer fails with `TransportError.tooLarge`.
    package var responseLimitBytes = 32 << 20
    /// Offer gzip and br (and decode the answer). Off where the stored bytes matter (GetObject).
    package var acceptsCompression = true
    /// Allow HTTP/2. OCI is spoken to over HTTP/1.1.
    package var allowsHTTP2 = false
    /// Honour the proxy variables. Off for the metadata service.
    package var usesProxy = true
    /// Called when a connection stands, right before the request is written to it; on a thread that must not be held up.
    package var willSend: (@Sendable () -> Void)?

    package init(_ request: HTTPRequest, body: [UInt8]? = nil) {
        self.request = request
        self.body = body
    }
}

/// A whole HTTP answer, whatever its status.
package struct Reply: Sendable {
    package var status: Int
    /// Names compare without regard to case; interim (1xx) answers are left out.
    package var headers: HTTPFields
    /// After content decoding.
    package var body: [UInt8]
    package var timing: TransferTiming

    package init(status: Int, headers: HTTPFields = [:], body: [UInt8] = [], timing: TransferTiming = .init()) {
        self.status = status
        self.headers = headers
        self.body = body
        self.timing = timing
    }
}

/// How a transfer went.
package struct TransferTiming: Sendable, Hashable {
    package var total: Duration = .zero
    /// Until the first byte of the answer.
    package var firstByte: Duration = .zero
    /// Bytes of the body as they came over the wire, before content decoding.
    package var wireBytes = 0
    package var reusedConnection = false
    /// `1.1` or `2`.
    package var httpVersion = "1.1"

    package init() {}
}
