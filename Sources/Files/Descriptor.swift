// SPDX-License-Identifier: MIT

import Glibc

/// Owns an open file descriptor and closes it.
struct Descriptor: ~Copyable, Sendable {
    let number: Int32
    let path: String

    init(owning number: Int32, path: String) {
        self.number = number
        self.path = path
    }

    /// Opens with `O_CLOEXEC`.
    init(_ path: String, _ flags: Int32, mode: UInt32 = 0) throws(FileError) {
        let number = try check("open", path) { Int(unsafe open(path, flags | O_CLOEXEC, mode)) }
        self.init(owning: Int32(number), path: path)
    }

    // Linux closes the descriptor whatever close(2) answers; data is made safe by fsync, not by closing.
    deinit { _ = close(number) }

    /// Fills `buffer` from its start as far as one read(2) does; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        try check("read", path) { unsafe Glibc.read(number, buffer.baseAddress, buffer.count) }
    }

    /// Waits until a read would not block, or for `milliseconds`; true in the former case.
    func awaitInput(milliseconds: Int32) throws(FileError) -> Bool {
        var request = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        return try check("read", path) { unsafe Int(poll(&request, 1, milliseconds)) } > 0
    }

    /// The byte at `offset`; nil past the end.
    func byte(at offset: Int) throws(FileError) -> UInt8? {
        var byte: UInt8 = 0
        let count = try check("read", path) { unsafe pread(number, &byte, 1, offset) }
        return count == 1 ? byte : nil
    }

    /// Writes everything, however often the kernel takes only a part; waits where the descriptor does not block.
    func write(_ bytes: [UInt8]) throws(FileError) {
        try writeAll(bytes, to: number, path: path)
    }

    func sync() throws(FileError) {
        _ = try check("fsync", path) { Int(fsync(number)) }
    }

    func status() throws(FileError) -> stat {
        var info = stat()
        _ = try check("stat", path) { unsafe Int(fstat(number, &info)) }
        return info
    }

    /// Takes an advisory lock on the whole file; false where another holds it and `operation` has `LOCK_NB`.
    func lock(_ operation: Int32) throws(FileError) -> Bool {
        do {
            _ = try check("lock", path) { Int(flock(number, operation)) }
            return true
        } catch {
            guard error.code == EWOULDBLOCK else { throw error }
            return false
        }
    }
}

/// Runs a system call again when a signal interrupted it; -1 becomes a `FileError` with `errno`.
func check(_ operation: String, _ path: String, _ call: () -> Int) throws(FileError) -> Int {
    while true {
        let result = call()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { throw FileError(operation: operation, path: path, code: code) }
    }
}

/// write(2) until all is written: short writes continue, EINTR repeats, EAGAIN waits until there is room.
func writeAll(_ bytes: [UInt8], to number: Int32, path: String) throws(FileError) {
    var written = 0
    while written < bytes.count {
        do {
            written += try check("write", path) {
                unsafe bytes.withUnsafeBytes {
                    unsafe Glibc.write(number, $0.baseAddress?.advanced(by: written), $0.count - written)
                }
            }
        } catch {
            guard error.code == EAGAIN else { throw error }
            try waitForRoom(number, path: path)
        }
    }
}

private func waitForRoom(_ number: Int32, path: String) throws(FileError) {
    var request = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
    _ = try check("write", path) { unsafe Int(poll(&request, 1, -1)) }
}

/// The text a system call leaves in a buffer of `capacity` bytes; nil where the call does not answer 0.
func cString(capacity: Int, _ call: (UnsafeMutablePointer<CChar>) -> Int32) -> String? {
    var buffer = [CChar](repeating: 0, count: capacity)
    guard unsafe call(&buffer) == 0 else { return nil }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
