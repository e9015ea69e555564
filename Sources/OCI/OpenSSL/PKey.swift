// SPDX-License-Identifier: MIT

import COpenSSL

/// Owns one reference to an EVP_PKEY.
@safe
struct PKey: ~Copyable {
    let pointer: OpaquePointer

    /// Takes over the reference; nil where a libcrypto call returned none.
    init?(owning pointer: OpaquePointer?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    deinit { unsafe EVP_PKEY_free(pointer) }

    var isRSA: Bool { unsafe EVP_PKEY_get_base_id(pointer) == EVP_PKEY_RSA }
    var bits: Int { Int(unsafe EVP_PKEY_get_bits(pointer)) }

    /// OCI takes RSA of at least 2,048 bits.
    func checkFitForOCI() throws(CryptoError) {
        guard isRSA else { throw .notRSA }
        guard bits >= 2048 else { throw .tooSmall(bits: bits) }
    }

    /// SubjectPublicKeyInfo. Written here because i2d_PUBKEY loads all of OpenSSL's encoders first (0.4 ms a process).
    func publicKeyDER() throws(CryptoError) -> [UInt8] {
        let modulus = try number(OSSL_PKEY_PARAM_RSA_N)
        let exponent = try number(OSSL_PKEY_PARAM_RSA_E)
        let key = DER.sequence(DER.unsigned(modulus) + DER.unsigned(exponent))
        return DER.sequence(DER.rsaAlgorithm + DER.bitString(key))
    }

    private func number(_ name: String) throws(CryptoError) -> [UInt8] {
        var number: OpaquePointer?
        try check(unsafe EVP_PKEY_get_bn_param(pointer, name, &number), "EVP_PKEY_get_bn_param")
        defer { unsafe BN_free(number) }
        let size = Int((unsafe BN_num_bits(number) + 7) / 8)
        return unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = Int(unsafe BN_bn2bin(number, buffer.baseAddress))
        }
    }
}

/// The little of DER that an RSA public key needs.
enum DER {
    /// `SEQUENCE { OID rsaEncryption, NULL }`, RFC 3279 §2.3.1.
    static let rsaAlgorithm: [UInt8] = [
        0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00,
    ]

    static func sequence(_ content: [UInt8]) -> [UInt8] { tagged(0x30, content) }
    static func bitString(_ content: [UInt8]) -> [UInt8] { tagged(0x03, [0] + content) }

    /// INTEGER of big-endian magnitude: a leading zero keeps it positive.
    static func unsigned(_ magnitude: [UInt8]) -> [UInt8] {
        tagged(0x02, magnitude.first.map { $0 >= 0x80 } ?? true ? [0] + magnitude : magnitude)
    }

    private static func tagged(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { [tag] + length(content.count) + content }

    private static func length(_ count: Int) -> [UInt8] {
        guard count >= 0x80 else { return [UInt8(count)] }
        let bytes = (0..<8).reversed().map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }.drop { $0 == 0 }
        return [0x80 | UInt8(bytes.count)] + bytes
    }
}
