// SPDX-License-Identifier: MIT

/// The value of `=~` and `!~`: alternatives separated by `|`, in each `*` for any run of characters. All else is literal, the
/// whole value has to match, and there is no escape.
public struct WildcardPattern: Sendable, Hashable {
    private let alternatives: [[UInt8]]
    private let ignoresCase: Bool

    /// A pattern as written in a query.
    public init(_ text: String, ignoringCase ignoresCase: Bool = false) {
        self.ignoresCase = ignoresCase
        let text = ignoresCase ? text.lowercased() : text
        alternatives = text.utf8.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false).map(Array.init)
    }

    /// Whether one alternative matches all of a value.
    public func matches(_ value: String) -> Bool {
        let value = Array((ignoresCase ? value.lowercased() : value).utf8)
        return alternatives.contains { Self.matches($0, value) }
    }

    /// Greedy with one place to fall back to: after the last `*`, one byte further in the value.
    private static func matches(_ pattern: [UInt8], _ value: [UInt8]) -> Bool {
        var (p, v) = (0, 0)
        var fallback: (pattern: Int, value: Int)?
        while v < value.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                p += 1
                fallback = (p, v)
            } else if p < pattern.count, pattern[p] == value[v] {
                p += 1
                v += 1
            } else if let (pattern, value) = fallback {
                (p, v) = (pattern, value + 1)
                fallback = (pattern, value + 1)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
