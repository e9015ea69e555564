// SPDX-License-Identifier: MIT

import Collector

/// Where reports stand in the archive.
struct ReportShelf: Sendable {
    let store: ArchiveStore

    /// What became of an object.
    struct Put: Sendable, Hashable {
        enum Result: String, Sendable { case created, unchanged, replaced, planned }

        let name: String
        let result: Result
    }

    private static let attempts = 5

    /// Puts objects there, one after the other. Where other bytes stand under a name they are kept beside it, as
    /// `….r1.html` and so on, before the new ones take it: links stay, and nothing is lost.
    func put(_ files: [(name: String, bytes: [UInt8])]) async throws(ArchiveError) -> [Put] {
        var puts: [Put] = []
        for file in files { puts.append(Put(name: file.name, result: try await put(file.name, file.bytes))) }
        return puts
    }

    private func put(_ name: String, _ bytes: [UInt8]) async throws(ArchiveError) -> Put.Result {
        for _ in 0..<Self.attempts {
            if try await store.create(name, bytes) == .created { return .created }
            // Somebody may take it away between the two requests.
            guard let standing = try await store.read(name) else { continue }
            if standing.bytes == bytes { return .unchanged }
            try await keep(standing.bytes, of: name)
            if try await store.replace(name, bytes, standing.tag) != nil { return .replaced }
        }
        throw .contended(object: name, attempts: Self.attempts)
    }

    /// Puts a former report beside the one that takes its name.
    private func keep(_ bytes: [UInt8], of name: String) async throws(ArchiveError) {
        var number = 1
        while true {
            let kept = Self.former(name, number)
            if try await store.create(kept, bytes) == .created { return }
            if try await store.read(kept)?.bytes == bytes { return }
            number += 1
        }
    }

    /// `2026-W47.r1.sv.html` for `2026-W47.sv.html`.
    static func former(_ name: String, _ number: Int) -> String {
        let folder = name.lastIndex(of: "/").map { name[...$0] } ?? ""
        let file = name.dropFirst(folder.count)
        let stem = file.prefix { $0 != "." }
        return folder + stem + ".r\(number)" + file.dropFirst(stem.count)
    }
}
