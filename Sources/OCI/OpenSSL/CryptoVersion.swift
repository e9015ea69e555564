// SPDX-License-Identifier: MIT

import COpenSSL

/// The libcrypto that this process uses.
package enum CryptoVersion {
    /// `OpenSSL 3.0.22 5 May 2026`
    package static var text: String {
        guard let text = unsafe OpenSSL_version(OPENSSL_VERSION) else { return "a version it does not tell" }
        return unsafe String(cString: text)
    }

    /// The oldest whose functions are all there; the program is linked against its ABI, `libcrypto.so.3`.
    package static let least = "3.0"

    /// Whether it is at least that.
    package static var isEnough: Bool { OPENSSL_version_major() >= 3 }
}
