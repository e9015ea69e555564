// SPDX-License-Identifier: MIT

package import HTTPTypes

/// A whole HTTP request as it came over the wire.
package struct ServerRequest: Sendable {
    /// Upper case, as sent.
    package var method: String
    /// Path and query, byte for byte: nothing is decoded, because signatures cover these bytes.
    package var target: String
    /// Repeated headers stand more than once.
    package var headers: HTTPFields
    /// Empty where there was none.
    package var body: [UInt8]
    /// Number of the connection it came over, counted from 1.
    package var connection: Int

    /// A request that came in as these parts.
    package init(method: String, target: String, headers: HTTPFields = [:], body: [UInt8] = [], connection: Int = 0) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.connection = connection
    }

    /// The first value of the header called `name`, whatever its letter case.
    package func header(_ name: String) -> String? {
        guard let field = HTTPField.Name(name) else { return nil }
        return headers[values: field].first
    }

    /// Whether the client takes gzip.
    var offersGzip: Bool {
        (header("accept-encoding") ?? "").split(separator: ",").contains { offer in
            let parts = offer.split(separator: ";").map { String($0).trimmed }
            return parts.first == "gzip" && !parts.dropFirst().contains { $0 == "q=0" || $0 == "q=0.0" }
        }
    }

    /// The part of the target before `?`, still encoded.
    package var path: Substring { target.prefix { $0 != "?" } }

    /// Path segments, decoded one by one, so that `%2F` stays inside its segment. A leading `/` gives no empty segment.
    package var segments: [String] {
        path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { PercentCoding.decode($0) }
    }

    /// Names and values of the query, decoded, in the order written.
    package var query: [(name: String, value: String)] {
        guard let mark = target.firstIndex(of: "?") else { return [] }
        return target[target.index(after: mark)...].split(separator: "&").map { part in
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = pieces.count > 1 ? PercentCoding.decode(pieces[1], plusIsSpace: true) : ""
            return (PercentCoding.decode(pieces[0], plusIsSpace: true), value)
        }
    }

    /// The first value of a query parameter.
    package func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }
}

/// Percent encoding, strict (RFC 3986): everything but letters, digits, `-._~` is escaped.
enum PercentCoding {
    /// Undoes `%XX`; what is no valid escape stays as it is, bytes that are no UTF-8 become U+FFFD.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        return String(decoding: bytes(text, plusIsSpace: plusIsSpace), as: UTF8.self)
    }

    /// The same as bytes, which need not be UTF-8.
    static func bytes(_ text: some StringProtocol, plusIsSpace: Bool = false) -> [UInt8] {
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = nibble(bytes[index + 1]), let low = nibble(bytes[index + 2])
            {
                out.append(high << 4 | low)
                index += 3
                continue
            }
            out.append(plusIsSpace && bytes[index] == UInt8(ascii: "+") ? UInt8(ascii: " ") : bytes[index])
            index += 1
        }
        return out
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
