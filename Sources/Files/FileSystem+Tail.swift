// SPDX-License-Identifier: MIT

import Glibc

extension FileSystem {
    /// The end of a file.
    package struct Tail: Sendable, Hashable {
        package let bytes: [UInt8]
        /// Nothing stands before it.
        package let isWhole: Bool
    }

    /// The last `limitBytes` of the file, or all of a shorter one; nil where there is none.
    package static func readTail(_ path: String, limitBytes: Int) throws(FileError) -> Tail? {
        do {
            let file = try Descriptor(path, O_RDONLY)
            let start = max(0, try file.status().st_size - limitBytes)
            _ = try check("seek", path) { lseek(file.number, start, SEEK_SET) }
            return Tail(bytes: try contents(of: file, limitBytes: nil), isWhole: start == 0)
        } catch {
            guard error.isMissing else { throw error }
            return nil
        }
    }
}
