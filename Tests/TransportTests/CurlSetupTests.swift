// SPDX-License-Identifier: MIT

import FoundationEssentials
import TestSupport
import Testing

@testable import Transport

/// What is decided before the first transfer.
@Suite struct CurlSetupTests {
    @Test func `the library in use tells its version, TLS and HTTP/2`() throws {
        let version = try CurlVersion.loaded()
        #expect(version.isEnough && version.text.contains("."))
        #expect(version.tls?.hasPrefix("OpenSSL/") == true && version.features.contains("HTTP/2"))
    }

    /// setenv(3) while another thread reads the environment crashed a run in a thousand.
    @Test func `loading the library leaves the environment alone`() throws {
        _ = try CurlLibrary.loaded.get()
        #expect(ProcessInfo.processInfo.environment["GNUTLS_NO_IMPLICIT_INIT"] == nil)
    }

    @Test(arguments: [
        ("002c0b4f.0", true), ("002c0b4f.1", true), ("002c0b4f.r0", false), ("002c0b4g.0", false),
        ("002C0B4F.0", false), ("ca-certificates.crt", false), ("002c0b4f", false), (".", false), ("", false),
    ])
    func `a hashed name is eight hex digits, a dot and a digit`(name: String, isHashed: Bool) {
        #expect(TrustStore.isHashedName(Array(name.utf8)) == isHashed)
    }

    @Test func `a directory that is missing or empty is not used`() throws {
        try withTemporaryDirectory { directory in
            for path in [directory, directory + "/missing"] {
                let trust = try TrustStore(CurlOptions(userAgent: "", systemCADirectory: path))
                #expect(trust.directory == nil)
                #expect(trust.files.isEmpty)
            }
        }
    }

    @Test func `a hashed directory is used alone, its bundle left unread`() throws {
        try withTemporaryDirectory { directory in
            for name in ["0123abcd.0", TrustStore.bundleName] {
                try Data("x".utf8).write(to: URL(filePath: directory + "/" + name))
            }
            let bundle = directory + "/" + TrustStore.bundleName
            for named in [nil, bundle] {
                let trust = try TrustStore(
                    CurlOptions(userAgent: "", systemCAFile: named, systemCADirectory: directory))
                #expect(trust.directory == directory)
                #expect(trust.files.isEmpty)
            }
            let other = directory + "/0123abcd.0"
            let trust = try TrustStore(CurlOptions(userAgent: "", systemCAFile: other, systemCADirectory: directory))
            #expect(trust.files == [other])
        }
    }

    @Test func `a CA file that is missing is an error that names it and its key`() {
        for (options, key) in [
            (CurlOptions(userAgent: "", extraCAFile: "/missing.pem"), "tls.ca_file"),
            (CurlOptions(userAgent: "", systemCAFile: "/missing.pem"), "SSL_CERT_FILE"),
        ] {
            let error = #expect(throws: TransportError.self) { try HTTPTransport.curl(options) }
            #expect(error?.description.contains(key) == true)
            #expect(error?.description.contains("/missing.pem") == true)
        }
    }

    @Test func `a user agent cannot smuggle in a header`() {
        let error = #expect(throws: TransportError.self) {
            try HTTPTransport.curl(CurlOptions(userAgent: "x\r\nhost: other"))
        }
        #expect(error?.reason == "unusable")
    }

    @Test func `a library that is missing is named with the package to install`() throws {
        let error = #expect(throws: TransportError.self) { try CurlLibrary.load("libmissing.so.4").get() }
        #expect(error?.reason == "unusable")
        #expect(error?.description.contains("libcurl4") == true)
        #expect(error?.description.contains("libmissing.so.4") == true)
    }

    @Test func `a library that is not libcurl is refused`() throws {
        let error = #expect(throws: TransportError.self) { try CurlLibrary.load("libz.so.1").get() }
        #expect(error?.description.contains("curl_global_init") == true)
    }
}
