// SPDX-License-Identifier: MIT

import Files
import Foundation
import Synchronization

@testable import OCIMetrics

/// Files that survive the processes using them, in memory; every write has moments in which its process may die.
final class CrashDisk: Sendable {
    private struct State: Sendable {
        var files: [String: [UInt8]] = [:]
        var locks: [String: Int] = [:]
    }

    private let state = Mutex(State())

    func bytes(_ path: String) -> [UInt8]? { state.withLock { $0.files[path] } }

    func set(_ path: String, _ bytes: [UInt8]?) { state.withLock { $0.files[path] = bytes } }

    /// The disk as a process sees it.
    func files(of life: Life) -> SpoolFiles {
        SpoolFiles(
            lock: { (path, _) throws(SpoolFiles.Failure) in try self.take(path, life) },
            tryLock: { (path) throws(SpoolFiles.Failure) in try self.take(path, life) },
            read: { (path) throws(SpoolFiles.Failure) in
                try life.mustLive(path)
                return self.bytes(path)
            },
            append: { (path, bytes) throws(SpoolFiles.Failure) in
                let old = self.bytes(path) ?? []
                let gap: [UInt8] = old.isEmpty || old.last == 0x0A ? [] : [0x0A]
                let cuts = [0, 1, bytes.count / 2, max(bytes.count - 1, 0)].map { old + gap + bytes.prefix($0) }
                try self.write(path, cuts, old + gap + bytes, life)
            },
            replace: { (path, bytes) throws(SpoolFiles.Failure) in
                try self.write(path, [self.bytes(path)].compactMap { $0 }, bytes, life)
            },
            list: { (directory) throws(SpoolFiles.Failure) in
                try life.mustLive(directory)
                return self.state.withLock { state in
                    state.files.keys.filter { $0.hasPrefix(directory + "/") }
                        .map { String($0.dropFirst(directory.count + 1)) }.sorted()
                }
            },
            remove: { (path) throws(SpoolFiles.Failure) in
                try life.step(path)
                self.set(path, nil)
            })
    }

    /// Dies before, in one of the states a torn write leaves, after, or not at all.
    private func write(_ path: String, _ torn: [[UInt8]], _ whole: [UInt8], _ life: Life) throws(FileError) {
        try life.step(path)
        for bytes in torn {
            if life.diesHere() {
                set(path, bytes)
                release(life)
                throw FileError(operation: "die in", path: path, code: EIO)
            }
        }
        set(path, whole)
        try life.step(path)
        life.countWrite()
    }

    private func take(_ path: String, _ life: Life) throws(FileError) -> SpoolLock? {
        try life.mustLive(path)
        let isMine = state.withLock { state in
            // The kernel gives back the locks of the dead.
            if let owner = state.locks[path], Life.isAlive(owner) { return false }
            state.locks[path] = life.number
            return true
        }
        guard isMine else { return nil }
        return SpoolLock { self.state.withLock { if $0.locks[path] == life.number { $0.locks[path] = nil } } }
    }

    private func release(_ life: Life) {
        state.withLock { $0.locks = $0.locks.filter { $0.value != life.number } }
    }
}

/// A process: it may be told to die at its n-th step, after which nothing it does has an effect.
final class Life: Sendable {
    private struct State: Sendable {
        var steps = 0
        var writes = 0
        var isDead = false
    }

    private static let living = Mutex<Set<Int>>([])
    private static let numbers = Atomic<Int>(0)

    let number: Int
    private let diesAt: Int?
    private let state = Mutex(State())

    init(diesAt: Int? = nil) {
        number = Self.numbers.add(1, ordering: .relaxed).newValue
        self.diesAt = diesAt
        Self.living.withLock { _ = $0.insert(number) }
    }

    deinit { Self.living.withLock { _ = $0.remove(number) } }

    static func isAlive(_ number: Int) -> Bool { living.withLock { $0.contains(number) } }

    /// Moments passed in which it could have died.
    var steps: Int { state.withLock { $0.steps } }
    /// Writes that came back to it.
    var writes: Int { state.withLock { $0.writes } }
    var isDead: Bool { state.withLock { $0.isDead } }

    func die() {
        state.withLock { $0.isDead = true }
        Self.living.withLock { _ = $0.remove(number) }
    }

    /// Counts a moment; true where it dies in it.
    func diesHere() -> Bool {
        let dies = state.withLock { state in
            state.steps += 1
            return state.steps == diesAt
        }
        if dies { die() }
        return dies
    }

    func step(_ path: String) throws(FileError) {
        try mustLive(path)
        if diesHere() { throw FileError(operation: "die at", path: path, code: EIO) }
    }

    func mustLive(_ path: String) throws(FileError) {
        if isDead { throw FileError(operation: "be dead before", path: path, code: EIO) }
    }

    func countWrite() { state.withLock { $0.writes += 1 } }
}
