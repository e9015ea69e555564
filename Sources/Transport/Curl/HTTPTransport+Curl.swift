// SPDX-License-Identifier: MIT

import Dispatch
import FoundationEssentials
import HTTPTypes
import Synchronization

extension HTTPTransport {
    /// A transport over libcurl, which is loaded when the first request is sent.
    ///
    /// All requests share one thread, one set of kept connections and one name cache. Redirects are never followed, and
    /// the proxy variables of the environment hold (libcurl reads them) unless a call says otherwise. A request on a
    /// kept connection that proves dead before any byte of an answer came is sent again on a new one, by libcurl.
    ///
    /// Throws `unusable` when a file of certificate authorities that was named cannot be read, or the user agent is no
    /// header value. A missing libcurl shows in the first request.
    package static func curl(_ options: CurlOptions) throws(TransportError) -> HTTPTransport {
        guard HTTPField.isValidValue(options.userAgent) else {
            throw .unusable(detail: "the user agent holds a line break or another control character")
        }
        let engine = LazyEngine(options, try TrustStore(options))
        return HTTPTransport { (call) async throws(TransportError) in
            try await engine.started().send(call)
        }
    }

    /// Begins to load libcurl on a thread of its own and returns at once; for who is sure to make a request soon.
    ///
    /// Loading the forty libraries takes 3 ms, in which the caller gets on with other work. The first request waits for
    /// the end of it, and tells what went wrong.
    package static func preloadCurl() {
        DispatchQueue.global().async { _ = CurlLibrary.loaded }
    }
}

/// The engine, made when it is first asked for.
private final class LazyEngine: Sendable {
    private let options: CurlOptions
    private let trust: TrustStore
    private let engine = Mutex<CurlEngine?>(nil)

    init(_ options: CurlOptions, _ trust: TrustStore) {
        self.options = options
        self.trust = trust
    }

    func started() throws(TransportError) -> CurlEngine {
        try engine.withLock { (engine) throws(TransportError) in
            if let engine { return engine }
            let settings = TransferSettings(
                library: try CurlLibrary.loaded.get(), userAgent: options.userAgent, trust: trust,
                certificates: try certificates())
            let started = try CurlEngine(settings)
            engine = started
            return started
        }
    }

    /// The files' contents, one after the other, where there is more than the one libcurl can read itself.
    private func certificates() throws(TransportError) -> [UInt8] {
        guard trust.files.count > 1 else { return [] }
        var bytes: [UInt8] = []
        for file in trust.files {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw .unusable(detail: "the CA file \(file) cannot be read: correct its path or its permissions")
            }
            bytes += data + [UInt8(ascii: "\n")]
        }
        return bytes
    }
}
