// SPDX-License-Identifier: MIT

import Glibc

/// Carries what a child writes into a pipe on to one of this process's own streams, and never waits for it.
///
/// The stream is not made non-blocking: others share it. A pipe that poll(2) calls writable takes 4,096 bytes at once
/// (pipe(7)), a socket is asked not to wait, and files never do.
final class OutputRelay {
    private enum Sink { case pipe, socket, file }

    /// nil once there is no more to come.
    private(set) var source: Int32?
    private let targets: [Int32]
    private let target: Int32
    private let sink: Sink
    private var pending: [UInt8] = []
    private var written = 0
    /// The beginning of a line whose end has not come: two streams share a tail, and neither shall cut the other's lines,
    /// in which a secret could not be seen any more.
    private var line: [UInt8] = []
    private static let lineLimit = 16 << 10
    /// How much may still be taken; nil: all that comes.
    private var allowance: Int?
    /// What could not be delivered, though somebody wants it.
    private(set) var loss: OutputLoss?

    /// - Parameter targets: the streams of this process that are one file, to which it goes.
    init(source: Int32, targets: [Int32]) {
        self.source = source
        self.targets = targets
        target = targets.first ?? 1
        var info = stat()
        _ = unsafe fstat(target, &info)
        switch info.st_mode & S_IFMT {
        case S_IFIFO: sink = .pipe
        case S_IFSOCK: sink = .socket
        default: sink = .file
        }
        _ = fcntl(source, F_SETFL, O_NONBLOCK)
    }

    deinit { closeSource() }

    var isDone: Bool { source == nil && !hasPending }
    var hasPending: Bool { written < pending.count }

    /// What to wait for.
    var request: pollfd? {
        if hasPending { return pollfd(fd: target, events: Int16(POLLOUT), revents: 0) }
        return source.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    }

    /// The child has ended: what lies in the pipe now is the last that is taken.
    func finish() {
        guard let source else { return }
        var count: Int32 = 0
        _ = unsafe ioctl(source, UInt(FIONREAD), &count)
        allowance = Int(count)
        if count == 0 { closeSource() }
    }

    /// One step after poll(2) said that there is something to do.
    func advance(_ tail: inout OutputTail) {
        if hasPending { return push() }
        guard let source else { return }
        let limit = min(allowance ?? 65_536, 65_536)
        let count = fill(from: source, limit)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else { return closeSource() }
        note(pending, in: &tail)
        if let rest = allowance {
            allowance = rest - count
            if rest <= count { closeSource() }
        }
    }

    /// Hands over what has come of a line that will not be ended.
    func flush(_ tail: inout OutputTail) {
        tail.add(line)
        line = []
    }

    private func note(_ bytes: [UInt8], in tail: inout OutputTail) {
        let end = bytes.lastIndex(of: 0x0A)
        if line.isEmpty, end == bytes.count - 1 { return tail.add(bytes) }
        line += bytes[...(end ?? bytes.count - 1)]
        guard end != nil || line.count > Self.lineLimit else { return }
        flush(&tail)
        if let end { line = Array(bytes[(end + 1)...]) }
    }

    private func fill(from source: Int32, _ limit: Int) -> Int {
        var result = 0
        pending = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
            result = unsafe read(source, buffer.baseAddress, limit)
            filled = max(0, result)
        }
        written = 0
        return result
    }

    private func push() {
        let rest = pending.count - written
        let count = unsafe pending.withUnsafeBytes { bytes -> Int in
            guard let base = bytes.baseAddress else { return 0 }
            switch sink {
            case .pipe: return unsafe write(target, base + written, min(rest, 4096))
            case .socket: return unsafe send(target, base + written, rest, Int32(MSG_DONTWAIT))
            case .file: return unsafe write(target, base + written, rest)
            }
        }
        if count < 0 {
            let code = errno
            if code == EAGAIN || code == EINTR { return }
            (pending, written) = ([], 0)
            // Nobody reads any more: the child's next write shall fail as it would without us.
            if code == EPIPE || code == ECONNRESET { return closeSource() }
            // No pipe can tell the child of a full disk: it goes on, and the disk may have room again.
            return note(lost: rest, code)
        }
        written += count
    }

    private func note(lost count: Int, _ code: Int32) {
        loss = loss ?? OutputLoss(streams: targets, code: code)
        loss?.bytes += count
    }

    private func closeSource() {
        if let source { _ = close(source) }
        source = nil
    }
}
