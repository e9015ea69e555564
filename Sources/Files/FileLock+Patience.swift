// SPDX-License-Identifier: MIT

import Glibc

extension FileLock {
    /// The lock; nil where somebody still holds it after `patience`, be it a process that was stopped. Blocks the
    /// calling thread for as long at most.
    package static func acquire(_ path: String, within patience: Duration) throws(FileError) -> FileLock? {
        let clock = ContinuousClock()
        let end = clock.now + patience
        while true {
            if let lock = try tryAcquire(path) { return lock }
            guard clock.now < end else { return nil }
            usleep(2_000)
        }
    }
}
