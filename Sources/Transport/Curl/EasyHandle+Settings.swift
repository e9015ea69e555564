// SPDX-License-Identifier: MIT

import CCurl

/// What every transfer of a transport shares.
struct TransferSettings: Sendable {
    let library: CurlLibrary
    let userAgent: String
    let trust: TrustStore
    /// The contents of `trust.files` where there are two of them: libcurl takes one file, or one blob.
    let certificates: [UInt8]
}

extension EasyHandle {
    /// The target, the method, the body and the rules that hold for every request.
    func apply(_ wire: WireRequest) throws(TransportError) {
        try set(CURLOPT_URL, to: wire.url)
        try set(CURLOPT_PROTOCOLS_STR, to: wire.scheme)
        try set(CURLOPT_PATH_AS_IS, to: true)
        try set(CURLOPT_FOLLOWLOCATION, to: false)
        try set(CURLOPT_NOSIGNAL, to: true)
        // Without it a transfer that ends while its host's name is being looked up would hold the whole loop until the
        // resolver gives up; with it the resolver's thread is left to clean up after itself.
        try set(CURLOPT_QUICK_EXIT, to: true)
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, to: true)
        try set(CURLOPT_SSLVERSION, to: Int(CURL_SSLVERSION_TLSv1_2))
        switch wire.body {
        case .head:
            try set(CURLOPT_NOBODY, to: true)
        case .none:
            if wire.method != "GET" { try set(CURLOPT_CUSTOMREQUEST, to: wire.method) }
        case .upload(let bytes):
            try set(CURLOPT_UPLOAD, to: true)
            try setOffset(CURLOPT_INFILESIZE_LARGE, to: bytes.count)
            // libcurl's least; its default of 64 KiB would be held for every upload.
            try set(CURLOPT_UPLOAD_BUFFERSIZE, to: 16 << 10)
        case .post(let bytes):
            try setOffset(CURLOPT_POSTFIELDSIZE_LARGE, to: bytes.count)
            try setCopied(CURLOPT_COPYPOSTFIELDS, to: bytes)
            if wire.method != "POST" { try set(CURLOPT_CUSTOMREQUEST, to: wire.method) }
        }
    }

    /// What the caller may choose.
    func apply(_ call: HTTPCall) throws(TransportError) {
        try set(CURLOPT_TIMEOUT_MS, to: call.timeout.wholeMilliseconds)
        try set(CURLOPT_CONNECTTIMEOUT_MS, to: min(call.connectTimeout, call.timeout).wholeMilliseconds)
        let version = call.allowsHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1
        try set(CURLOPT_HTTP_VERSION, to: Int(version))
        if call.acceptsCompression { try set(CURLOPT_ACCEPT_ENCODING, to: "gzip, br") }
        // An empty name switches proxies off, the environment's too; unset, libcurl reads the environment.
        if !call.usesProxy { try set(CURLOPT_PROXY, to: "") }
    }

    /// Whom to trust: servers and TLS proxies alike. Replaces the bundle that Debian builds into libcurl.
    func apply(_ trust: TrustStore, files certificates: [UInt8]) throws(TransportError) {
        let file = certificates.isEmpty ? trust.files.first : nil
        try set(CURLOPT_CAPATH, to: trust.directory)
        try set(CURLOPT_CAINFO, to: file)
        try set(CURLOPT_PROXY_CAPATH, to: trust.directory)
        try set(CURLOPT_PROXY_CAINFO, to: file)
        guard !certificates.isEmpty else { return }
        try setBlob(CURLOPT_CAINFO_BLOB, to: certificates)
        try setBlob(CURLOPT_PROXY_CAINFO_BLOB, to: certificates)
    }
}

extension Duration {
    /// Rounded up, at least 1 (0 means "no limit" to libcurl), at most what fits 32 bits (24 days).
    fileprivate var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < 2_147_483 else { return Int(Int32.max) }
        let milliseconds = Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
        return max(1, milliseconds)
    }
}
