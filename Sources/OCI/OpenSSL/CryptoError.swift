// SPDX-License-Identifier: MIT

import COpenSSL

/// Why a key, a certificate or a signature could not be made or read. Never holds key material or a passphrase.
package enum CryptoError: Error, Sendable, Hashable {
    /// The key is encrypted and no passphrase (or an empty one) was given.
    case needsPassphrase
    /// The passphrase does not fit, or the text is no private key; OpenSSL cannot always tell which.
    case wrongPassphraseOrNotAKey(detail: String)
    /// A public key or a certificate stands where a private key is needed.
    case publicKeyGiven
    /// A private key of another kind (EC, Ed25519, RSA-PSS): OCI signs with RSA only.
    case notRSA
    /// An RSA key below 2,048 bits, which OCI refuses.
    case tooSmall(bits: Int)
    /// Not a certificate or public key in PEM or DER.
    case notPublic(detail: String)
    /// libcrypto as configured has no such algorithm (FIPS mode, openssl.cnf without the default provider).
    case unavailable(algorithm: String, detail: String)
    /// A libcrypto call failed; `detail` is its whole error queue.
    case failed(operation: String, detail: String)
}

extension CryptoError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .needsPassphrase: "the private key is encrypted: give its passphrase (pass_phrase)"
        case .wrongPassphraseOrNotAKey(let detail):
            "no private key can be read: the passphrase is wrong or the text is no PEM private key (\(detail))"
        case .publicKeyGiven:
            "a public key or certificate was given where a private key is needed: name the .pem of the key"
        case .notRSA: "the private key is not an RSA key: make one with `openssl genrsa 2048`"
        case .tooSmall(let bits): "the RSA key has \(bits) bits, OCI wants at least 2048: make a new one"
        case .notPublic(let detail): "no certificate or public key can be read (\(detail))"
        case .unavailable(let algorithm, let detail):
            "libcrypto offers no \(algorithm): check the providers in openssl.cnf (\(detail))"
        case .failed(let operation, let detail): "libcrypto: \(operation) failed (\(detail))"
        }
    }
}

/// libcrypto's error queue of this thread.
enum ErrorQueue {
    /// Forgets what earlier calls left behind, so that `drain` reports this call's errors only.
    static func clear() { ERR_clear_error() }

    /// Empties the queue; oldest first, joined with `; `.
    static func drain() -> String {
        var reasons: [String] = []
        var code = ERR_get_error()
        while code != 0 {
            reasons.append(text(of: code))
            code = ERR_get_error()
        }
        return reasons.isEmpty ? "no details" : reasons.joined(separator: "; ")
    }

    private static func text(of code: UInt) -> String {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 256) { buffer, count in
            unsafe buffer.withMemoryRebound(to: CChar.self) { unsafe ERR_error_string_n(code, $0.baseAddress, 256) }
            count = unsafe buffer.firstIndex(of: 0) ?? 0
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Throws what libcrypto says where `result` is not 1.
func check(_ result: Int32, _ operation: String) throws(CryptoError) {
    guard result == 1 else { throw .failed(operation: operation, detail: ErrorQueue.drain()) }
}
