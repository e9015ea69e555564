// SPDX-License-Identifier: MIT

import Dispatch
import FlyingSocks
import FoundationEssentials
import Glibc
import Synchronization

/// A server on 127.0.0.1 that does to each connection what its script says, byte for byte and fault for fault.
///
/// Use it by `withFaultServer`. Every connection has a thread of its own, so scripts may wait and hang.
package final class FaultServer: Sendable {
    /// One thing to do to a connection. After the last step the connection is closed in good order.
    package enum Step: Sendable {
        /// Reads a request: its head and as much body as its `content-length` says.
        case readRequest
        /// Reads the head of a request and leaves its body alone.
        case readHead
        case send([UInt8])
        /// Sends one byte, waits, and so on; ends early when the client goes.
        case drip([UInt8], every: Duration)
        case wait(Duration)
        /// Breaks the connection off with a TCP reset instead of closing it.
        case reset
        /// Holds the connection open, silent, until the client goes or the server stops.
        case hang
        /// Goes back to the first step, for kept connections; ends when the client goes.
        case again

        /// Sends the text as it stands; lines need their `\r\n`.
        package static func send(_ text: String) -> Step { .send(Array(text.utf8)) }

        /// A whole 200 answer with `content-length`.
        package static func answer(_ body: String, headers: String = "") -> Step {
            .send("HTTP/1.1 200 OK\r\n\(headers)content-length: \(body.utf8.count)\r\n\r\n\(body)")
        }
    }

    /// The port of 127.0.0.1 it listens on.
    package let port: UInt16
    private let state: FaultServerState

    /// Listens and serves until `stop`. `script` gives the steps for a connection; connections count from 0.
    package init(_ script: @escaping @Sendable (Int) -> [Step]) throws {
        let socket = try Socket(domain: AF_INET)
        try socket.bind(to: .inet(ip4: "127.0.0.1", port: 0))
        try socket.listen()
        guard case .ip4(_, let port) = try socket.sockname() else { throw SocketError.disconnected }
        try socket.setValue(.milliseconds(20), for: .timeout(SO_RCVTIMEO))
        self.port = port
        let state = FaultServerState()
        self.state = state
        DispatchQueue(label: "fault-server").async { state.acceptConnections(on: socket, script) }
    }

    /// `127.0.0.1:port`, as a URL's authority.
    package var authority: String { "127.0.0.1:\(port)" }

    /// What came over each connection so far, in the order the connections were made.
    package var received: [[UInt8]] { state.connections.withLock { $0.map(\.received) } }

    /// `received` as text.
    package var receivedText: [String] { received.map { String(decoding: $0, as: UTF8.self) } }

    /// How many requests `readRequest` has read whole.
    package var requestCount: Int { state.connections.withLock { $0.reduce(0) { $0 + $1.requests } } }

    /// How many connections have been closed by the client or by the script.
    package var closedCount: Int { state.connections.withLock { $0.count(where: \.isClosed) } }

    /// Closes the port and, within about 20 ms, every connection.
    package func stop() { state.isStopped.store(true, ordering: .relaxed) }
}

/// Runs `body` with a server that gives connection n the n-th script; further ones get the last script again.
package func withFaultServer<Result>(
    _ scripts: [FaultServer.Step]..., body: (FaultServer) async throws -> Result
) async throws -> Result {
    let server = try FaultServer { number in scripts[min(number, scripts.count - 1)] }
    defer { server.stop() }
    return try await body(server)
}

/// What the threads of a server share.
private final class FaultServerState: Sendable {
    struct Connection: Sendable {
        var received: [UInt8] = []
        var requests = 0
        var isClosed = false
    }

    let isStopped = Atomic(false)
    let connections = Mutex<[Connection]>([])

    func acceptConnections(on listener: Socket, _ script: @Sendable (Int) -> [FaultServer.Step]) {
        while !isStopped.load(ordering: .relaxed) {
            // A timeout every 20 ms is how the thread comes to look at `isStopped`.
            guard let file = try? listener.accept().file else { continue }
            let number = connections.withLock { connections in
                connections.append(Connection())
                return connections.count - 1
            }
            let steps = script(number)
            DispatchQueue(label: "fault-server-\(number)").async {
                FaultConnection(socket: Socket(file: file), number: number, server: self).run(steps)
            }
        }
        // A failed close leaves nothing to do in a test that is over.
        try? listener.close()
    }
}

/// One connection on its thread.
private struct FaultConnection {
    let socket: Socket
    let number: Int
    let server: FaultServerState

    private var isStopped: Bool { server.isStopped.load(ordering: .relaxed) }

    func run(_ steps: [FaultServer.Step]) {
        // The client may go at any time; that ends the script, and is what many tests are about.
        try? socket.setValue(.milliseconds(20), for: .timeout(SO_RCVTIMEO))
        try? socket.setValue(.milliseconds(20), for: .timeout(SO_SNDTIMEO))
        try? perform(steps)
        try? socket.close()
        server.connections.withLock { $0[number].isClosed = true }
    }

    private func perform(_ steps: [FaultServer.Step]) throws {
        for step in steps {
            switch step {
            case .readRequest: try readRequest()
            case .readHead: try readHead()
            case .send(let bytes): try send(bytes)
            case .drip(let bytes, let pause):
                for byte in bytes {
                    try send([byte])
                    pauseThread(pause)
                }
            case .wait(let duration): pauseThread(duration)
            case .reset: return try socket.setValue(linger(l_onoff: 1, l_linger: 0), for: LingerOption())
            case .hang: while true { _ = try read() }
            case .again: while true { try perform(steps.dropLast()) }
            }
        }
    }

    /// Reads byte by byte, so that nothing is taken of what follows.
    @discardableResult
    private func readHead() throws -> String {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) { head += try read(atMost: 1) }
        return String(decoding: head, as: UTF8.self).lowercased()
    }

    private func readRequest() throws {
        let length = try readHead().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        var missing = length.flatMap { Int($0.dropFirst(15).filter(\.isNumber)) } ?? 0
        while missing > 0 { missing -= try read(atMost: min(missing, 64 << 10)).count }
        server.connections.withLock { $0[number].requests += 1 }
    }

    private func read(atMost count: Int = 4096) throws -> [UInt8] {
        while !isStopped {
            do {
                let bytes = try socket.read(atMost: count)
                server.connections.withLock { $0[number].received += bytes }
                return bytes
            } catch SocketError.blocked {
                continue
            }
        }
        throw SocketError.disconnected
    }

    private func send(_ bytes: [UInt8]) throws {
        let data = Data(bytes)
        var sent = 0
        while sent < data.count {
            if isStopped { throw SocketError.disconnected }
            do { sent = try socket.write(data, from: sent) } catch SocketError.blocked { continue }
        }
    }

    private func pauseThread(_ duration: Duration) {
        let end = ContinuousClock.now + duration
        while !isStopped, ContinuousClock.now < end { usleep(2000) }
    }
}

/// `SO_RCVTIMEO` or `SO_SNDTIMEO`.
private struct TimeoutOption: SocketOption {
    let name: Int32

    func makeValue(from value: timeval) -> Duration { .seconds(value.tv_sec) + .microseconds(value.tv_usec) }

    func makeSocketValue(from duration: Duration) -> timeval {
        let (seconds, attoseconds) = duration.components
        return timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    }
}

extension SocketOption where Self == TimeoutOption {
    fileprivate static func timeout(_ name: Int32) -> Self { TimeoutOption(name: name) }
}

private struct LingerOption: SocketOption {
    var name: Int32 { SO_LINGER }

    func makeValue(from value: linger) -> linger { value }
    func makeSocketValue(from value: linger) -> linger { value }
}
