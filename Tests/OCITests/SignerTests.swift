// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import OCI
import Testing

@Suite struct SignerTests {
    private let now = Date(timeIntervalSince1970: 1_784_635_200)

    private func request(
        _ method: HTTPRequest.Method, scheme: String = "https", authority: String = "objectstorage.example.com"
    ) -> HTTPRequest {
        HTTPRequest(method: method, scheme: scheme, authority: authority, path: "/n")
    }

    private func sign(
        _ request: inout HTTPRequest, _ coverage: BodyCoverage, body: [UInt8]? = nil, keyID: Secret = Secret("a/b/c")
    ) throws {
        try RequestSigner.sign(
            &request, body: body, coverage: coverage, keyID: keyID, key: SigningFixtures.key(), date: now)
    }

    @Test(arguments: [
        ("https", "host.example.com", "host.example.com"), ("https", "host.example.com:443", "host.example.com"),
        ("https", "host.example.com:80", "host.example.com:80"), ("http", "127.0.0.1:80", "127.0.0.1"),
        ("http", "127.0.0.1:443", "127.0.0.1:443"), ("https", "[::1]:8443", "[::1]:8443"),
    ])
    func `the signed host is what libcurl writes`(scheme: String, authority: String, host: String) throws {
        var request = request(.get, scheme: scheme, authority: authority)
        #expect(RequestSigner.host(of: request) == host)
        try sign(&request, .none)
        #expect(try RequestSigner.signingString(request, headers: ["host"]) == "host: \(host)")
    }

    @Test func `signing again replaces what the attempt before left`() throws {
        var request = request(.post)
        try sign(&request, .signed, body: [1])
        request.headerFields[.date] = "Mon, 01 Jan 2024 00:00:00 GMT"
        try sign(&request, .signed, body: [1, 2])
        #expect(request.headerFields[.date] == "Tue, 21 Jul 2026 12:00:00 GMT")
        #expect(request.headerFields[.contentLength] == "2")
        #expect(request.headerFields[values: .authorization].count == 1)
        #expect(request.headerFields[values: .date].count == 1)
    }

    @Test(arguments: [
        (HTTPRequest.Method.get, BodyCoverage.signed), (.delete, .excluded), (.head, .signed), (.post, .none),
        (.post, .excluded), (.put, .none), (.patch, .none),
    ])
    func `a coverage the service would refuse is refused here`(method: HTTPRequest.Method, coverage: BodyCoverage) {
        var request = request(method)
        #expect(throws: SigningError.coverage(method: method.rawValue)) { try sign(&request, coverage) }
    }

    @Test func `methods OCI does not know are refused`() {
        var request = request(.options)
        #expect(throws: SigningError.method("OPTIONS")) { try sign(&request, .none) }
    }

    @Test(arguments: ["", "ST$token\n", "a b", "a\"b", "a\\b", "å"])
    func `a key id that would break the header is refused`(keyID: String) {
        var request = request(.get)
        let error = #expect(throws: SigningError.self) { try sign(&request, .none, keyID: Secret(keyID)) }
        #expect(error == .malformedKeyID)
    }

    @Test func `a header to be signed that is not there is named`() throws {
        let request = request(.get)
        #expect(throws: SigningError.missingHeader("opc-obo-token")) {
            try RequestSigner.signingString(request, headers: ["host", "opc-obo-token"])
        }
    }

    @Test func `every refusal says what to do`() {
        let errors: [SigningError] = [
            .method("TRACE"), .coverage(method: "POST"), .missingHeader("date"), .malformedKeyID,
            .crypto(.failed(operation: "EVP_DigestSign", detail: "x")),
        ]
        for error in errors { #expect("\(error)".hasPrefix("cannot sign")) }
    }

    @Test func `a request target keeps order, empty values and repeated names, and leaves nil out`() {
        let bucket = "a b/ü"
        let target: RequestTarget = "/n/x/b/\(bucket)"
        #expect(target.text == "/n/x/b/a%20b%2F%C3%BC")
        #expect(RequestTarget("").text == "/")
        let query = target.query("b", 2).query("a", true).query("start", "").query("none", nil as String?).query(
            "b", "1")
        #expect(query.text == "/n/x/b/a%20b%2F%C3%BC?b=2&a=true&start=&b=1")
    }

    @Test func `composed and decomposed letters stay two names`() {
        #expect(PercentEncoding.encode("\u{E5}") == "%C3%A5")
        #expect(PercentEncoding.encode("a\u{30A}") == "a%CC%8A")
    }

    @Test(arguments: [("a%2Fb", "a/b"), ("a+b", "a+b"), ("%c3%A5", "å"), ("", "")])
    func `escapes decode`(text: String, decoded: String) {
        #expect(PercentEncoding.decode(text) == Array(decoded.utf8))
    }

    @Test(arguments: ["%", "%2", "%2G", "a%zz"])
    func `broken escapes do not decode`(text: String) { #expect(PercentEncoding.decode(text) == nil) }
}
