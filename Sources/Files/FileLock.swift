// SPDX-License-Identifier: MIT

import Glibc

/// An advisory lock (flock(2)) on a file of its own, held until `release()` or until the last reference goes.
///
/// The kernel gives it back when the process ends, however it ends; the file stays.
package final class FileLock: Sendable {
    private let file: Descriptor

    private init(_ file: consuming Descriptor) { self.file = file }

    /// What a child inherits to hold the lock, too.
    var number: Int32 { file.number }

    /// The lock; nil where another process, or another lock of this one, holds it. Missing directories are made.
    package static func tryAcquire(_ path: String) throws(FileError) -> FileLock? {
        try acquire(path, operation: LOCK_EX | LOCK_NB)
    }

    /// The lock, after waiting for it as long as it takes: blocks the calling thread.
    package static func acquire(_ path: String) throws(FileError) -> FileLock {
        while true {
            if let lock = try acquire(path, operation: LOCK_EX) { return lock }
        }
    }

    /// Whether somebody holds the lock; false where there is no such file. Nothing is made or written, so that it can be
    /// asked of a read-only file system, too.
    package static func isHeld(_ path: String) throws(FileError) -> Bool {
        do {
            let file = try Descriptor(path, O_RDONLY)
            return try !file.lock(LOCK_SH | LOCK_NB)
        } catch {
            guard error.isMissing else { throw error }
            return false
        }
    }

    /// Gives the lock back, whoever has inherited it. Calling this at the end of the work also keeps the lock alive until there.
    package func release() {
        _ = flock(file.number, LOCK_UN)
    }

    private static func acquire(_ path: String, operation: Int32) throws(FileError) -> FileLock? {
        while true {
            let file = try open(path)
            guard try file.lock(operation) else { return nil }
            // Somebody may have taken the file away in between: a lock on a file without a name excludes nobody.
            if try file.status().st_nlink > 0 { return FileLock(file) }
        }
    }

    private static func open(_ path: String) throws(FileError) -> Descriptor {
        do {
            return try Descriptor(path, O_RDWR | O_CREAT, mode: 0o640)
        } catch {
            guard error.isMissing else { throw error }
            try FileSystem.makeDirectories(FileSystem.parent(of: path))
            return try Descriptor(path, O_RDWR | O_CREAT, mode: 0o640)
        }
    }
}
