// SPDX-License-Identifier: MIT

extension Syntax where Value == String {
    /// Who to write to: goes into a header, so nothing that would end a comment or a line there.
    static let contact = text("contact", "an e-mail address or an https URL") { text in
        guard text.utf8.count <= 254,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"()<>,;\"\\".utf8.contains($0) })
        else { return false }
        if let url = try? WebURL(text) { return url.scheme == "https" }  // why it is no URL is of no use here
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && parts[1].first != "."
            && parts[1].last != "." && parts[1].utf8.allSatisfy(\.isWord)
    }

    static let userAgent = text("text", "1 to 256 visible ASCII characters, blanks only between words") { text in
        (1...256).contains(text.utf8.count) && text.trimmed == text
            && text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
    }

    /// A section of an INI file.
    static let profile = text("name", "the name of a profile, without brackets") { text in
        !text.isEmpty && text.trimmed == text && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x5B && $0 != 0x5D }
    }

    /// A region's identifier or short code: `eu-stockholm-1` or `arn`.
    static let region = text("region", "a region such as eu-stockholm-1") { text in
        (3...64).contains(text.utf8.count) && text.first?.isLetter == true
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }

    /// Monitoring refuses others: `namespace must match pattern …` (OCI contract §7.2, observed).
    static let metricNamespace = text(
        "namespace", "lower-case letters, digits and _, from a letter to a letter or digit, not oci_… or oracle_…"
    ) { text in
        guard (1...255).contains(text.utf8.count), text.utf8.first.map({ (0x61...0x7A).contains($0) }) == true,
            text.last != "_"
        else { return false }
        return text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
            && !text.hasPrefix("oci_") && !text.hasPrefix("oracle_")
    }

    static let resourceGroup = text("group", "a letter, then letters, digits, dots, underscores, hyphens and $") {
        text in
        (1...255).contains(text.utf8.count) && text.first?.isLetter == true
            && text.utf8.allSatisfy { $0.isWord || $0 == 0x24 }
    }

    static let vaultName = text("name", "the display name of a vault") { text in
        !text.isEmpty && text.utf8.count <= 255 && text.unicodeScalars.allSatisfy { $0.value >= 0x20 }
    }
}
