// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import OCI
import Synchronization

/// What makes this machine an OCI instance: a certificate of its own, its key, and the certificate authority above it.
final class InstanceIdentity: Sendable {
    struct Papers: Sendable {
        let leaf: Certificate
        let leafKey: PrivateKey
        let intermediate: Certificate
    }

    private static let authority = [Certificate.Attribute("CN", "local-oci instance intermediate")]

    private let keyring: Keyring
    private let papers = Mutex<Papers?>(nil)

    init(keyring: Keyring) { self.keyring = keyring }

    /// The papers of the moment; made anew when they are not good for another day.
    func current(now: Date) throws -> Papers {
        let result = papers.withLock { papers in
            Result { () throws -> Papers in
                if let papers, papers.leaf.notAfter > now.addingTimeInterval(86_400),
                    papers.leaf.notAfter < now.addingTimeInterval(400 * 86_400)
                {
                    return papers
                }
                let made = try issue(now: now)
                papers = made
                return made
            }
        }
        return try result.get()
    }

    private func issue(now: Date) throws -> Papers {
        let authorityKey = try keyring.key("instance-intermediate")
        let leafKey = try keyring.key("instance-leaf")
        let start = now.addingTimeInterval(-86_400)
        let end = now.addingTimeInterval(200 * 86_400)
        let subject = [
            Certificate.Attribute("CN", Tenant.instance), .init("OU", "opc-certtype:instance"),
            .init("OU", "opc-compartment:\(Tenant.compartment)"), .init("OU", "opc-instance:\(Tenant.instance)"),
            .init("OU", "opc-tenant:\(Tenant.tenancy)"),
        ]
        return Papers(
            leaf: try .issue(
                subject: subject, publicKey: try leafKey.publicKey(),
                by: .init(name: Self.authority, key: authorityKey), notBefore: start, notAfter: end),
            leafKey: leafKey,
            intermediate: try .selfSigned(
                subject: Self.authority, key: authorityKey, notBefore: start, notAfter: end))
    }
}

extension Certificate {
    /// Whether `issuer` signed this certificate (RSA with SHA-256).
    func isSigned(by issuer: PublicKey) -> Bool {
        // Certificate ::= SEQUENCE { tbsCertificate SEQUENCE, signatureAlgorithm SEQUENCE, signature BIT STRING }
        var outer = DERReader(der)
        guard var parts = outer.enter(0x30), let signed = parts.element(), parts.element() != nil,
            var bits = parts.enter(0x03), bits.next() == 0
        else { return false }
        return issuer.verify(signature: bits.rest, over: signed)
    }
}

/// Walks over DER elements; enough to find the parts of a certificate.
struct DERReader {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    private init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    var rest: [UInt8] { Array(bytes) }

    mutating func next() -> UInt8? { bytes.popFirst() }

    /// The next element with its header; nil where the bytes hold none.
    mutating func element() -> [UInt8]? {
        let start = bytes
        guard next() != nil, let length = length(), bytes.count >= length else { return nil }
        bytes = bytes.dropFirst(length)
        return Array(start[..<bytes.startIndex])
    }

    /// A reader over the content of the next element, if its tag is `tag`.
    mutating func enter(_ tag: UInt8) -> DERReader? {
        guard next() == tag, let length = length(), bytes.count >= length else { return nil }
        let content = bytes.prefix(length)
        bytes = bytes.dropFirst(length)
        return DERReader(content)
    }

    private mutating func length() -> Int? {
        guard let first = next() else { return nil }
        guard first >= 0x80 else { return Int(first) }
        var length = 0
        for _ in 0..<Int(first & 0x7F) {
            guard let byte = next(), length < 1 << 24 else { return nil }
            length = length << 8 | Int(byte)
        }
        return length
    }
}
