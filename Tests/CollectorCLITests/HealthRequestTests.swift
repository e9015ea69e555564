// SPDX-License-Identifier: MIT

import Testing

@testable import CollectorCLI

@Suite struct HealthRequestTests {
    private func read(_ text: String) -> HealthRequest.Reading { HealthRequest.read(Array(text.utf8)) }

    @Test(arguments: [
        ("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "/healthz"), ("GET /healthz?a=b HTTP/1.1\nhost:x\n\n", "/healthz"),
        ("HEAD /metrics HTTP/1.0\r\n\r\n", "/metrics"),
        ("GET http://x:80/metrics HTTP/1.1\r\nHost: x\r\n\r\nbody", "/metrics"),
        ("GET http://x HTTP/1.1\r\nHost: x\r\n\r\n", "/"), ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "*"),
    ])
    func `requests are read`(text: String, path: String) {
        guard case .request(let request) = read(text) else {
            Issue.record("\(read(text))")
            return
        }
        #expect(request.path == path)
    }

    @Test(arguments: [
        "GET /healthz\r\n\r\n", "GET /healthz HTTP/2\r\nHost: x\r\n\r\n", "GET  /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /healthz HTTP/1.1\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "\r\n\r\n",
        " GET / HTTP/1.1\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nnocolon\r\n\r\n", "GET /h\u{1}z HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\u{0}\r\n\r\n", "GET ../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}",
    ])
    func `what is no request is refused`(text: String) { #expect(read(text) == .refused(400)) }

    @Test func `long ones are refused before they end`() {
        #expect(read("GET /" + String(repeating: "a", count: 2_100)) == .refused(414))
        #expect(read("GET /" + String(repeating: "a", count: 2_100) + " HTTP/1.1\r\n") == .refused(414))
        let fields = String(repeating: "x: 0123456789\r\n", count: 600)
        #expect(read("GET / HTTP/1.1\r\n" + fields) == .refused(431))
        #expect(read("GET / HTTP/1.1\r\n" + fields + "\r\n") == .refused(431))
    }

    @Test func `every beginning of a request is waited for`() {
        let text = "GET /healthz HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n"
        for count in 0..<text.utf8.count { #expect(HealthRequest.read(Array(text.utf8.prefix(count))) == .incomplete) }
    }

    @Test func `an answer to HEAD tells the length and holds no body`() {
        let answer = HealthAnswer(status: 200, type: "application/json", body: "{}")
        let text = String(decoding: answer.encoded(withBody: false), as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(text.contains("Content-Length: 2\r\n"))
        #expect(text.contains("Connection: close\r\n"))
        #expect(text.hasSuffix("\r\n\r\n"))
        #expect(
            String(decoding: HealthAnswer(405).encoded(withBody: true), as: UTF8.self).contains("Allow: GET, HEAD\r\n"))
    }
}
