// SPDX-License-Identifier: MIT

import FoundationEssentials
import OCI
import Synchronization

/// The police feed: generated or recorded, with ETag, Last-Modified, 304 and gzip.
final class FeedService: Sendable {
    enum Source: Sendable {
        case generated(seed: UInt64, start: Date)
        case recorded(RecordedFeed)
    }

    /// A body ready to be sent, in both codings.
    private struct Prepared: Sendable {
        let body: [UInt8]
        let etag: String
        /// Made when a client first asks for it.
        var gzip: [UInt8]?
    }

    private struct State: Sendable {
        let source: Source
        /// Made at the first request, advanced in place and never copied.
        var generator: FeedGenerator?
        var prepared: Prepared?
    }

    private let state: Mutex<State>

    init(_ source: Source) { state = Mutex(State(source: source)) }

    func answer(_ request: ServerRequest, now: Date) throws(ServiceError) -> ServerResponse {
        guard request.path == "/api/events" else { throw .unknownOperation(request.method, request.path) }
        guard request.method == "GET" || request.method == "HEAD" else {
            throw ServiceError(405, "MethodNotAllowed", "\(request.method) is not allowed here.")
        }
        let result = state.withLock { state in Self.current(&state, now: now, gzip: request.offersGzip) }
        return try Self.conditional(try result.get(), request)
    }

    private struct Answer: Sendable {
        let body: [UInt8]
        let isGzip: Bool
        /// Both nil for answers that are not the list: nothing may be concluded from them.
        let etag: String?
        let changed: Date?
    }

    private static func current(
        _ state: inout sending State, now: Date, gzip: Bool
    ) -> Result<Answer, ServiceError> {
        let body: [UInt8]
        let changed: Date?
        switch state.source {
        case .generated(let seed, let start):
            let answer = poll(&state.generator, seed: seed, start: start, now: now)
            guard answer.kind == .normal else {
                return .success(Answer(body: answer.body, isGzip: false, etag: nil, changed: nil))
            }
            body = answer.body
            changed = state.generator?.changed
        case .recorded(let recording):
            guard let found = recording.answer(at: now) else {
                let start = WireTime.rfc3339(recording.start)
                return .failure(
                    ServiceError(
                        503, "ServiceUnavailable", "The recording begins at \(start); set the clock to that or later."))
            }
            (changed, body) = found
        }
        var prepared = prepare(body, state.prepared)
        if gzip, prepared.gzip == nil { prepared.gzip = GzipCoding.deflate(body) }
        state.prepared = prepared
        return .success(
            Answer(
                body: gzip ? prepared.gzip ?? body : body, isGzip: gzip, etag: prepared.etag, changed: changed))
    }

    private static func poll(
        _ generator: inout FeedGenerator?, seed: UInt64, start: Date, now: Date
    ) -> FeedGenerator.Answer {
        if let answer = generator?.poll(at: now) { return answer }
        var new = FeedGenerator(seed: seed, start: start)
        let answer = new.poll(at: now)
        generator = new
        return answer
    }

    private static func prepare(_ body: [UInt8], _ last: Prepared?) -> Prepared {
        if let last, last.body == body { return last }
        let etag = "\"" + Hex.encode(Array(Digest.sha256(body).prefix(12))) + "\""
        return Prepared(body: body, etag: etag)
    }

    private static func conditional(
        _ answer: Answer, _ request: ServerRequest
    ) throws(ServiceError) -> ServerResponse {
        var headers: [(name: String, value: String)] = [
            ("content-type", "application/json; charset=utf-8"), ("vary", "Accept-Encoding"),
        ]
        if let etag = answer.etag { headers.append(("etag", etag)) }
        if let changed = answer.changed { headers.append(("last-modified", WireTime.http(changed))) }
        if isKnown(answer, request) { return ServerResponse(status: 304, headers: headers) }
        if answer.isGzip { headers.append(("content-encoding", "gzip")) }
        return ServerResponse(status: 200, headers: headers, body: answer.body)
    }

    /// RFC 9110 §13.2.2: if-none-match wins over if-modified-since.
    private static func isKnown(_ answer: Answer, _ request: ServerRequest) -> Bool {
        if let tags = request.header("if-none-match") {
            guard let etag = answer.etag else { return false }
            return tags.split(separator: ",").contains { tag in
                let bare = String(tag).trimmed
                return bare == etag || bare == "W/" + etag || bare == "*"
            }
        }
        guard let changed = answer.changed,
            let since = request.header("if-modified-since").flatMap(WireTime.date(http:))
        else { return false }
        return changed.timeIntervalSince1970.rounded(.down) <= since.timeIntervalSince1970
    }
}
