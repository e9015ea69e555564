// SPDX-License-Identifier: MIT

import Files
import Glibc

/// A whole file, a gzip file or standard input in memory.
enum InputFile {
    /// The bytes of `path` (`-`: standard input). Throws `EFBIG` for more than `limitBytes`.
    static func bytes(_ path: String, limitBytes: Int) throws(SourceError) -> [UInt8] {
        var source = try ByteSource(path)
        var bytes: [UInt8] = []
        while try source.read(into: &bytes, upTo: 1 << 18) > 0 {
            if bytes.count > limitBytes { throw .file(FileError(operation: "read", path: path, code: EFBIG)) }
        }
        return bytes
    }
}
