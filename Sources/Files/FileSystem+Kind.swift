// SPDX-License-Identifier: MIT

import Glibc

extension FileSystem {
    /// What lies under a path.
    package enum Kind: Sendable, Hashable {
        case file, directory
        /// A device, a pipe, a socket.
        case other
    }

    /// What lies under a path, symbolic links followed; nil where nothing does, or nobody may look.
    package static func kind(_ path: String) -> Kind? {
        // Whoever uses the path is told what is wrong with it.
        guard let info = try? status(path) else { return nil }
        switch info.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .directory
        default: return .other
        }
    }

    /// Writes into what is there already and cannot be replaced: a device or a pipe.
    package static func feed(_ path: String, _ bytes: [UInt8]) throws(FileError) {
        try Descriptor(path, O_WRONLY | O_NOCTTY).write(bytes)
    }

    /// Puts what somebody asked for where they said, as with `-o`: a file is replaced whole or not at all, through a
    /// symbolic link too; into a device or a pipe it is written.
    package static func put(_ bytes: [UInt8], at path: String, mode: UInt32 = 0o644) throws(FileError) {
        let found = kind(path)
        // /dev/stdout may be a file; what lies beside it is not meant.
        guard found != .other, found != .file || !path.hasPrefix("/dev/") else { return try feed(path, bytes) }
        try replace(found == nil ? path : linkTarget(path), bytes, mode: mode)
    }
}
