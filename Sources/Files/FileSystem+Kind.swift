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
}
