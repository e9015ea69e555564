// SPDX-License-Identifier: MIT

import OCI
import Transport

/// What the end of a request means for its points.
enum PostEnd: Sendable {
    /// OCI Monitoring has them, but for the objects named in the result. The error says what of the answer was strange.
    case taken(PostResult, OCIError?)
    /// Every object is refused for good.
    case refused(OCIError)
    /// The request is refused for what it holds, and nobody knows for which of it.
    case unclear(ServiceFailure)
    /// They stay. `isUndelivered`: surely none arrived; else some or all may have.
    case kept(OCIError, isUndelivered: Bool)

    init(_ result: Result<PostResult, OCIError>) {
        switch result {
        case .success(let result): self = .taken(result, nil)
        // The service has answered 200: to send them again would be to count them twice.
        case .failure(.unreadableBody(let operation, let problem, let id)) where operation == "PostMetricData":
            let error = OCIError.unreadableBody(operation: operation, problem: problem, requestID: id)
            self = .taken(PostResult(requestID: id), error)
        case .failure(.service(let failure)) where Self.isOfContent(failure):
            self = failure.code == "InvalidParameter" ? .refused(.service(failure)) : .unclear(failure)
        case .failure(let error): self = .kept(error, isUndelivered: Self.isUndelivered(error))
        }
    }

    /// The service's clock and this one agree as well as signatures need: it took a signature, which holds the date, or
    /// said what time it is.
    var provesClock: Bool {
        switch self {
        case .taken(_, let error): error == nil
        case .refused: true
        case .unclear(let failure): Self.agrees(failure.clockSkew)
        case .kept(.service(let failure), _): Self.agrees(failure.clockSkew)
        case .kept: false
        }
    }

    private static func agrees(_ skew: Double?) -> Bool { skew.map { abs($0) <= 240 } ?? false }

    /// "No valid metrics. All metrics failed input validation" (contract §7.2) has the code `InvalidParameter`. With a
    /// wrong clock it is their instants that are wrong, or the request's: that can be mended.
    private static func isOfContent(_ failure: ServiceFailure) -> Bool {
        failure.status == 413 || failure.status == 400 && abs(failure.clockSkew ?? 0) <= 240
    }

    private static func isUndelivered(_ error: OCIError) -> Bool {
        switch error {
        case .transport(.dns, _, _), .transport(.connect, _, _), .transport(.tls, _, _),
            .transport(.unusable, _, _), .transport(.timeout(phase: .connect, _, _), _, _):
            true
        case .transport, .unreadableBody: false
        // An answer below 500 says that nothing was taken; 503 and 429 are given before anything is done.
        case .service(let failure): failure.status < 500 || failure.status == 503
        case .credential, .deadline, .unusable: true
        }
    }
}
