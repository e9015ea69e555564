// SPDX-License-Identifier: MIT

/// A stretch of a query's text, in bytes of its UTF-8 form, end exclusive.
public struct SourceRange: Sendable, Hashable {
    /// Offset of the first byte.
    public let start: Int
    /// Offset behind the last byte; equal to `start` for a place between two bytes.
    public let end: Int

    /// From `start` up to but without `end`.
    public init(_ start: Int, _ end: Int) {
        self.start = start
        self.end = max(start, end)
    }

    /// From the start of this one to the end of the other.
    public func joined(with other: SourceRange) -> SourceRange { SourceRange(start, other.end) }
}
