// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import OCI
import Testing

/// One of the load cases of `keys.json`.
struct KeyLoadCase: Sendable, CustomTestStringConvertible {
    let file: String
    let passphrase: String?
    let expect: String
    var testDescription: String { "\(file), \(passphrase.map { "passphrase '\($0)'" } ?? "no passphrase"): \(expect)" }

    static let all: [KeyLoadCase] = {
        do {
            let cases = try JSONValue.parse(SigningFixtures.bytes("keys.json"))["loadCases"]?.array ?? []
            return try cases.map {
                KeyLoadCase(
                    file: try #require($0["file"]?.string), passphrase: $0["passphrase"]?.string,
                    expect: try #require($0["expect"]?.string))
            }
        } catch {
            Issue.record("keys.json: \(error)")
            return []
        }
    }()
}

@Suite struct KeyTests {
    private func loadError(_ text: String, passphrase: String? = nil) -> CryptoError? {
        do {
            _ = try PrivateKey(pem: Secret(text), passphrase: passphrase.map { Secret($0) })
            return nil
        } catch { return error }
    }

    @Test func `all load cases are there`() { #expect(KeyLoadCase.all.count == 13) }

    @Test(arguments: KeyLoadCase.all)
    func `keys load and fail as in the official SDK`(entry: KeyLoadCase) throws {
        let text = try SigningFixtures.text(entry.file)
        let outcome: String
        switch loadError(text, passphrase: entry.passphrase) {
        case nil: outcome = "load"
        case .needsPassphrase: outcome = "needs-passphrase"
        case .wrongPassphraseOrNotAKey: outcome = "wrong-passphrase-or-not-a-key"
        case .publicKeyGiven: outcome = "public-key-given"
        case let other?: outcome = "\(other)"
        }
        #expect(outcome == entry.expect)
        guard outcome == "load" else { return }
        let key = try SigningFixtures.key(entry.file, passphrase: entry.passphrase)
        #expect(try key.fingerprint() == "65:44:89:10:95:24:a6:6d:95:5e:fd:d2:f7:f6:a2:6f")
    }

    @Test func `text before the block is skipped`() throws {
        #expect(loadError("Bag Attributes\n  x: y\n" + (try SigningFixtures.text("test_key.pem"))) == nil)
    }

    @Test func `a certificate is no private key, and no key is no key`() throws {
        #expect(loadError(try SigningFixtures.text("test_leaf_cert.pem")) == .publicKeyGiven)
        for text in ["", "hello", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
            guard case .wrongPassphraseOrNotAKey = loadError(text) else {
                Issue.record("\(text): \(String(describing: loadError(text)))")
                continue
            }
        }
    }

    @Test func `a key of another kind or too small is told apart`() throws {
        #expect(loadError(KeyMaterial.elliptic) == .notRSA)
        #expect(loadError(KeyMaterial.rsa1024) == .tooSmall(bits: 1024))
    }

    @Test func `a passphrase longer than libcrypto's buffer is a wrong one`() throws {
        let error = loadError(
            try SigningFixtures.text("test_key_encrypted.pem"), passphrase: String(repeating: "x", count: 5000))
        guard case .wrongPassphraseOrNotAKey = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `the public half is that of openssl`() throws {
        let key = try SigningFixtures.key()
        let pem = try SigningFixtures.text("test_public.pem")
        #expect(try key.publicKeyPEM() == pem)
        #expect(try PublicKey(pem: pem).pem == pem)
        #expect(try PublicKey(pem: pem).der == key.publicKeyDER())
        #expect(try PublicKey(pem: pem).fingerprint == key.fingerprint())
    }

    @Test func `a generated key signs, exports and loads again`() throws {
        let key = try PrivateKey.generate()
        let again = try PrivateKey(pem: key.pem())
        let message = Array("message".utf8)
        let signature = try again.signature(over: message)
        #expect(signature.count == 256)
        #expect(try signature == key.signature(over: message))
        let publicKey = try key.publicKey()
        #expect(publicKey.verify(signature: signature, over: message))
        #expect(!publicKey.verify(signature: signature, over: message + [0]))
        #expect(!publicKey.verify(signature: Array(signature.dropLast()), over: message))
        #expect(!publicKey.verify(signature: [], over: []))
        #expect(try key.publicKeyDER() != PrivateKey.generate().publicKeyDER())
    }

    @Test func `public keys that are none are refused`() throws {
        #expect(throws: CryptoError.self) { try PublicKey(pem: "") }
        #expect(throws: CryptoError.self) { try PublicKey(der: [0x30, 0x03, 0x02, 0x01, 0x00]) }
        #expect(throws: CryptoError.self) { try PublicKey(der: []) }
        #expect(throws: CryptoError.notRSA) { try PublicKey(pem: KeyMaterial.ellipticPublic) }
    }

    @Test func `nothing of a key or a secret can be printed`() throws {
        let key = try SigningFixtures.key()
        let secret = Secret("hunter2")
        var dumped = ""
        dump(key, to: &dumped)
        dump(secret, to: &dumped)
        let texts = [
            String(describing: key), String(reflecting: key), String(describing: secret), String(reflecting: secret),
            dumped,
            "\([secret])", "\(Credential(keyID: secret, key: key))",
        ]
        for text in texts { #expect(!text.contains("hunter2") && !text.contains("0x")) }
        #expect("\(secret)" == "•••")
        #expect("\(key)" == "RSA private key of 2048 bits")
    }

    @Test func `secrets compare by their bytes`() {
        #expect(Secret("a") == Secret([0x61]))
        #expect(Secret("a") != Secret("b"))
        #expect(Secret("a") != Secret("aa"))
        #expect(Secret("") == Secret([]))
        #expect(Set([Secret("a"), Secret("a"), Secret("")]).count == 2)
        #expect(Secret(" \t token\r\n").trimmed() == Secret("token"))
        #expect(Secret(" \n").trimmed().isEmpty)
        #expect(Secret("åä").revealText() == "åä")
    }

    @Test func `every crypto error says what to do or what failed`() {
        let errors: [(CryptoError, String)] = [
            (.needsPassphrase, "pass_phrase"), (.wrongPassphraseOrNotAKey(detail: "D"), "(D)"),
            (.publicKeyGiven, "private key is needed"), (.notRSA, "openssl genrsa"), (.tooSmall(bits: 512), "512"),
            (.notPublic(detail: "D"), "(D)"), (.unavailable(algorithm: "MD5", detail: "D"), "openssl.cnf"),
            (.failed(operation: "f", detail: "D"), "f failed (D)"),
        ]
        for (error, part) in errors { #expect("\(error)".contains(part)) }
    }
}
