// SPDX-License-Identifier: MIT

import FlyingFox
import FlyingSocks
import HTTPTypes
import TestSupport
import Testing
import Transport

/// A server that nobody made for these tests.
@Suite struct CurlInteroperabilityTests {
    private let transport: HTTPTransport

    init() throws { transport = try HTTPTransport.curl(CurlOptions(userAgent: "polisen-test/1")) }

    @Test func `a server made by somebody else is understood`() async throws {
        let server = try HTTPServer(address: .inet(ip4: "127.0.0.1", port: 0))
        await server.appendRoute("POST /echo") { request in
            FlyingFox.HTTPResponse(
                statusCode: .created, headers: [.init("X-Method"): request.method.rawValue],
                body: try await request.bodyData)
        }
        async let running: Void = server.run()
        try await server.waitUntilListening(timeout: 60)
        let address = try #require(await server.listeningAddress)
        guard case .ip4(_, let port) = address else { throw SocketError.disconnected }
        let reply = try await transport.send(
            HTTPCall(.post, "127.0.0.1:\(port)", "/echo", body: Array("{\"a\":1}".utf8)))
        #expect(reply.status == 201)
        #expect(reply.body == Array("{\"a\":1}".utf8))
        #expect(reply.headers.value("x-method") == "POST")
        await server.stop()
        // Stopping ends it with an error of its own.
        try? await running
    }
}
