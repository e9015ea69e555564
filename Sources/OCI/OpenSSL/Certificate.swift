// SPDX-License-Identifier: MIT

import COpenSSL
package import FoundationEssentials

/// An X.509 certificate as the instance metadata service hands it out.
package struct Certificate: Sendable, Hashable {
    /// The certificate itself.
    package let der: [UInt8]
    /// Attributes of the subject in their order: type (`CN`, `OU`, or a dotted number) and value.
    package let subject: [Attribute]
    /// SubjectPublicKeyInfo.
    package let publicKeyDER: [UInt8]
    /// The certificate is good until then.
    package let notAfter: Date

    /// One part of a distinguished name.
    package struct Attribute: Sendable, Hashable {
        package let type: String
        package let value: String

        package init(_ type: String, _ value: String) {
            self.type = type
            self.value = value
        }
    }

    /// The first certificate of a PEM text.
    package init(pem: String) throws(CryptoError) {
        guard let der = PEM.decode(Array(pem.utf8), label: "CERTIFICATE") else {
            throw .notPublic(detail: "no CERTIFICATE block")
        }
        try self.init(der: der)
    }

    package init(der: [UInt8]) throws(CryptoError) {
        let certificate = try X509Handle(der: der)
        self.der = der
        subject = try certificate.subject()
        publicKeyDER = try certificate.publicKeyDER()
        notAfter = try certificate.notAfter()
    }

    /// `-----BEGIN CERTIFICATE-----` … with a final line end.
    package var pem: String { PEM.encode(der, label: "CERTIFICATE") }

    /// The key the certificate speaks for; throws where it is no RSA key of at least 2,048 bits.
    package func publicKey() throws(CryptoError) -> PublicKey { try PublicKey(der: publicKeyDER) }

    /// SHA-1 of the whole certificate, upper-case with colons: what `fed-x509` key ids carry.
    package func sha1Fingerprint() throws(CryptoError) -> String {
        Hex.encode(try Digest.sha1(der), separator: ":", upperCase: true)
    }

    /// SHA-256 of the whole certificate, lower-case with colons: what `fed-x509-sha256` key ids carry.
    package var sha256Fingerprint: String { Hex.encode(Digest.sha256(der), separator: ":") }

    /// OCID behind `opc-tenant:` (instances) or `opc-identity:` (services) in the subject, whatever the attribute's
    /// type.
    package var tenancy: String? {
        for prefix in ["opc-tenant:", "opc-identity:"] {
            guard let found = subject.first(where: { $0.value.hasPrefix(prefix) }) else { continue }
            return String(found.value.dropFirst(prefix.count))
        }
        return nil
    }
}

/// Owns an X509.
@safe
struct X509Handle: ~Copyable {
    let pointer: OpaquePointer

    init(der: [UInt8]) throws(CryptoError) {
        ErrorQueue.clear()
        let read = unsafe der.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return unsafe d2i_X509(nil, &start, buffer.count)
        }
        guard let made = unsafe read else { throw .notPublic(detail: ErrorQueue.drain()) }
        unsafe pointer = made
    }

    /// An empty one, to be filled in.
    init() throws(CryptoError) {
        ErrorQueue.clear()
        guard let made = unsafe X509_new() else { throw .failed(operation: "X509_new", detail: ErrorQueue.drain()) }
        unsafe pointer = made
    }

    deinit { unsafe X509_free(pointer) }

    func subject() throws(CryptoError) -> [Certificate.Attribute] {
        let name = unsafe X509_get_subject_name(pointer)
        var attributes: [Certificate.Attribute] = []
        for index in 0..<(unsafe X509_NAME_entry_count(name)) {
            let entry = unsafe X509_NAME_get_entry(name, index)
            let type = unsafe Self.typeName(X509_NAME_ENTRY_get_object(entry))
            attributes.append(.init(type, try unsafe Self.text(X509_NAME_ENTRY_get_data(entry))))
        }
        return attributes
    }

    func publicKeyDER() throws(CryptoError) -> [UInt8] {
        let key = unsafe X509_get_X509_PUBKEY(pointer)
        let length = unsafe i2d_X509_PUBKEY(key, nil)
        guard length > 0 else { throw .notPublic(detail: ErrorQueue.drain()) }
        return unsafe [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
            var end = buffer.baseAddress
            count = Int(unsafe i2d_X509_PUBKEY(key, &end))
        }
    }

    func notAfter() throws(CryptoError) -> Date {
        guard let epoch = unsafe ASN1_TIME_set(nil, 0) else {
            throw .failed(operation: "ASN1_TIME_set", detail: ErrorQueue.drain())
        }
        defer { unsafe ASN1_STRING_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        try check(unsafe ASN1_TIME_diff(&days, &seconds, epoch, X509_get0_notAfter(pointer)), "ASN1_TIME_diff")
        return Date(timeIntervalSince1970: Double(days) * 86_400 + Double(seconds))
    }

    func der() throws(CryptoError) -> [UInt8] {
        let length = unsafe i2d_X509(pointer, nil)
        guard length > 0 else { throw .failed(operation: "i2d_X509", detail: ErrorQueue.drain()) }
        return unsafe [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
            var end = buffer.baseAddress
            count = Int(unsafe i2d_X509(pointer, &end))
        }
    }

    private static func typeName(_ object: OpaquePointer?) -> String {
        let number = unsafe OBJ_obj2nid(object)
        if number != NID_undef, let name = unsafe OBJ_nid2sn(number) { return unsafe String(cString: name) }
        let dotted = unsafe [UInt8](unsafeUninitializedCapacity: 128) { buffer, count in
            let length = unsafe buffer.withMemoryRebound(to: CChar.self) {
                unsafe OBJ_obj2txt($0.baseAddress, 128, object, 1)
            }
            count = min(max(Int(length), 0), 127)
        }
        return String(decoding: dotted, as: UTF8.self)
    }

    private static func text(_ string: UnsafePointer<ASN1_STRING>?) throws(CryptoError) -> String {
        var bytes: UnsafeMutablePointer<UInt8>?
        let length = unsafe ASN1_STRING_to_UTF8(&bytes, string)
        guard length >= 0 else { throw .notPublic(detail: ErrorQueue.drain()) }
        defer { unsafe CRYPTO_free(bytes, "", 0) }
        return unsafe String(decoding: unsafe UnsafeBufferPointer(start: bytes, count: Int(length)), as: UTF8.self)
    }
}
