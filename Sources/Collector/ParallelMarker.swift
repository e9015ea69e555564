// SPDX-License-Identifier: MIT

package import Files
import Ledger

/// Names a run that is at work beside the one that holds the job's lock, and goes with `remove()`.
///
/// Its own lock tells whether the run lives: the kernel gives that back however the process ends.
package struct ParallelMarker: Sendable {
    private let path: String
    private let lock: FileLock

    /// - Parameter directory: `StatePaths.parallel`.
    ///   nil where another run looks whether this one died, at this very moment.
    package init?(_ marker: RunMarker, in directory: String) throws(FileError) {
        path = FileSystem.join(directory, "\(marker.run).json")
        guard let lock = try FileLock.tryAcquire(Self.lock(of: path)) else { return nil }
        self.lock = lock
        try marker.write(path)
    }

    /// Once the run's record is written.
    package func remove() throws(FileError) {
        try FileSystem.remove(path)
        try FileSystem.remove(Self.lock(of: path))
        lock.release()
    }

    static func lock(of path: String) -> String { path + ".lock" }
}
