// SPDX-License-Identifier: MIT

package import FoundationEssentials
import Glibc

/// Files and directories by path: the only file I/O of the program.
///
/// Paths are used as given; relative ones mean the working directory. What a function cannot do it throws as `FileError`.
package enum FileSystem {
    /// The whole file; nil where there is none.
    ///
    /// Throws `EFBIG` where it holds more than `limitBytes`.
    package static func read(_ path: String, limitBytes: Int? = nil) throws(FileError) -> [UInt8]? {
        do {
            let file = try Descriptor(path, O_RDONLY)
            return try contents(of: file, limitBytes: limitBytes)
        } catch {
            guard error.isMissing else { throw error }
            return nil
        }
    }

    /// Whether something stands at `path`: file, directory or other; a dangling symbolic link does not count.
    package static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// Bytes of the file; nil where there is none.
    package static func size(_ path: String) throws(FileError) -> Int? {
        try status(path)?.st_size
    }

    /// When the content last changed; nil where there is none.
    package static func modified(_ path: String) throws(FileError) -> Date? {
        guard let time = try status(path)?.st_mtim else { return nil }
        return Date(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }

    /// Bytes an ordinary user may still write on the file system that holds `path`, which must exist.
    package static func freeBytes(_ path: String) throws(FileError) -> Int {
        var info = statvfs()
        _ = try check("statvfs", path) { unsafe Int(statvfs(path, &info)) }
        let (bytes, overflow) = info.f_bavail.multipliedReportingOverflow(by: info.f_frsize)
        return overflow ? Int.max : Int(clamping: bytes)
    }

    /// Used share of the file system that holds `path`, which must exist, as df tells it: 1 means that an ordinary user
    /// can write nothing more.
    package static func usedRatio(_ path: String) throws(FileError) -> Double {
        var info = statvfs()
        _ = try check("statvfs", path) { unsafe Int(statvfs(path, &info)) }
        let used = Double(info.f_blocks) - Double(info.f_bfree)
        let usable = used + Double(info.f_bavail)
        return usable > 0 ? min(1, max(0, used / usable)) : 0
    }

    /// Takes the file away; one that is missing is fine. The directory is not synced: a crash may bring it back.
    package static func remove(_ path: String) throws(FileError) {
        do {
            _ = try check("remove", path) { unsafe Int(unlink(path)) }
        } catch {
            guard error.isMissing else { throw error }
        }
    }

    /// The directory a path lies in: `.` for a bare name.
    package static func parent(of path: String) -> String {
        let bytes = Array(path.utf8)
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
    }

    /// nil where there is nothing; follows symbolic links.
    static func status(_ path: String) throws(FileError) -> stat? {
        var info = stat()
        do {
            _ = try check("stat", path) { unsafe Int(stat(path, &info)) }
            return info
        } catch {
            guard error.isMissing else { throw error }
            return nil
        }
    }

    static func contents(of file: borrowing Descriptor, limitBytes: Int?) throws(FileError) -> [UInt8] {
        // One byte more than stat says shows in the same call that the file ends there. Files of /proc say 0.
        var bytes = try chunk(of: file, upTo: max(try file.status().st_size + 1, 4096))
        var last = bytes.count
        while last > 0 {
            if let limitBytes, bytes.count > limitBytes {
                throw FileError(operation: "read", path: file.path, code: EFBIG)
            }
            let more = try chunk(of: file, upTo: 65_536)
            bytes += more
            last = more.count
        }
        return bytes
    }

    private static func chunk(of file: borrowing Descriptor, upTo count: Int) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(FileError) {
                filled = try unsafe file.read(into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
