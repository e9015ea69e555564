// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import Synchronization
import TestSupport
import Testing
import Transport

/// What goes over the wire for a call.
@Suite struct CurlRequestTests {
    private let transport: HTTPTransport

    init() throws { transport = try HTTPTransport.curl(CurlOptions(userAgent: "polisen-test/1")) }

    /// The head's lines and the body of the one request that `call` leads to.
    private func sent(_ change: (inout HTTPCall) -> Void) async throws -> (head: [String], body: String) {
        try await withFaultServer([.readRequest, .answer("ok")]) { server in
            var call = HTTPCall(.get, server.authority)
            change(&call)
            let reply = try await transport.send(call)
            #expect(reply.status == 200)
            let text = server.receivedText[0].replacing(server.authority, with: "HOST")
            let end = try #require(text.firstRange(of: "\r\n\r\n"))
            let head = text[..<end.lowerBound].split(separator: "\r\n").map(String.init)
            return (head, String(text[end.upperBound...]))
        }
    }

    @Test func `a GET carries nothing but what was asked for`() async throws {
        let (head, body) = try await sent { $0.request.headerFields[.ifNoneMatch] = "\"a\"" }
        #expect(head[0] == "GET / HTTP/1.1")
        #expect(
            Set(head.dropFirst()) == [
                "Host: HOST", "User-Agent: polisen-test/1", "Accept: */*", "Accept-Encoding: gzip, br",
                "If-None-Match: \"a\"",
            ])
        #expect(body.isEmpty)
    }

    @Test func `a call tells when its request goes out, on a kept connection too`() async throws {
        try await withFaultServer([.readRequest, .answer("ok"), .again]) { server in
            let told = Mutex<[Int]>([])
            for number in 1...2 {
                var call = HTTPCall(.get, server.authority)
                call.willSend = { told.withLock { $0.append(server.requestCount) } }
                _ = try await transport.send(call)
                #expect(server.requestCount == number)
            }
            // Each time before the request had arrived.
            #expect(told.withLock(\.self) == [0, 1])
        }
    }

    @Test func `a connection that does not get through its handshake sends no request`() async throws {
        try await withFaultServer([.hang]) { server in
            let told = Mutex(0)
            var call = HTTPCall(.get, server.authority, "/", scheme: "https")
            call.timeout = .milliseconds(300)
            call.willSend = { told.withLock { $0 += 1 } }
            _ = await expectError("timeout") { try await transport.send(call) }
            #expect(server.received.count == 1)
            #expect(told.withLock(\.self) == 0)
        }
    }

    @Test func `the caller's own user agent and accept replace the defaults`() async throws {
        let (head, _) = try await sent {
            $0.request.headerFields[.userAgent] = "me"
            $0.request.headerFields[.accept] = "application/json"
        }
        #expect(head.filter { $0.lowercased().hasPrefix("user-agent:") } == ["User-Agent: me"])
        #expect(head.filter { $0.lowercased().hasPrefix("accept:") } == ["Accept: application/json"])
    }

    @Test(arguments: [
        (HTTPRequest.Method.post, "", "0"), (.post, "{}", "2"), (.put, "", "0"), (.put, "abc", "3"),
        (.patch, "x", "1"), (.delete, "xy", "2"),
    ])
    func `a body is announced by its length and by nothing else`(
        method: HTTPRequest.Method, body: String, length: String
    ) async throws {
        let (head, received) = try await sent {
            $0.request.method = method
            $0.body = Array(body.utf8)
        }
        #expect(head[0] == "\(method.rawValue) / HTTP/1.1")
        #expect(head.filter { $0.hasPrefix("Content-Length:") } == ["Content-Length: \(length)"])
        let unwanted = ["content-type:", "expect:", "transfer-encoding:"]
        #expect(!head.contains { line in unwanted.contains { line.lowercased().hasPrefix($0) } })
        #expect(received == body)
    }

    @Test(arguments: [HTTPRequest.Method.get, .delete, .post, .put, .options])
    func `without a body there is no length`(method: HTTPRequest.Method) async throws {
        let (head, _) = try await sent { $0.request.method = method }
        #expect(head[0] == "\(method.rawValue) / HTTP/1.1")
        #expect(!head.contains { $0.lowercased().hasPrefix("content-") })
    }

    @Test func `host and content-length of a signed request are sent once`() async throws {
        let (head, _) = try await sent {
            $0.request.method = .put
            $0.request.headerFields[.init("host") ?? .accept] = $0.request.authority
            $0.request.headerFields[.contentLength] = "3"
            $0.request.headerFields[.contentType] = "text/plain"
            $0.body = Array("abc".utf8)
        }
        #expect(head.filter { $0.lowercased().hasPrefix("host:") } == ["Host: HOST"])
        #expect(head.filter { $0.lowercased().hasPrefix("content-length:") } == ["Content-Length: 3"])
        #expect(head.filter { $0.lowercased().hasPrefix("content-type:") } == ["Content-Type: text/plain"])
    }

    @Test func `an empty header value is sent empty`() async throws {
        let (head, _) = try await sent { $0.request.headerFields[.init("x-empty") ?? .accept] = "" }
        #expect(head.contains("x-empty:"))
    }

    @Test func `a large upload waits for no 100-continue`() async throws {
        let (head, body) = try await sent {
            $0.request.method = .put
            $0.body = [UInt8](repeating: 0x61, count: 2 << 20)
        }
        #expect(!head.contains { $0.lowercased().hasPrefix("expect") })
        #expect(body.utf8.count == 2 << 20)
    }

    @Test func `compression is not offered where the stored bytes matter`() async throws {
        let (head, _) = try await sent { $0.acceptsCompression = false }
        #expect(!head.contains { $0.lowercased().hasPrefix("accept-encoding") })
    }

    @Test(
        arguments: [
            ("ftp", "h", "/", nil), ("https", "", "/", nil), ("https", "user:pw@h", "/", nil), ("https", "h", "a", nil),
            ("https", "h", "/å", nil), ("https", "h", "/a b", nil), ("https", "h", "/a#b", nil),
            ("https", "h/x", "/", nil),
            ("http", "h", "/", "host: other"), ("http", "h", "/", "content-length: 5"),
            ("http", "h", "/", "transfer-encoding: chunked"),
        ] as [(String, String, String, String?)])
    func `what cannot be sent as it stands is refused`(
        scheme: String, authority: String, path: String, header: String?
    ) async throws {
        var call = HTTPCall(.get, authority, path, scheme: scheme)
        let parts = header?.split(separator: ":").map { $0.trimmingPrefix(" ") } ?? []
        if parts.count == 2, let name = HTTPField.Name(String(parts[0])) {
            call.request.headerFields[name] = String(parts[1])
        }
        await expectError("unusable") { try await transport.send(call) }
    }

    @Test func `every signed target of the vectors reaches the wire unchanged`() async throws {
        struct Vectors: Decodable {
            struct Vector: Decodable {
                let id: String
                let method: String
                let url: String
                let bodyBase64: String?
            }
            let vectors: [Vector]
        }
        let path = packageRoot + "/Tests/OCITests/Fixtures/signing.json"
        let data = try #require(FileManager.default.contents(atPath: path))
        let vectors = try JSONDecoder().decode(Vectors.self, from: data).vectors
        #expect(vectors.count > 50)
        try await withFaultServer([.readRequest, .send("HTTP/1.1 204 No Content\r\n\r\n"), .again]) { server in
            for vector in vectors {
                let target = vector.url.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" && $0 != "?" }
                let body = vector.bodyBase64.flatMap { Data(base64Encoded: $0) }.map { [UInt8]($0) }
                let method = try #require(HTTPRequest.Method(vector.method))
                let before = server.received.first?.count ?? 0
                _ = try await transport.send(HTTPCall(method, server.authority, String(target), body: body))
                let request = String(decoding: server.received[0].dropFirst(before), as: UTF8.self)
                #expect(request.hasPrefix("\(vector.method) \(target) HTTP/1.1\r\n"), "\(vector.id)")
            }
            #expect(server.received.count == 1)
        }
    }
}
