// SPDX-License-Identifier: MIT

import Glibc

extension FileSystem {
    /// Names in a directory, sorted by their bytes, without `.` and `..`; none where there is no such directory.
    package static func list(_ directory: String) throws(FileError) -> [String] {
        sorted(try entries(directory).map(\.name))
    }

    /// Paths, relative to `root`, of all regular files under it, sorted by their bytes.
    ///
    /// Leaves out names that start with `.` and `lost+found`; does not follow symbolic links. None where `root` is missing.
    package static func walk(_ root: String) throws(FileError) -> [String] {
        var files: [String] = []
        var pending = [""]
        while let directory = pending.popLast() {
            for entry in try entries(join(root, directory)) where !isHidden(entry.name) {
                let path = join(directory, entry.name)
                switch try kind(of: entry, at: join(root, path)) {
                case DT_DIR: pending.append(path)
                case DT_REG: files.append(path)
                default: break
                }
            }
        }
        return sorted(files)
    }

    /// Makes the directory and those it lies in, where missing, so that they survive a crash.
    ///
    /// `mode` is cut by the umask; its set-group-id bit is dropped without a word where the system forbids setting it.
    package static func makeDirectories(_ path: String, mode: UInt32 = 0o2750) throws(FileError) {
        do {
            try makeLastDirectory(path, mode: mode)
        } catch {
            guard error.code == ENOENT, parent(of: path) != path else { throw error }
            try makeDirectories(parent(of: path), mode: mode)
            // Once: /proc and its like refuse so although the parent is there.
            try makeLastDirectory(path, mode: mode)
        }
    }

    /// Makes the directory where it is missing; its parent is there.
    private static func makeLastDirectory(_ path: String, mode: UInt32) throws(FileError) {
        do {
            try makeDirectory(path, mode: mode)
        } catch {
            guard error.code == EEXIST, try status(path).map({ $0.st_mode & S_IFMT }) == S_IFDIR else { throw error }
        }
    }

    /// Takes away what a killed process left: files named `.tmp-…` in `directory` untouched for `seconds`.
    ///
    /// Returns how many.
    package static func removeLeftovers(_ directory: String, olderThanSeconds seconds: Int) throws(FileError) -> Int {
        let oldest = time(nil) - seconds
        var removed = 0
        for name in try list(directory) where name.hasPrefix(temporaryPrefix) {
            let path = join(directory, name)
            guard let info = try status(path), info.st_mtim.tv_sec < oldest else { continue }
            try remove(path)
            removed += 1
        }
        return removed
    }

    /// Takes away a directory and the files in it; one with directories in it stays.
    package static func removeFlatDirectory(_ directory: String) throws(FileError) {
        for name in try list(directory) { try remove(join(directory, name)) }
        do {
            _ = try check("remove", directory) { unsafe Int(rmdir(directory)) }
        } catch {
            guard error.isMissing else { throw error }
        }
    }

    /// `directory/name`, or the other one where either is empty.
    package static func join(_ directory: String, _ name: String) -> String {
        if directory.isEmpty { return name }
        if name.isEmpty { return directory }
        return directory.utf8.last == UInt8(ascii: "/") ? directory + name : "\(directory)/\(name)"
    }

    static func syncDirectory(_ path: String) throws(FileError) {
        try Descriptor(path, O_RDONLY | O_DIRECTORY).sync()
    }

    /// mkdir(2) and fsync of the directory above.
    private static func makeDirectory(_ path: String, mode: UInt32) throws(FileError) {
        // mkdir(2) ignores the set-group-id bit, and RestrictSUIDSGID= refuses a call that has it.
        _ = try check("make directory", path) { unsafe Int(mkdir(path, mode & 0o777)) }
        if mode & 0o7000 != 0, let made = try status(path) {
            // May fail with EPERM under RestrictSUIDSGID=; there the directory above, made by systemd, hands its bit down.
            _ = unsafe chmod(path, made.st_mode & 0o7777 | mode & 0o7000)
        }
        try syncDirectory(parent(of: path))
    }

    private struct Entry {
        var name: String
        var type: UInt8
    }

    private static func entries(_ path: String) throws(FileError) -> [Entry] {
        guard let directory = unsafe opendir(path) else {
            let code = errno
            if code == ENOENT { return [] }
            throw FileError(operation: "list", path: path, code: code)
        }
        defer { unsafe closedir(directory) }
        var found: [Entry] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(directory) else { break }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { unsafe found.append(Entry(name: name, type: entry.pointee.d_type)) }
        }
        if errno != 0 { throw FileError(operation: "list", path: path, code: errno) }
        return found
    }

    /// Some file systems do not say the type while listing.
    private static func kind(of entry: Entry, at path: String) throws(FileError) -> Int {
        guard Int(entry.type) == DT_UNKNOWN else { return Int(entry.type) }
        var info = stat()
        guard unsafe lstat(path, &info) == 0 else { return DT_UNKNOWN }
        return Int((info.st_mode & S_IFMT) >> 12)
    }

    private static func isHidden(_ name: String) -> Bool {
        name.utf8.first == UInt8(ascii: ".") || name == "lost+found"
    }

    private static func sorted(_ names: [String]) -> [String] {
        names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
