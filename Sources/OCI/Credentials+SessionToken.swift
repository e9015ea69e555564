// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import Logging
import Transport

extension CredentialSource {
    /// The session of a profile, as `oci session authenticate` leaves it. Reads its files when first used.
    ///
    /// A token near its end is renewed with the service and written back (mode 0600), unless somebody else has done so
    /// already. One that is over cannot be renewed: the user has to log in again.
    package static func sessionToken(
        _ profile: ConfigFile.Profile, _ environment: CredentialEnvironment
    ) throws(OCIError) -> CredentialSource {
        let settings: ConfigFile.SessionSettings
        do { settings = try profile.session(environment: environment.variables) } catch { throw .config(error) }
        let region = try environment.regions.region(settings.region)
        let session = Session(
            profile: profile, settings: settings, environment: environment,
            auth: try Endpoints(region: region, overrides: environment.endpoints)[.auth])
        let origin = "session token of \(profile)"
        let holder = TokenHolder(origin: origin, time: environment.time, logger: environment.logger) {
            (previous, isRejected) async throws(OCIError) in
            try await session.token(after: previous, isRejected: isRejected)
        }
        return CredentialSource(
            origin: origin, tenancy: settings.tenancy, region: region.identifier,
            current: { () async throws(OCIError) in try await holder.current() },
            renew: { (rejected) async throws(OCIError) in try await holder.renewed(after: rejected) })
    }
}

/// The session's two files and the call that renews the token.
private struct Session: Sendable {
    let profile: ConfigFile.Profile
    let settings: ConfigFile.SessionSettings
    let environment: CredentialEnvironment
    let auth: Endpoint

    private var name: String { "session of \(profile)" }
    private var tokenPath: String {
        ConfigFile.expand(settings.tokenFile, home: environment.home, environment.variables)
    }

    func token(after previous: Token?, isRejected: Bool) async throws(OCIError) -> Token {
        let stored = try read()
        guard let previous else { return stored }
        let isNew = stored.credential.keyID != previous.credential.keyID
        if isNew && !stored.lifetime.isDue(at: environment.time.now()) { return stored }
        return try await renewed(stored)
    }

    private func read() throws(OCIError) -> Token {
        let files = KeyPairFiles(
            what: name, token: .file(tokenPath),
            key: .file(ConfigFile.expand(settings.keyFile, home: environment.home, environment.variables)),
            passphrase: profile.passphrase.map { .literal($0) }, environment: environment)
        do {
            return try files.read()
        } catch .credential(let problem) where ["token_expired", "token_missing"].contains(problem.kind) {
            throw .problem(problem.kind, "\(problem.message); log in again with \(login)")
        } catch {
            throw error
        }
    }

    private var login: String { "`oci session authenticate --profile-name \(profile.name)`" }

    private func renewed(_ old: Token) async throws(OCIError) -> Token {
        let text = Secret(Array(old.credential.keyID.reveal().dropFirst(3)))
        let body = JSONValue.object([JSONMember("currentToken", .string(text.revealText()))]).encoded()
        let exchange = TokenExchange(
            operation: "renewing the \(name)", endpoint: auth, target: "/authentication/refresh", body: body,
            signer: old.credential, headerOrder: nil, secrets: [text], refused: "token_expired",
            advice: "log in again with \(login)")
        let answer = try await exchange.token(environment, attempts: 3)
        let token = try Token(answer, key: old.credential.key, now: environment.time.now()) { kind, problem in
            .problem(kind, "renewing the \(name): the new token: \(problem); log in again with \(login)")
        }
        do {
            try environment.files.replace(tokenPath, answer.reveal())
        } catch {
            environment.logger.warning(
                "renewed session token not saved", metadata: ["path": "\(tokenPath)", "error": "\(error)"])
        }
        return token
    }
}
