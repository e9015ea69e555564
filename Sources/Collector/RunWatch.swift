// SPDX-License-Identifier: MIT

import Files
package import FoundationEssentials
import HTTPTypes
package import Ledger
package import OCI
import Synchronization
package import Transport

/// Looks on while a run works, and counts what only passes by: how requests ended, what was written, what the services'
/// clocks say.
package final class RunWatch: Sendable {
    private struct State {
        var measures = RunRecord.Measures()
        /// Clocks of OCI's services beat the feed's, since signatures are judged by them.
        var serviceSkew: Double?
        var feedSkew: Double?
    }

    private let state = Mutex(State())
    /// What goes to OCI, where a run has yet to ask the feed.
    private let services = Gate()

    package init() {}

    /// Keeps requests to OCI back until the feed's has gone out, or `releaseServices` (design §5: nothing is sent before
    /// the feed request).
    func holdServices() { services.close() }

    /// Whatever became of the feed's request, OCI may be asked from now on.
    func releaseServices() { services.open() }

    /// What was counted so far.
    package var measures: RunRecord.Measures {
        state.withLock { state in
            var measures = state.measures
            measures.clockSkewSeconds = state.serviceSkew ?? state.feedSkew
            return measures
        }
    }

    /// The last answer taken for a good one was no list of events.
    func answerWasUnreadable() {
        state.withLock { state in
            let good = state.measures.feedOutcomes[FeedOutcome.ok.rawValue] ?? 0
            state.measures.feedOutcomes[FeedOutcome.ok.rawValue] = good > 1 ? good - 1 : nil
            state.measures.feedOutcomes[FeedOutcome.parse.rawValue, default: 0] += 1
        }
    }

    /// One attempt of a call to OCI is over.
    package func note(_ exchange: OCIClient.Exchange) {
        guard exchange.isVault else { return }
        let outcome = VaultOutcome(exchange)
        state.withLock { $0.measures.vaultReads[outcome.rawValue, default: 0] += 1 }
    }

    /// A secret in use ends then; the first end of all counts.
    package func secretEnds(_ date: Date) {
        state.withLock { $0.measures.secretEndsAt = min($0.measures.secretEndsAt ?? date, date) }
    }

    /// The same transport, looked at as the feed's.
    package func feed(_ transport: HTTPTransport, time: TimeSource) -> HTTPTransport {
        let announcing = HTTPTransport { [services] call throws(TransportError) in
            // Where it did not get that far, its end lets the others go.
            defer { services.open() }
            var call = call
            call.willSend = { services.open() }
            return try await transport.send(call)
        }
        return watched(announcing, time: time) { state, result, start, end in
            if let outcome = FeedOutcome(result) { state.measures.feedOutcomes[outcome.rawValue, default: 0] += 1 }
            state.measures.feedSeconds = max(state.measures.feedSeconds ?? 0, end.uptime - start.uptime)
            if let skew = Self.skew(result, start.now, end.now) { state.feedSkew = skew }
        }
    }

    /// The same transport, looked at as OCI's.
    package func service(_ transport: HTTPTransport, time: TimeSource) -> HTTPTransport {
        let held = HTTPTransport { [services] call throws(TransportError) in
            let start = time.uptime()
            await services.pass()
            guard !Task.isCancelled else { throw .cancelled }
            var call = call
            call.timeout = max(.milliseconds(1), call.timeout - (time.uptime() - start))
            return try await transport.send(call)
        }
        return watched(held, time: time) { state, result, start, end in
            if let skew = Self.skew(result, start.now, end.now) { state.serviceSkew = skew }
        }
    }

    /// The same store, with what is written to it counted.
    func store(_ store: ArchiveStore) -> ArchiveStore {
        var watched = store
        watched.create = { [self] name, bytes throws(ArchiveError) in
            let result = await outcome { () async throws(ArchiveError) in try await store.create(name, bytes) }
            count(PutOutcome(result) { $0 == .created }, bytes: bytes.count)
            return try result.get()
        }
        watched.replace = { [self] name, bytes, tag throws(ArchiveError) in
            let result = await outcome { () async throws(ArchiveError) in try await store.replace(name, bytes, tag) }
            count(PutOutcome(result) { $0 != nil }, bytes: bytes.count)
            return try result.get()
        }
        return watched
    }

    private func count(_ outcome: PutOutcome, bytes: Int) {
        state.withLock { state in
            state.measures.puts[outcome.rawValue, default: 0] += 1
            if outcome == .ok { state.measures.bytesPut += bytes }
        }
    }

    private typealias Instant = (now: Date, uptime: Double)
    private typealias Sent = Result<Reply, TransportError>

    private func watched(
        _ transport: HTTPTransport, time: TimeSource,
        _ look: @escaping @Sendable (inout State, Sent, Instant, Instant) -> Void
    ) -> HTTPTransport {
        HTTPTransport { [self] call throws(TransportError) in
            let start = (time.now(), time.uptime().seconds)
            let result = await outcome { () async throws(TransportError) in try await transport.send(call) }
            let end = (time.now(), time.uptime().seconds)
            state.withLock { look(&$0, result, start, end) }
            return try result.get()
        }
    }

    /// Seconds between the clocks; 0 where the answer's date fits between question and answer.
    ///
    /// `Date` has whole seconds, and an answer out of a cache bears the date it went into it (RFC 9111, `Age`).
    private static func skew(_ result: Sent, _ asked: Date, _ answered: Date) -> Double? {
        guard case .success(let reply) = result, let date = reply.headers[.date].flatMap(HTTPDate.parse) else {
            return nil
        }
        let age = reply.headers[HTTPField.Name.age].flatMap { Double($0) } ?? 0
        let earliest = date.addingTimeInterval(age)
        let latest = earliest.addingTimeInterval(1 + (age > 0 ? 1 : 0))
        return max(0, asked.timeIntervalSince(latest), earliest.timeIntervalSince(answered))
    }
}

extension RunRecord.Measures {
    /// Takes over what was counted elsewhere.
    mutating func add(_ other: RunRecord.Measures) {
        feedOutcomes = other.feedOutcomes
        feedSeconds = other.feedSeconds
        puts = other.puts
        bytesPut = other.bytesPut
        vaultReads = other.vaultReads
        clockSkewSeconds = other.clockSkewSeconds
        secretEndsAt = other.secretEndsAt
    }
}

extension FeedOutcome {
    /// nil where nothing went out, or nobody waited for the answer.
    init?(_ result: Result<Reply, TransportError>) {
        switch result {
        case .success(let reply): self.init(status: reply.status)
        case .failure(.cancelled), .failure(.unusable): return nil
        case .failure(.dns): self = .dns
        case .failure(.tls): self = .tls
        case .failure(.badEncoding), .failure(.tooLarge): self = .parse
        case .failure(.connect), .failure(.timeout), .failure(.interrupted): self = .timeout
        }
    }

    private init(status: Int) {
        switch status {
        case 200, 304: self = .ok
        case 429: self = .http429
        case 400..<500: self = .http4xx
        case 500...: self = .http5xx
        default: self = .parse
        }
    }
}

extension OCIClient.Exchange {
    /// It asked for a secret.
    package var isVault: Bool { service == .secrets || service == .vaults }
}

extension VaultOutcome {
    init(_ exchange: OCIClient.Exchange) {
        switch exchange.status {
        case _ where exchange.reason == nil: self = .ok
        case 401, 403: self = .denied
        case 404: self = .notFound
        case 429: self = .throttled
        default: self = .error
        }
    }
}

extension PutOutcome {
    init<Value>(_ result: Result<Value, ArchiveError>, isDone: (Value) -> Bool) {
        switch result {
        case .success(let value): self = isDone(value) ? .ok : .conflict
        case .failure(.service(let error)) where [401, 403, 404].contains(error.httpStatus): self = .denied
        case .failure(.file(let error)) where error.isForbidden || error.isReadOnly: self = .denied
        case .failure: self = .error
        }
    }
}
