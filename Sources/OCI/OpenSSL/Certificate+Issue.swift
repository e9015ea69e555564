// SPDX-License-Identifier: MIT

import COpenSSL
package import FoundationEssentials

/// Making certificates: the instance identity of local-oci and of tests. The collector itself issues none.
extension Certificate {
    /// Who signs, and under which name.
    package struct Issuer: Sendable {
        package let name: [Attribute]
        package let key: PrivateKey

        package init(name: [Attribute], key: PrivateKey) {
            self.name = name
            self.key = key
        }
    }

    /// A certificate over its own key.
    package static func selfSigned(
        subject: [Attribute], key: PrivateKey, notBefore: Date, notAfter: Date
    ) throws(CryptoError) -> Certificate {
        try issue(
            subject: subject, publicKey: key.publicKey(), by: Issuer(name: subject, key: key), notBefore: notBefore,
            notAfter: notAfter)
    }

    /// A certificate over `publicKey`, signed with RSA-SHA256 by `issuer`; the serial number is random.
    ///
    /// Attribute types are OpenSSL's short names (`CN`, `OU`); a value above 64 characters is kept whole.
    package static func issue(
        subject: [Attribute], publicKey: PublicKey, by issuer: Issuer, notBefore: Date, notAfter: Date
    ) throws(CryptoError) -> Certificate {
        let certificate = try X509Handle()
        try check(unsafe X509_set_version(certificate.pointer, 2), "X509_set_version")
        try certificate.setSerial(try Random.bytes(16))
        try certificate.setTimes(notBefore, notAfter)
        try unsafe fill(unsafe X509_get_subject_name(certificate.pointer), subject)
        try unsafe fill(unsafe X509_get_issuer_name(certificate.pointer), issuer.name)
        let result = unsafe publicKey.withPointer { unsafe X509_set_pubkey(certificate.pointer, $0) }
        try check(result, "X509_set_pubkey")
        // X509_sign returns the length of the signature.
        let length = unsafe issuer.key.withPointer { unsafe X509_sign(certificate.pointer, $0, EVP_sha256()) }
        try check(length > 0 ? 1 : 0, "X509_sign")
        return try Certificate(der: certificate.der())
    }

    private static func fill(_ name: OpaquePointer?, _ attributes: [Attribute]) throws(CryptoError) {
        for attribute in attributes {
            let value = Array(attribute.value.utf8)
            let object = unsafe OBJ_txt2obj(attribute.type, 0)
            defer { unsafe ASN1_OBJECT_free(object) }
            // By object and as UTF8String: the by-name calls refuse more than 64 characters, and OCI's OUs are longer.
            let result = unsafe X509_NAME_add_entry_by_OBJ(
                name, object, V_ASN1_UTF8STRING, value, Int32(value.count), -1, 0)
            try check(result, "X509_NAME_add_entry_by_OBJ \(attribute.type)")
        }
    }
}

extension X509Handle {
    fileprivate func setSerial(_ bytes: [UInt8]) throws(CryptoError) {
        var positive = bytes
        positive[0] = positive[0] & 0x7F | 0x40
        let number = unsafe BN_bin2bn(positive, Int32(positive.count), nil)
        defer { unsafe BN_free(number) }
        let target = unsafe X509_get_serialNumber(pointer)
        guard unsafe BN_to_ASN1_INTEGER(number, target) != nil else {
            throw .failed(operation: "BN_to_ASN1_INTEGER", detail: ErrorQueue.drain())
        }
    }

    fileprivate func setTimes(_ notBefore: Date, _ notAfter: Date) throws(CryptoError) {
        let first = unsafe ASN1_TIME_set(X509_getm_notBefore(pointer), Int(notBefore.timeIntervalSince1970))
        let last = unsafe ASN1_TIME_set(X509_getm_notAfter(pointer), Int(notAfter.timeIntervalSince1970))
        guard unsafe first != nil, unsafe last != nil else {
            throw .failed(operation: "ASN1_TIME_set", detail: ErrorQueue.drain())
        }
    }
}
