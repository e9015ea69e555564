// SPDX-License-Identifier: MIT

import FlyingSocks
import FoundationEssentials
import Glibc

/// A small HTTP/1.1 server on 127.0.0.1 over FlyingSocks' sockets.
///
/// FlyingFox's own server hands out the raw target too, but it cannot close a connection without an answer, cut or slow
/// a body, answer `Expect: 100-continue` or say which connection a request came over; faults need all of that.
package struct HTTPListener: Sendable {
    /// Makes the answer to one request.
    package typealias Handler = @Sendable (ServerRequest) async -> ServerResponse

    private struct NoDelay: SocketOption {
        var level: Int32 { Int32(IPPROTO_TCP) }
        var name: Int32 { Int32(TCP_NODELAY) }
        func makeValue(from socketValue: Int32) -> Bool { socketValue != 0 }
        func makeSocketValue(from value: Bool) -> Int32 { value ? 1 : 0 }
    }

    /// Where it listens.
    package let port: UInt16
    private let socket: Socket
    private let handler: Handler

    /// Binds and listens; connections wait in the kernel's queue until `run`. Port 0 picks a free one.
    package init(port: UInt16, handler: @escaping Handler) throws {
        let socket = try Socket(domain: AF_INET)
        do {
            try socket.setValue(true, for: .localAddressReuse)
            try socket.bind(to: sockaddr_in.inet(ip4: "127.0.0.1", port: port))
            try socket.listen()
            guard case .ip4(_, let bound) = try socket.sockname() else { throw SocketError.unsupportedAddress }
            self.port = bound
        } catch {
            // The first error is the one to tell; closing is only tidiness.
            try? socket.close()
            throw error
        }
        self.socket = socket
        self.handler = handler
    }

    /// Serves until the task is cancelled; returns when every connection is closed.
    package func run() async throws {
        let pool = SocketPool.ePoll(maxEvents: 64)
        try await pool.prepare()
        defer {
            // The process ends or the port is given back; there is nobody to tell.
            try? socket.close()
        }
        let listening = try AsyncSocket(socket: socket, pool: pool)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.run() }
            group.addTask { await accept(on: listening, pool: pool) }
            try await group.next()
            group.cancelAll()
        }
    }

    private func accept(on listening: AsyncSocket, pool: some AsyncSocketPool) async {
        await withDiscardingTaskGroup { group in
            var number = 0
            while !Task.isCancelled {
                guard let client = try? await listening.accept() else {
                    // Out of file descriptors, or cancelled: let connections end, then look again.
                    try? await Task.sleep(for: .milliseconds(20))
                    continue
                }
                number += 1
                // A missing option costs milliseconds, never correctness.
                try? client.socket.setValue(true, for: NoDelay())
                let connection = Connection(number: number, socket: client.socket, pool: pool, handler: handler)
                group.addTask { await connection.serve() }
            }
        }
    }
}
