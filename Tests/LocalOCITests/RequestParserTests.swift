// SPDX-License-Identifier: MIT

import HTTPTypes
import LocalOCI
import Testing

struct RequestParserTests {
    private static let put =
        "PUT /n/ns/b/b/o/a%2Fb%20c?x=%2B HTTP/1.1\r\nHost: h:1\r\nContent-Length: 5\r\nX-A:  1 \r\n\r\nhello"

    @Test func `a request is read whatever the pieces it comes in`() throws {
        let bytes = Array(Self.put.utf8)
        for cut in 0...bytes.count {
            var parser = RequestParser(connection: 7)
            parser.append(Array(bytes[..<cut]))
            if cut < bytes.count {
                guard case .needsBytes = try parser.next() else {
                    Issue.record("a request out of \(cut) bytes")
                    return
                }
                parser.append(Array(bytes[cut...]))
            }
            guard case .request(let request, let keepAlive) = try parser.next() else {
                Issue.record("no request, cut at \(cut)")
                return
            }
            #expect(request.target == "/n/ns/b/b/o/a%2Fb%20c?x=%2B")
            #expect(request.method == "PUT")
            #expect(request.header("x-a") == "1")
            #expect(request.body == Array("hello".utf8))
            #expect(request.connection == 7)
            #expect(keepAlive)
        }
    }

    @Test func `segments are decoded one by one and queries with plus as blank`() {
        let request = ServerRequest(method: "GET", target: "/n/a%2Fb/%zz?prefix=a+b%2Bc&start=&flag")
        #expect(request.segments == ["n", "a/b", "%zz"])
        #expect(request.parameter("prefix") == "a b+c")
        #expect(request.parameter("start") == "")
        #expect(request.parameter("flag") == "")
        #expect(request.parameter("other") == nil)
    }

    @Test func `requests sent at once come out one after the other`() throws {
        var parser = RequestParser(connection: 1)
        parser.append(Array("GET /a HTTP/1.1\r\n\r\n\r\nGET /b HTTP/1.1\r\nConnection: close\r\n\r\n".utf8))
        guard case .request(let first, true) = try parser.next(), case .request(let second, false) = try parser.next(),
            case .needsBytes = try parser.next()
        else {
            Issue.record("two requests were expected")
            return
        }
        #expect([first.target, second.target] == ["/a", "/b"])
    }

    @Test func `a client that expects to be told to go on is told once`() throws {
        var parser = RequestParser(connection: 1)
        parser.append(Array("PUT /a HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n".utf8))
        guard case .expectsContinue = try parser.next(), case .needsBytes = try parser.next() else {
            Issue.record("no wish to go on")
            return
        }
        parser.append(Array("ok".utf8))
        guard case .request = try parser.next() else {
            Issue.record("no request")
            return
        }
    }

    @Test(arguments: [
        ("GET /a\r\n\r\n", RequestParser.Problem.malformed), ("GET  /a HTTP/1.1\r\n\r\n", .malformed),
        ("GET /a HTTP/1.1\r\nno colon\r\n\r\n", .malformed), ("GET /a HTTP/1.1\r\na b: c\r\n\r\n", .malformed),
        ("PUT /a HTTP/1.1\r\nContent-Length: -1\r\n\r\n", .malformed),
        ("PUT /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", .lengthRequired),
        ("PUT /a HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n", .bodyTooLarge),
    ])
    func `what is no request is refused`(text: String, problem: RequestParser.Problem) {
        var parser = RequestParser(connection: 1)
        parser.append(Array(text.utf8))
        #expect(throws: problem) { try parser.next() }
    }

    @Test func `an endless head is refused`() {
        var parser = RequestParser(connection: 1)
        parser.append([UInt8](repeating: 65, count: 70_000))
        #expect(throws: RequestParser.Problem.headTooLarge) { try parser.next() }
    }

    @Test(arguments: [
        ("HTTP/1.0", "", false), ("HTTP/1.0", "Connection: keep-alive\r\n", true), ("HTTP/1.1", "", true),
    ])
    func `the connection is kept by version and wish`(version: String, header: String, keeps: Bool) throws {
        var parser = RequestParser(connection: 1)
        parser.append(Array("GET / \(version)\r\n\(header)\r\n".utf8))
        guard case .request(_, let keepAlive) = try parser.next() else {
            Issue.record("no request")
            return
        }
        #expect(keepAlive == keeps)
    }

    @Test func `answers without body announce none and HEAD announces what GET would bring`() {
        func head(_ response: ServerResponse, _ method: String) -> String {
            String(decoding: response.encoded(answering: method, keepAlive: true).head, as: UTF8.self)
        }
        #expect(!head(ServerResponse(status: 204), "GET").contains("content-length"))
        #expect(!head(ServerResponse(status: 304), "GET").contains("content-length"))
        #expect(head(ServerResponse(status: 200, body: [1, 2]), "HEAD").contains("content-length: 2\r\n"))
        #expect(ServerResponse(status: 200, body: [1, 2]).encoded(answering: "HEAD", keepAlive: true).body.isEmpty)
        #expect(head(ServerResponse(status: 200), "GET").contains("content-length: 0\r\n"))
    }
}
