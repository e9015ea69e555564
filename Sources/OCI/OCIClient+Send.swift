// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import Logging
import Transport

extension OCIClient {
    /// Sends the call until it is answered with 2xx or an expected status, or may not be tried again.
    ///
    /// A 401 is answered once with a newer credential, where the source has one and the clocks agree.
    package func send(_ call: Call) async throws(OCIError) -> Answer {
        let limit = time.uptime() + Self.totalLimit
        var attempts = Attempts()
        do throws(Failure) {
            let reply = try await retry.retrying(
                time: time, deadline: min(deadline ?? limit, limit), using: Jitter(draw: random),
                judge: { $0.decision(for: call.repeats) }
            ) { (_) async throws(Failure) -> Reply in
                do throws(Failure) {
                    return try await answered(call, &attempts)
                } catch {
                    throw cause(of: error, &attempts)
                }
            }
            return Answer(title: call.title, reply: reply, attempts: attempts.made)
        } catch {
            throw Task.isCancelled
                ? .transport(.cancelled, operation: call.title, attempts: attempts.made) : error.error
        }
    }

    /// What to tell of a failed attempt: where only the deadline ended it, the failure before it says more.
    private func cause(of failure: Failure, _ attempts: inout Attempts) -> Failure {
        let isCutShort =
            switch failure.error {
            case .deadline: true
            case .transport(.timeout, _, _): deadline.map { time.uptime() + .milliseconds(20) >= $0 } ?? false
            default: false
            }
        if isCutShort, let earlier = attempts.earlier { return earlier }
        attempts.earlier = failure
        return failure
    }

    /// One attempt, or two where the first is refused for its credential.
    private func answered(_ call: Call, _ attempts: inout Attempts) async throws(Failure) -> Reply {
        let credential = try await credential(attempts.renewed)
        attempts.made += 1
        let first = await attempt(call, number: attempts.made, credential: credential)
        guard case .failure(let failure) = first, attempts.renewed == nil,
            let newer = try await renewal(after: failure.error, rejected: credential)
        else { return try first.get() }
        attempts.renewed = newer
        attempts.made += 1
        return try await attempt(call, number: attempts.made, credential: newer).get()
    }

    private func credential(_ renewed: Credential?) async throws(Failure) -> Credential {
        if let renewed { return renewed }
        do throws(OCIError) { return try await credentials.current() } catch { throw Failure(error) }
    }

    /// A newer credential where the service did not accept `rejected`.
    private func renewal(after error: OCIError, rejected: Credential) async throws(Failure) -> Credential? {
        guard case .service(let failure) = error, failure.status == 401, !failure.isClockSkew else { return nil }
        do throws(OCIError) { return try await credentials.renew(rejected) } catch { throw Failure(error) }
    }

    private func attempt(_ call: Call, number: Int, credential: Credential) async -> Result<Reply, Failure> {
        let started = time.uptime()
        let timeout = deadline.map { min($0 - started, call.timeout) } ?? call.timeout
        guard timeout > .zero else { return .failure(Failure(.deadline(operation: call.title))) }
        let result = await exchange(call, number: number, credential: credential, timeout: timeout)
        report(call, number: number, result: result, duration: time.uptime() - started)
        return result
    }

    private func exchange(
        _ call: Call, number: Int, credential: Credential, timeout: Duration
    ) async -> Result<Reply, Failure> {
        do throws(OCIError) {
            let http = try signed(call, credential: credential, date: time.now(), timeout: timeout)
            let reply = try await transported(http, call: call, attempts: number)
            guard (200...299).contains(reply.status) || call.expects(reply) else {
                return .failure(failure(reply, call: call, attempts: number, credential: credential))
            }
            return .success(reply)
        } catch {
            return .failure(Failure(error))
        }
    }

    private func transported(_ http: HTTPCall, call: Call, attempts: Int) async throws(OCIError) -> Reply {
        do {
            return try await transport.send(http)
        } catch {
            throw .transport(error, operation: call.title, attempts: attempts)
        }
    }

    private func signed(
        _ call: Call, credential: Credential, date: Date, timeout: Duration
    ) throws(OCIError) -> HTTPCall {
        let endpoint = call.endpoint ?? endpoints[call.service]
        var request = HTTPRequest(
            method: call.method, scheme: endpoint.scheme, authority: endpoint.authority,
            path: endpoint.basePath + call.target.text, headerFields: call.headers)
        request.headerFields[.userAgent] = userAgent
        request.headerFields[call.service == .objectStorage ? .opcClientRequestID : .opcRequestID] = requestID
        if call.decodesContent { request.headerFields[.accept] = "application/json" }
        if call.body != nil, request.headerFields[.contentType] == nil {
            request.headerFields[.contentType] = "application/json"
        }
        do {
            try RequestSigner.sign(
                &request, body: call.body, coverage: call.coverage, keyID: credential.keyID, key: credential.key,
                date: date)
        } catch {
            throw .unusable(operation: call.title, problem: "it cannot be signed: \(error)")
        }
        var http = HTTPCall(request, body: call.body)
        http.timeout = timeout
        http.connectTimeout = min(http.connectTimeout, timeout)
        http.responseLimitBytes = call.responseLimitBytes
        http.acceptsCompression = call.decodesContent
        return http
    }

    private func failure(_ reply: Reply, call: Call, attempts: Int, credential: Credential) -> Failure {
        let body = ServiceErrorBody(
            reply.body, hiding: [String(decoding: credential.keyID.reveal(), as: UTF8.self)])
        let now = time.now()
        let retryAfter = reply.headers[.retryAfter].flatMap { RetryPolicy.retryAfter($0, now: now) }
        let failure = ServiceFailure(
            operation: call.title, status: reply.status, code: body.code, message: body.message,
            requestID: reply.headers[.opcRequestID],
            clockSkew: reply.headers[.date].flatMap(HTTPDate.parse).map { now.timeIntervalSince($0) },
            attempts: attempts, retryAfter: retryAfter)
        return Failure(.service(failure), reply: reply, retryAfter: retryAfter)
    }

    private func report(_ call: Call, number: Int, result: Result<Reply, Failure>, duration: Duration) {
        let (reply, reason): (Reply?, String?) =
            switch result {
            case .success(let reply): (reply, nil)
            case .failure(let failure): (failure.reply, failure.error.reason)
            }
        let exchange = Exchange(
            operation: call.operation, service: call.service, attempt: number, status: reply?.status, reason: reason,
            duration: duration, sentBytes: call.body?.count ?? 0, receivedBytes: reply?.body.count ?? 0,
            requestID: reply?.headers[.opcRequestID])
        var metadata = exchange.metadata
        metadata["http.method"] = "\(call.method)"
        metadata["url.host"] = "\((call.endpoint ?? endpoints[call.service]).authority)"
        logger.debug("OCI request", metadata: metadata)
        onRequest(exchange)
    }
}

extension OCIClient.Call {
    var coverage: BodyCoverage { body == nil ? .none : isUpload ? .excluded : .signed }
}

extension OCIClient.Exchange {
    var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = [
            "oci.operation": "\(operation)", "attempt": "\(attempt)", "duration_us": "\(duration.microseconds)",
            "bytes": "\(sentBytes + receivedBytes)",
        ]
        metadata["http.status"] = status.map { "\($0)" }
        metadata["oci.request_id"] = requestID.map { "\($0)" }
        metadata["error.type"] = reason.map { "\($0)" }
        return metadata
    }
}

extension Duration {
    var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}
