// SPDX-License-Identifier: MIT

import Files
import OCI

extension ArchiveStore {
    /// Objects as files below `root`, which is made when first written to.
    ///
    /// Files are created by link(2) and replaced by rename(2), each after fsync(2); replacing holds a lock, so that
    /// programs on one host may share the directory. The tag of a file is a hash of its bytes.
    package static func directory(_ root: String) -> ArchiveStore {
        @Sendable func path(_ name: String) -> String { FileSystem.join(root, name) }
        return ArchiveStore(
            place: root,
            read: { name throws(ArchiveError) in
                try onFiles { () throws(FileError) in
                    try FileSystem.read(path(name)).map { StoredObject(bytes: $0, tag: tag(of: $0)) }
                }
            },
            create: { name, bytes throws(ArchiveError) in
                try onFiles { () throws(FileError) in
                    if FileSystem.exists(path(name)) { return .exists }
                    return try FileSystem.create(path(name), bytes) ? .created : .exists
                }
            },
            replace: { name, bytes, tag throws(ArchiveError) in
                try onFiles { () throws(FileError) in try replace(path(name), bytes, tag, lock: path(".lock")) }
            },
            list: { prefix, start, limit throws(ArchiveError) in
                try onFiles { () throws(FileError) in try list(root, prefix: prefix, from: start, limit: limit) }
            })
    }

    private static func onFiles<Value>(_ body: () throws(FileError) -> Value) throws(ArchiveError) -> Value {
        do throws(FileError) {
            return try body()
        } catch {
            throw .file(error)
        }
    }

    private static func tag(of bytes: [UInt8]) -> String { Hex.encode(Array(Digest.sha256(bytes).prefix(16))) }

    private static func replace(
        _ path: String, _ bytes: [UInt8], _ expected: String?, lock: String
    ) throws(FileError) -> String? {
        try FileSystem.makeDirectories(FileSystem.parent(of: lock))
        let lock = try FileLock.acquire(lock)
        defer { lock.release() }
        guard try FileSystem.read(path).map(tag(of:)) == expected else { return nil }
        try FileSystem.replace(path, bytes)
        return tag(of: bytes)
    }

    private static func list(
        _ root: String, prefix: String, from start: String?, limit: Int
    ) throws(FileError) -> Listing {
        // Walk only the folder the prefix names: `commits/` must not read years of `events/`.
        let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
        let names = try FileSystem.walk(FileSystem.join(root, folder)).map { folder + $0 }.filter { name in
            name.hasPrefix(prefix) && start.map { !name.utf8.lexicographicallyPrecedes($0.utf8) } ?? true
        }
        var objects: [ListedObject] = []
        for name in names.prefix(limit) {
            objects.append(ListedObject(name: name, bytes: try FileSystem.size(FileSystem.join(root, name)) ?? 0))
        }
        return Listing(objects: objects, next: names.count > limit ? names[limit] : nil)
    }
}
