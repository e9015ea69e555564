// SPDX-License-Identifier: MIT

import HTTPTypes
import TestSupport
import Testing
import Transport

/// What comes back from answers that are in order, if sometimes odd.
@Suite struct CurlAnswerTests {
    private let transport: HTTPTransport

    init() throws { transport = try HTTPTransport.curl(CurlOptions(userAgent: "polisen-test/1")) }

    private func reply(
        to answer: [FaultServer.Step], _ change: (inout HTTPCall) -> Void = { _ in }
    ) async throws -> Reply {
        try await withFaultServer([.readRequest] + answer) { server in
            var call = HTTPCall(.get, server.authority)
            change(&call)
            return try await transport.send(call)
        }
    }

    @Test func `the timing is told truthfully`() async throws {
        let reply = try await reply(to: [.wait(.milliseconds(50)), .answer("hello")])
        #expect(reply.timing.firstByte >= .milliseconds(50))
        #expect(reply.timing.total >= reply.timing.firstByte)
        #expect(reply.timing.wireBytes == 5)
        #expect(!reply.timing.reusedConnection)
        #expect(reply.timing.httpVersion == "1.1")
    }

    @Test func `interim answers leave no header behind`() async throws {
        let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"
        let reply = try await reply(to: [.send(interim), .answer("hello", headers: "x-a: 1\r\n")])
        #expect(reply.status == 200)
        #expect(reply.headers.value("link") == nil)
        #expect(reply.headers.value("x-a") == "1")
        #expect(reply.body == Array("hello".utf8))
    }

    @Test func `repeated headers are joined and names have no case`() async throws {
        let reply = try await reply(to: [.answer("", headers: "X-A: 1\r\nx-a: 2\r\nx-b:   three  \r\n")])
        #expect(reply.headers.value("X-a") == "1, 2")
        #expect(reply.headers.value("x-b") == "three")
    }

    @Test func `folded headers are unfolded`() async throws {
        let reply = try await reply(to: [.answer("", headers: "x-a: one\r\n  two\r\n\tthree\r\n")])
        #expect(reply.headers.value("x-a") == "one two three")
    }

    @Test func `a chunked body is put together and its trailers are left out`() async throws {
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
        let reply = try await reply(to: [.send(head + "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nx-t: 1\r\n\r\n")])
        #expect(reply.body == Array("hello world".utf8))
        #expect(reply.headers.value("x-t") == nil)
    }

    @Test func `a body without length ends with the connection`() async throws {
        let reply = try await reply(to: [.send("HTTP/1.0 200 OK\r\n\r\nhello")])
        #expect(reply.body == Array("hello".utf8))
    }

    @Test func `gzip is decoded and the wire bytes are counted before`() async throws {
        let reply = try await reply(to: [.send(Encoded.answer(Encoded.gzip, "gzip"))])
        #expect(reply.body == Array(String(repeating: "hello ", count: 100).utf8))
        #expect(reply.timing.wireBytes == Encoded.gzip.count)
    }

    @Test func `brotli is decoded`() async throws {
        let reply = try await reply(to: [.send(Encoded.answer(Encoded.brotli, "br"))])
        #expect(reply.body == Array("hello".utf8))
    }

    @Test func `an empty body called gzip is empty`() async throws {
        let reply = try await reply(to: [.send(Encoded.answer([], "gzip"))])
        #expect(reply.body.isEmpty)
    }

    @Test func `a stored object that is gzip stays gzip`() async throws {
        let reply = try await reply(to: [.send(Encoded.answer(Encoded.gzip, "gzip"))]) { $0.acceptsCompression = false }
        #expect(reply.body == Encoded.gzip)
    }

    @Test func `a redirect is an answer like any other`() async throws {
        let reply = try await reply(to: [
            .send("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n")
        ])
        #expect(reply.status == 302)
        #expect(reply.headers[.location] == "http://127.0.0.1:1/")
    }

    @Test func `a challenge is not answered`() async throws {
        let reply = try await reply(to: [
            .send("HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Basic realm=\"x\"\r\ncontent-length: 2\r\n\r\nno")
        ])
        #expect(reply.status == 401)
        #expect(reply.body == Array("no".utf8))
    }

    @Test(arguments: [(HTTPRequest.Method.head, 200), (.get, 304), (.get, 204)])
    func `an answer without body is not waited for`(method: HTTPRequest.Method, status: Int) async throws {
        let answer = "HTTP/1.1 \(status) X\r\netag: \"e\"\r\ncontent-length: 50\r\n\r\n"
        let text = status == 204 ? answer.replacing("content-length: 50\r\n", with: "") : answer
        let reply = try await reply(to: [.send(text), .hang]) { $0.request.method = method }
        #expect(reply.status == status)
        #expect(reply.headers[.eTag] == "\"e\"")
        #expect(reply.body.isEmpty)
    }

    @Test func `a megabyte arrives whole`() async throws {
        let body = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let head = Array("HTTP/1.1 200 OK\r\ncontent-length: \(body.count)\r\n\r\n".utf8)
        let reply = try await reply(to: [.send(head + body)]) { $0.responseLimitBytes = body.count }
        #expect(reply.body == body)
    }
}

/// Bodies under a content encoding, made 2026-11 with zlib and by hand.
private enum Encoded {
    /// `hello ` a hundred times.
    static let gzip: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xFF, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x18,
        0x25, 0x47, 0x49, 0xAA, 0x92, 0x00, 0xF3, 0x31, 0xA2, 0x0D, 0x58, 0x02, 0x00, 0x00,
    ]
    /// `hello` as one stored block (RFC 7932, 9.2).
    static let brotli: [UInt8] = [0x0B, 0x02, 0x80] + Array("hello".utf8) + [0x03]

    static func answer(_ body: [UInt8], _ encoding: String) -> [UInt8] {
        Array("HTTP/1.1 200 OK\r\ncontent-encoding: \(encoding)\r\ncontent-length: \(body.count)\r\n\r\n".utf8) + body
    }
}
