// SPDX-License-Identifier: MIT

import JSON

/// `code` and `message` of an error answer, read defensively: HTML, nothing, a bare string and numeric codes all occur
/// (contract §8.1).
struct ServiceErrorBody: Sendable, Hashable {
    /// Empty where the body has none.
    let code: String
    /// At most 1,024 characters on one line.
    let message: String

    static let limit = 1_024

    /// - Parameter secrets: texts that are blotted out of the message, should the service echo them.
    init(_ body: [UInt8], hiding secrets: [String] = []) {
        // A body that is no JSON is quoted as it is, below.
        let value = try? JSONValue.parse(body)
        let code = Self.text(value?["code"]) ?? ""
        let message = Self.text(value?["message"]) ?? value?.string ?? Self.raw(body, isObject: value?.object != nil)
        self.code = Wire.oneLine(code, limit: 64)
        self.message = Wire.oneLine(Self.blotted(message, hiding: secrets), limit: Self.limit)
    }

    private static func text(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let text): text
        case .number(let token): token
        default: nil
        }
    }

    /// What a body without a message says: nothing for an object, else its first bytes with markup taken out.
    private static func raw(_ body: [UInt8], isObject: Bool) -> String {
        guard !isObject else { return "" }
        let text = String(decoding: body.prefix(4 * limit), as: UTF8.self)
        guard text.contains("<") else { return text }
        var inTag = false
        var kept = ""
        for character in text {
            if character == "<" { inTag = true }
            if !inTag { kept.append(character) }
            guard character == ">" else { continue }
            inTag = false
            kept.append(" ")
        }
        return kept
    }

    private static func blotted(_ text: String, hiding secrets: [String]) -> String {
        var text = text
        for secret in secrets where secret.utf8.count >= 8 {
            text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "•••")
        }
        guard let echo = text.firstRange(of: "signature=\"") else { return text }
        return text[..<echo.lowerBound] + "•••"
    }
}
