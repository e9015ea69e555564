// SPDX-License-Identifier: MIT

import FoundationEssentials
import OCI
import Testing

@Suite struct CertificateTests {
    private let notBefore = Date(timeIntervalSince1970: 1_784_635_200)
    private let notAfter = Date(timeIntervalSince1970: 1_784_642_400)

    @Test func `the leaf of the vectors reads as the vectors say`() throws {
        let leaf = try Certificate(pem: SigningFixtures.text("test_leaf_cert.pem"))
        #expect(leaf.tenancy == "ocid1.tenancy.oc1..aaaaaaaatestvectortenancy")
        #expect(leaf.subject.map(\.type) == ["CN", "OU", "OU", "OU"])
        #expect(leaf.subject.first?.value == "ocid1.instance.oc1.eu-stockholm-1.aaaaaaaatestvectorinstance")
        #expect(try leaf.sha1Fingerprint() == "C9:CD:7D:E4:35:6E:55:07:96:59:7F:90:26:BC:50:05:6E:2D:A2:AE")
        let vector = try #require(SigningFixtures.vectors.first { $0.id == "federation-x509-sha256" })
        #expect(vector.keyID.hasSuffix("/fed-x509-sha256/" + leaf.sha256Fingerprint))
        #expect(try leaf.publicKeyDER == SigningFixtures.key().publicKeyDER())
        #expect(leaf.notAfter == Date(timeIntervalSince1970: 2_415_744_000))
    }

    @Test func `an issued certificate carries subject, key and times`() throws {
        let authority = try PrivateKey.generate()
        let key = try SigningFixtures.key()
        let subject: [Certificate.Attribute] = [
            .init("CN", "ocid1.instance.oc1.eu-stockholm-1.x"), .init("OU", "opc-certtype:instance"),
            .init("OU", "opc-tenant:ocid1.tenancy.oc1.." + String(repeating: "a", count: 80)), .init("O", "Åland"),
        ]
        let issuer = Certificate.Issuer(name: [.init("CN", "authority")], key: authority)
        let made = try Certificate.issue(
            subject: subject, publicKey: key.publicKey(), by: issuer, notBefore: notBefore, notAfter: notAfter)
        let read = try Certificate(pem: made.pem)
        #expect(read == made)
        #expect(read.subject == subject)
        #expect(read.tenancy?.hasPrefix("ocid1.tenancy.oc1..aaa") == true)
        #expect(read.notAfter == notAfter)
        #expect(try read.publicKey().der == key.publicKeyDER())
    }

    @Test func `a self-signed certificate speaks for its own key, each under another serial number`() throws {
        let key = try SigningFixtures.key()
        let make = {
            try Certificate.selfSigned(
                subject: [.init("CN", "x"), .init("1.3.6.1.4.1.99999.1", "opc-identity:ocid1.tenancy.oc1..b")],
                key: key,
                notBefore: self.notBefore, notAfter: self.notAfter)
        }
        let certificate = try make()
        #expect(try certificate.publicKeyDER == key.publicKeyDER())
        #expect(certificate.tenancy == "ocid1.tenancy.oc1..b")
        #expect(certificate.subject.last?.type == "1.3.6.1.4.1.99999.1")
        #expect(try make().der != certificate.der)
    }

    @Test func `an unknown attribute type is refused`() throws {
        let key = try SigningFixtures.key()
        #expect(throws: CryptoError.self) {
            try Certificate.selfSigned(
                subject: [.init("no such type", "x")], key: key, notBefore: notBefore, notAfter: notAfter)
        }
    }

    @Test func `what is no certificate is refused`() throws {
        #expect(throws: CryptoError.self) { try Certificate(pem: SigningFixtures.text("test_public.pem")) }
        #expect(throws: CryptoError.self) { try Certificate(der: [1, 2, 3]) }
        #expect(throws: CryptoError.self) { try Certificate(der: []) }
    }

    @Test func `a subject without tenancy has none`() throws {
        #expect(try Certificate(pem: SigningFixtures.text("test_intermediate_cert.pem")).tenancy == nil)
    }
}
