// SPDX-License-Identifier: MIT

import Synchronization
import Transport

extension CredentialSource {
    /// The instance the program runs on. Asks nobody before it is first used.
    ///
    /// Each renewal reads certificate and key anew from the metadata service, makes a new session key (0.1-0.4 s of
    /// CPU) and trades them for a token. Tenancy and region are known to the metadata service only, so they are nil
    /// here.
    package static func instancePrincipal(
        _ environment: CredentialEnvironment
    ) throws(OCIError) -> CredentialSource {
        let principal = InstancePrincipal(environment, metadata: try InstanceMetadata(environment))
        let origin = "instance principal"
        let holder = TokenHolder(origin: origin, time: environment.time, logger: environment.logger) {
            (_, _) async throws(OCIError) in try await principal.token()
        }
        return CredentialSource(
            origin: origin, tenancy: nil, region: nil,
            current: { () async throws(OCIError) in try await holder.current() },
            renew: { (rejected) async throws(OCIError) in try await holder.renewed(after: rejected) })
    }
}

/// Gets tokens for the instance; called by one task at a time.
private final class InstancePrincipal: Sendable {
    private let environment: CredentialEnvironment
    private let metadata: InstanceMetadata
    /// What cannot change while the instance runs.
    private let known = Mutex<(endpoint: Endpoint?, tenancy: String?)>((nil, nil))

    init(_ environment: CredentialEnvironment, metadata: InstanceMetadata) {
        self.environment = environment
        self.metadata = metadata
    }

    func token() async throws(OCIError) -> Token {
        async let generating = generateKey()
        async let locating = endpoint()
        let identity = try await identity().get()
        let endpoint = try await locating.get()
        let key = try await generating.get()
        let publicKey: [UInt8]
        do { publicKey = try key.publicKeyDER() } catch { throw .problem("federation", "instance principal: \(error)") }
        let exchange = try Federation.exchange(identity, sessionKey: publicKey, endpoint: endpoint)
        let text = try await exchange.token(environment, attempts: 3)
        return try Token(text, key: key, now: environment.time.now()) { kind, problem in
            .problem(
                kind == "token_missing" ? "federation" : kind,
                "instance principal: the token just received: \(problem); check this machine's clock and try again")
        }
    }

    /// Off the caller's actor: it takes a while.
    @concurrent
    private func generateKey() async -> Result<PrivateKey, OCIError> {
        do throws(CryptoError) { return .success(try environment.generateKey()) } catch {
            return .failure(.problem("federation", "instance principal: \(error)"))
        }
    }

    private func endpoint() async -> Result<Endpoint, OCIError> {
        if let endpoint = known.withLock({ $0.endpoint }) { return .success(endpoint) }
        do throws(OCIError) {
            let region = try await metadata.region()
            let endpoint = try Endpoints(region: region, overrides: environment.endpoints)[.auth]
            known.withLock { $0.endpoint = endpoint }
            return .success(endpoint)
        } catch {
            return .failure(error)
        }
    }

    /// The three files as one set, read again where a rotation came in between.
    private func identity() async -> Result<InstanceIdentity, OCIError> {
        do throws(OCIError) {
            for _ in 1...3 {
                let identity = try await readIdentity()
                if try !identity.isTorn() { return .success(try checkTenancy(of: identity)) }
                do { try await environment.time.sleep(.seconds(1)) } catch {
                    throw .transport(.cancelled, operation: "instance principal", attempts: 1)
                }
            }
            throw .problem(
                "metadata", "instance metadata: /identity/cert.pem and key.pem do not belong together; try again")
        } catch {
            return .failure(error)
        }
    }

    private func readIdentity() async throws(OCIError) -> InstanceIdentity {
        async let leaf = part("cert.pem")
        async let key = part("key.pem")
        async let intermediate = part("intermediate.pem")
        return try InstanceIdentity(
            leaf: try await leaf.get(), key: try await key.get(), intermediate: try await intermediate.get())
    }

    private func part(_ name: String) async -> Result<[UInt8], OCIError> {
        do throws(OCIError) { return .success(try await metadata.text("/identity/" + name)) } catch {
            return .failure(error)
        }
    }

    private func checkTenancy(of identity: InstanceIdentity) throws(OCIError) -> InstanceIdentity {
        let first = known.withLock { known in
            known.tenancy = known.tenancy ?? identity.tenancy
            return known.tenancy
        }
        guard first == identity.tenancy else {
            throw .problem(
                "federation", "instance principal: the certificate names another tenancy than before; restart")
        }
        return identity
    }
}
