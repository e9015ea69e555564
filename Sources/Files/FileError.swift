// SPDX-License-Identifier: MIT

/// A system call on a path that failed.
package struct FileError: Error, Sendable, Hashable {
    /// What was tried: `open`, `write`, `fsync`, …
    package let operation: String
    package let path: String
    /// `errno`.
    package let code: Int32

    package init(operation: String, path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }
}
