// SPDX-License-Identifier: MIT

/// An object's name: its UTF-8 bytes. Never normalised (NFC and NFD are different objects), ordered by bytes.
struct ObjectName: Sendable, Hashable, Comparable {
    let bytes: [UInt8]

    /// nil for what the service refuses: empty, over 1,024 bytes, NUL, LF, CR, or no UTF-8.
    init?(_ bytes: [UInt8]) {
        guard (1...1_024).contains(bytes.count), !bytes.contains(where: { $0 == 0 || $0 == 10 || $0 == 13 }),
            String(validating: bytes, as: UTF8.self) != nil
        else { return nil }
        self.bytes = bytes
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    static func < (left: ObjectName, right: ObjectName) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
