// SPDX-License-Identifier: MIT

import CSystemd
import Glibc

/// A look at the room in journald's socket.
///
/// libsystemd sends on a socket that blocks and that nobody can reach, so a stopped journald would hold the sender for
/// ever. A second socket, connected and not blocking, tells by poll(2) whether a datagram would fit: the kernel looks
/// at the receiver's queue (`unix_dgram_poll`).
struct JournalSocket: ~Copyable, Sendable {
    private static let path = "/run/systemd/journal/socket"

    private var number: Int32 = -1
    private var connected = 0

    init() {}

    deinit { if number >= 0 { _ = close(number) } }

    static var exists: Bool {
        var info = stat()
        return unsafe stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFSOCK
    }

    /// Whether an entry can be sent; waits for it until `deadline` (`monotonicNanoseconds()`), but looks at least once.
    mutating func hasRoom(until deadline: Int) -> Bool {
        // journald may have been started anew, with another socket under the same name.
        if number < 0 || monotonicNanoseconds() - connected > 1_000_000_000 {
            guard connect() else { return false }
        }
        if let room = waitForRoom(until: deadline) { return room }
        return connect() && waitForRoom(until: deadline) == true
    }

    /// nil where the other end has gone.
    private func waitForRoom(until deadline: Int) -> Bool? {
        var request = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        while true {
            let left = deadline - monotonicNanoseconds()
            let count = unsafe poll(&request, 1, left > 0 ? Int32(left / 1_000_000) + 1 : 0)
            if count < 0, errno == EINTR { continue }
            if Int32(request.revents) & (POLLERR | POLLHUP | POLLNVAL) != 0 { return nil }
            return count > 0
        }
    }

    private mutating func connect() -> Bool {
        if number >= 0 { _ = close(number) }
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        number = socket(AF_UNIX, type, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Self.path.utf8) }
        let descriptor = number
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if result == 0 {
            connected = monotonicNanoseconds()
            return true
        }
        if number >= 0 { _ = close(number) }
        number = -1
        return false
    }
}

/// Since the machine's start.
func monotonicNanoseconds() -> Int {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

/// sd_journal_sendv(3), which brings values of any size and any bytes over; false where it reports an error.
func sendToJournal(_ entry: JournalEntry) -> Bool {
    guard let library = SystemdLibrary.loaded else { return false }
    return unsafe entry.bytes.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return false }
        var start = 0
        var fields: [iovec] = unsafe []
        unsafe fields.reserveCapacity(entry.ends.count)
        for end in entry.ends {
            let field = unsafe UnsafeMutableRawPointer(mutating: base + start)
            unsafe fields.append(iovec(iov_base: field, iov_len: end - start))
            start = end
        }
        return unsafe csystemd_journal_sendv(library.table, fields, Int32(fields.count)) >= 0
    }
}
