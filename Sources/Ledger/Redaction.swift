// SPDX-License-Identifier: MIT

/// Takes out of a program's output what looks like a secret, before any of it is kept.
///
/// What goes: PEM blocks that are not certificates' public parts too (all of them), values of Authorization and cookie
/// headers, the word after `Bearer`, what follows `password=`, `token:`, `"secret": `, `--password `, `password is ` and
/// their like, passwords and signatures in URLs, tokens that are known by how they begin, and the values handed in. It
/// errs on the side of taking too much. A line costs time in proportion to its length.
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

    static let markBytes = Array(mark.utf8)

    private static func replacing(_ value: [UInt8], in bytes: [UInt8]) -> [UInt8] {
        var (result, index): ([UInt8], Int) = ([], 0)
        while let hit = find(value, in: bytes, from: index) {
            result += bytes[index..<hit] + markBytes
            index = hit + value.count
        }
        return index == 0 ? bytes : result + bytes[index...]
    }

    static func find(_ value: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
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
        var opening = find(begin, in: bytes, from: 0)
        while true {
            // Looked for again only where it lies behind us: many ends without a beginning cost no more than one.
            if let known = opening, known < index { opening = find(begin, in: bytes, from: index) }
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
}
