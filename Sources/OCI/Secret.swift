// SPDX-License-Identifier: MIT

/// Bytes that must never be printed, logged or encoded by accident: every description of them is `•••`.
///
/// The memory is wiped when the last copy goes; what `reveal` hands out is not.
package struct Secret: Sendable {
    let storage: SecureBytes

    package init(_ bytes: [UInt8]) { storage = SecureBytes(bytes) }
    package init(_ text: String) { storage = SecureBytes(text.utf8) }
    init(storage: SecureBytes) { self.storage = storage }

    package var isEmpty: Bool { storage.count == 0 }

    /// The one way to the bytes; the name is there to be found in a review.
    package func reveal() -> [UInt8] { storage.copy() }

    /// The bytes as text; anything that is not UTF-8 becomes U+FFFD.
    package func revealText() -> String { String(decoding: storage.copy(), as: UTF8.self) }

    /// Without spaces, tabs and line ends around it: token files often end in a line feed.
    package func trimmed() -> Secret {
        let bytes = reveal()
        let isBlank = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }),
            let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return Secret([]) }
        return Secret(Array(bytes[first...last]))
    }
}

extension Secret: Hashable {
    package static func == (left: Secret, right: Secret) -> Bool { left.storage.equals(right.storage) }
    package func hash(into hasher: inout Hasher) { hasher.combine(storage.copy()) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
