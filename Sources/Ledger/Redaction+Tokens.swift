// SPDX-License-Identifier: MIT

/// Secrets that are known by their own look.
extension Redaction {
    /// How a kind of token begins, and how many characters must follow, so that words are left alone.
    private struct Form {
        let prefix: [UInt8]
        let least: Int

        init(_ prefix: String, _ least: Int) { (self.prefix, self.least) = (Array(prefix.utf8), least) }
    }

    /// As GitHub, GitLab, Slack, AWS, OpenAI and others, Stripe, Google, npm, PyPI, Vault, DigitalOcean and SendGrid make
    /// them.
    private static let forms: [UInt8: [Form]] = Dictionary(
        grouping: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xapp-"].map { Form($0, 8) }
            + ["xoxa-", "xoxb-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-"].map { Form($0, 8) }
            + ["AKIA", "ASIA", "sk-"].map { Form($0, 16) } + ["AIza", "npm_", "pypi-"].map { Form($0, 30) }
            + ["sk_live_", "sk_test_", "rk_live_", "ya29.", "hvs.", "hvb.", "dop_v1_", "SG."].map { Form($0, 12) },
        by: { $0.prefix[0] })

    /// The token that begins at `index`.
    static func token(_ bytes: [UInt8], at index: Int) -> Range<Int>? {
        let before = index == 0 ? 0x20 : bytes[index - 1]
        guard !isAlphanumeric(before) else { return nil }
        if bytes[index] == UInt8(ascii: "e") { return webToken(bytes, at: index) }
        for form in forms[bytes[index]] ?? [] where bytes[index...].starts(with: form.prefix) {
            // Too short a one has been looked at in a few steps.
            let end = endOfToken(bytes, from: index + form.prefix.count)
            if end - index - form.prefix.count >= form.least { return index..<end }
        }
        return nil
    }

    /// A JSON Web Token: `eyJ…`, a dot and more.
    private static func webToken(_ bytes: [UInt8], at index: Int) -> Range<Int>? {
        // Inside of a longer word none begins: each byte is looked at twice at most.
        let before = index == 0 ? 0x20 : bytes[index - 1]
        guard before != 0x2D, before != 0x5F, bytes[index...].starts(with: "eyJ".utf8) else { return nil }
        let dot = bytes[index...].firstIndex { !isOfToken($0) || $0 == 0x2E } ?? bytes.count
        guard dot + 1 < bytes.count, bytes[dot] == 0x2E, isAlphanumeric(bytes[dot + 1]) else { return nil }
        return index..<endOfToken(bytes, from: dot + 1)
    }

    private static func endOfToken(_ bytes: [UInt8], from start: Int) -> Int {
        bytes[start...].firstIndex { !isOfToken($0) } ?? bytes.count
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
    }

    private static func isOfToken(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == 0x2D || byte == 0x5F || byte == 0x2E
    }

    private static let parameters = [
        "sig=", "signature=", "x-amz-signature=", "x-goog-signature=", "key=", "auth=", "code=",
    ].map { Array($0.utf8) }

    /// Addresses whose rest is a secret.
    private static let hooks = ["/hooks.slack.com/services/", "/api/webhooks/"].map { Array($0.utf8) }

    /// What a URL's `?`, `&` or `/` at `index` announces: a signature, the token of a pre-authenticated request of Object
    /// Storage, or the secret part of a webhook.
    static func secretOfURL(_ lower: [UInt8], at index: Int) -> Range<Int>? {
        let rest = lower[(index + 1)...]
        if lower[index] != 0x2F {
            guard let name = parameters.first(where: { rest.starts(with: $0) }) else { return nil }
            return part(lower, from: index + 1 + name.count, until: [0x26, 0x23])
        }
        for hook in hooks where lower[index...].starts(with: hook) {
            return part(lower, from: index + hook.count, until: [])
        }
        guard rest.starts(with: "p/".utf8), let token = part(lower, from: index + 3, until: [0x2F]),
            lower[token.upperBound...].starts(with: "/n/".utf8)
        else { return nil }
        return token
    }

    /// To the next blank, quote or bracket, or one of `ends`; nil where nothing stands there.
    private static func part(_ bytes: [UInt8], from start: Int, until ends: [UInt8]) -> Range<Int>? {
        let closing: Set<UInt8> = Set([0x20, 0x09, 0x22, 0x27, 0x29, 0x3E, 0x5D, 0x7D] + ends)
        let end = bytes[start...].firstIndex { closing.contains($0) } ?? bytes.count
        return end > start ? start..<end : nil
    }
}
