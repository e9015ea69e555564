// SPDX-License-Identifier: MIT

import Files
import Foundation
import Testing

@Suite struct FileLockTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func `a held lock is not given twice, and comes back when released`() throws {
        let first = try #require(try FileLock.tryAcquire(directory("run/lock")))
        #expect(try FileLock.tryAcquire(directory("run/lock")) == nil)
        first.release()
        #expect(try FileLock.tryAcquire(directory("run/lock")) != nil)
    }

    @Test func `whether a lock is held can be asked without making, writing or taking anything`() throws {
        #expect(try !FileLock.isHeld(directory("lock")))
        #expect(!FileSystem.exists(directory("lock")))
        let lock = try #require(try FileLock.tryAcquire(directory("lock")))
        #expect(try FileLock.isHeld(directory("lock")))
        #expect(try FileLock.isHeld(directory("lock")))
        lock.release()
        #expect(try !FileLock.isHeld(directory("lock")))
        #expect(try FileLock.tryAcquire(directory("lock")) != nil)
    }

    @Test func `a lock goes back with its last reference`() throws {
        do {
            let lock = try FileLock.tryAcquire(directory("lock"))
            #expect(lock != nil)
        }
        #expect(try FileLock.tryAcquire(directory("lock")) != nil)
    }

    @Test func `a lock of another process keeps this one out until that process is killed`() throws {
        let path = directory("lock")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        process.arguments = ["--no-fork", path, "sh", "-c", "echo held; read -r _"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        #expect(output.fileHandleForReading.availableData == Data("held\n".utf8))
        #expect(try FileLock.tryAcquire(path) == nil)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(try FileLock.tryAcquire(path) != nil)
    }

    @Test func `who waits for a lock gets it when it is free`() throws {
        let path = directory("lock")
        let first = try FileLock.acquire(path)
        let second = Background { try FileLock.acquire(path) }
        first.release()
        let held = try second.result()
        #expect(try FileLock.tryAcquire(path) == nil)
        held.release()
    }

    @Test func `a lock file taken away does not let two in`() throws {
        let path = directory("lock")
        let first = try #require(try FileLock.tryAcquire(path))
        try FileSystem.remove(path)
        let second = try #require(try FileLock.tryAcquire(path))
        #expect(try FileLock.tryAcquire(path) == nil)
        first.release()
        second.release()
    }
}
