// SPDX-License-Identifier: MIT

/// A change of a query's text that mends what a diagnostic complains about.
public struct FixIt: Sendable, Hashable {
    /// What the change does, as an order: `write "4h"`.
    public let message: String
    /// The stretch that is replaced; empty to insert.
    public let range: SourceRange
    /// What comes in its place; empty to remove.
    public let replacement: String
    /// Whether the author can only have meant this, or the meaning stays the same. Else it is a guess, to be shown but
    /// not to be applied unasked.
    public let isSafe: Bool

    /// A change of one stretch.
    public init(_ message: String, replacing range: SourceRange, with replacement: String, isSafe: Bool) {
        self.message = message
        self.range = range
        self.replacement = replacement
        self.isSafe = isSafe
    }

    /// The text after this change. A range outside the text is cut to it.
    public func applied(to text: String) -> String { FixIt.apply([self], to: text) }

    /// The text after all these changes. Of changes that overlap, the first in the text is made; parse again for the others.
    public static func apply(_ fixes: [FixIt], to text: String) -> String {
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        var position = 0
        var last: SourceRange?
        for fix in fixes.sorted(by: { ($0.range.start, $0.range.end) < ($1.range.start, $1.range.end) }) {
            let start = min(max(0, fix.range.start), bytes.count)
            guard start >= position, fix.range != last else { continue }
            out += bytes[position..<start]
            out += Array(fix.replacement.utf8)
            position = min(max(start, fix.range.end), bytes.count)
            last = fix.range
        }
        out += bytes[position...]
        return String(decoding: out, as: UTF8.self)
    }
}

extension Sequence<Diagnostic> {
    /// The changes that can be made unasked.
    public var safeFixes: [FixIt] { compactMap(\.fix).filter(\.isSafe) }
}
