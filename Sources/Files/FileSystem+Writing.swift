// SPDX-License-Identifier: MIT

import Glibc
import Synchronization

extension FileSystem {
    /// Starts the name of every file that is not finished; `walk` leaves such files out.
    static let temporaryPrefix = ".tmp-"

    private static let temporaryNumber = Atomic<Int>(0)

    /// Creates the file with all its bytes, or leaves alone the one that is there; false in that case.
    ///
    /// Nobody ever sees a part of it, and when this returns, either way, the name survives a crash of the machine.
    /// Missing directories are made.
    package static func create(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o640) throws(FileError) -> Bool {
        let temporary = try writeTemporary(beside: path, bytes, mode: mode, durable: true)
        let created = try give(temporary, name: path)
        // The other writer may not have come to its fsync yet: whoever builds on the name makes it safe.
        try syncDirectory(parent(of: path))
        return created
    }

    /// Moves a finished file to its name unless that is taken; the temporary name is gone in any case.
    private static func give(_ temporary: String, name path: String) throws(FileError) -> Bool {
        defer { unsafe unlink(temporary) }
        do {
            _ = try check("create", path) { unsafe Int(link(temporary, path)) }
            return true
        } catch {
            guard error.code == EEXIST else { throw error }
            return false
        }
    }

    /// Puts the bytes in place of the file: readers see the old content or the new, never a mixture.
    ///
    /// Missing directories are made. With `durable` off, a crash of the machine may lose the change or leave an empty
    /// file: for caches that can be made again. A `mode` that lets everybody read holds whatever the umask says.
    package static func replace(
        _ path: String, _ bytes: [UInt8], mode: UInt32 = 0o640, durable: Bool = true
    ) throws(FileError) {
        let temporary = try writeTemporary(beside: path, bytes, mode: mode, durable: durable)
        do {
            _ = try check("replace", path) { unsafe Int(rename(temporary, path)) }
        } catch {
            unsafe unlink(temporary)
            throw error
        }
        if durable { try syncDirectory(parent(of: path)) }
    }

    /// The file behind a path's symbolic links: what `replace` takes where the link is to stay. The path must be there.
    package static func linkTarget(_ path: String) throws(FileError) -> String {
        guard let resolved = unsafe realpath(path, nil) else {
            throw FileError(operation: "resolve", path: path, code: errno)
        }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    /// Adds the bytes to the end of the file, which is made where missing, while no other `append` writes to it.
    ///
    /// Where the file does not end in LF (a crash tore its last line) an LF comes first, so that the torn line stays
    /// alone. When not all bytes can be written, the file is cut back to what it was and the error thrown.
    /// `durable` must be the same in every call for a file: only its first durable bytes make its name safe.
    package static func append(
        _ path: String, _ bytes: [UInt8], mode: UInt32 = 0o640, durable: Bool = true
    ) throws(FileError) {
        let file = try openLocked(path, mode: mode)
        let size = Int(try file.status().st_size)
        let lastByte = size > 0 ? try file.byte(at: size - 1) : UInt8(ascii: "\n")
        do {
            try file.write(lastByte == UInt8(ascii: "\n") ? bytes : [UInt8(ascii: "\n")] + bytes)
        } catch {
            // If this fails too, the next append still starts a line of its own.
            _ = ftruncate(file.number, size)
            throw error
        }
        guard durable else { return }
        try file.sync()
        if size == 0 { try syncDirectory(parent(of: path)) }
    }

    /// The file, open for appending and locked; opened again if it was taken away while waiting for the lock.
    private static func openLocked(_ path: String, mode: UInt32) throws(FileError) -> Descriptor {
        while true {
            let flags = O_RDWR | O_APPEND | O_CREAT
            let file = try makingDirectories(for: path) { () throws(FileError) in
                try Descriptor(path, flags, mode: mode)
            }
            _ = try file.lock(LOCK_EX)
            if try file.status().st_nlink > 0 { return file }
        }
    }

    /// Writes a finished file under a name of its own in the directory of `path` and returns its path.
    private static func writeTemporary(
        beside path: String, _ bytes: [UInt8], mode: UInt32, durable: Bool
    ) throws(FileError) -> String {
        let file = try makingDirectories(for: path) { () throws(FileError) in
            try openTemporary(in: parent(of: path), mode: mode)
        }
        do {
            if mode & 0o007 != 0 { _ = try check("set the mode of", file.path) { Int(fchmod(file.number, mode)) } }
            try file.write(bytes)
            if durable { try file.sync() }
        } catch {
            unsafe unlink(file.path)
            throw error
        }
        return file.path
    }

    private static func openTemporary(in directory: String, mode: UInt32) throws(FileError) -> Descriptor {
        while true {
            let number = temporaryNumber.add(1, ordering: .relaxed).newValue
            let path = join(directory, "\(temporaryPrefix)\(getpid())-\(number)")
            do {
                return try Descriptor(path, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
            } catch {
                // Left by an earlier process with this number, or by one in another container: take the next name.
                guard error.code == EEXIST else { throw error }
            }
        }
    }

    private static func makingDirectories(
        for path: String, _ open: () throws(FileError) -> Descriptor
    ) throws(FileError) -> Descriptor {
        do {
            return try open()
        } catch {
            guard error.isMissing else { throw error }
            try makeDirectories(parent(of: path))
            return try open()
        }
    }
}
