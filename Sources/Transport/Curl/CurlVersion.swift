// SPDX-License-Identifier: MIT

import CCurl

/// The libcurl that this process uses.
package struct CurlVersion: Sendable, Hashable {
    /// `7.88.1`
    package let text: String
    /// `OpenSSL/3.0.22`; nil: it speaks no TLS.
    package let tls: String?
    /// What it can do besides: `HTTP/2`, `brotli`, `gzip`.
    package let features: [String]
    private let number: UInt32

    /// The oldest that has all options in use: CURLOPT_QUICK_EXIT came with it.
    package static let least = "7.87.0"

    /// Whether it is at least that.
    package var isEnough: Bool { number >= 0x07_57_00 }

    /// Loads the library where that has not happened yet.
    package static func loaded() throws(TransportError) -> CurlVersion {
        _ = try CurlLibrary.loaded.get()
        guard let version = CurlVersion() else { throw .unusable(detail: "libcurl does not tell its version") }
        return version
    }

    private init?() {
        guard let data = unsafe ccurl_version("libcurl.so.4") else { return nil }
        let info = unsafe data.pointee
        guard let version = unsafe info.version else { return nil }
        text = unsafe String(cString: version)
        tls = unsafe info.ssl_version.map { unsafe String(cString: $0) }
        number = unsafe info.version_num
        let mask = unsafe info.features
        let named = [(CURL_VERSION_HTTP2, "HTTP/2"), (CURL_VERSION_BROTLI, "brotli"), (CURL_VERSION_LIBZ, "gzip")]
        features = named.filter { mask & $0.0 != 0 }.map(\.1)
    }
}
