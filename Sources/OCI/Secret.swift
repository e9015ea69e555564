// SPDX-License-Identifier: MIT

/// Bytes that must never be printed, logged or encoded by accident: every description of them is `•••`.
package struct Secret: Sendable, Hashable {
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }
    package init(_ text: String) { bytes = Array(text.utf8) }

    package var isEmpty: Bool { bytes.isEmpty }

    /// The one way to the bytes; the name is there to be found in a review.
    package func reveal() -> [UInt8] { bytes }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
