// SPDX-License-Identifier: MIT

/// An HTTP/1.1 answer to a health check.
struct HealthAnswer: Sendable, Hashable {
    let status: Int
    let type: String
    let body: String
    var headers: [(String, String)] { status == 405 ? [("Allow", "GET, HEAD")] : [] }

    static let plain = "text/plain; charset=utf-8"

    init(status: Int, type: String = plain, body: String) {
        self.status = status
        self.type = type
        self.body = body
    }

    /// One that tells only its status.
    init(_ status: Int) {
        self.init(status: status, body: "\(status) \(Self.reasons[status] ?? "Error")\n")
    }

    /// The bytes of the answer.
    ///
    /// - Parameter withBody: false for HEAD.
    func encoded(withBody: Bool) -> [UInt8] {
        var lines = [
            "HTTP/1.1 \(status) \(Self.reasons[status] ?? "Error")", "Content-Type: \(type)",
            "Content-Length: \(body.utf8.count)", "Cache-Control: no-store", "X-Content-Type-Options: nosniff",
        ]
        lines += headers.map { "\($0.0): \($0.1)" } + ["Connection: close", "", ""]
        return Array((lines.joined(separator: "\r\n") + (withBody ? body : "")).utf8)
    }

    private static let reasons = [
        200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout",
        414: "URI Too Long", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
        503: "Service Unavailable",
    ]
}
