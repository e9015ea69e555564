// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials

/// Where an archive lies during a test: the protocol must hold in both places.
enum Backend: Sendable {
    case memory(MemoryStore)
    case directory(String)

    enum Kind: String, Sendable, CaseIterable { case memory, directory }

    var store: ArchiveStore {
        switch self {
        case .memory(let memory): memory.store()
        case .directory(let path): .directory(path)
        }
    }

    /// Every object by its name.
    func objects() throws -> [String: [UInt8]] {
        switch self {
        case .memory(let memory): return memory.objects
        case .directory(let path):
            var objects: [String: [UInt8]] = [:]
            for name in try FileSystem.walk(path) { objects[name] = try FileSystem.read(FileSystem.join(path, name)) }
            return objects
        }
    }

    func set(_ name: String, _ bytes: [UInt8]) throws {
        switch self {
        case .memory(let memory): memory.set(name, bytes)
        case .directory(let path): try FileSystem.replace(FileSystem.join(path, name), bytes, durable: false)
        }
    }

    func remove(_ name: String) throws {
        switch self {
        case .memory(let memory): memory.remove(name)
        case .directory(let path): try FileSystem.remove(FileSystem.join(path, name))
        }
    }
}

/// Runs `body` with an empty place of this kind.
func withBackend<Result>(_ kind: Backend.Kind, _ body: (Backend) async throws -> Result) async throws -> Result {
    switch kind {
    case .memory: return try await body(.memory(MemoryStore()))
    case .directory: return try await withQuickDirectory { path async throws in try await body(.directory(path)) }
    }
}

/// Runs `body` with the path of a directory to be, in memory where there is such a file system: these tests make
/// thousands of archives, with their fsyncs.
func withQuickDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let parent = FileSystem.exists("/dev/shm") ? "/dev/shm" : FileManager.default.temporaryDirectory.path
    let path = "\(parent)/polisen-test-\(UUID().uuidString)"
    // What cannot be removed lies in a file system for such things.
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}
