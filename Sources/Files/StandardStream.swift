// SPDX-License-Identifier: MIT

import Glibc

/// Standard output and standard error.
package enum StandardStream: Sendable {
    case output, error

    /// Opens /dev/null for each of the descriptors 0, 1 and 2 that is closed: else the next file opened would get its
    /// number, and what is meant for people would be written into it.
    package static func fillClosed() {
        for number: Int32 in 0...2 where fcntl(number, F_GETFD) == -1 && errno == EBADF {
            _ = unsafe open("/dev/null", O_RDWR)
        }
    }

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
