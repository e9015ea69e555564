// SPDX-License-Identifier: MIT

/// An absolute `http` or `https` URL without user info or fragment, cut into what a request needs.
///
/// Stricter than RFC 3986: visible ASCII only, so that it can be sent and logged as it stands.
struct WebURL: Sendable, Hashable {
    /// As written.
    let text: String
    /// `http` or `https`.
    let scheme: String
    /// In lower case, an IPv6 address with its brackets.
    let host: String
    /// As written; nil: the scheme's own.
    let port: Int?
    /// Path and query as written, never empty.
    let target: String

    /// The police's list of events.
    static let policeEvents = WebURL(host: "polisen.se", target: "/api/events")

    private init(host: String, target: String) {
        (scheme, self.host, port, self.target) = ("https", host, nil, target)
        text = "https://\(host)\(target)"
    }

    /// Throws with the rule that `text` breaks.
    init(_ text: String) throws(Unacceptable) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) else {
            throw Unacceptable("must be written in visible ASCII, without blanks, quotes and backslashes")
        }
        guard let scheme = ["https", "http"].first(where: { text.lowercased().hasPrefix($0 + "://") }) else {
            throw Unacceptable("must begin with https:// (or http:// to this host)")
        }
        let rest = text.dropFirst(scheme.count + 3)
        let authority = rest.prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else {
            throw Unacceptable("must not contain a user name or password", hidesValue: true)
        }
        guard !text.contains("#") else { throw Unacceptable("must not contain a fragment (#…)") }
        let target = rest.dropFirst(authority.count)
        self.text = text
        self.scheme = scheme
        self.target = target.hasPrefix("/") ? String(target) : "/" + target
        (host, port) = try Self.hostAndPort(authority)
    }

    /// The host, and the port where one is written: what the `host` header says.
    var authority: String { port.map { "\(host):\($0)" } ?? host }

    /// `localhost`, 127.0.0.0/8 or `[::1]`: cannot leave this host, whatever DNS says.
    var isLoopback: Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
    }

    private static func hostAndPort(_ authority: Substring) throws(Unacceptable) -> (String, Int?) {
        let isBracketed = authority.hasPrefix("[")
        let end = isBracketed ? authority.firstIndex(of: "]") : authority.firstIndex(of: ":") ?? authority.endIndex
        guard let end else { throw Unacceptable("has a [ without ]") }
        let hostEnd = isBracketed ? authority.index(after: end) : end
        let host = authority[..<hostEnd].lowercased()
        guard isHost(host) else { throw Unacceptable("must name a host: letters, digits, dots and hyphens, or [IPv6]") }
        let tail = authority[hostEnd...]
        guard !tail.isEmpty else { return (host, nil) }
        guard tail.first == ":", let port = UInt16(tail.dropFirst()), port > 0, tail.dropFirst().allSatisfy(\.isNumber)
        else { throw Unacceptable("has a port that is no number from 1 to 65535") }
        return (host, Int(port))
    }

    private static func isHost(_ host: String) -> Bool {
        if host.hasPrefix("[") {
            return host.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            !label.isEmpty && label.count < 64 && label.first != "-" && label.last != "-"
                && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
        }
    }
}
