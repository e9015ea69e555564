// SPDX-License-Identifier: MIT

extension Redaction {
    private static let headers = ["authorization", "cookie", "x-api-key", "x-auth-token"].map { Array($0.utf8) }

    /// One line without its secrets.
    static func line(_ line: ArraySlice<UInt8>) -> [UInt8] {
        let bytes = Array(line)
        let lower = bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        guard let header = headers.compactMap({ header($0, in: lower) }).min(by: { $0.lowerBound < $1.lowerBound })
        else {
            return without(bytes, lower, upTo: bytes.count)
        }
        return without(bytes, lower, upTo: header.lowerBound) + bytes[header] + [0x20] + markBytes
    }

    /// The first header of that name, up to its value.
    private static func header(_ name: [UInt8], in lower: [UInt8]) -> Range<Int>? {
        var start = 0
        while let hit = find(name, in: lower, from: start) {
            start = hit + name.count
            if let value = separator(lower, after: start) { return hit..<value }
        }
        return nil
    }

    /// The beginning of a line, without its secrets.
    private static func without(_ bytes: [UInt8], _ lower: [UInt8], upTo end: Int) -> [UInt8] {
        var (result, index, copied): ([UInt8], Int, Int) = ([], 0, 0)
        while index < end {
            guard let value = secret(bytes, lower, at: index) else {
                index += 1
                continue
            }
            let last = min(value.upperBound, end)
            result += bytes[copied..<min(value.lowerBound, last)] + markBytes
            (copied, index) = (last, max(last, index + 1))
        }
        return result + bytes[copied..<end]
    }

    /// The secret value that begins at `index`, or that what stands there announces.
    private static func secret(_ bytes: [UInt8], _ lower: [UInt8], at index: Int) -> Range<Int>? {
        let rest = lower[index...]
        switch lower[index] {
        case 0x62 where rest.starts(with: "bearer ".utf8): return value(lower, from: index + 7)
        case 0x3A where rest.starts(with: "://".utf8): return userInfo(lower, from: index + 3)
        case 0x2F, 0x3F, 0x26: return secretOfURL(lower, at: index)
        default: return token(bytes, at: index) ?? announced(bytes, lower, at: index)
        }
    }

    /// Where a value begins behind a name: past quotes, blanks and one `=` or `:`; nil where there is none.
    private static func separator(_ bytes: [UInt8], after start: Int) -> Int? {
        var (index, isFound) = (start, false)
        while index < bytes.count {
            switch (bytes[index], isFound) {
            case (0x20, _), (0x09, _), (0x5C, _), (0x22, false), (0x27, false): index += 1
            case (0x3D, _), (0x3A, false): (isFound, index) = (true, index + 1)
            // `=>` assigns, too.
            case (0x3E, true): index += 1
            default: return isFound ? index : nil
            }
        }
        return isFound ? index : nil
    }

    private static let names: [UInt8: [[UInt8]]] = Dictionary(
        grouping: [
            "password", "passwd", "passphrase", "pass phrase", "pass-phrase", "pass_phrase", "pwd", "token", "secret",
            "secretkey", "secret_key", "secret-key", "apikey", "api_key", "api-key", "accesskey", "access_key",
            "access-key", "accountkey", "account_key", "privatekey", "private_key", "private-key", "signing_key",
            "signing-key", "encryption_key", "encryption-key", "credential", "credentials",
        ].map { Array($0.utf8) }, by: { $0[0] })

    /// What follows a name at `index`: whatever is assigned to it; the word behind an option; what it is said to be; and a
    /// word right behind it that is none of any language.
    private static func announced(_ bytes: [UInt8], _ lower: [UInt8], at index: Int) -> Range<Int>? {
        for name in names[lower[index]] ?? [] where lower[index...].starts(with: name) {
            let end = index + name.count
            if let start = separator(lower, after: end) { return value(lower, from: start) }
            guard let start = blanks(lower, after: end) else { continue }
            if isOption(lower, at: index) { return value(lower, from: start) }
            for verb in ["is ", "is:", "was "] where lower[start...].starts(with: verb.utf8) {
                guard let said = value(lower, from: start + verb.utf8.count) else { return nil }
                return judgements.contains(word(bytes[said])) ? nil : said
            }
            guard let said = value(lower, from: start) else { return nil }
            return isPlain(bytes[said]) ? nil : said
        }
        return nil
    }

    /// Past the blanks, and a quote that ends the name; nil where there is none.
    private static func blanks(_ bytes: [UInt8], after start: Int) -> Int? {
        var index = start
        if index < bytes.count, bytes[index] == 0x22 || bytes[index] == 0x27 { index += 1 }
        let first = index
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        return index > first && index < bytes.count ? index : nil
    }

    /// Whether the name at `index` is the end of an option's, such as `--db-password`.
    private static func isOption(_ bytes: [UInt8], at index: Int) -> Bool {
        // No option's name is longer; a line of nothing but hyphens shall not take all day.
        let limit = max(0, index - 40)
        var start = index
        while start > limit, bytes[start - 1] == 0x2D || bytes[start - 1] == 0x5F || isLetter(bytes[start - 1]) {
            start -= 1
        }
        return start < index && bytes[start] == 0x2D
    }

    /// What is said of passwords that are none themselves.
    private static let judgements: Set<String> = [
        "a", "already", "an", "being", "blank", "correct", "empty", "expired", "for", "from", "illegal", "in",
        "incorrect", "invalid", "known", "longer", "missing", "mandatory", "malformed", "needed", "never", "no",
        "not", "ok", "on", "only", "optional", "out", "read", "rejected", "required", "revoked", "set",
        "shorter", "stored", "taken", "the", "to", "too", "unknown", "unset", "valid", "weak", "wrong",
    ]

    private static func word(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { isLetter($0) }, as: UTF8.self).lowercased()
    }

    /// A word as of prose: small letters, perhaps a capital first, perhaps a mark behind it.
    private static func isPlain(_ bytes: ArraySlice<UInt8>) -> Bool {
        let letters = bytes.dropLast(bytes.last.map { [0x2E, 0x3A, 0x21, 0x3F, 0x5D].contains($0) } == true ? 1 : 0)
        return letters.count <= 16 && letters.dropFirst().allSatisfy { (0x61...0x7A).contains($0) }
            && letters.first.map { isLetter($0) || $0 == 0x28 } ?? true
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    /// To the closing quote, else to the next blank or separator.
    private static func value(_ bytes: [UInt8], from start: Int) -> Range<Int>? {
        var start = start
        while start < bytes.count, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        guard start < bytes.count else { return nil }
        let quote = bytes[start]
        if quote == 0x22 || quote == 0x27 {
            let end = bytes[(start + 1)...].firstIndex(of: quote) ?? bytes.count
            return start + 1..<end
        }
        let closing: Set<UInt8> = [0x20, 0x09, 0x2C, 0x3B, 0x26, 0x22, 0x27, 0x29, 0x7D]
        let end = bytes[start...].firstIndex { closing.contains($0) } ?? bytes.count
        return start..<end
    }

    /// `user:password` before the `@` of a URL.
    private static func userInfo(_ bytes: [UInt8], from start: Int) -> Range<Int>? {
        let end = bytes[start...].firstIndex { [0x2F, 0x20, 0x22, 0x27, 0x3F].contains($0) } ?? bytes.count
        guard let at = bytes[start..<end].lastIndex(of: 0x40), at > start else { return nil }
        return start..<at
    }
}
