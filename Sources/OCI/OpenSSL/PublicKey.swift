// SPDX-License-Identifier: MIT

import COpenSSL

/// An RSA public key: checks signatures.
package final class PublicKey: @unchecked Sendable {
    // SAFETY: an EVP_PKEY is only read after `init`; openssl-threads(7): concurrent reads of one object are safe.
    private let key: PKey
    /// SubjectPublicKeyInfo.
    package let der: [UInt8]

    /// From a DER SubjectPublicKeyInfo of an RSA key of at least 2,048 bits.
    package init(der: [UInt8]) throws(CryptoError) {
        ErrorQueue.clear()
        let read = unsafe der.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return unsafe d2i_PUBKEY(nil, &start, buffer.count)
        }
        guard let key = unsafe PKey(owning: read) else { throw .notPublic(detail: ErrorQueue.drain()) }
        try key.checkFitForOCI()
        self.key = key
        self.der = try self.key.publicKeyDER()
    }

    /// From PEM (`BEGIN PUBLIC KEY`).
    package convenience init(pem: String) throws(CryptoError) {
        guard let der = PEM.decode(Array(pem.utf8), label: "PUBLIC KEY") else {
            throw .notPublic(detail: "no PUBLIC KEY block")
        }
        try self.init(der: der)
    }

    /// `-----BEGIN PUBLIC KEY-----` … with a final line end.
    package var pem: String { PEM.encode(der, label: "PUBLIC KEY") }

    /// MD5, 16 lower-case hex pairs joined with colons; nil in FIPS mode.
    package var fingerprint: String? { Digest.md5(der).map { Hex.encode($0, separator: ":") } }

    /// Whether `signature` is RSASSA-PKCS1-v1_5 with SHA-256 over exactly these bytes.
    package func verify(signature: [UInt8], over bytes: [UInt8]) -> Bool {
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer {
            unsafe EVP_MD_CTX_free(context)
            ErrorQueue.clear()
        }
        guard unsafe EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key.pointer) == 1 else { return false }
        return unsafe EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
    }

    /// For building certificates; good while `body` runs.
    func withPointer<Result, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(key.pointer)
    }
}
