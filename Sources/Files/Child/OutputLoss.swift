// SPDX-License-Identifier: MIT

import Glibc

/// Output of a child that could not be written to where it belongs, though nobody has closed that.
package struct OutputLoss: Sendable, Hashable {
    /// 1, 2, or both where they are the same file.
    package let streams: [Int32]
    /// `errno` of the first write that failed.
    package let code: Int32
    package var bytes = 0

    package init(streams: [Int32], code: Int32, bytes: Int = 0) {
        self.streams = streams
        self.code = code
        self.bytes = bytes
    }
}

extension OutputLoss: CustomStringConvertible {
    /// `6 bytes of standard output could not be written: No space left on device (errno 28)`
    package var description: String {
        let names = streams.map { $0 == 1 ? "standard output" : "standard error" }.joined(separator: " and ")
        let text = unsafe cString(capacity: 256) { buffer in unsafe strerror_r(code, buffer, 256) } ?? "error"
        return "\(bytes) byte\(bytes == 1 ? "" : "s") of \(names) could not be written: \(text) (errno \(code))"
    }
}
