// SPDX-License-Identifier: MIT

import HTTPTypes
import TestSupport
import Testing
import Transport

@Suite struct CurlTransportTests {
    private let transport: HTTPTransport

    init() throws { transport = try HTTPTransport.curl(CurlOptions(userAgent: "polisen-test/1")) }

    @Test func `a plain answer arrives with status, headers and body`() async throws {
        try await withFaultServer([.readRequest, .answer("hello", headers: "x-a: 1\r\n")]) { server in
            let reply = try await transport.send(HTTPCall(.get, server.authority, "/a?b=c"))
            #expect(reply.status == 200)
            #expect(reply.headers.first { $0.name.canonicalName == "x-a" }?.value == "1")
            #expect(reply.body == Array("hello".utf8))
            #expect(reply.timing.httpVersion == "1.1")
            #expect(server.receivedText.first?.hasPrefix("GET /a?b=c HTTP/1.1\r\n") == true)
        }
    }
}
