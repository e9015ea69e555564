// SPDX-License-Identifier: MIT

/// Standard output and standard error.
package enum StandardStream: Sendable {
    case output, error

    /// Writes everything, however often the kernel takes only a part.
    ///
    /// A reader that has gone is `FileError.isBrokenPipe`, provided that the program ignores SIGPIPE.
    package static func write(_ bytes: [UInt8], to stream: StandardStream) throws(FileError) {
        try writeAll(bytes, to: stream.descriptor, path: stream.name)
    }

    /// File descriptor: 1 or 2.
    package var descriptor: Int32 {
        switch self {
        case .output: 1
        case .error: 2
        }
    }

    private var name: String {
        switch self {
        case .output: "standard output"
        case .error: "standard error"
        }
    }
}
