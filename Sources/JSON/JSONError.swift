// SPDX-License-Identifier: MIT

/// Why bytes are not one JSON text.
package enum JSONError: Error, Sendable, Hashable {
    /// The text ends before its value does; `offset` is the length.
    case truncated(offset: Int)
    /// A byte that cannot stand where it stands.
    case unexpectedByte(offset: Int)
    /// A string that is not UTF-8.
    case invalidUTF8(offset: Int)
    /// More open brackets than the reader allows.
    case tooDeep(offset: Int)
    /// An object with the same name twice, where that is refused.
    case duplicateName(offset: Int)

    /// Where, in bytes from the start.
    package var offset: Int {
        switch self {
        case .truncated(let offset), .unexpectedByte(let offset), .invalidUTF8(let offset), .tooDeep(let offset),
            .duplicateName(let offset):
            offset
        }
    }
}

extension JSONError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated(let offset): "the JSON text ends too early, after \(offset) bytes"
        case .unexpectedByte(let offset): "unexpected byte at offset \(offset) of the JSON text"
        case .invalidUTF8(let offset): "not UTF-8 at offset \(offset) of the JSON text"
        case .tooDeep(let offset): "nested too deeply at offset \(offset) of the JSON text"
        case .duplicateName(let offset): "the same name twice in one object, at offset \(offset) of the JSON text"
        }
    }
}
