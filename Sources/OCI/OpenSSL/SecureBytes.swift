// SPDX-License-Identifier: MIT

import COpenSSL

/// Memory that is wiped before it is given back: keys, passphrases, tokens.
@safe
final class SecureBytes: @unchecked Sendable {
    // SAFETY: written once in `init`, before anybody else can see it, and only read until `deinit`.
    private let memory: UnsafeMutableRawBufferPointer

    init(_ bytes: some Collection<UInt8>) {
        unsafe memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        unsafe memory.copyBytes(from: bytes)
    }

    deinit {
        unsafe OPENSSL_cleanse(memory.baseAddress, memory.count)
        unsafe memory.deallocate()
    }

    var count: Int { unsafe memory.count }

    /// The pointer is good inside `body` only.
    func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeRawBufferPointer(memory))
    }

    func copy() -> [UInt8] { unsafe Array(memory) }

    /// Compares in time that depends on the length only.
    func equals(_ other: SecureBytes) -> Bool {
        guard count == other.count else { return false }
        guard count > 0 else { return true }
        return unsafe CRYPTO_memcmp(memory.baseAddress, other.memory.baseAddress, count) == 0
    }
}
