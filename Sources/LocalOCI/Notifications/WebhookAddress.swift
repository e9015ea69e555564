// SPDX-License-Identifier: MIT

import OCI

/// A URL that messages are posted to, taken apart.
struct WebhookAddress: Sendable, Hashable {
    let scheme: String
    /// Host and port, without user and password.
    let authority: String
    /// Path and query, as written.
    let path: String
    /// `Basic …`, where the URL holds a user.
    let authorization: String?

    /// nil unless it is `http://…` or `https://…` with a host.
    init?(_ text: String) {
        guard let separator = text.firstRange(of: "://") else { return nil }
        scheme = text[..<separator.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let rest = text[separator.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let target = rest[end...]
        path = target.hasPrefix("/") ? String(target) : "/" + target
        let parts = rest[..<end].split(separator: "@", omittingEmptySubsequences: false)
        guard let host = parts.last, !host.isEmpty, parts.count <= 2, !text.contains(where: \.isWhitespace) else {
            return nil
        }
        authority = String(host)
        authorization =
            parts.count == 2 ? "Basic " + Base64.encode(PercentCoding.bytes(parts[0])) : nil
    }

    /// Whether it is on this machine, whatever names mean elsewhere.
    var isLoopback: Bool {
        if authority.hasPrefix("[") { return authority == "[::1]" || authority.hasPrefix("[::1]:") }
        let host = authority.prefix { $0 != ":" }.lowercased()
        if host == "localhost" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
