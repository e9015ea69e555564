// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import OCI

/// Session tokens: for the bearer of an instance certificate, for an API key, for a token that is about to end
/// (contract §4.2, §4.6).
struct AuthService: Sendable {
    let tokens: TokenIssuer
    let identity: InstanceIdentity
    let authenticator: Authenticator
    let verifies: Bool

    func answer(_ request: ServerRequest, now: Date) throws -> ServerResponse {
        guard request.method == "POST" else { throw ServiceError.unknownOperation(request.method, request.path) }
        switch request.path {
        case "/v1/x509": return try federate(request, now: now)
        case "/v1/authentication/refresh": return try refresh(request, now: now)
        case "/v1/token/upst/actions/GenerateUpst": return try generate(request, now: now)
        default: throw ServiceError.unknownOperation(request.method, request.path)
        }
    }

    private func federate(_ request: ServerRequest, now: Date) throws -> ServerResponse {
        let details = try request.json()
        let (leaf, sessionKey) = try papers(details)
        try checkChain(leaf, details, now: now)
        if verifies { try checkSignature(request, details, leaf, now: now) }
        let subject = leaf.subject.first { $0.type == "CN" }?.value ?? Tenant.instance
        return .json([
            "token": .string(
                try tokens.issue(sessionKey, subject: subject, kind: "instance", lifetime: .seconds(1_200), now: now))
        ])
    }

    private func papers(_ details: JSONValue) throws -> (Certificate, PublicKey) {
        guard let leaf = details["certificate"]?.string.flatMap({ Base64.decode($0) }),
            let certificate = try? Certificate(der: leaf)
        else { throw ServiceError.invalid("certificate is no base64 of a certificate's DER.") }
        guard let der = details["publicKey"]?.string.flatMap({ Base64.decode($0) }),
            let key = try? PublicKey(der: der)
        else { throw ServiceError.invalid("publicKey is no base64 of an RSA public key's DER.") }
        return (certificate, key)
    }

    /// The leaf must be signed by one of the intermediates sent, and that one must be ours.
    private func checkChain(_ leaf: Certificate, _ details: JSONValue, now: Date) throws {
        let ours = try identity.current(now: now).intermediate.publicKey()
        let intermediates = (details["intermediateCertificates"]?.array ?? []).compactMap { value in
            value.string.flatMap { Base64.decode($0) }.flatMap { try? Certificate(der: $0) }
        }
        guard let above = intermediates.first(where: { $0.publicKeyDER == ours.der }), above.isSigned(by: ours),
            leaf.isSigned(by: ours), leaf.tenancy == Tenant.tenancy
        else { throw Authenticator.Refusal(reason: "the certificate does not lead to local-oci's intermediate") }
        guard leaf.notAfter > now else { throw Authenticator.Refusal(reason: "the certificate has expired") }
    }

    private func checkSignature(_ request: ServerRequest, _ details: JSONValue, _ leaf: Certificate, now: Date) throws {
        guard let text = request.header("authorization") else {
            throw Authenticator.Refusal(reason: "no Authorization header")
        }
        let header: SignatureHeader
        do {
            header = try SignatureHeader(parsing: text)
        } catch {
            throw Authenticator.Refusal(error, request: request, now: now)
        }
        let isSHA256 = details["fingerprintAlgorithm"]?.string == "SHA256"
        let wanted =
            isSHA256
            ? "\(Tenant.tenancy)/fed-x509-sha256/\(leaf.sha256Fingerprint)"
            : "\(Tenant.tenancy)/fed-x509/\(try leaf.sha1Fingerprint())"
        guard header.keyID == Secret(wanted) else {
            throw Authenticator.Refusal(reason: "the keyId does not carry the certificate's fingerprint")
        }
        try authenticator.check(request, header, try leaf.publicKey(), .federation, now: now)
    }

    private func refresh(_ request: ServerRequest, now: Date) throws -> ServerResponse {
        let principal = try authenticator.principal(of: request, requirement: .standard, now: now)
        guard let token = try request.json()["currentToken"]?.string else { throw ServiceError.missing("currentToken") }
        guard let session = tokens.session(token, now: now) else {
            throw Authenticator.Refusal(reason: "currentToken is expired or not from here")
        }
        if case .session(let subject, _) = principal, subject != session.subject {
            throw Authenticator.Refusal(reason: "currentToken belongs to somebody else")
        }
        let new = try tokens.issue(
            session.publicKey, subject: session.subject, kind: session.kind, lifetime: .seconds(3_600), now: now)
        return .json(["token": .string(new)])
    }

    private func generate(_ request: ServerRequest, now: Date) throws -> ServerResponse {
        let principal = try authenticator.principal(of: request, requirement: .standard, now: now)
        let details = try request.json()
        guard let der = details["publicKey"]?.string.flatMap(Self.spki), let key = try? PublicKey(der: der) else {
            throw ServiceError.invalid("publicKey is no RSA public key.")
        }
        let minutes = details["sessionExpirationInMinutes"]?.int ?? 60
        guard (5...60).contains(minutes) else {
            throw ServiceError(409, "IncorrectState", "The session may last 5 to 60 minutes, not \(minutes).")
        }
        let subject =
            switch principal {
            case .user(let user): user
            case .session(let subject, _): subject
            case .certificate, .anybody: Tenant.user
            }
        let token = try tokens.issue(
            key, subject: subject, kind: "user", lifetime: .seconds(minutes * 60), now: now)
        return .json(["token": .string(token)])
    }

    /// Bare base64 or PEM.
    private static func spki(_ text: String) -> [UInt8]? {
        Base64.decode(text) ?? PEM.decode(Array(text.utf8), label: "PUBLIC KEY")
    }
}
