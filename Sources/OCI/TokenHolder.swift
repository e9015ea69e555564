// SPDX-License-Identifier: MIT

import FoundationEssentials
import Logging
import Transport

/// A credential with a life, and how long that is.
struct Token: Sendable {
    let credential: Credential
    let lifetime: TokenLifetime

    /// `ST$<token>` with its key; `problem` is thrown where the text is no token or one that is over already.
    init(
        _ token: Secret, key: PrivateKey, now: Date, problem: (_ kind: String, _ text: String) -> OCIError
    ) throws(OCIError) {
        guard let claims = JWT(token) else {
            throw problem("token_missing", "it holds no token (a JWT with an expiry)")
        }
        lifetime = TokenLifetime(claims, received: now)
        guard !lifetime.isOver(at: now) else {
            let seconds = Int(now.timeIntervalSince(claims.expires))
            throw problem("token_expired", "the token has expired \(seconds) s ago by this machine's clock")
        }
        credential = Credential(keyID: Secret("ST$" + token.revealText()), key: key, expires: claims.expires)
    }
}

/// Keeps a token, renews it when it is due and hands every request one snapshot of token and key.
///
/// One renewal at a time: whoever has no valid token meanwhile waits for its outcome. A renewal that fails leaves the
/// old token in use as long as it is valid; the next is tried after 5, 10, 20, then every 40 seconds.
actor TokenHolder {
    /// Gets a token; `previous` is the one in use, `isRejected` where the service has refused it.
    typealias Fetch = @Sendable (_ previous: Token?, _ isRejected: Bool) async throws(OCIError) -> Token
    private typealias Outcome = Result<Token, OCIError>

    private let origin: String
    private let time: TimeSource
    private let logger: Logger
    private let fetch: Fetch
    private var token: Token?
    private var isFetching = false
    private var waiting: [CheckedContinuation<Outcome, Never>] = []
    private var failures = 0
    private var lastError: OCIError?
    /// Instant of the uptime clock before which nothing is fetched.
    private var pausedUntil: Duration = .zero

    init(origin: String, time: TimeSource, logger: Logger, fetch: @escaping Fetch) {
        self.origin = origin
        self.time = time
        self.logger = logger
        self.fetch = fetch
    }

    /// A credential good for now.
    func current() async throws(OCIError) -> Credential {
        let held: Token
        if let token { held = token } else { held = try await renewed().get() }
        let now = time.now()
        guard held.lifetime.isDue(at: now) else { return held.credential }
        guard !held.lifetime.isOver(at: now) else { return try await renewed().get().credential }
        guard !isFetching, time.uptime() >= pausedUntil else { return held.credential }
        switch await renewed() {
        case .success(let newer): return newer.credential
        case .failure(.transport(.cancelled, let operation, let attempts)):
            throw .transport(.cancelled, operation: operation, attempts: attempts)
        case .failure(let error):
            logger.warning(
                "credential not renewed, the old one serves on",
                metadata: ["credential.origin": "\(origin)", "error": "\(error)"])
            return held.credential
        }
    }

    /// A credential other than `rejected`; nil where a renewal brings the same again.
    func renewed(after rejected: Credential) async throws(OCIError) -> Credential? {
        if let token, token.credential.keyID != rejected.keyID, !token.lifetime.isOver(at: time.now()) {
            return token.credential
        }
        let newer = try await renewed(isRejected: true).get().credential
        return newer.keyID == rejected.keyID ? nil : newer
    }

    /// Fetches, or waits for the fetch that is under way. One that its caller's end has cut short is made again.
    private func renewed(isRejected: Bool = false) async -> Outcome {
        while isFetching {
            let outcome = await withCheckedContinuation { waiting.append($0) }
            guard case .failure(.transport(.cancelled, _, _)) = outcome, !Task.isCancelled else { return outcome }
        }
        if !isRejected, let lastError, time.uptime() < pausedUntil { return .failure(lastError) }
        isFetching = true
        let outcome: Outcome
        do throws(OCIError) { outcome = .success(try await fetch(token, isRejected)) } catch {
            outcome = .failure(error)
        }
        isFetching = false
        note(outcome)
        let waiters = waiting
        waiting = []
        for waiter in waiters { waiter.resume(returning: outcome) }
        return outcome
    }

    private func note(_ outcome: Outcome) {
        switch outcome {
        case .success(let newer):
            // One that is due already is not asked for again at once, unless it is the first.
            failures = token != nil && newer.lifetime.isDue(at: time.now()) ? failures + 1 : 0
            token = newer
            lastError = nil
        case .failure(.transport(.cancelled, _, _)): return
        case .failure(let error):
            lastError = error
            failures += 1
        }
        pausedUntil = failures == 0 ? .zero : time.uptime() + .seconds(min(5 << min(failures - 1, 3), 40))
    }
}
