// SPDX-License-Identifier: MIT

import Files

/// What the spool asks of the file system; every write is on disk when its closure returns.
struct SpoolFiles: Sendable {
    /// What the closures throw.
    typealias Failure = FileError

    /// Waits for the lock at a path.
    var lock: @Sendable (String) throws(Failure) -> SpoolLock
    /// The lock, unless somebody has it.
    var tryLock: @Sendable (String) throws(Failure) -> SpoolLock?
    /// The whole file; nil where there is none.
    var read: @Sendable (String) throws(Failure) -> [UInt8]?
    /// As `FileSystem.append`: a torn last line stays a line of its own.
    var append: @Sendable (String, [UInt8]) throws(Failure) -> Void
    /// As `FileSystem.replace`: the old bytes or the new, never a mixture.
    var replace: @Sendable (String, [UInt8]) throws(Failure) -> Void

    static let system = SpoolFiles(
        lock: { (path) throws(Failure) in SpoolLock(try FileLock.acquire(path)) },
        tryLock: { (path) throws(Failure) in try FileLock.tryAcquire(path).map(SpoolLock.init) },
        read: { (path) throws(Failure) in try FileSystem.read(path) },
        append: { (path, bytes) throws(Failure) in try FileSystem.append(path, bytes) },
        replace: { (path, bytes) throws(Failure) in try FileSystem.replace(path, bytes) })
}

/// A lock that is held until `release()`, which must be called.
struct SpoolLock: Sendable {
    let release: @Sendable () -> Void

    init(release: @escaping @Sendable () -> Void) { self.release = release }

    init(_ lock: FileLock) { release = { lock.release() } }
}
