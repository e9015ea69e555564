// SPDX-License-Identifier: MIT

/// An answer and how it is to be put on the wire.
package struct ServerResponse: Sendable {
    /// Below 600.
    package var status: Int
    /// In the order sent; `content-length`, `date` and `connection` are added when the answer is written.
    package var headers: [(name: String, value: String)]
    /// Left out on the wire where the method or the status allows none.
    package var body: [UInt8]
    /// How much of it is sent, and how fast.
    package var delivery = Delivery.whole
    /// The `date` header where it must not be the real one.
    package var date: String?
    /// Close the connection after the answer.
    package var closes = false
    /// `content-length` of an answer to HEAD whose body was not made.
    package var announcedLength: Int?

    /// An answer sent whole.
    package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of this name; setting replaces all of that name, nil removes them.
    package subscript(name: String) -> String? {
        get { headers.first { $0.name == name }?.value }
        set {
            headers.removeAll { $0.name == name }
            if let newValue { headers.append((name, newValue)) }
        }
    }

    /// What a fault makes of an answer.
    package enum Delivery: Sendable, Hashable {
        case whole
        /// Not a byte; the connection is closed.
        case dropped
        /// Announced in full, cut after so many bytes of the body; the connection is closed.
        case truncated(bytes: Int)
        /// The body trickles at so many bytes a second.
        case dripped(bytesPerSecond: Int)
    }

    /// Head and body as they go on the wire.
    ///
    /// An answer to HEAD announces the length of what GET would bring; 1xx, 204 and 304 have neither body nor length.
    package func encoded(answering method: String, keepAlive: Bool) -> (head: [UInt8], body: [UInt8]) {
        var text = "HTTP/1.1 \(status) \(Self.reason(status))\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if let date { text += "date: \(date)\r\n" }
        let bodyless = status == 204 || status == 304 || status < 200
        if !bodyless { text += "content-length: \(announcedLength ?? body.count)\r\n" }
        if !keepAlive { text += "connection: close\r\n" }
        text += "\r\n"
        return (Array(text.utf8), bodyless || method == "HEAD" ? [] : body)
    }

    static func reason(_ status: Int) -> String {
        switch status {
        case 100: "Continue"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Payload Too Large"
        case 416: "Range Not Satisfiable"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        default: "Status"
        }
    }
}
