// SPDX-License-Identifier: MIT

import HTTPTypes

/// A call as libcurl wants to be told: checked, and with every header line decided.
struct WireRequest: Sendable, Hashable {
    /// How libcurl is to send the body, which decides the headers it adds by itself.
    enum Body: Sendable, Hashable {
        /// No body and no `content-length`.
        case none
        /// As GET, but the answer has no body.
        case head
        /// `CURLOPT_POSTFIELDS`.
        case post([UInt8])
        /// `CURLOPT_UPLOAD` with a known size.
        case upload([UInt8])
    }

    let url: String
    let scheme: String
    let method: String
    let body: Body
    /// One a line, as `HeaderList.append` takes them.
    let headerLines: [String]

    /// Throws `unusable` for what cannot be sent as it stands.
    init(_ call: HTTPCall, userAgent: String) throws(TransportError) {
        let request = call.request
        method = request.method.rawValue
        (scheme, url) = try Self.url(of: request)
        switch (method, call.body) {
        case ("HEAD", nil): body = .head
        case ("HEAD", _?): throw .unusable(detail: "a HEAD request has no body")
        case (_, nil): body = .none
        case ("PUT", let bytes?): body = .upload(bytes)
        case (_, let bytes?): body = .post(bytes)
        }
        headerLines = try Self.headerLines(of: call, userAgent: userAgent)
    }

    private static func url(of request: HTTPRequest) throws(TransportError) -> (scheme: String, url: String) {
        guard let scheme = request.scheme?.lowercased(), scheme == "https" || scheme == "http" else {
            throw .unusable(detail: "the scheme \(request.scheme ?? "(none)") is neither https nor http")
        }
        guard let authority = request.authority, !authority.isEmpty,
            !authority.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F || "/?#@\\".utf8.contains($0) })
        else {
            throw .unusable(detail: "the request names no valid host: a name or address and maybe a port are needed")
        }
        let path = request.path ?? "/"
        guard path.hasPrefix("/"), path.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") })
        else {
            throw .unusable(detail: "the path of a request to \(authority) is not percent-encoded or not absolute")
        }
        return (scheme, "\(scheme)://\(authority)\(path)")
    }

    private static func headerLines(of call: HTTPCall, userAgent: String) throws(TransportError) -> [String] {
        var lines: [String] = []
        for field in call.request.headerFields {
            guard try !isSentByLibcurl(field, of: call) else { continue }
            // libcurl sends an empty value for "Name;", and takes its own line away for "Name:".
            lines.append(field.value.isEmpty ? "\(field.name.rawName);" : "\(field.name.rawName): \(field.value)")
        }
        let fields = call.request.headerFields
        // These two libcurl would add by itself, and a signature would not cover them.
        if !fields.contains(.contentType) { lines.append("Content-Type:") }
        if !fields.contains(.expect) { lines.append("Expect:") }
        if !fields.contains(.userAgent), !userAgent.isEmpty { lines.append("User-Agent: \(userAgent)") }
        return lines
    }

    /// `host` and `content-length` come from the URL and the body; a caller that signed others would be refused.
    private static func isSentByLibcurl(_ field: HTTPField, of call: HTTPCall) throws(TransportError) -> Bool {
        switch field.name.canonicalName {
        case "host":
            guard field.value.lowercased() == sentHost(of: call.request) else {
                throw .unusable(detail: "the host header \(field.value) is not the host of the URL")
            }
            return true
        case "content-length":
            guard field.value == call.body.map({ String($0.count) }) else {
                throw .unusable(detail: "the content-length header \(field.value) is not the length of the body")
            }
            return true
        case "transfer-encoding":
            throw .unusable(detail: "the transport sends no transfer-encoding: leave the header out")
        default:
            return false
        }
    }

    /// What libcurl sends as `Host`: the port only where it is not the scheme's own.
    private static func sentHost(of request: HTTPRequest) -> String {
        let authority = (request.authority ?? "").lowercased()
        let defaultPort = request.scheme?.lowercased() == "http" ? ":80" : ":443"
        return authority.hasSuffix(defaultPort) ? String(authority.dropLast(defaultPort.count)) : authority
    }
}
