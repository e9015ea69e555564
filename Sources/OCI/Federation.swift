// SPDX-License-Identifier: MIT

import JSON

/// What an instance shows to get a token: its rotating certificate and key.
struct InstanceIdentity: Sendable {
    let leaf: Certificate
    let key: PrivateKey
    /// Bare base64 of each intermediate certificate.
    let intermediates: [String]
    let tenancy: String

    /// From three PEM texts; whether they belong together, `isTorn` tells.
    init(leaf: [UInt8], key: [UInt8], intermediate: [UInt8]) throws(OCIError) {
        self.key = try PrivateKey.load(Secret(key), passphrase: nil, what: "instance metadata, /identity/key.pem")
        do {
            self.leaf = try Certificate(pem: String(decoding: leaf, as: UTF8.self))
        } catch {
            throw .problem("metadata", "instance metadata, /identity/cert.pem: \(error)")
        }
        intermediates = PEM.bodies(of: intermediate, label: "CERTIFICATE")
        guard let tenancy = self.leaf.tenancy else {
            throw .problem(
                "metadata",
                "instance metadata, /identity/cert.pem: its subject names no opc-tenant: is "
                    + "this an OCI instance? Elsewhere configure an API key (oci.auth: api_key)")
        }
        self.tenancy = tenancy
    }

    /// Certificate and key were read on either side of a rotation.
    func isTorn() throws(OCIError) -> Bool {
        do { return try leaf.publicKeyDER != key.publicKeyDER() } catch {
            throw .problem("metadata", "instance metadata, /identity/key.pem: \(error)")
        }
    }
}

/// The request that trades an instance's certificate for a token (contract §4.2).
enum Federation {
    /// Which hash of the leaf names it in the key id.
    enum Form: Sendable {
        /// `fed-x509`: what all SDKs send.
        case sha1
        /// `fed-x509-sha256`: for systems whose policy forbids SHA-1.
        case sha256
    }

    static func exchange(
        _ identity: InstanceIdentity, sessionKey: [UInt8], endpoint: Endpoint
    ) throws(OCIError) -> TokenExchange {
        do {
            return try exchange(identity, sessionKey: sessionKey, endpoint: endpoint, form: .sha1)
        } catch {
            guard case .unavailable = error else { throw .problem("federation", "instance principal: \(error)") }
        }
        do {
            return try exchange(identity, sessionKey: sessionKey, endpoint: endpoint, form: .sha256)
        } catch {
            throw .problem("federation", "instance principal: \(error)")
        }
    }

    /// - Parameter sessionKey: SubjectPublicKeyInfo of the key the token is asked for.
    static func exchange(
        _ identity: InstanceIdentity, sessionKey: [UInt8], endpoint: Endpoint, form: Form
    ) throws(CryptoError) -> TokenExchange {
        var members: [(String, JSONValue)] = [
            ("certificate", .string(Base64.encode(identity.leaf.der))),
            ("publicKey", .string(Base64.encode(sessionKey))),
            ("intermediateCertificates", .array(identity.intermediates.map { .string($0) })),
        ]
        let name: String
        switch form {
        case .sha1: name = "fed-x509/\(try identity.leaf.sha1Fingerprint())"
        case .sha256:
            name = "fed-x509-sha256/\(identity.leaf.sha256Fingerprint)"
            members.append(("fingerprintAlgorithm", "SHA256"))
        }
        return TokenExchange(
            operation: "instance principal", endpoint: endpoint, target: "/x509",
            body: JSONValue.object(members.map { JSONMember($0.0, $0.1) }).encoded(),
            signer: Credential(keyID: Secret("\(identity.tenancy)/\(name)"), key: identity.key),
            headerOrder: RequestSigner.federationHeaders, secrets: [], refused: "federation",
            advice: "check that the instance is in a dynamic group that a policy speaks of, and its clock")
    }
}
