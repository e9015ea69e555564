// SPDX-License-Identifier: MIT

import HTTPTypes

/// Reads HTTP/1.1 requests out of the bytes of one connection, as they arrive.
///
/// A value type without I/O: bytes go in by `append`, whole requests come out of `next`.
package struct RequestParser {
    /// Why a connection cannot go on.
    package enum Problem: Error, Sendable, Hashable {
        case malformed
        case headTooLarge
        case bodyTooLarge
        /// A body without `content-length`; OCI takes no chunked uploads.
        case lengthRequired
    }

    /// What `next` found.
    package enum Step: Sendable {
        case needsBytes
        /// The head is there, the body is not, and the client waits for `100 Continue` before it sends it.
        case expectsContinue
        case request(ServerRequest, keepAlive: Bool)
    }

    private struct Head {
        var request: ServerRequest
        var length: Int
        var keepAlive: Bool
        var waitsForContinue: Bool
    }

    private static let headLimitBytes = 64 << 10
    private let bodyLimitBytes: Int
    private let connection: Int
    private var buffer: [UInt8] = []
    private var offset = 0
    private var scanned = 0
    private var head: Head?

    /// A reader of one connection, which all its requests will carry the number of.
    package init(connection: Int, bodyLimitBytes: Int = 256 << 20) {
        self.connection = connection
        self.bodyLimitBytes = bodyLimitBytes
    }

    /// Takes in what arrived.
    package mutating func append(_ bytes: [UInt8]) {
        if offset == buffer.count {
            buffer = bytes
            offset = 0
            scanned = 0
        } else {
            buffer.append(contentsOf: bytes)
        }
    }

    /// The next request, if it is there as a whole.
    package mutating func next() throws(Problem) -> Step {
        if head == nil, let found = try readHead() { head = found }
        guard var current = head else { return .needsBytes }
        guard buffer.count - offset >= current.length else {
            guard current.waitsForContinue else { return .needsBytes }
            current.waitsForContinue = false
            head = current
            return .expectsContinue
        }
        current.request.body = Array(buffer[offset..<offset + current.length])
        offset += current.length
        compact()
        head = nil
        return .request(current.request, keepAlive: current.keepAlive)
    }

    private mutating func compact() {
        if offset == buffer.count { buffer.removeAll(keepingCapacity: true) } else { buffer.removeFirst(offset) }
        offset = 0
        scanned = 0
    }

    private mutating func readHead() throws(Problem) -> Head? {
        // RFC 9112 §2.2: empty lines before a request are ignored.
        while offset < buffer.count, buffer[offset] == 13 || buffer[offset] == 10 { offset += 1 }
        var index = max(scanned, offset)
        while index + 3 < buffer.count {
            if buffer[index + 3] == 10, buffer[index] == 13, buffer[index + 1] == 10, buffer[index + 2] == 13 {
                let text = String(decoding: buffer[offset..<index], as: UTF8.self)
                offset = index + 4
                scanned = offset
                return try parse(text)
            }
            index += 1
        }
        scanned = index
        if buffer.count - offset > Self.headLimitBytes { throw .headTooLarge }
        return nil
    }

    private func parse(_ text: String) throws(Problem) -> Head {
        var lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false).makeIterator()
        let start = (lines.next().map { trimmed($0) } ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard start.count == 3, !start[1].isEmpty, start[2].hasPrefix("HTTP/1.") else { throw .malformed }
        var fields = HTTPFields()
        while let line = lines.next() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
                let name = HTTPField.Name(String(Substring(line[..<colon])))
            else { throw .malformed }
            fields.append(HTTPField(name: name, value: trimmed(line[line.index(after: colon)...])))
        }
        let request = ServerRequest(
            method: String(start[0]), target: String(start[1]), headers: fields, connection: connection)
        return try frame(request, isHTTP10: start[2] == "HTTP/1.0")
    }

    private func frame(_ request: ServerRequest, isHTTP10: Bool) throws(Problem) -> Head {
        guard request.header("transfer-encoding") == nil else { throw .lengthRequired }
        var length = 0
        if let announced = request.header("content-length") {
            guard let parsed = Int(announced), parsed >= 0 else { throw .malformed }
            length = parsed
        }
        guard length <= bodyLimitBytes else { throw .bodyTooLarge }
        let wish = request.header("connection")?.lowercased()
        return Head(
            request: request, length: length, keepAlive: isHTTP10 ? wish == "keep-alive" : wish != "close",
            waitsForContinue: length > 0 && request.header("expect")?.lowercased() == "100-continue")
    }

    private func trimmed(_ bytes: Substring.UTF8View) -> String {
        var slice = bytes
        while let byte = slice.first, byte == 32 || byte == 9 { slice.removeFirst() }
        while let byte = slice.last, byte == 32 || byte == 9 || byte == 13 { slice.removeLast() }
        return String(Substring(slice))
    }
}
