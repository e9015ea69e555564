// SPDX-License-Identifier: MIT

import Glibc
import Synchronization

/// Signals of this process as bytes of a pipe, so that one poll(2) waits for them and for everything else.
///
/// There is one a process. Signals that were ignored when it was made stay ignored.
struct SignalPipe: ~Copyable {
    /// A signal, and whether the kernel sent it by itself, as a terminal does for Ctrl-C.
    struct Arrival {
        let number: Int32
        let isFromKernel: Bool
    }

    /// What the handler writes to.
    private static let writeEnd = Atomic<Int32>(-1)

    let readEnd: Descriptor
    private let sink: Descriptor

    init(_ numbers: [Int32]) throws(FileError) {
        let ends = try pipePair()
        readEnd = Descriptor(owning: ends.read, path: "signals")
        sink = Descriptor(owning: ends.write, path: "signals")
        _ = fcntl(ends.read, F_SETFL, O_NONBLOCK)
        _ = fcntl(ends.write, F_SETFL, O_NONBLOCK)
        Self.writeEnd.store(ends.write, ordering: .sequentiallyConsistent)
        for number in numbers { Self.handle(number) }
    }

    deinit { Self.writeEnd.store(-1, ordering: .sequentiallyConsistent) }

    /// What has arrived since the last call, in order.
    func arrivals() -> [Arrival] {
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = unsafe read(readEnd.number, &bytes, bytes.count)
        guard count > 0 else { return [] }
        return bytes[..<count].map { Arrival(number: Int32($0 & 0x7F), isFromKernel: $0 & 0x80 != 0) }
    }

    private static func handle(_ number: Int32) {
        var action = sigaction()
        guard unsafe sigaction(number, nil, &action) == 0 else { return }
        // SIG_IGN is 1. An ignored SIGCHLD would take the child's status away.
        let isIgnored = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
        if isIgnored, number != SIGCHLD { return }
        unsafe action.__sigaction_handler.sa_sigaction = { number, info, _ in
            // Only what is safe in a handler: load, write(2), errno kept.
            let saved = errno
            let code = unsafe info?.pointee.si_code ?? 0
            var byte = UInt8(truncatingIfNeeded: number) | (code == 0x80 ? 0x80 : 0)
            _ = unsafe write(SignalPipe.writeEnd.load(ordering: .relaxed), &byte, 1)
            errno = saved
        }
        action.sa_flags = Int32(SA_SIGINFO) | Int32(bitPattern: UInt32(SA_RESTART))
        unsafe sigemptyset(&action.sa_mask)
        _ = unsafe sigaction(number, &action, nil)
    }
}

/// A pipe of which neither end survives exec(2).
func pipePair() throws(FileError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    _ = try check("open", "a pipe") { unsafe Int(pipe(&ends)) }
    // pipe2(2) is not among what Swift sees of glibc; this process starts one child, and not meanwhile.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
}
