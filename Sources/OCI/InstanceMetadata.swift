// SPDX-License-Identifier: MIT

import HTTPTypes
import JSON
import Synchronization
import Transport

/// The instance metadata service, version 2 (contract §4.1): plain http on a link-local address, never by a proxy.
final class InstanceMetadata: Sendable {
    private let environment: CredentialEnvironment
    private let bases: [Endpoint]
    /// Which of `bases` answered last.
    private let answering = Mutex(0)

    /// Eight attempts, since an instance that is still booting says 404 (Python SDK `auth/`).
    static let patient = RetryPolicy(attempts: 8, cap: .seconds(30))

    /// Asks `oci.endpoints.metadata`, else `$OCI_METADATA_BASE_URL`, else the IPv4 and then the IPv6 address.
    init(_ environment: CredentialEnvironment) throws(OCIError) {
        self.environment = environment
        if let text = environment.endpoints[.metadata] ?? environment.variable("OCI_METADATA_BASE_URL") {
            bases = [try Endpoint.parse(text, for: .metadata)]
        } else {
            bases = [
                try Endpoint.parse("http://169.254.169.254/opc/v2", for: .metadata),
                try Endpoint.parse("http://[fd00:c1::a9fe:a9fe]/opc/v2", for: .metadata),
            ]
        }
    }

    /// Whether anything answers within a second, whatever it says. Throws only when the task is cancelled.
    func isThere() async throws(OCIError) -> Bool {
        for base in bases {
            var call = call("/instance/region", base)
            call.timeout = .seconds(1)
            call.connectTimeout = .seconds(1)
            do {
                _ = try await environment.transport.send(call)
                return true
            } catch {
                guard error != .cancelled else { throw .transport(error, operation: "metadata", attempts: 1) }
            }
        }
        return false
    }

    /// The body of `path` under the base, for example `/identity/cert.pem`.
    func text(_ path: String, policy: RetryPolicy = patient) async throws(OCIError) -> [UInt8] {
        let time = environment.time
        do {
            return try await policy.retrying(
                time: time, deadline: environment.instant(after: .seconds(600)),
                using: OCIClient.Jitter(draw: environment.random),
                judge: { (failure: CredentialCallFailure) in failure.decision },
                attempt: { (_) async throws(CredentialCallFailure) in try await self.attempt(path) })
        } catch {
            throw error.error
        }
    }

    /// The region this instance runs in: by `/instance/region`, and by `regionInfo` where the table does not know it.
    func region() async throws(OCIError) -> Region {
        let name = String(decoding: try await text("/instance/region"), as: UTF8.self)
        let region = try environment.regions.region(String(name.filter { !$0.isWhitespace }))
        guard region.realm == nil else { return region }
        // Old images have no regionInfo; then the default domain is the best guess, and the auth call will tell.
        guard let body = try? await text("/instance/regionInfo", policy: RetryPolicy(attempts: 2, cap: .seconds(2))),
            let object = try? JSONValue.parse(body), let described = RegionLookup.region(object)
        else { return region }
        return described
    }

    private func attempt(_ path: String) async throws(CredentialCallFailure) -> [UInt8] {
        let first = answering.withLock { $0 }
        var unreachable: TransportError?
        for index in Array(first..<bases.count) + Array(0..<first) {
            switch await reply(to: call(path, bases[index])) {
            case .success(let reply):
                answering.withLock { $0 = index }
                return try body(reply, path)
            case .failure(.cancelled): throw refusal(.cancelled, path)
            case .failure(let error): unreachable = unreachable ?? error
            }
        }
        throw refusal(unreachable ?? .cancelled, path)
    }

    private func reply(to call: HTTPCall) async -> Result<Reply, TransportError> {
        do throws(TransportError) { return .success(try await environment.transport.send(call)) } catch {
            return .failure(error)
        }
    }

    private func body(_ reply: Reply, _ path: String) throws(CredentialCallFailure) -> [UInt8] {
        guard reply.status != 200 else { return reply.body }
        let isTemporary = reply.status == 404 || RetryPolicy.isWorthRetrying(status: reply.status)
        throw CredentialCallFailure(
            error: .problem(
                "metadata",
                "instance metadata service: GET \(path) answered \(reply.status); "
                    + "is this an OCI instance with metadata version 2 enabled?"),
            decision: isTemporary ? .retry() : .giveUp)
    }

    private func refusal(_ error: TransportError, _ path: String) -> CredentialCallFailure {
        guard error != .cancelled else {
            return CredentialCallFailure(
                error: .transport(.cancelled, operation: "metadata \(path)", attempts: 1), decision: .giveUp)
        }
        return CredentialCallFailure(
            error: .problem(
                "metadata",
                "instance metadata service: GET \(path): \(error); "
                    + "outside of OCI configure an API key (oci.auth: api_key)"),
            decision: RetryPolicy.isWorthRetrying(error) ? .retry() : .giveUp)
    }

    private func call(_ path: String, _ base: Endpoint) -> HTTPCall {
        var request = HTTPRequest(
            method: .get, scheme: base.scheme, authority: base.authority, path: base.basePath + path)
        request.headerFields[.authorization] = "Bearer Oracle"
        var call = HTTPCall(request)
        call.timeout = environment.timeout(.seconds(60))
        call.usesProxy = false
        call.acceptsCompression = false
        call.responseLimitBytes = 1 << 18
        return call
    }
}
