// SPDX-License-Identifier: MIT

import Glibc

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

    /// The disk or the quota is used up.
    package var isOutOfSpace: Bool { code == ENOSPC || code == EDQUOT }

    /// The file system is mounted read-only.
    package var isReadOnly: Bool { code == EROFS }

    /// Owner or mode forbid it.
    package var isForbidden: Bool { code == EACCES || code == EPERM }

    /// Nothing there.
    package var isMissing: Bool { code == ENOENT }

    /// Nobody reads the other end of the pipe any more.
    package var isBrokenPipe: Bool { code == EPIPE }
}

extension FileError: CustomStringConvertible {
    /// What failed, on what, why, and what to do next.
    package var description: String {
        "\(reason); \(nextStep)"
    }

    /// What failed, on what, and why.
    package var reason: String { "cannot \(operation) \(path): \(cause)" }

    private var cause: String {
        guard let text = unsafe cString(capacity: 256, { buffer in unsafe strerror_r(code, buffer, 256) }) else {
            return "error \(code)"
        }
        return "\(text) (errno \(code))"
    }

    private var nextStep: String {
        switch code {
        case ENOSPC, EDQUOT: "free space on its file system (df -h shows it), then run again"
        case EROFS: "remount its file system writable or name another path"
        case EACCES, EPERM: "check its owner and mode (namei -l shows them) or name another path"
        case ENOENT: "check the path"
        case ENOTDIR, EISDIR, EEXIST, ELOOP, ENAMETOOLONG: "check what stands there (namei -l shows it)"
        case EMFILE, ENFILE: "raise the limit of open files (LimitNOFILE=)"
        case EFBIG: "it is larger than allowed; look at what wrote it"
        case EIO: "check the disk (dmesg shows its errors)"
        case EPIPE: "its reader has gone"
        default: "check the path, then run again"
        }
    }
}
