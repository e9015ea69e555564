// SPDX-License-Identifier: MIT

/// One HTTP/1.1 request, as far as a health check needs it; everything unusual is refused.
///
/// Source: RFC 9112, sections 2 and 3.
struct HealthRequest: Sendable, Hashable {
    enum Reading: Sendable, Hashable {
        /// More bytes are needed.
        case incomplete
        case request(HealthRequest)
        /// Nothing that is answered; with this status.
        case refused(Int)
    }

    let method: String
    /// Without a query.
    let path: String

    /// Request line and header fields together.
    static let limitBytes = 8_192
    static let lineLimitBytes = 2_048

    /// What the bytes that have come so far are.
    static func read(_ bytes: [UInt8]) -> Reading {
        guard let line = Line(bytes, from: 0) else {
            if bytes.count > lineLimitBytes { return .refused(414) }
            // A client that does not begin with letters speaks something else.
            return bytes.first.map(isToken) ?? true ? .incomplete : .refused(400)
        }
        if line.bytes.count > lineLimitBytes { return .refused(414) }
        var (hosts, next) = (0, line.next)
        while true {
            guard let field = Line(bytes, from: next) else {
                return .refused(431, if: bytes.count > limitBytes) ?? .incomplete
            }
            next = field.next
            if next > limitBytes { return .refused(431) }
            if field.bytes.isEmpty { break }
            guard let name = fieldName(field.bytes) else { return .refused(400) }
            if name == "host" { hosts += 1 }
        }
        return request(line.bytes, hosts: hosts)
    }

    private static func request(_ line: ArraySlice<UInt8>, hosts: Int) -> Reading {
        let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(isToken) else { return .refused(400) }
        let version = String(decoding: parts[2], as: UTF8.self)
        guard version == "HTTP/1.1" && hosts == 1 || version == "HTTP/1.0" && hosts <= 1 else { return .refused(400) }
        guard !parts[1].isEmpty, parts[1].allSatisfy({ (0x21...0x7E).contains($0) }) else { return .refused(400) }
        let method = String(decoding: parts[0], as: UTF8.self)
        guard let path = path(String(decoding: parts[1], as: UTF8.self), method) else { return .refused(400) }
        return .request(HealthRequest(method: method, path: path))
    }

    /// The path of `/healthz?x` and of `http://host/healthz`; nil for what no server takes.
    private static func path(_ target: String, _ method: String) -> String? {
        if target == "*", method == "OPTIONS" { return target }
        var rest = target[...]
        if let scheme = ["http://", "https://"].first(where: { target.lowercased().hasPrefix($0) }) {
            rest = target.dropFirst(scheme.count).drop { $0 != "/" }
            if rest.isEmpty { return "/" }
        }
        guard rest.first == "/" else { return method == "CONNECT" ? target : nil }
        return String(rest.prefix { $0 != "?" })
    }

    /// The name in lower case; nil where the line is no field.
    private static func fieldName(_ line: ArraySlice<UInt8>) -> String? {
        guard let colon = line.firstIndex(of: 0x3A), colon > line.startIndex else { return nil }
        let name = line[..<colon]
        let value = line[(colon + 1)...]
        guard name.allSatisfy(isToken), value.allSatisfy({ $0 == 0x09 || $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        return String(decoding: name, as: UTF8.self).lowercased()
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// A line that has ended: CR LF, or LF alone.
    private struct Line {
        let bytes: ArraySlice<UInt8>
        let next: Int

        init?(_ all: [UInt8], from start: Int) {
            guard start <= all.count, let end = all[start...].firstIndex(of: 0x0A) else { return nil }
            next = end + 1
            bytes = end > start && all[end - 1] == 0x0D ? all[start..<end - 1] : all[start..<end]
        }
    }
}

extension HealthRequest.Reading {
    fileprivate static func refused(_ status: Int, if isSo: Bool) -> HealthRequest.Reading? {
        isSo ? .refused(status) : nil
    }
}
