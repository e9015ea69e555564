// SPDX-License-Identifier: MIT

import COpenSSL

/// Random bytes fit for keys.
package enum Random {
    /// Throws where the system gives no randomness.
    package static func bytes(_ count: Int) throws(CryptoError) -> [UInt8] {
        var result: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            result = unsafe RAND_bytes(buffer.baseAddress, Int32(count))
            filled = result == 1 ? count : 0
        }
        try check(count == 0 ? 1 : result, "RAND_bytes")
        return bytes
    }
}
