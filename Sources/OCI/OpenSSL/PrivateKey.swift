// SPDX-License-Identifier: MIT

import COpenSSL

/// An RSA private key of at least 2,048 bits.
package final class PrivateKey: @unchecked Sendable {
    // SAFETY: an EVP_PKEY is only read after `init`; openssl-threads(7): concurrent reads of one object are safe.
    private let key: PKey

    /// Reads PEM: PKCS#8 or PKCS#1, plain or encrypted; text around the block is skipped.
    ///
    /// A passphrase for a plain key is ignored, an empty one counts as none. Never asks on a terminal.
    package init(pem: Secret, passphrase: Secret? = nil) throws(CryptoError) {
        key = try Self.read(pem, passphrase)
    }

    private init(_ key: consuming PKey) { self.key = key }

    /// A new RSA-2048 key. Takes 0.1-0.4 s of CPU.
    package static func generate() throws(CryptoError) -> PrivateKey {
        ErrorQueue.clear()
        guard let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil) else {
            throw .failed(operation: "EVP_PKEY_CTX_new_id", detail: ErrorQueue.drain())
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        try check(unsafe EVP_PKEY_keygen_init(context), "EVP_PKEY_keygen_init")
        try check(unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048), "EVP_PKEY_CTX_set_rsa_keygen_bits")
        var made: OpaquePointer?
        let result = unsafe EVP_PKEY_keygen(context, &made)
        guard let key = unsafe PKey(owning: made), result == 1 else {
            throw .failed(operation: "EVP_PKEY_keygen", detail: ErrorQueue.drain())
        }
        return PrivateKey(key)
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256; as many bytes as the modulus has. The same input gives the same signature.
    package func signature(over bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        ErrorQueue.clear()
        guard let context = unsafe EVP_MD_CTX_new() else {
            throw .failed(operation: "EVP_MD_CTX_new", detail: ErrorQueue.drain())
        }
        defer { unsafe EVP_MD_CTX_free(context) }
        try check(unsafe EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key.pointer), "EVP_DigestSignInit")
        var length = (key.bits + 7) / 8
        var result: Int32 = 0
        let signature = unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            result = unsafe EVP_DigestSign(context, buffer.baseAddress, &length, bytes, bytes.count)
            count = result == 1 ? length : 0
        }
        try check(result, "EVP_DigestSign")
        return signature
    }

    /// SubjectPublicKeyInfo of the public half.
    package func publicKeyDER() throws(CryptoError) -> [UInt8] { try key.publicKeyDER() }

    /// The public half.
    package func publicKey() throws(CryptoError) -> PublicKey { try PublicKey(der: publicKeyDER()) }

    /// `-----BEGIN PUBLIC KEY-----` … with a final line end.
    package func publicKeyPEM() throws(CryptoError) -> String { PEM.encode(try publicKeyDER(), label: "PUBLIC KEY") }

    /// MD5 of the public half, 16 lower-case hex pairs joined with colons, as the OCI console shows it; nil in FIPS
    /// mode.
    package func fingerprint() throws(CryptoError) -> String? {
        Digest.md5(try publicKeyDER()).map { Hex.encode($0, separator: ":") }
    }

    /// The key as unencrypted PKCS#8 PEM.
    package func pem() throws(CryptoError) -> Secret {
        ErrorQueue.clear()
        let output = try MemoryBIO()
        let result = unsafe PEM_write_bio_PrivateKey(output.pointer, key.pointer, nil, nil, 0, nil, nil)
        try check(result, "PEM_write_bio_PrivateKey")
        return Secret(storage: output.contents())
    }

    /// For building certificates; good while `body` runs.
    func withPointer<Result: ~Copyable, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(key.pointer)
    }
}

extension PrivateKey {
    private static func read(_ pem: Secret, _ passphrase: Secret?) throws(CryptoError) -> PKey {
        let answer = PassphraseAnswer(passphrase?.isEmpty == false ? passphrase : nil)
        ErrorQueue.clear()
        let found = try unsafe pem.storage.withBytes { bytes throws(CryptoError) -> PKey? in
            let context = unsafe Unmanaged.passUnretained(answer).toOpaque()
            defer { withExtendedLifetime(answer) {} }
            let input = try unsafe MemoryBIO(reading: bytes)
            if let key = unsafe rsaKey(input, context) { return key }
            // Any other key, to say what is wrong with it, and keys behind other blocks.
            let again = try unsafe MemoryBIO(reading: bytes)
            return unsafe PKey(owning: PEM_read_bio_PrivateKey(again.pointer, nil, answerPassphrase, context))
        }
        guard let key = found else { throw refusal(of: pem, answer) }
        ErrorQueue.clear()
        try key.checkFitForOCI()
        return key
    }

    /// An RSA key in the first PEM block. Asked for any key, libcrypto tries the readers of all kinds of keys, which
    /// costs a run 0.5 ms.
    private static func rsaKey(_ input: borrowing MemoryBIO, _ answer: UnsafeMutableRawPointer) -> PKey? {
        var key: OpaquePointer?
        let selection = OSSL_KEYMGMT_SELECT_KEYPAIR | OSSL_KEYMGMT_SELECT_ALL_PARAMETERS
        guard let decoder = unsafe OSSL_DECODER_CTX_new_for_pkey(&key, "PEM", nil, "RSA", selection, nil, nil) else {
            return nil
        }
        defer { unsafe OSSL_DECODER_CTX_free(decoder) }
        unsafe OSSL_DECODER_CTX_set_pem_password_cb(decoder, answerPassphrase, answer)
        // Written to `key` where it succeeds.
        return unsafe OSSL_DECODER_from_bio(decoder, input.pointer) == 1 ? PKey(owning: key) : nil
    }

    private static func refusal(of pem: Secret, _ answer: PassphraseAnswer) -> CryptoError {
        let detail = ErrorQueue.drain()
        if answer.wasAsked && answer.passphrase == nil { return .needsPassphrase }
        let labels = PEM.labels(in: pem.reveal())
        if labels.contains(where: { $0.hasSuffix("PRIVATE KEY") }) { return .wrongPassphraseOrNotAKey(detail: detail) }
        let isPublic = labels.contains { $0.hasSuffix("PUBLIC KEY") || $0.hasSuffix("CERTIFICATE") }
        return isPublic ? .publicKeyGiven : .wrongPassphraseOrNotAKey(detail: detail)
    }
}

extension PrivateKey: CustomStringConvertible, CustomReflectable {
    package var description: String { "RSA private key of \(key.bits) bits" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// What the passphrase callback may use, and whether libcrypto came to ask.
private final class PassphraseAnswer {
    let passphrase: Secret?
    var wasAsked = false

    init(_ passphrase: Secret?) { self.passphrase = passphrase }
}

/// libcrypto asks here instead of on the terminal. Returns the length, or -1 for "none".
private func answerPassphrase(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int32, _ isWriting: Int32, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context = unsafe context, let buffer = unsafe buffer else { return -1 }
    let answer = unsafe Unmanaged<PassphraseAnswer>.fromOpaque(context).takeUnretainedValue()
    answer.wasAsked = true
    guard let passphrase = answer.passphrase, passphrase.storage.count <= Int(size) else { return -1 }
    unsafe passphrase.storage.withBytes {
        unsafe UnsafeMutableRawBufferPointer(start: buffer, count: Int(size)).copyMemory(from: $0)
    }
    return Int32(passphrase.storage.count)
}
