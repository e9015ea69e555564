// SPDX-License-Identifier: MIT

import Files

/// What the spool asks of the file system; every write is on disk when its closure returns.
struct SpoolFiles: Sendable {
    /// What the closures throw.
    typealias Failure = FileError

    /// The lock at a path, for which it waits so long at most.
    var lock: @Sendable (String, Duration) throws(Failure) -> SpoolLock?
    /// The lock, unless somebody has it.
    var tryLock: @Sendable (String) throws(Failure) -> SpoolLock?
    /// The whole file; nil where there is none.
    var read: @Sendable (String) throws(Failure) -> [UInt8]?
    /// As `FileSystem.append`: a torn last line stays a line of its own.
    var append: @Sendable (String, [UInt8]) throws(Failure) -> Void
    /// As `FileSystem.replace`: the old bytes or the new, never a mixture.
    var replace: @Sendable (String, [UInt8]) throws(Failure) -> Void
    /// Names in a directory; none where there is no such.
    var list: @Sendable (String) throws(Failure) -> [String]
    /// A file that is missing is fine.
    var remove: @Sendable (String) throws(Failure) -> Void

    static let system = SpoolFiles(
        lock: { (path, patience) throws(Failure) in
            try FileLock.acquire(path, within: patience).map(SpoolLock.init)
        },
        tryLock: { (path) throws(Failure) in try FileLock.tryAcquire(path).map(SpoolLock.init) },
        read: { (path) throws(Failure) in try FileSystem.read(path) },
        append: { (path, bytes) throws(Failure) in try FileSystem.append(path, bytes) },
        replace: { (path, bytes) throws(Failure) in try FileSystem.replace(path, bytes) },
        list: { (path) throws(Failure) in try FileSystem.list(path) },
        remove: { (path) throws(Failure) in try FileSystem.remove(path) })
}

/// A lock that is held until `release()`, which must be called.
struct SpoolLock: Sendable {
    let release: @Sendable () -> Void

    init(release: @escaping @Sendable () -> Void) { self.release = release }

    init(_ lock: FileLock) { release = { lock.release() } }
}
