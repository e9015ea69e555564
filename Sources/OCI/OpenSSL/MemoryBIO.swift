// SPDX-License-Identifier: MIT

import COpenSSL

/// libcrypto's reader and writer over memory.
@safe
struct MemoryBIO: ~Copyable {
    let pointer: OpaquePointer

    /// An empty one to write into; what was written is wiped on release.
    init() throws(CryptoError) {
        guard let made = unsafe BIO_new(BIO_s_mem()) else {
            throw .failed(operation: "BIO_new", detail: ErrorQueue.drain())
        }
        unsafe pointer = made
    }

    /// Reads from `bytes`, which must outlive it.
    init(reading bytes: UnsafeRawBufferPointer) throws(CryptoError) {
        guard let length = Int32(exactly: bytes.count), length > 0,
            let made = unsafe BIO_new_mem_buf(bytes.baseAddress, length)
        else { throw .wrongPassphraseOrNotAKey(detail: "the text is empty or far too long") }
        unsafe pointer = made
    }

    deinit { unsafe BIO_free(pointer) }

    /// What has been written so far.
    func contents() -> SecureBytes {
        var start: UnsafeMutablePointer<CChar>?
        let count = unsafe BIO_ctrl(pointer, BIO_CTRL_INFO, 0, &start)
        return unsafe SecureBytes(unsafe UnsafeRawBufferPointer(start: start, count: count))
    }
}
