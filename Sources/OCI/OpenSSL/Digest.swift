// SPDX-License-Identifier: MIT

import COpenSSL

/// Hashes by libcrypto's providers, so that the system's policy (FIPS) holds.
///
/// The algorithms are fetched once a process: the first call costs about 1 ms (libcrypto starts), every other 0.3 µs
/// for a short text (measured with OpenSSL 3.0.22). 0.4 of that 1 ms is openssl.cnf, which is read on purpose:
/// leaving it out (OPENSSL_INIT_NO_LOAD_CONFIG) would hold for the whole process, libcurl's TLS included.
package enum Digest {
    /// Says in words what is wrong where libcrypto has no SHA-256. Call it once at start, before `sha256`.
    package static func require() throws(CryptoError) {
        guard case .failure(let error) = DigestMethod.sha256 else { return }
        throw error
    }

    /// 32 bytes. Traps where libcrypto offers no SHA-256, which `require` reports as an error.
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] { sha256(bytes.span) }

    /// 32 bytes, as above.
    package static func sha256(_ bytes: Span<UInt8>) -> [UInt8] { DigestMethod.trusted.digest(bytes) }

    /// 48 bytes.
    package static func sha384(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        try DigestMethod.sha384.get().digest(bytes.span)
    }

    /// 20 bytes; certificate fingerprints only.
    package static func sha1(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        try DigestMethod.sha1.get().digest(bytes.span)
    }

    /// 16 bytes; nil in FIPS mode, where there is no MD5.
    package static func md5(_ bytes: [UInt8]) -> [UInt8]? {
        guard case .success(let method) = DigestMethod.md5 else { return nil }
        return method.digest(bytes.span)
    }
}

/// SHA-256 of bytes that come in pieces.
///
///     var hash = SHA256Stream()
///     hash.update(part)
///     let digest = hash.finish()
@safe
package struct SHA256Stream: ~Copyable {
    private let context: OpaquePointer

    /// Traps where `Digest.require` throws.
    package init() {
        unsafe context = DigestMethod.trusted.newContext()
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: [UInt8]) { update(bytes.span) }

    package mutating func update(_ bytes: Span<UInt8>) {
        let result = unsafe bytes.withUnsafeBufferPointer { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(result == 1, "EVP_DigestUpdate fails only on a finished context, which this type rules out")
    }

    /// 32 bytes.
    package consuming func finish() -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            let result = unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
            precondition(result == 1, "EVP_DigestFinal_ex fails only on a finished context, which this type rules out")
            count = 32
        }
    }
}

/// One fetched algorithm, kept for the life of the process.
@safe
struct DigestMethod: @unchecked Sendable {
    // SAFETY: a fetched EVP_MD is immutable and reference counted (EVP_MD_fetch(3)); it is never freed.
    let method: OpaquePointer

    static let sha256 = fetch("SHA256")
    static let sha384 = fetch("SHA384")
    static let sha1 = fetch("SHA1")
    static let md5 = fetch("MD5")

    static var trusted: DigestMethod {
        guard case .success(let method) = sha256 else { preconditionFailure("no SHA-256: Digest.require() tells why") }
        return method
    }

    private static func fetch(_ name: String) -> Result<DigestMethod, CryptoError> {
        ErrorQueue.clear()
        guard let method = unsafe EVP_MD_fetch(nil, name, nil) else {
            return .failure(.unavailable(algorithm: name, detail: ErrorQueue.drain()))
        }
        return .success(unsafe DigestMethod(method: method))
    }

    /// An initialised context; the caller frees it.
    func newContext() -> OpaquePointer {
        guard let context = unsafe EVP_MD_CTX_new(), unsafe EVP_DigestInit_ex2(context, method, nil) == 1 else {
            preconditionFailure("no memory for a digest context")
        }
        return unsafe context
    }

    func digest(_ bytes: Span<UInt8>) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
            var length: UInt32 = 0
            let result = unsafe bytes.withUnsafeBufferPointer {
                unsafe EVP_Digest($0.baseAddress, $0.count, buffer.baseAddress, &length, method, nil)
            }
            precondition(result == 1, "no memory for a digest")
            count = Int(length)
        }
    }
}
