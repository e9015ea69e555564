// SPDX-License-Identifier: MIT

/// Takes out of a program's output what looks like a secret, before any of it is kept.
///
/// What goes: PEM blocks that are not certificates' public parts too (all of them), values of Authorization and cookie
/// headers, the word after `Bearer`, what follows `password=`, `token:`, `"secret": ` and their like, passwords in URLs,
/// and the values handed in. It errs on the side of taking too much.
package struct Redaction: Sendable {
    package static let mark = "[redacted]"

    private let values: [[UInt8]]

    /// - Parameter values: secrets known by value; each of their lines counts too. Shorter than 4 bytes they are words.
    package init(values: [String] = []) {
        let lines = values.flatMap {
            [$0] + $0.split(whereSeparator: \.isNewline).filter { $0.utf8.count >= 8 }.map(String.init)
        }
        self.values = Set(lines.map { Array($0.utf8) }.filter { $0.count >= 4 }).sorted { $0.count > $1.count }
    }

    /// The values of variables whose names say that they are secret.
    package init(environment: [String: String]) {
        let words = ["SECRET", "TOKEN", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "KEY", "WEBHOOK", "DSN"]
        self.init(
            values: environment.filter { item in words.contains { item.key.uppercased().contains($0) } }.map(\.value))
    }

    /// At most the last `limitBytes` of `output`, as text, redacted.
    ///
    /// - Parameter isCut: `output` is the end of something longer: its first line may be half a secret and goes, or as much
    ///   of it as `output` has more than the limit.
    package func tail(of output: [UInt8], isCut: Bool, limitBytes: Int = 65_536) -> String {
        var text = redacted(output)[...]
        if isCut {
            let spare = max(0, output.count - limitBytes)
            let lineEnd = text.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? text.count
            text = text.dropFirst(spare > 0 ? min(lineEnd, spare) : lineEnd)
        }
        return String(decoding: text.suffix(limitBytes), as: UTF8.self)
    }

    /// The whole of it, without what looks like a secret.
    package func redacted(_ bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        for value in values { result = Self.replacing(value, in: result) }
        result = Self.withoutKeys(result)
        let lines = result.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return Array(lines.map(Self.line).joined(separator: [UInt8(ascii: "\n")]))
    }

    private static let markBytes = Array(mark.utf8)

    private static func replacing(_ value: [UInt8], in bytes: [UInt8]) -> [UInt8] {
        var (result, index): ([UInt8], Int) = ([], 0)
        while let hit = find(value, in: bytes, from: index) {
            result += bytes[index..<hit] + markBytes
            index = hit + value.count
        }
        return index == 0 ? bytes : result + bytes[index...]
    }

    private static func find(_ value: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = value.first, bytes.count >= value.count else { return nil }
        var index = start
        while index <= bytes.count - value.count {
            if bytes[index] == first, bytes[index..<index + value.count].elementsEqual(value) { return index }
            index += 1
        }
        return nil
    }

    /// From `-----BEGIN` to the end of the line with `-----END`; a block whose beginning or end is missing goes as far
    /// as there is text.
    private static func withoutKeys(_ bytes: [UInt8]) -> [UInt8] {
        let (begin, end) = (Array("-----BEGIN ".utf8), Array("-----END ".utf8))
        var (result, index): ([UInt8], Int) = ([], 0)
        while true {
            let opening = find(begin, in: bytes, from: index)
            let closing = find(end, in: bytes, from: index)
            guard opening != nil || closing != nil else { break }
            if let opening, closing.map({ opening < $0 }) ?? true { result += bytes[index..<opening] }
            result += markBytes
            guard let closing else { return result }
            // Behind the label and its dashes; what follows on the line stays.
            let label = bytes[(closing + end.count)...]
            let dashes = find(Array("-----".utf8), in: Array(label.prefix(80)), from: 0)
            index = dashes.map { closing + end.count + $0 + 5 } ?? bytes.count
        }
        return index == 0 && result.isEmpty ? bytes : result + bytes[min(index, bytes.count)...]
    }

    private static let headers = ["authorization", "cookie", "x-api-key", "x-auth-token"].map { Array($0.utf8) }
    private static let names = [
        "password", "passwd", "passphrase", "pwd", "token", "secret", "apikey", "api_key", "api-key", "access_key",
        "access-key", "private_key", "private-key", "credential", "credentials",
    ].map { Array($0.utf8) }

    private static func line(_ line: ArraySlice<UInt8>) -> [UInt8] {
        let lower = line.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        let bytes = Array(line)
        for name in headers {
            guard let hit = find(name, in: lower, from: 0) else { continue }
            let rest = hit + name.count
            guard let colon = separator(lower, after: rest) else { continue }
            return bytes[..<colon] + [0x20] + markBytes
        }
        return assignments(bytes, lower)
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

    private static func assignments(_ bytes: [UInt8], _ lower: [UInt8]) -> [UInt8] {
        var (result, index, copied): ([UInt8], Int, Int) = ([], 0, 0)
        while index < bytes.count {
            guard let value = secret(lower, at: index) else {
                index += 1
                continue
            }
            result += bytes[copied..<value.lowerBound] + markBytes
            (copied, index) = (value.upperBound, max(value.upperBound, index + 1))
        }
        return result + bytes[copied...]
    }

    /// The secret value that a name, `bearer` or a URL's user at `index` announces.
    private static func secret(_ lower: [UInt8], at index: Int) -> Range<Int>? {
        let rest = lower[index...]
        if rest.starts(with: "bearer ".utf8) { return value(lower, from: index + 7) }
        if rest.starts(with: "://".utf8) { return userInfo(lower, from: index + 3) }
        for name in names where rest.starts(with: name) {
            guard let start = separator(lower, after: index + name.count) else { continue }
            return value(lower, from: start)
        }
        return nil
    }

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
