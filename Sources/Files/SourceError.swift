// SPDX-License-Identifier: MIT

/// Why a `ByteSource` or a `LineSource` cannot go on.
package enum SourceError: Error, Sendable, Hashable {
    case file(FileError)
    /// Bad gzip data; `offset` counts bytes of the compressed file.
    case gzip(path: String, offset: Int, problem: Problem)
    /// A line longer than allowed; it has been skipped and the next call brings the line after it. Lines count from 1.
    case lineTooLong(path: String, line: Int, bytes: Int)

    package enum Problem: String, Sendable, Hashable {
        case truncated = "the file ends too early"
        case corrupt = "the data does not decode or its checksum is wrong"
        case trailing = "something that is not gzip follows the data"
        case memory = "no memory for the decoder"
    }
}

extension SourceError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let error): error.description
        case .gzip(let path, let offset, let problem):
            "cannot inflate \(path): \(problem.rawValue), at byte \(offset); fetch or make the file again"
        case .lineTooLong(let path, let line, let bytes):
            "line \(line) of \(path) has \(bytes) bytes, more than allowed; it was skipped, check what wrote it"
        }
    }
}
