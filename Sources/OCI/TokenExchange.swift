// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import Transport

/// A signed request to the auth service that is answered with `{"token": …}`.
struct TokenExchange: Sendable {
    /// For messages.
    let operation: String
    let endpoint: Endpoint
    /// After the endpoint's base path.
    let target: RequestTarget
    let body: [UInt8]
    let signer: Credential
    /// nil: the usual headers.
    let headerOrder: [String]?
    /// Never quoted, should the answer echo them.
    let secrets: [Secret]
    /// Kind of the problem when the service says 400, 401, 403 or 404.
    let refused: String
    /// What to do about a refusal.
    let advice: String

    /// Longest time for all attempts (contract §4.2).
    static let total: Duration = .seconds(100)

    /// The request as it goes out at `date`.
    func call(date: Date) throws(OCIError) -> HTTPCall {
        var request = HTTPRequest(
            method: .post, scheme: endpoint.scheme, authority: endpoint.authority, path: endpoint.basePath + target.text
        )
        request.headerFields[.contentType] = "application/json"
        do {
            try RequestSigner.sign(
                &request, body: body, coverage: .signed, keyID: signer.keyID, key: signer.key, date: date,
                headerOrder: headerOrder)
        } catch {
            throw .problem(refused, "\(operation): \(error)")
        }
        var call = HTTPCall(request, body: body)
        call.responseLimitBytes = 1 << 20
        return call
    }

    /// Sends it, again after network errors, 429 and 5xx, and takes the token out of the answer.
    func token(_ environment: CredentialEnvironment, attempts: Int) async throws(OCIError) -> Secret {
        let policy = RetryPolicy(attempts: attempts, cap: .seconds(30))
        let time = environment.time
        let reply: Reply
        do {
            reply = try await policy.retrying(
                time: time, deadline: environment.instant(after: Self.total),
                using: OCIClient.Jitter(draw: environment.random),
                judge: { (failure: CredentialCallFailure) in failure.decision },
                attempt: { (number) async throws(CredentialCallFailure) in
                    try await send(environment, attempt: number)
                })
        } catch {
            throw error.error
        }
        guard let token = (try? JSONValue.parse(reply.body))?["token"]?.string, !token.isEmpty else {
            // Whatever is there instead of a token is not quoted: it may hold half of one.
            throw .problem(
                "federation", "\(operation): \(endpoint.authority) answered \(reply.status) without a token; try again")
        }
        return Secret(token).trimmed()
    }

    private func send(
        _ environment: CredentialEnvironment, attempt: Int
    ) async throws(CredentialCallFailure) -> Reply {
        let sentAt = environment.time.now()
        var call: HTTPCall
        do { call = try self.call(date: sentAt) } catch { throw CredentialCallFailure(error: error, decision: .giveUp) }
        call.timeout = environment.timeout(.seconds(60))
        let reply: Reply
        do { reply = try await environment.transport.send(call) } catch {
            let decision: RetryDecision = RetryPolicy.isWorthRetrying(error) ? .retry() : .giveUp
            throw CredentialCallFailure(
                error: .transport(error, operation: operation, attempts: attempt), decision: decision)
        }
        guard !(200...299).contains(reply.status) else { return reply }
        let retryAfter = reply.headers[.retryAfter].flatMap {
            RetryPolicy.retryAfter($0, now: environment.time.now())
        }
        let decision: RetryDecision =
            RetryPolicy.isWorthRetrying(status: reply.status) ? .retry(after: retryAfter) : .giveUp
        throw CredentialCallFailure(error: problem(reply, sentAt: sentAt), decision: decision)
    }

    private func problem(_ reply: Reply, sentAt: Date) -> OCIError {
        let answer = ServiceErrorBody(reply.body, hiding: secrets.map { $0.revealText() })
        var text = "\(operation): \(endpoint.authority) answered \(reply.status)"
        if !answer.code.isEmpty { text += " \(answer.code)" }
        if !answer.message.isEmpty { text += " (\(answer.message))" }
        text += OCIError.quoted(reply.headers[.opcRequestID])
        let isRefusal = [400, 401, 403, 404].contains(reply.status)
        if let server = reply.headers[.date].flatMap(HTTPDate.parse), abs(sentAt.timeIntervalSince(server)) > 300 {
            let seconds = Int(sentAt.timeIntervalSince(server))
            return .problem("federation", text + "; this machine's clock is \(seconds) s off: set it (timedatectl)")
        }
        return .problem(isRefusal ? refused : "federation", text + "; " + (isRefusal ? advice : "try again later"))
    }
}

/// A failed attempt to get a part of a credential, and whether to try again.
struct CredentialCallFailure: Error {
    let error: OCIError
    let decision: RetryDecision
}
