// SPDX-License-Identifier: MIT

import FoundationEssentials
import OCI
import Synchronization

/// Says who signed a request, or answers 401 as OCI does.
final class Authenticator: Sendable {
    /// Who signed.
    enum Principal: Sendable, Hashable {
        case user(String)
        case session(subject: String, kind: String)
        /// The bearer of the instance's certificate; good for `/v1/x509` only.
        case certificate
        /// Verification is off.
        case anybody
    }

    /// An API key somebody uploaded.
    private struct APIKey: Sendable {
        let user: String
        let key: PublicKey
    }

    private let tokens: TokenIssuer
    private let verifies: Bool
    private let apiKeys = Mutex<[String: APIKey]>([:])

    init(tokens: TokenIssuer, verifies: Bool) {
        self.tokens = tokens
        self.verifies = verifies
    }

    /// Accepts requests signed with `key` in the name of `user`.
    func register(_ key: PublicKey, user: String) {
        guard let fingerprint = key.fingerprint else { return }
        apiKeys.withLock { $0["\(Tenant.tenancy)/\(user)/\(fingerprint)"] = APIKey(user: user, key: key) }
    }

    /// Who signed the request.
    func principal(
        of request: ServerRequest, requirement: SignatureVerifier.Requirement, now: Date
    ) throws(Refusal) -> Principal {
        guard verifies else { return .anybody }
        guard let text = request.header("authorization") else { throw Refusal(reason: "no Authorization header") }
        let header: SignatureHeader
        do {
            header = try SignatureHeader(parsing: text)
        } catch {
            throw Refusal(error, request: request, now: now)
        }
        let (principal, key) = try bearer(String(decoding: header.keyID.reveal(), as: UTF8.self), now: now)
        try check(request, header, key, requirement, now: now)
        return principal
    }

    /// Checks a signature against a key known from elsewhere.
    func check(
        _ request: ServerRequest, _ header: SignatureHeader, _ key: PublicKey,
        _ requirement: SignatureVerifier.Requirement, now: Date
    ) throws(Refusal) {
        let received = ReceivedRequest(
            method: request.method, target: request.target, host: request.header("host") ?? "",
            fields: request.headers, body: request.body)
        do {
            try SignatureVerifier.check(received, header, key: key, now: now, requirement: requirement)
        } catch {
            throw Refusal(error, request: request, now: now)
        }
    }

    private func bearer(_ keyID: String, now: Date) throws(Refusal) -> (Principal, PublicKey) {
        if keyID.hasPrefix("ST$") {
            guard let session = tokens.session(String(keyID.dropFirst(3)), now: now) else {
                throw Refusal(reason: "the token in keyId is expired or not from here")
            }
            return (.session(subject: session.subject, kind: session.kind), session.publicKey)
        }
        guard let known = apiKeys.withLock({ $0[keyID] }) else {
            throw Refusal(reason: "no API key is registered under this keyId")
        }
        return (.user(known.user), known.key)
    }

    /// A 401: what the client reads, and what really was the matter, for the log and a header of our own.
    struct Refusal: Error, Sendable {
        let reason: String
        let error: ServiceError

        init(reason: String) {
            self.reason = reason
            error = .notAuthenticated
        }

        init(_ rejection: SignatureRejection, request: ServerRequest, now: Date) {
            reason = String(describing: rejection)
            guard case .skew = rejection else {
                error = .notAuthenticated
                return
            }
            let sent = (request.header("x-date") ?? request.header("date")).flatMap(WireTime.date(http:)) ?? now
            func text(_ date: Date) -> String { WireTime.http(date, zone: "UTC") }
            error = ServiceError(
                401, "NotAuthenticated",
                "Date '\(text(sent))' is not within allowed clock skew. Current '\(text(now))', valid datetime range: "
                    + "['\(text(now.addingTimeInterval(-300)))', '\(text(now.addingTimeInterval(301)))']")
        }
    }
}
