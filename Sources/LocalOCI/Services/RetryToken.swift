// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import OCI

/// The `opc-retry-token` something was made with: for 24 hours the same request under the same token makes nothing new
/// (contract §8.3).
struct RetryToken: Sendable, Hashable {
    let text: String
    /// SHA-256 of the request's body, hexadecimal.
    let digest: String
    let time: Date

    private static let lifetime: TimeInterval = 86_400
    private static let lengthLimit = 64

    /// The token of a request; nil where it has none.
    init?(_ request: ServerRequest, now: Date) throws(ServiceError) {
        guard let text = request.header("opc-retry-token") else { return nil }
        guard (1...Self.lengthLimit).contains(text.utf8.count) else {
            throw .invalid("The opc-retry-token must have 1 to \(Self.lengthLimit) characters.")
        }
        self.text = text
        digest = Hex.encode(Digest.sha256(request.body))
        time = now
    }

    /// Whether `later` repeats the request of this token. Throws 409 where it says something else under the same token.
    func isRepeated(by later: RetryToken) throws(ServiceError) -> Bool {
        guard text == later.text, abs(later.time.timeIntervalSince(time)) < Self.lifetime else { return false }
        guard digest == later.digest else { throw .invalidatedToken(text) }
        return true
    }

    var stored: JSONValue {
        ["text": .string(text), "digest": .string(digest), "time": .string(WireTime.rfc3339(time))]
    }

    /// Reads `stored`; nil for anything else.
    init?(stored: JSONValue) {
        guard let text = stored["text"]?.string, let digest = stored["digest"]?.string,
            let time = stored["time"]?.string.flatMap(WireTime.date(rfc3339:))
        else { return nil }
        self.text = text
        self.digest = digest
        self.time = time
    }
}

extension ServiceError {
    static func invalidatedToken(_ text: String) -> ServiceError {
        ServiceError(
            409, "InvalidatedRetryToken",
            "The retry token '\(text)' was used for another request, or for something that is gone.")
    }

    static let noEtagMatch = ServiceError(
        412, "NoEtagMatch", "The if-match header does not name the resource's current etag.")
}

extension ServerRequest {
    /// Throws 412 where `if-match` names another state than `etag`.
    func requireMatch(_ etag: String) throws(ServiceError) {
        guard let wanted = header("if-match"), wanted != "*", wanted != etag else { return }
        throw .noEtagMatch
    }
}
