// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import TestSupport
import Testing
import Transport

/// Whom the transport trusts, over real TLS servers with certificates made for the test.
@Suite struct CurlTLSTests {
    private static let answers = ["x": "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"]

    private func transport(
        extraCAFile: String? = nil, systemCAFile: String? = nil, systemCADirectory: String? = nil
    ) throws -> HTTPTransport {
        try HTTPTransport.curl(
            CurlOptions(
                userAgent: "polisen-test/1", extraCAFile: extraCAFile, systemCAFile: systemCAFile,
                systemCADirectory: systemCADirectory))
    }

    private func call(_ authority: String) -> HTTPCall { HTTPCall(.get, authority, "/x", scheme: "https") }

    @Test func `a server signed by our extra authority is trusted`() async throws {
        try await withTemporaryDirectory { directory in
            let certificates = try await TestCertificates(in: directory)
            try await withTLSServer(certificates, answers: Self.answers) { server in
                let reply = try await transport(extraCAFile: certificates.caFile).send(call(server.authority))
                #expect(reply.status == 200)
                #expect(reply.body == Array("hi".utf8))
            }
        }
    }

    @Test(arguments: [
        (TestCertificates.Leaf.expired, TransportError.TLSProblem.expired), (.wrongHost, .wrongHost),
        (.selfSigned, .unknownIssuer),
    ])
    func `a certificate with a fault is refused and the fault named`(
        leaf: TestCertificates.Leaf, problem: TransportError.TLSProblem
    ) async throws {
        try await withTemporaryDirectory { directory in
            let certificates = try await TestCertificates(in: directory, [leaf])
            try await withTLSServer(certificates, leaf, answers: Self.answers) { server in
                let transport = try transport(extraCAFile: certificates.caFile)
                let error = await expectError("tls") { try await transport.send(call(server.authority)) }
                #expect(error?.tlsProblem == problem, "\(String(describing: error))")
                #expect(error?.description.contains(server.authority) == true)
            }
        }
    }

    @Test func `an authority nobody named is not trusted`() async throws {
        try await withTemporaryDirectory { directory in
            let certificates = try await TestCertificates(in: directory)
            try await withTLSServer(certificates, answers: Self.answers) { server in
                let transport = try transport()
                let error = await expectError("tls") { try await transport.send(call(server.authority)) }
                #expect(error?.tlsProblem == .unknownIssuer, "\(String(describing: error))")
            }
        }
    }

    @Test func `the system's authorities come from its hashed directory or from the file named instead`() async throws {
        try await withTemporaryDirectory { directory in
            let certificates = try await TestCertificates(in: directory)
            let hashed = directory + "/hashed"
            try FileManager.default.createDirectory(atPath: hashed, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: certificates.caFile, toPath: hashed + "/ca.pem")
            try await ToolProcess.run("openssl", ["rehash", hashed], directory: directory)
            try await withTLSServer(certificates, answers: Self.answers) { server in
                let byDirectory = try await transport(systemCADirectory: hashed).send(call(server.authority))
                #expect(byDirectory.status == 200)
                let byFile = try await transport(systemCAFile: certificates.caFile).send(call(server.authority))
                #expect(byFile.status == 200)
            }
        }
    }

    @Test func `a directory without hashed names is replaced by the bundle in it`() async throws {
        try await withTemporaryDirectory { directory in
            let certificates = try await TestCertificates(in: directory)
            let plain = directory + "/plain"
            try FileManager.default.createDirectory(atPath: plain, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: certificates.caFile, toPath: plain + "/ca-certificates.crt")
            try await withTLSServer(certificates, answers: Self.answers) { server in
                let reply = try await transport(systemCADirectory: plain).send(call(server.authority))
                #expect(reply.status == 200)
            }
        }
    }

    @Test(arguments: [true, false])
    func `the extra authority is trusted besides the system's, not instead`(hasHashedDirectory: Bool) async throws {
        try await withTemporaryDirectory { directory in
            let (first, second) = (directory + "/first", directory + "/second")
            for path in [first, second] {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            let system = try await TestCertificates(in: first)
            let extra = try await TestCertificates(in: second)
            if hasHashedDirectory { try await ToolProcess.run("openssl", ["rehash", first], directory: directory) }
            let transport = try transport(
                extraCAFile: extra.caFile, systemCAFile: hasHashedDirectory ? nil : system.caFile,
                systemCADirectory: first)
            for certificates in [system, extra] {
                try await withTLSServer(certificates, answers: Self.answers) { server in
                    let reply = try await transport.send(call(server.authority))
                    #expect(reply.status == 200)
                }
            }
        }
    }

    @Test func `a CA file without a certificate makes the transport unusable`() async throws {
        try await withTemporaryDirectory { directory in
            let empty = directory + "/empty.pem"
            try Data().write(to: URL(filePath: empty))
            let transport = try transport(extraCAFile: empty)
            let certificates = try await TestCertificates(in: directory)
            try await withTLSServer(certificates, answers: Self.answers) { server in
                let error = await expectError("unusable") { try await transport.send(call(server.authority)) }
                #expect(error?.description.contains(empty) == true, "\(String(describing: error))")
            }
        }
    }

    @Test func `a server that offers nothing newer than TLS 1_1 is refused`() async throws {
        try await withTemporaryDirectory { directory in
            let certificates = try await TestCertificates(in: directory)
            let old = ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"]
            try await withTLSServer(certificates, answers: Self.answers, arguments: old) { server in
                let transport = try transport(extraCAFile: certificates.caFile)
                let error = await expectError("tls") { try await transport.send(call(server.authority)) }
                #expect(error?.tlsProblem == .other)
            }
        }
    }

    @Test(.enabled(if: HTTP2Server.isAvailable, "needs nghttpd of the package nghttp2-server"))
    func `HTTP 2 is spoken where it is allowed, and only there`() async throws {
        try await withTemporaryDirectory { directory in
            let certificates = try await TestCertificates(in: directory)
            try await withHTTP2Server(certificates, files: ["x": "hello"]) { server in
                let transport = try transport(extraCAFile: certificates.caFile)
                var call = call(server.authority)
                call.allowsHTTP2 = true
                let first = try await transport.send(call)
                let second = try await transport.send(call)
                #expect(first.body == Array("hello".utf8))
                #expect([first, second].map(\.timing.httpVersion) == ["2", "2"])
                #expect([first, second].map(\.timing.reusedConnection) == [false, true])
                #expect(first.headers.value("server")?.hasPrefix("nghttpd") == true)
                // nghttpd speaks nothing else, so the handshake ends without an agreement.
                call.allowsHTTP2 = false
                await expectError("interrupted") { try await transport.send(call) }
            }
        }
    }

    @Test func `a second connection to a host takes up the TLS session of the first`() async throws {
        try await withTemporaryDirectory { directory in
            let certificates = try await TestCertificates(in: directory)
            // With -www the server tells about the connection it is asked over, of which each answer ends one.
            try await withTLSServer(certificates, answers: [:], arguments: ["-www"]) { server in
                let transport = try transport(extraCAFile: certificates.caFile)
                let first = try await transport.send(call(server.authority)).body
                let second = try await transport.send(call(server.authority)).body
                #expect(String(decoding: first, as: UTF8.self).contains("New, TLSv1.3"))
                #expect(String(decoding: second, as: UTF8.self).contains("Reused, TLSv1.3"))
            }
        }
    }
}
