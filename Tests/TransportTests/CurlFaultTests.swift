// SPDX-License-Identifier: MIT

import HTTPTypes
import TestSupport
import Testing
import Transport

/// What becomes of answers that do not come, or come broken.
@Suite struct CurlFaultTests {
    private let transport: HTTPTransport

    init() throws { transport = try HTTPTransport.curl(CurlOptions(userAgent: "polisen-test/1")) }

    private static let head = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n"

    @discardableResult
    private func failure(
        _ reason: String, of answer: [FaultServer.Step], sourceLocation: SourceLocation = #_sourceLocation,
        _ change: (inout HTTPCall) -> Void = { _ in }
    ) async throws -> TransportError? {
        try await withFaultServer([.readRequest] + answer) { server in
            var call = HTTPCall(.get, server.authority)
            change(&call)
            let error = await expectError(reason, sourceLocation: sourceLocation) { try await transport.send(call) }
            if case .interrupted(let host, _, _)? = error {
                #expect(host == server.authority, sourceLocation: sourceLocation)
            }
            return error
        }
    }

    @Test func `a body that drips is ended by the total timeout`() async throws {
        let drip = FaultServer.Step.drip([UInt8](repeating: 0x61, count: 1000), every: .milliseconds(20))
        let error = try await failure("timeout", of: [.send(Self.head), drip]) { $0.timeout = .milliseconds(200) }
        #expect(error?.phase == .answer)
        let after = try #require(error?.after)
        // libcurl's timers are right to a millisecond.
        #expect(after >= .milliseconds(198) && after < .seconds(5))
    }

    @Test func `an answer that never begins is ended by the total timeout`() async throws {
        let error = try await failure("timeout", of: [.hang]) { $0.timeout = .milliseconds(100) }
        #expect(error?.phase == .answer)
    }

    @Test func `a handshake that never ends is a timeout of connecting`() async throws {
        try await withFaultServer([.hang]) { server in
            var call = HTTPCall(.get, server.authority, scheme: "https")
            call.connectTimeout = .milliseconds(100)
            let error = await expectError("timeout") { try await transport.send(call) }
            #expect(error?.phase == .connect)
        }
    }

    @Test func `nobody listening is a refused connection`() async throws {
        let error = await expectError("connect") { try await transport.send(HTTPCall(.get, "127.0.0.1:1")) }
        #expect(error?.description.contains("127.0.0.1:1") == true)
    }

    @Test func `a name that cannot exist does not resolve`() async throws {
        // A label of more than 63 bytes is refused by the resolver without asking anybody.
        let host = String(repeating: "a", count: 64) + ".invalid"
        await expectError("dns") { try await transport.send(HTTPCall(.get, host)) }
    }

    @Test(arguments: [FaultServer.Step.reset, .wait(.zero)])
    func `a connection that breaks in mid-body tells how much had come`(end: FaultServer.Step) async throws {
        let error = try await failure("interrupted", of: [.send(Self.head + "hello"), .wait(.milliseconds(50)), end])
        #expect(error?.receivedBytes == 5)
    }

    @Test(arguments: [FaultServer.Step.reset, .wait(.zero)])
    func `a connection that breaks before the answer is interrupted`(end: FaultServer.Step) async throws {
        let error = try await failure("interrupted", of: [end])
        #expect(error?.receivedBytes == 0)
    }

    @Test(arguments: [
        "garbage\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "\u{16}\u{3}\u{1}\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-le",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n",
    ])
    func `an answer that is not HTTP is interrupted`(answer: String) async throws {
        try await failure("interrupted", of: [.send(answer)])
    }

    @Test func `headers without end are interrupted`() async throws {
        let line = "x-filler: " + String(repeating: "a", count: 8000) + "\r\n"
        let lines = String(repeating: line, count: 200)
        try await failure("interrupted", of: [.send("HTTP/1.1 200 OK\r\n" + lines)])
    }

    @Test func `a TLS connection that breaks in the handshake is interrupted`() async throws {
        for end in [FaultServer.Step.reset, .wait(.zero)] {
            try await withFaultServer([.wait(.milliseconds(20)), end]) { server in
                let call = HTTPCall(.get, server.authority, scheme: "https")
                await expectError("interrupted") { try await transport.send(call) }
            }
        }
    }

    @Test func `a server that speaks no TLS is a TLS error`() async throws {
        try await withFaultServer([.send("HTTP/1.1 400 Bad Request\r\n\r\n"), .hang]) { server in
            let call = HTTPCall(.get, server.authority, scheme: "https")
            let error = await expectError("tls") { try await transport.send(call) }
            #expect(error?.tlsProblem == .other)
        }
    }

    @Test func `a body that is no gzip is a bad encoding`() async throws {
        let head = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 9\r\n\r\n"
        try await failure("bad_encoding", of: [.send(head + "not gzip!")])
    }

    @Test func `an answer past the limit fails with its first mebibyte`() async throws {
        let body = [UInt8](repeating: 0x61, count: 3 << 20)
        let head = Array("HTTP/1.1 200 OK\r\ncontent-length: \(body.count)\r\n\r\n".utf8)
        let error = try await failure("too_large", of: [.send(head + body)]) { $0.responseLimitBytes = 2 << 20 }
        #expect(error?.received == [UInt8](repeating: 0x61, count: 1 << 20))
    }

    @Test func `an answer past a small limit fails with what came`() async throws {
        let error = try await failure("too_large", of: [.answer("hello world")]) { $0.responseLimitBytes = 10 }
        #expect(error?.received == Array("hello world".utf8))
    }

    @Test func `an early refusal ends an upload and its connection`() async throws {
        let refusal = "HTTP/1.1 412 Precondition Failed\r\ncontent-length: 2\r\n\r\nno"
        try await withFaultServer([.readHead, .send(refusal), .hang], [.readRequest, .answer("ok")]) { server in
            let body = [UInt8](repeating: 0x61, count: 8 << 20)
            let first = try await transport.send(HTTPCall(.put, server.authority, body: body))
            #expect(first.status == 412)
            let second = try await transport.send(HTTPCall(.get, server.authority))
            #expect(second.status == 200)
            #expect(!second.timing.reusedConnection)
        }
    }

    @Test(arguments: [HTTPRequest.Method.get, .put, .post])
    func `a kept connection that died is replaced and the body sent again whole`(
        method: HTTPRequest.Method
    ) async throws {
        try await withFaultServer(
            [.readRequest, .answer("one"), .readRequest], [.readRequest, .answer("two")]
        ) { server in
            let body = method == .get ? nil : Array("a body".utf8)
            _ = try await transport.send(HTTPCall(method, server.authority, body: body))
            let reply = try await transport.send(HTTPCall(method, server.authority, body: body))
            #expect(reply.body == Array("two".utf8))
            #expect(server.receivedText.count == 2)
            #expect(server.receivedText.last?.hasSuffix("\r\n\r\n" + (body == nil ? "" : "a body")) == true)
        }
    }
}
