// SPDX-License-Identifier: MIT

import Glibc

/// Standard input and output as the two ways of one connection, as a socket-activated service gets them.
package enum Conversation {
    /// What has come on standard input, at least one byte and at most `limit`; empty at its end, nil after the time.
    package static func read(upTo limit: Int, within time: Duration) throws(FileError) -> [UInt8]? {
        var request = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
        let (seconds, attoseconds) = time.components
        let milliseconds = Int32(clamping: max(0, seconds * 1_000 + attoseconds / 1_000_000_000_000_000))
        guard try check("read", "standard input", { unsafe Int(poll(&request, 1, milliseconds)) }) > 0 else {
            return nil
        }
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = try check("read", "standard input") { unsafe Glibc.read(0, &buffer, limit) }
        return Array(buffer[..<count])
    }

    /// Ends our side and reads away what the other still says, for a moment: closing a socket with unread bytes resets
    /// the connection, and the answer may be lost with it.
    package static func close() {
        guard shutdown(1, Int32(SHUT_WR)) == 0 else { return }
        for _ in 0..<16 {
            guard let more = try? read(upTo: 65_536, within: .milliseconds(100)), !more.isEmpty else { return }
        }
    }
}
