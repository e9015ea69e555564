// SPDX-License-Identifier: MIT

import FlyingSocks
import FoundationEssentials

/// One client's connection: requests in, answers out, one after the other.
struct Connection: Sendable {
    let number: Int
    let socket: Socket
    let pool: any AsyncSocketPool
    let handler: HTTPListener.Handler

    /// Serves until either side closes.
    func serve() async {
        defer {
            // Closed by the peer already, or nobody is left to tell.
            try? socket.close()
        }
        var parser = RequestParser(connection: number)
        do {
            while true {
                switch try next(&parser) {
                case .needsBytes: parser.append(try await read())
                case .expectsContinue: try await write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
                case .request(let request, let keepAlive):
                    guard try await answer(request, keepAlive: keepAlive) else { return }
                }
            }
        } catch let refusal as Refusal {
            // The peer may have gone already.
            try? await write(refusal.bytes)
        } catch {
            return  // Closed by the peer or by the end of the server.
        }
    }

    private struct Refusal: Error {
        let bytes: [UInt8]
    }

    private func next(_ parser: inout RequestParser) throws -> RequestParser.Step {
        do {
            return try parser.next()
        } catch {
            let status =
                switch error {
                case .malformed: 400
                case .headTooLarge: 431
                case .bodyTooLarge: 413
                case .lengthRequired: 411
                }
            let encoded = ServerResponse(status: status).encoded(answering: "GET", keepAlive: false)
            throw Refusal(bytes: encoded.head)
        }
    }

    /// False when the connection must be closed.
    private func answer(_ request: ServerRequest, keepAlive: Bool) async throws -> Bool {
        let response = await handler(request)
        let stays = keepAlive && !response.closes
        let (head, body) = response.encoded(answering: request.method, keepAlive: stays)
        switch response.delivery {
        case .dropped:
            return false
        case .whole:
            try await write(head + body)
            return stays
        case .truncated(let bytes):
            try await write(head + body.prefix(bytes))
            return false
        case .dripped(let bytesPerSecond):
            try await write(head)
            try await drip(body, bytesPerSecond: max(1, bytesPerSecond))
            return stays
        }
    }

    private func drip(_ body: [UInt8], bytesPerSecond: Int) async throws {
        let step = max(1, bytesPerSecond / 10)
        var sent = 0
        while sent < body.count {
            let end = min(body.count, sent + step)
            try await write(Array(body[sent..<end]))
            try await Task.sleep(for: .seconds(Double(end - sent) / Double(bytesPerSecond)))
            sent = end
        }
    }

    private func read() async throws -> [UInt8] {
        while true {
            try Task.checkCancellation()
            do {
                return try socket.read(atMost: 64 << 10)
            } catch SocketError.blocked {
                try await pool.suspendSocket(socket, untilReadyFor: .read)
            }
        }
    }

    private func write(_ bytes: [UInt8]) async throws {
        let data = Data(bytes)
        var sent = 0
        while sent < data.count {
            do {
                sent = try socket.write(data, from: sent)
            } catch SocketError.blocked {
                try await pool.suspendSocket(socket, untilReadyFor: .write)
            }
        }
    }
}
