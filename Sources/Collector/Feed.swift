// SPDX-License-Identifier: MIT

import Files
package import FoundationEssentials
package import HTTPTypes
package import Logging
package import Transport

/// The events API: one conditional GET, inside the source's rules and the run's deadline.
package struct Feed: Sendable {
    package let url: HTTPRequest
    package let userAgent: String
    package let timeout: Duration
    package let calls: CallLedger
    package let limits: RateLimits
    package var transport: HTTPTransport
    package let time: TimeSource
    package let log: Logger

    /// - Parameter url: only scheme, authority and path count.
    package init(
        url: HTTPRequest, userAgent: String, timeout: Duration, calls: CallLedger, limits: RateLimits,
        transport: HTTPTransport, time: TimeSource, log: Logger
    ) {
        self.url = url
        self.userAgent = userAgent
        self.timeout = timeout
        self.calls = calls
        self.limits = limits
        self.transport = transport
        self.time = time
        self.log = log
    }

    /// What the feed said.
    package struct Fetched: Sendable {
        /// nil: not modified since the validators were given.
        package let body: [UInt8]?
        package let status: Int
        package let validators: FeedValidators
        package let wireBytes: Int
        /// Attempts made, this one included.
        package let calls: Int
        package let at: Date
    }

    /// A fetch that failed, with what it cost.
    package struct Failure: Error, Sendable {
        package let error: FeedError
        package let calls: Int
        /// The beginning of a body that was too long to take, at most 1 MiB.
        package var received: [UInt8] {
            if case .transport(.tooLarge(_, let received)) = error { received } else { [] }
        }
    }

    /// Asks until there is an answer, a failure that lasts, or no time left.
    ///
    /// - Parameters:
    ///   - known: makes the request conditional.
    ///   - deadline: on the clock of `time.uptime`.
    package func fetch(known: FeedValidators?, deadline: Duration) async throws(Failure) -> Fetched {
        var calls = 0
        var earlier: FeedError?
        while true {
            try await waitForBudget(deadline: deadline, calls: calls, after: earlier)
            calls += 1
            let result = await outcome { () async throws(TransportError) in
                try await transport.send(call(known, deadline: deadline))
            }
            let problem: FeedError
            var retryAfter: Duration?
            switch result {
            case .success(let reply) where reply.status == 200 || (reply.status == 304 && known != nil):
                return fetched(reply, calls: calls)
            case .success(let reply):
                problem = .status(reply.status, location: reply.headers[.location].map(Self.printable))
                retryAfter = patience(reply)
            case .failure(.cancelled): throw Failure(error: .stopped, calls: calls)
            case .failure(.timeout) where time.uptime() + .milliseconds(20) >= deadline && earlier != nil:
                // Only the deadline ended it: the failure before it says more.
                throw Failure(error: earlier ?? .deadline(after: calls), calls: calls)
            case .failure(let error): problem = .transport(error)
            }
            earlier = problem
            try await waitToRetry(problem, calls: calls, retryAfter: retryAfter, deadline: deadline)
        }
    }

    private func call(_ known: FeedValidators?, deadline: Duration) -> HTTPCall {
        var request = HTTPRequest(method: .get, scheme: url.scheme, authority: url.authority, path: url.path)
        request.headerFields[.userAgent] = userAgent
        request.headerFields[.accept] = "application/json"
        request.headerFields[.ifNoneMatch] = known?.etag
        request.headerFields[.ifModifiedSince] = known?.lastModified
        var call = HTTPCall(request)
        call.allowsHTTP2 = true
        call.timeout = max(.milliseconds(1), min(timeout, deadline - time.uptime()))
        call.connectTimeout = min(call.connectTimeout, call.timeout)
        return call
    }

    private func fetched(_ reply: Reply, calls: Int) -> Fetched {
        Fetched(
            body: reply.status == 304 ? nil : reply.body, status: reply.status,
            validators: FeedValidators(etag: reply.headers[.eTag], lastModified: reply.headers[.lastModified]),
            wireBytes: reply.timing.wireBytes, calls: calls, at: time.now())
    }

    /// How long the feed asks to be left alone; written down, so that later runs keep to it, too.
    private func patience(_ reply: Reply) -> Duration? {
        let longest = Duration.seconds(Int(CallLedger.Window.day.seconds))
        let asked = reply.headers[.retryAfter].flatMap {
            RetryPolicy.retryAfter($0, now: time.now(), cap: longest)
        }
        guard let asked, asked > .zero else { return asked }
        do throws(FileError) {
            try calls.holdOff(until: time.now().addingTimeInterval(asked.seconds))
        } catch {
            log.warning("what the feed asked for (Retry-After) cannot be kept", metadata: ["error": "\(error)"])
        }
        return asked
    }

    /// Text from the wire as it may stand in a log and on a terminal.
    private static func printable(_ text: String) -> String {
        String(text.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }.prefix(200))
    }

    /// Takes a call out of the source's budget, waiting for the spacing between calls if need be.
    private func waitForBudget(
        deadline: Duration, calls made: Int, after problem: FeedError?
    ) async throws(Failure) {
        while true {
            let verdict: CallLedger.Verdict
            do throws(FileError) {
                verdict = try calls.reserve(now: time.now())
            } catch {
                throw Failure(error: .ledger(error), calls: made)
            }
            switch verdict {
            case .granted: return
            case .exhausted(let window, let until):
                throw Failure(error: .exhausted(window, until: until), calls: made)
            case .heldOff(let until):
                throw Failure(error: problem ?? .heldOff(until: until), calls: made)
            case .wait(let duration):
                guard time.uptime() + duration < deadline else {
                    throw Failure(error: problem ?? .deadline(after: made), calls: made)
                }
                log.info("waiting because the source allows one call in 10 s", metadata: ["wait": "\(duration)"])
                try await sleep(duration, calls: made)
            }
        }
    }

    private func waitToRetry(
        _ problem: FeedError, calls: Int, retryAfter: Duration?, deadline: Duration
    ) async throws(Failure) {
        guard Self.isWorthRetrying(problem) else { throw Failure(error: problem, calls: calls) }
        var random = SystemRandomNumberGenerator()
        let policy = RetryPolicy(attempts: 8, cap: .seconds(30), floor: limits.spacing)
        // The cap of what is read from the header: whoever asks for so long is asked again by the next run.
        if let retryAfter, retryAfter >= RetryPolicy.retryAfterCap { throw Failure(error: problem, calls: calls) }
        guard calls < policy.attempts else { throw Failure(error: problem, calls: calls) }
        let delay = policy.delay(attempt: calls, retryAfter: retryAfter, using: &random)
        // The wait and a useful part of the next attempt must fit.
        guard time.uptime() + delay < deadline else { throw Failure(error: problem, calls: calls) }
        log.warning(
            "the feed did not answer; trying again",
            metadata: [
                "event": "api.request.failed", "error.type": "\(problem.type)", "attempt": "\(calls)",
                "error": "\(problem)", "retry_after_us": "\(delay.microseconds)",
            ])
        try await sleep(delay, calls: calls)
    }

    private func sleep(_ duration: Duration, calls: Int) async throws(Failure) {
        do throws(CancellationError) {
            try await time.sleep(duration)
        } catch {
            throw Failure(error: .stopped, calls: calls)
        }
    }

    /// A broken certificate, a redirect or a refusal stays what it is for the length of a run.
    static func isWorthRetrying(_ problem: FeedError) -> Bool {
        switch problem {
        case .status(408, _), .status(429, _), .status(500, _), .status(502..., _): true
        case .transport(.dns), .transport(.connect), .transport(.timeout), .transport(.interrupted),
            .transport(.badEncoding):
            true
        case .status, .transport, .exhausted, .heldOff, .ledger, .deadline, .stopped: false
        }
    }
}

extension Duration {
    /// Whole microseconds.
    var microseconds: Int { Int(components.seconds) * 1_000_000 + Int(components.attoseconds / 1_000_000_000_000) }

    /// As a fraction of seconds.
    package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
