// SPDX-License-Identifier: MIT

extension Endpoint {
    /// An endpoint somebody wrote down (contract §5.4).
    ///
    /// `https://host[:port]` with no path or the service's base path; no user, query or fragment. Plain `http` is for
    /// loopback (127.0.0.0/8, `::1`, `localhost`) and, for the metadata service, its link-local addresses. The
    /// scheme's own port is left out of the authority, so that the `host` signed is the one libcurl sends.
    package static func parse(_ text: String, for service: OCIService) throws(OCIError) -> Endpoint {
        let basePath = service.template.basePath
        let (scheme, authority, path) = try parts(text, for: service)
        guard path.isEmpty || path == basePath else {
            let allowed = basePath.isEmpty ? "no path" : "no path, or \(basePath)"
            throw problem(text, service, "give \(allowed)")
        }
        let host = HostName.host(of: authority)
        let isLinkLocal = service == .metadata && HostName.metadataAddresses.contains(host)
        guard scheme == "https" || HostName.isLoopback(host) || isLinkLocal else {
            throw problem(text, service, "plain http goes to loopback only; write https")
        }
        return Endpoint(scheme: scheme, authority: authority, basePath: basePath)
    }

    /// Scheme, authority without a needless port, path without its last slash.
    private static func parts(_ text: String, for service: OCIService) throws(OCIError) -> (String, String, String) {
        let lowered = text.lowercased()
        guard let scheme = ["https", "http"].first(where: { lowered.hasPrefix($0 + "://") }) else {
            throw problem(text, service, "it must begin with https://")
        }
        let rest = text.dropFirst(scheme.count + 3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        var path = rest.dropFirst(authority.count)
        guard !authority.contains("@"), !path.contains("?"), !path.contains("#") else {
            throw problem(text, service, "leave out user, query and fragment")
        }
        if path.hasSuffix("/") { path = path.dropLast() }
        guard let checked = HostName.authority(authority.lowercased(), scheme: scheme) else {
            throw problem(text, service, "host or port is not valid")
        }
        return (scheme, checked, String(path))
    }

    private static func problem(_ text: String, _ service: OCIService, _ rule: String) -> OCIError {
        .unusable(
            operation: "oci.endpoints.\(service.rawValue)",
            problem: "'\(Wire.oneLine(HostName.withoutUser(text), limit: 200))' is no endpoint: \(rule)")
    }
}

/// Reads authorities: names, IPv4 addresses, bracketed IPv6 addresses, ports.
enum HostName {
    static let metadataAddresses: Set<String> = ["169.254.169.254", "fd00:c1::a9fe:a9fe"]

    /// The authority with the scheme's own port left out; nil where host or port is malformed.
    static func authority(_ text: String, scheme: String) -> String? {
        let name = host(of: text)
        let isBracketed = text.hasPrefix("[")
        let written = isBracketed ? "[\(name)]" : name
        guard isBracketed ? isIPv6(name) : isName(name), text.hasPrefix(written) else { return nil }
        let rest = text.dropFirst(written.count)
        guard !rest.isEmpty else { return written }
        guard rest.hasPrefix(":"), let port = UInt16(rest.dropFirst()), port > 0,
            rest.utf8.dropFirst().allSatisfy(Wire.isDigit)
        else { return nil }
        return port == (scheme == "https" ? 443 : 80) ? written : "\(written):\(port)"
    }

    /// The host of an authority: no brackets, no port.
    static func host(of authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }

    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127"
            && octets.allSatisfy { $0.utf8.allSatisfy(Wire.isDigit) && UInt8($0) != nil }
    }

    /// What a wrong URL may be quoted as: without the password that could stand in it.
    static func withoutUser(_ url: String) -> String {
        guard let at = url.lastIndex(of: "@") else { return url }
        return "•••" + url[at...]
    }

    private static func isName(_ name: String) -> Bool {
        name.utf8.count <= 253
            && name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                !label.isEmpty && label.utf8.count <= 63
                    && label.utf8.allSatisfy { Wire.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F }
            }
    }

    private static func isIPv6(_ text: String) -> Bool {
        text.contains(":") && text.utf8.allSatisfy { Wire.isDigit($0) || $0 == 0x3A || $0 == 0x2E || isHexLetter($0) }
    }

    private static func isHexLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte) }
}
