// SPDX-License-Identifier: MIT

import Foundation
import HTTPTypes
import TestSupport
import Testing
import Transport

/// The proxy variables of the environment, which libcurl reads by itself.
///
/// A test cannot change its own environment, so each starts this test program again with the variables set; the
/// child runs `CurlProxyChild` alone, which makes one request and writes down what came of it.
@Suite struct CurlProxyTests {
    /// What the child found, in words.
    private func outcome(
        of url: String, environment: [String: String], usesProxy: Bool = true
    ) async throws -> String {
        try await withTemporaryDirectory { directory in
            let result = directory + "/result"
            var all = ProcessInfo.processInfo.environment.filter { !$0.key.lowercased().hasSuffix("_proxy") }
            all.merge(environment) { $1 }
            all["TRANSPORT_CHILD_URL"] = url
            all["TRANSPORT_CHILD_RESULT"] = result
            all["TRANSPORT_CHILD_USES_PROXY"] = usesProxy ? "1" : "0"
            let child = Process()
            child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            child.arguments = ["--testing-library", "swift-testing", "--filter", "CurlProxyChild"]
            child.environment = all
            child.standardOutput = FileHandle.nullDevice
            child.standardError = FileHandle.nullDevice
            try child.run()
            _ = try await eventually("the child's end", within: .seconds(120)) { child.isRunning ? nil : true }
            return ToolProcess.text(of: result)
        }
    }

    @Test func `plain HTTP goes to the proxy with the whole URL`() async throws {
        try await withFaultServer([.readRequest, .answer("from the proxy")]) { proxy in
            let environment = ["http_proxy": "http://" + proxy.authority]
            let outcome = try await outcome(of: "http://service.example/a?b=c", environment: environment)
            #expect(outcome == "200 from the proxy")
            #expect(proxy.receivedText.first?.hasPrefix("GET http://service.example/a?b=c HTTP/1.1\r\n") == true)
        }
    }

    @Test func `HTTPS asks the proxy for a tunnel, and its refusal is a failed connection`() async throws {
        let refusal = FaultServer.Step.send("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
        try await withFaultServer([.readRequest, refusal]) { proxy in
            let environment = ["https_proxy": "http://" + proxy.authority]
            let outcome = try await outcome(of: "https://service.example/", environment: environment)
            #expect(outcome.hasPrefix("connect "), "\(outcome)")
            #expect(proxy.receivedText.first?.hasPrefix("CONNECT service.example:443 HTTP/1.1\r\n") == true)
        }
    }

    @Test func `a proxy that is down is a failed connection`() async throws {
        let environment = ["http_proxy": "http://127.0.0.1:1"]
        let outcome = try await outcome(of: "http://service.example/", environment: environment)
        #expect(outcome.hasPrefix("connect "), "\(outcome)")
    }

    @Test(arguments: [true, false])
    func `hosts of no_proxy and calls that want no proxy go straight`(isByVariable: Bool) async throws {
        try await withFaultServer([.readRequest, .answer("straight")]) { server in
            var environment = ["http_proxy": "http://127.0.0.1:1"]
            if isByVariable { environment["no_proxy"] = "127.0.0.1" }
            let outcome = try await outcome(
                of: "http://\(server.authority)/", environment: environment, usesProxy: isByVariable)
            #expect(outcome == "200 straight")
        }
    }
}

/// The other half of `CurlProxyTests`; does nothing in an ordinary run.
@Suite struct CurlProxyChild {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["TRANSPORT_CHILD_URL"] != nil, "a child of CurlProxyTests"))
    func `makes the request it was told to`() async throws {
        let environment = ProcessInfo.processInfo.environment
        let url = try #require(environment["TRANSPORT_CHILD_URL"].flatMap { URL(string: $0) })
        let path = try #require(environment["TRANSPORT_CHILD_RESULT"])
        let authority = [url.host(), url.port.map(String.init)].compactMap(\.self).joined(separator: ":")
        let target = url.path() + (url.query().map { "?" + $0 } ?? "")
        var call = HTTPCall(.get, authority, target, scheme: url.scheme ?? "")
        call.usesProxy = environment["TRANSPORT_CHILD_USES_PROXY"] == "1"
        var outcome: String
        do {
            let reply = try await HTTPTransport.curl(CurlOptions(userAgent: "polisen-test/1")).send(call)
            outcome = "\(reply.status) \(String(decoding: reply.body, as: UTF8.self))"
        } catch {
            outcome = "\(error.reason) \(error)"
        }
        try Data(outcome.utf8).write(to: URL(fileURLWithPath: path))
    }
}
