// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import OCI
import Synchronization

/// Issues and checks session tokens: JWTs that carry the session's public key, signed with a key of local-oci's own, so
/// that they hold across restarts.
final class TokenIssuer: Sendable {
    struct Session: Sendable {
        let publicKey: PublicKey
        let subject: String
        let expires: Date
        /// `instance` or `user`.
        let kind: String
    }

    private let keyring: Keyring
    private let sessions = Mutex<[String: Session]>([:])

    init(keyring: Keyring) { self.keyring = keyring }

    /// A token for whoever holds the private half of `publicKey`.
    func issue(_ publicKey: PublicKey, subject: String, kind: String, lifetime: Duration, now: Date) throws -> String {
        let issued = Int(now.timeIntervalSince1970)
        let claims: JSONValue = [
            "sub": .string(subject), "iss": "authService.local-oci", "aud": "oci", "ptype": .string(kind),
            "tenant": .string(Tenant.tenancy), "res_tenant": .string(Tenant.tenancy),
            "res_compartment": .string(Tenant.compartment), "res_type": "instance", "iat": .int(issued),
            "exp": .int(issued + Int(lifetime.components.seconds)), "jti": .string(UUID().uuidString),
            "jwk_spki": .string(Base64.encode(publicKey.der)),
        ]
        let header: JSONValue = ["alg": "RS256", "typ": "JWT", "kid": "local-oci"]
        let text = Base64.encodeURLSafe(header.encoded()) + "." + Base64.encodeURLSafe(claims.encoded())
        let signature = try keyring.key("token-signing").signature(over: Array(text.utf8))
        return text + "." + Base64.encodeURLSafe(signature)
    }

    /// The session behind a token of ours that still holds; nil for any other text.
    func session(_ token: String, now: Date) -> Session? {
        let session = sessions.withLock { $0[token] } ?? read(token)
        guard let session, session.expires > now else { return nil }
        sessions.withLock { known in
            if known.count >= 1_000 { known.removeAll() }
            known[token] = session
        }
        return session
    }

    private func read(_ token: String) -> Session? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        // A key that cannot be loaded means that no token of ours can be told from others: none is accepted.
        guard parts.count == 3, let signature = Base64.decodeURLSafe(parts[2]),
            let key = try? keyring.key("token-signing").publicKey(),
            key.verify(signature: signature, over: Array("\(parts[0]).\(parts[1])".utf8)),
            let payload = Base64.decodeURLSafe(parts[1]), let claims = try? JSONValue.parse(payload),
            let expires = claims["exp"]?.double, let subject = claims["sub"]?.string,
            let der = claims["jwk_spki"]?.string.flatMap({ Base64.decode($0) }),
            let publicKey = try? PublicKey(der: der)
        else { return nil }
        return Session(
            publicKey: publicKey, subject: subject, expires: Date(timeIntervalSince1970: expires),
            kind: claims["ptype"]?.string ?? "user")
    }
}
