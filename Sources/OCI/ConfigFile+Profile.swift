// SPDX-License-Identifier: MIT

extension ConfigFile {
    /// One profile with what it inherits.
    package struct Profile: Sendable {
        package let name: String
        /// Of the file.
        package let path: String
        let entries: Entries

        init(name: String, path: String, entries: Entries) {
            self.name = name
            self.path = path
            self.entries = entries
        }

        /// The value, nil where it is missing or empty. Keys are lower-case; the passphrase is `passphrase`.
        package subscript(key: String) -> String? {
            entries.values[key].flatMap { $0.isEmpty ? nil : $0 }
        }

        /// `pass_phrase` or `passphrase`.
        package var passphrase: Secret? { entries.passphrase.flatMap { $0.isEmpty ? nil : $0 } }

        /// It names a token file, as `oci session authenticate` leaves it.
        package var isSession: Bool { self["security_token_file"] != nil }

        /// What an API key needs; throws all that is missing or malformed at once.
        package func apiKey(environment: [String: String]) throws(ConfigFileError) -> APIKeySettings {
            var check = Check(profile: self)
            let user = check.match("user", Pattern.isOCID, Pattern.ocidRule)
            let tenancy = check.match("tenancy", Pattern.isOCID, Pattern.ocidRule)
            let fingerprint = check.match("fingerprint", Pattern.isFingerprint, Pattern.fingerprintRule)
            let keyFile = check.match("key_file", { _ in true }, "")
            let region = check.region(environment)
            try check.finish()
            return APIKeySettings(
                user: user, tenancy: tenancy, fingerprint: fingerprint, keyFile: keyFile, region: region)
        }

        /// What a session token needs; throws all that is missing or malformed at once.
        package func session(environment: [String: String]) throws(ConfigFileError) -> SessionSettings {
            var check = Check(profile: self)
            let tenancy = check.match("tenancy", Pattern.isOCID, Pattern.ocidRule)
            let tokenFile = check.match("security_token_file", { _ in true }, "")
            let keyFile = check.match("key_file", { _ in true }, "")
            let region = check.region(environment)
            try check.finish()
            return SessionSettings(tenancy: tenancy, tokenFile: tokenFile, keyFile: keyFile, region: region)
        }
    }

    /// Checked values of an API key profile; paths as written.
    package struct APIKeySettings: Sendable, Hashable {
        package let user: String
        package let tenancy: String
        package let fingerprint: String
        package let keyFile: String
        /// Identifier or short code.
        package let region: String
    }

    /// Checked values of a session profile; paths as written.
    package struct SessionSettings: Sendable, Hashable {
        package let tenancy: String
        package let tokenFile: String
        package let keyFile: String
        /// Identifier or short code.
        package let region: String
    }
}

extension ConfigFile.Profile: CustomStringConvertible, CustomReflectable {
    package var description: String { "profile \(name) in \(path)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Collects what is wrong with a profile.
private struct Check {
    let profile: ConfigFile.Profile
    private var problems: [String] = []

    init(profile: ConfigFile.Profile) {
        self.profile = profile
        if profile.entries.hasKeyContent {
            problems.append("key_content is not allowed in the file: save the key beside it and name it with key_file")
        }
        if profile["authentication_type"] != nil || profile["delegation_token_file"] != nil {
            problems.append(
                "authentication_type and delegation_token_file are not supported: use an API key or a session")
        }
        if let text = profile["log_requests"], !Pattern.isBoolean(text) {
            problems.append("log_requests is malformed: write true or false")
        }
    }

    /// The value, or the empty text and a note of what is wrong.
    mutating func match(_ key: String, _ isFit: (String) -> Bool, _ rule: String) -> String {
        guard let value = profile[key] else {
            problems.append("\(key) is missing")
            return ""
        }
        guard isFit(value) else {
            problems.append("\(key) is malformed: \(rule)")
            return ""
        }
        return value
    }

    /// Of the profile, else `$OCI_REGION`.
    mutating func region(_ environment: [String: String]) -> String {
        let isOwn = profile["region"] != nil
        guard let value = profile["region"] ?? environment["OCI_REGION"], !value.isEmpty else {
            problems.append("region is missing (and OCI_REGION is not set)")
            return ""
        }
        guard Pattern.isRegion(value) else {
            problems.append("\(isOwn ? "region" : "OCI_REGION") is malformed: write one such as eu-stockholm-1")
            return ""
        }
        return value
    }

    func finish() throws(ConfigFileError) {
        guard !problems.isEmpty else { return }
        throw ConfigFileError(
            path: profile.path, problems: problems.map { .init(line: nil, text: "[\(profile.name)] \($0)") })
    }
}

/// The patterns of contract §3.4; full matches.
enum Pattern {
    static let ocidRule = "an OCID looks like ocid1.user.oc1..aaaa"
    static let fingerprintRule = "16 lower-case hex pairs joined with colons"

    /// `([0-9a-zA-Z_-]+[.:])([0-9a-zA-Z_-]*[.:]){3,}([0-9a-zA-Z_-]+)`
    static func isOCID(_ text: String) -> Bool {
        let parts = text.utf8.split(omittingEmptySubsequences: false) {
            $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":")
        }
        guard parts.count >= 5, parts.first?.isEmpty == false, parts.last?.isEmpty == false else { return false }
        let isWordByte = { (byte: UInt8) in
            Wire.isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        return parts.allSatisfy { $0.allSatisfy(isWordByte) }
    }

    /// `([0-9a-f]{2}:){15}[0-9a-f]{2}`
    static func isFingerprint(_ text: String) -> Bool {
        let pairs = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        return pairs.count == 16
            && pairs.allSatisfy { pair in
                pair.count == 2
                    && pair.allSatisfy { Wire.isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
            }
    }

    /// Labels of letters, digits and hyphens, joined with dots where it is a domain.
    static func isRegion(_ text: String) -> Bool {
        text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            !label.isEmpty && label.allSatisfy { Wire.isLowerAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
    }

    /// What the SDK takes for yes and no.
    static func isBoolean(_ text: String) -> Bool {
        ["1", "yes", "true", "on", "0", "no", "false", "off"].contains(text.lowercased())
    }
}
